// Command espogen writes Go types for the entity types of an EspoCRM server,
// custom entity types and custom fields included.
//
//	go run github.com/go-espo/espo/cmd/espogen -url https://crm.example.com -package crm -type CProject,Account -out crm
//
// It reads GET Metadata as the user whose credentials the environment holds:
// ESPO_API_KEY, or ESPO_HMAC_KEY and ESPO_HMAC_SECRET, or ESPO_USERNAME and
// ESPO_PASSWORD. The server shows a user only what that user may see; an
// administrator sees everything. With -dump it saves the answer in a file, alone
// or beside the Go types, and with -metadata it reads such a file instead of
// asking a server:
//
//	go run github.com/go-espo/espo/cmd/espogen -url https://crm.example.com -dump metadata.json
//	go run github.com/go-espo/espo/cmd/espogen -metadata metadata.json -package crm -type CProject -out crm
//
// The same file makes a fake server one like the user's own: see
// espotest.WithMetadata, and the command espofake.
//
// Each entity type becomes one file. It has a struct for the records, a string
// type with constants for each enum field, constants for the names of attributes
// and links, so that what is misspelt in a filter does not compile, and a service
// with a method for each link to several records:
//
//	projects := crm.NewCProjectService(client)
//	for p, err := range projects.All(ctx, espo.Query{
//		Where: espo.Where(espo.Equal(crm.CProjectAttrStatus, crm.CProjectStatusDraft)),
//	}) {
//		…
//	}
//	members := projects.Members(id)
//
// With -extend, the struct of an entity type that package espo has (Account,
// Contact and so on) embeds espo's and names the custom fields alone.
//
// With -check it writes nothing. It compares the files with what it would write,
// says what has changed in the metadata since, and fails if anything has. Run it
// every night, with the arguments that the files were made with. It also compares
// the types with the OpenAPI document of the server, where that has one: EspoCRM
// 9.3 and later. With -metadata, -openapi names a file that holds such a document.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/internal/gen"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "espogen:", err)
		os.Exit(1)
	}
}

// run does what the arguments say; it reports on log.
func run(ctx context.Context, args []string, getenv func(string) string, log io.Writer) error {
	flags := flag.NewFlagSet("espogen", flag.ContinueOnError)
	flags.SetOutput(log)
	url := flags.String("url", getenv("ESPO_URL"), "`URL` of the server; ESPO_URL by default")
	metadata := flags.String("metadata", "", "read this `file` with the answer to GET Metadata instead of asking a server")
	dump := flags.String("dump", "", "save the server's answer to GET Metadata in this `file`")
	pkg := flags.String("package", "crm", "`name` of the generated package")
	types := flags.String("type", "", "entity types, separated by `commas`")
	out := flags.String("out", ".", "`directory` to write to")
	extend := flags.Bool("extend", false, "embed the types of package espo, and name custom fields alone")
	check := flags.Bool("check", false, "write nothing; say what has changed since the files were written, and fail if anything has")
	openAPI := flags.String("openapi", "", "with -check and -metadata: compare with this `file`, the answer to GET OpenApi")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unknown argument %q", flags.Arg(0))
	case *dump != "" && *metadata != "":
		return errors.New("-dump saves what a server answers, and with -metadata no server is asked: give one of them")
	case *openAPI != "" && (!*check || *metadata == ""):
		return errors.New("-openapi is for -check with -metadata: a server is asked for its document")
	}
	from := source{metadata: *metadata, openAPI: *openAPI, url: *url}
	if err := from.connect(getenv); err != nil {
		return err
	}
	defer from.close()
	data, err := from.read(ctx)
	if err != nil {
		return err
	}
	facts, err := gen.ReadFacts(data)
	if err != nil {
		return fmt.Errorf("%s: %w", cmp.Or(*metadata, *url), err)
	}
	if *dump != "" {
		if err := save(data, *dump, log); err != nil || *types == "" {
			return err
		}
	}
	cfg := gen.Config{
		Package:  *pkg,
		Types:    strings.FieldsFunc(*types, func(r rune) bool { return r == ',' || r == ' ' }),
		Services: true, Names: true,
	}
	if len(cfg.Types) == 0 {
		return fmt.Errorf("say by -type which entity types to generate; there are %s",
			strings.Join(slices.Sorted(maps.Keys(facts)), ", "))
	}
	if *extend {
		cfg.Extend = espoAttributes()
	}
	files, err := gen.Generate(facts, cfg)
	if err != nil {
		return err
	}
	if *check {
		return compare(ctx, from, facts, files, *out, log)
	}
	return write(files, *out, log)
}

// save writes the metadata to a file, a line for each value, so that what
// changes in it is easy to see.
func save(data jsontext.Value, file string, log io.Writer) error {
	if err := data.Indent(jsontext.AllowDuplicateNames(true), jsontext.WithIndent(" ")); err != nil {
		return err
	}
	if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(log, "wrote", file)
	return nil
}

// write writes the files to dir, or none when one of them would replace a
// file that was not generated.
func write(files []gen.File, dir string, log io.Writer) error {
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		old, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err == nil && !bytes.HasPrefix(old, []byte(gen.Header)) {
			return fmt.Errorf("%s was not generated by espogen and stays as it is", path)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		if err := os.WriteFile(path, f.Source, 0o644); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(log, "wrote", path)
	}
	return nil
}
