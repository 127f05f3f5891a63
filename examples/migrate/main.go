// Migrate copies accounts, contacts, documents and the posts of their streams
// from one EspoCRM to another, with the links between them and with all files.
// It can be interrupted at any point: started again, it goes on, and nothing is
// there twice. Run once more from the beginning, without its state file, it
// brings the copies up to date.
//
// It reads the server at ESPO_URL and writes to the one at ESPO_TARGET_URL, with
// the API keys ESPO_API_KEY and ESPO_TARGET_API_KEY, or copies one embedded fake
// of EspoCRM to another. On the target, the user needs the rights to create,
// read and edit these entity types, and the right to import. Users are not
// copied: records belong to the target's user, and a post says who has written
// it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func main() {
	file := flag.String("state", filepath.Join(os.TempDir(), "espo-migration.json"), "`file` that says how far it has come")
	workers := flag.Int("workers", 4, "records that are copied at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *file, *workers)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, file string, workers int) error {
	if os.Getenv("ESPO_URL") == "" {
		return show(ctx, file, workers)
	}
	from, err := espo.NewClient(os.Getenv("ESPO_URL"), espo.APIKey(os.Getenv("ESPO_API_KEY")))
	if err != nil {
		return err
	}
	to, err := espo.NewClient(os.Getenv("ESPO_TARGET_URL"), espo.APIKey(os.Getenv("ESPO_TARGET_API_KEY")))
	if err != nil {
		return err
	}
	m, err := newMigration(from, to, file, workers)
	if err != nil {
		return err
	}
	defer func() { fmt.Println(m.report()) }()
	return m.run(ctx)
}

// show copies one fake to another, and is interrupted on the way.
func show(ctx context.Context, file string, workers int) error {
	fmt.Println("ESPO_URL is not set: this copies one embedded fake of EspoCRM to another.")
	_ = os.Remove(file)
	source, err := espotest.Start()
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := espotest.Start()
	if err != nil {
		return err
	}
	defer target.Close()
	from, to := source.Client(), target.Client()
	if err := fill(ctx, from, 60); err != nil {
		return err
	}
	for _, limit := range []int{25, 0} {
		m, err := newMigration(from, to, file, workers)
		if err != nil {
			return err
		}
		interrupted, stop := context.WithCancel(ctx)
		m.copied = func(n int) {
			if n == limit {
				stop()
			}
		}
		err = m.run(interrupted)
		stop()
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
		fmt.Println(m.report(), "Interrupted:", err != nil)
	}
	for _, entityType := range []string{"Account", "Contact", "Document"} {
		n, err := to.Records(entityType).Count(ctx, espo.Query{})
		if err != nil {
			return err
		}
		fmt.Printf("%s: %d on the target.\n", entityType, n)
	}
	return nil
}
