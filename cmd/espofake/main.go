// Command espofake is a fake EspoCRM that stands alone: for programs in any
// language, for a look by hand, for demos. It is the server of package espotest,
// in memory, and forgets everything when it ends.
//
//	go run github.com/go-espo/espo/cmd/espofake
//	go run github.com/go-espo/espo/cmd/espofake -metadata metadata.json -seed records.json -addr 127.0.0.1:9000
//
// It prints its address, its users and their keys:
//
//	curl -H 'X-Api-Key: 11111111111111111111111111111111' http://127.0.0.1:8080/api/v1/Account
//
// With -version it answers as that version of EspoCRM does, such as 8.4.
//
// With -metadata it has the entity types, fields and links of your own server,
// whose metadata espogen -dump saves: see espotest.WithMetadata. With -seed it
// starts with the records of a file, which are created in the order given:
//
//	{
//	  "Account": [{"name": "Acme"}, {"name": "Initech"}],
//	  "Contact": [{"firstName": "Ann", "lastName": "Lee", "accountId": "@Account/1"}]
//	}
//
// A text such as "@Account/1" is the id of the first account of the file. An
// attribute that the server does not have is an error.
//
// It listens on 127.0.0.1 alone unless -addr says otherwise: everybody who
// reaches it knows its keys. With -tls it speaks TLS and HTTP/2, with a
// certificate of its own that is new at each start.
//
// # Control
//
// What a test of yours tells the fake itself is below /_fake/, outside of the
// API. An error is a status from 400 on and a text.
//
//	GET    /_fake/             the users, and what there is
//	POST   /_fake/reset        begin anew, with the records of -seed alone
//	POST   /_fake/seed         create records, as -seed does; the answer has their ids
//	POST   /_fake/faults       make requests fail: a fault, or a list of them
//	DELETE /_fake/faults       forget the faults
//	GET    /_fake/requests     what was sent; headers with credentials are masked, bodies are whole
//	DELETE /_fake/requests     forget it
//	POST   /_fake/jobs         run what waits for the scheduled jobs
//	POST   /_fake/webhooks     deliver what waits for webhooks
//	GET    /_fake/certificate  the certificate of -tls, as PEM
//
// A fault is an espotest.Fault as JSON. Its kind is "Conflict", "Duplicate",
// "Invalid" (with field and rule), "Maintenance" or "LoginLimit"; delay is a
// time such as "2s":
//
//	{"method": "POST", "path": "Account", "status": 502, "after": true, "times": 2}
//	{"path": "Lead/*", "kind": "Invalid", "field": "status", "rule": "valid"}
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/go-espo/espo/espotest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "espofake:", err)
		os.Exit(1)
	}
}

// config is what the arguments say.
type config struct {
	addr    string
	tls     bool
	options []espotest.Option
	seed    []byte // the file's content
}

// run serves until the context ends. It reports on out.
func run(ctx context.Context, args []string, out io.Writer) error {
	cfg, err := parse(args, out)
	if err != nil {
		return err
	}
	f, err := start(cfg)
	if err != nil {
		return err
	}
	defer f.close()
	return f.serve(ctx, cfg, out)
}

// parse reads the arguments and the files that they name.
func parse(args []string, out io.Writer) (config, error) {
	var cfg config
	flags := flag.NewFlagSet("espofake", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&cfg.addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 is any that is free")
	flags.BoolVar(&cfg.tls, "tls", false, "speak TLS, with a new certificate of its own")
	metadata := flags.String("metadata", "", "be like the server whose answer to GET Metadata is in this `file`")
	version := flags.String("version", "", "answer as this `version` of EspoCRM does, such as 8.4")
	seed := flags.String("seed", "", "start with the records of this `file`")
	if err := flags.Parse(args); err != nil {
		return cfg, err
	}
	if flags.NArg() > 0 {
		return cfg, fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	if *version != "" {
		cfg.options = append(cfg.options, espotest.WithVersion(*version))
	}
	if *metadata != "" {
		b, err := os.ReadFile(*metadata)
		if err != nil {
			return cfg, err
		}
		cfg.options = append(cfg.options, espotest.WithMetadata(b))
	}
	if *seed != "" {
		b, err := os.ReadFile(*seed)
		if err != nil {
			return cfg, err
		}
		cfg.seed = b
	}
	return cfg, nil
}
