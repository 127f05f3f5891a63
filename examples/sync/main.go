// Sync keeps the accounts of EspoCRM and a table in a SQLite file in step, in
// both directions: what is created, changed or deleted on one side is so on the
// other after the next run. A run that is interrupted at any point is taken up
// by the next one, without an account twice or lost. Where both sides have
// changed the same attribute, EspoCRM wins, and the table conflict keeps what
// the file had.
//
// It runs once on the server at ESPO_URL with the credentials of the
// environment, or shows all of this on an embedded fake of EspoCRM. The user
// needs the rights to read, create, edit and delete accounts, and the right to
// import.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	file := flag.String("db", filepath.Join(os.TempDir(), "espo-accounts.db"), "SQLite `file`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *file)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, file string) error {
	if os.Getenv("ESPO_URL") == "" {
		return show(ctx)
	}
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()
	db, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	defer db.close()
	report, err := syncAccounts(ctx, client, db)
	fmt.Println(report)
	for _, err := range report.refused {
		fmt.Println("Refused:", err)
	}
	return err
}
