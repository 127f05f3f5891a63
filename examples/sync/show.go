package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// show runs the synchronization on a fake of EspoCRM, whose clock it moves on
// between the runs: changes count once they are ten seconds old.
func show(ctx context.Context) error {
	fmt.Println("ESPO_URL is not set: this runs on an embedded fake of EspoCRM.")
	now := time.Now()
	srv, err := espotest.Start(espotest.WithClock(func() time.Time { return now }))
	if err != nil {
		return err
	}
	defer srv.Close()
	client := srv.Client()
	dir, err := os.MkdirTemp("", "sync")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	db, err := openStore(ctx, filepath.Join(dir, "accounts.db"))
	if err != nil {
		return err
	}
	defer db.close()

	step := func(what string, change func() error) error {
		if err := change(); err != nil {
			return err
		}
		now = now.Add(time.Minute)
		report, err := syncAccounts(ctx, client, db)
		fmt.Printf("%-49s %s\n", what+":", report)
		return err
	}
	var ids []string
	attrs := func(name, website string) espo.Attrs { return espo.Attrs{"name": name, "website": website} }
	there := func(i int, a espo.Attrs) error {
		_, err := client.Accounts.Update(ctx, ids[i], a)
		return err
	}
	for _, s := range []struct {
		what   string
		change func() error
	}{
		{"450 accounts in EspoCRM", func() error {
			for i := range 450 {
				ids = append(ids, srv.Seed("Account", attrs(fmt.Sprintf("Account %03d", i+1), ""))...)
			}
			return nil
		}},
		{"Nothing new", func() error { return nil }},
		{"One is created in the file", func() error {
			return db.put(ctx, espo.NewID(), values{"name": "From the file"})
		}},
		{"Two attributes of one account, one on each side", func() error {
			if err := db.change(ctx, ids[0], values{"website": "https://file.example"}); err != nil {
				return err
			}
			return there(0, espo.Attrs{"name": "Renamed in EspoCRM"})
		}},
		{"The same attribute on both sides", func() error {
			if err := db.change(ctx, ids[1], values{"website": "https://file.example"}); err != nil {
				return err
			}
			return there(1, espo.Attrs{"website": "https://crm.example"})
		}},
		{"One is deleted on each side", func() error {
			if err := db.remove(ctx, ids[2]); err != nil {
				return err
			}
			return client.Accounts.Delete(ctx, ids[3])
		}},
	} {
		if err := step(s.what, s.change); err != nil {
			return err
		}
	}
	conflicts, err := db.conflicts(ctx)
	for _, c := range conflicts {
		fmt.Printf("Conflict: %s was %q here and %q in EspoCRM.\n", c.attribute, c.here, c.there)
	}
	return err
}
