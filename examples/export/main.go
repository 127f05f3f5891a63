// Export imports a few accounts from comma-separated values, exports them to a
// file, and reverts the import:
//
//	go run ./examples/export
//
// It runs on an embedded fake of EspoCRM, or on the server that ESPO_URL names,
// where it removes what it has created.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) (err error) {
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()

	prefix := fmt.Sprintf("Export %d", time.Now().UnixNano())
	csv := fmt.Sprintf("name,website,type\n%[1]s One,https://one.example,Customer\n%[1]s Two,,Partner\n,https://nobody.example,\n", prefix)
	file, err := client.Imports.UploadCSV(ctx, strings.NewReader(csv))
	if err != nil {
		return err
	}
	imported, err := client.Imports.Run(ctx, espo.ImportOptions{
		EntityType: "Account", AttachmentID: file, Columns: []string{"name", "website", "type"},
	})
	if err != nil {
		return err
	}
	defer revert(ctx, client, imported.ID)
	fmt.Println("imported", imported.Created, "accounts")
	for row, err := range client.Imports.Errors(imported.ID).All(ctx, espo.Query{}) {
		if err != nil {
			return err
		}
		for _, failure := range row.Failures {
			fmt.Printf("  row %d was refused: %s is %s\n", row.RowIndex, failure.Field, failure.Rule)
		}
	}

	labels, err := client.I18n.Labels(ctx)
	if err != nil {
		return err
	}
	columns := []string{"name", "website", "type"}
	for _, column := range columns {
		fmt.Printf("the column %s is %q\n", column, labels.Field("Account", column))
	}

	dir, err := os.MkdirTemp("", "export-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "accounts.csv")
	n, err := export(ctx, client, path, espo.ByFilter("Account", espo.StartsWith("name", prefix)), columns)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	fmt.Printf("exported %d bytes, %d rows, to %s:\n%s", n, bytes.Count(content, []byte("\n")), path, content)
	return nil
}

// export writes the selected accounts to a file.
func export(ctx context.Context, client *espo.Client, path string, sel espo.Selection, columns []string) (int64, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	n, err := client.Exports.Export(ctx, sel, f, espo.ExportOptions{
		Attributes: columns,
		Wait:       espo.ExportWait{Progress: func(s espo.ExportStatus) { fmt.Println("the export is", s.Status) }},
	})
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return n, err
}

// revert takes the import back, also after the program was interrupted.
func revert(ctx context.Context, client *espo.Client, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if err := client.Imports.Revert(ctx, id); err != nil {
		fmt.Println("reverting the import:", err)
		return
	}
	fmt.Println("reverted the import")
}
