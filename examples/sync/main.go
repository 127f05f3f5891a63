// Sync keeps a copy of the contacts of EspoCRM in a SQLite file. Each run
// fetches what has changed since the last one; a run that was interrupted is
// taken up where it stopped. It runs on an embedded fake of EspoCRM, or on
// the server at ESPO_URL with the credentials of the environment.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	file := flag.String("db", filepath.Join(os.TempDir(), "espo-contacts.db"), "SQLite `file`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *file)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, file string) error {
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()
	fake := os.Getenv("ESPO_URL") == ""
	if fake { // an empty server makes a dull example
		if err := os.RemoveAll(file); err != nil {
			return err
		}
		if err := addContacts(ctx, client, 450); err != nil {
			return err
		}
	}
	db, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	defer db.close()

	if fake { // stop in the middle, to show that it can be taken up again
		interrupted, cancel := context.WithCancel(ctx)
		_, err := syncContacts(interrupted, client, db, func(n int) {
			if n == 200 {
				cancel()
			}
		})
		cancel()
		fmt.Println("Interrupted:", err)
	}
	written, err := syncContacts(ctx, client, db, nil)
	if err != nil {
		return err
	}
	total, err := db.count(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("Wrote %d contacts; %s has %d.\n", written, file, total)
	written, err = syncContacts(ctx, client, db, nil)
	if err == nil {
		fmt.Printf("Once more, without a change on the server: wrote %d.\n", written)
	}
	return err
}

func addContacts(ctx context.Context, client *espo.Client, n int) error {
	contacts := make([]espo.Contact, n)
	for i := range contacts {
		contacts[i] = espo.Contact{
			FirstName: "Contact", LastName: fmt.Sprintf("Number %03d", i+1),
			EmailAddress: fmt.Sprintf("contact%d@example.com", i+1),
		}
	}
	_, err := client.Contacts.CreateAll(ctx, contacts, espo.BulkOptions{})
	return err
}
