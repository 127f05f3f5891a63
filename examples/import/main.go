// Import brings the customers of another system into EspoCRM every night, from
// a CSV with the columns number, name and website:
//
//	go run ./examples/import -file customers.csv -key sicCode
//
// Each row updates the account whose attribute -key is the number, or creates
// one. A run that was interrupted is taken up where it stopped.
//
// It runs on an embedded fake of EspoCRM with customers of its own, or on the
// server that ESPO_URL names, with the credentials of the other examples.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

const customers = "number,name,website\n1001,Acme,https://acme.example\n1002,,\n1003,Cone,\n"

func main() {
	file := flag.String("file", "", "CSV `file`")
	key := flag.String("key", "sicCode", "`attribute` of an account that holds the number")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *file, *key)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, file, key string) error {
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()
	content, progress := []byte(customers), progressFile("")
	if file != "" {
		if content, err = os.ReadFile(file); err != nil {
			return err
		}
		progress = progressFile(file + ".progress")
	}
	counts, err := importAll(ctx, client.Accounts, key, content, progress)
	fmt.Printf("%d created, %d updated, %d refused\n", counts.created, counts.updated, counts.refused)
	return err
}

const batch = 100 // rows that are sent before the progress is stored

type counts struct{ created, updated, refused int }

// importAll sends the rows that an earlier run has not sent. It is harmless to
// send a row twice, since its number finds what the first time has made.
func importAll(ctx context.Context, accounts *espo.AccountService, key string, content []byte, progress progressFile) (counts, error) {
	var total counts
	rows, err := read(content, key)
	if err != nil {
		return total, err
	}
	done, err := progress.load(content)
	if err != nil {
		return total, err
	}
	for part := range slices.Chunk(rows[min(done, len(rows)):], batch) {
		results, err := accounts.UpsertAll(ctx, part, espo.BulkOptions{})
		var bulk *espo.BulkError
		if err != nil && !errors.As(err, &bulk) {
			return total, err
		}
		for _, r := range results {
			switch {
			case r.Err == nil && r.Created:
				total.created++
			case r.Err == nil:
				total.updated++
			case errors.Is(r.Err, espo.ErrBadRequest), errors.Is(r.Err, espo.ErrConflict), errors.Is(r.Err, espo.ErrAmbiguous):
				total.refused++ // tomorrow again: somebody has to look at it
				fmt.Printf("%v: %v\n", r.Input.Match[key], r.Err)
			default: // the connection, the rights: not the fault of the row
				return total, r.Err
			}
		}
		done += len(part)
		if err := progress.store(content, done); err != nil {
			return total, err
		}
	}
	return total, nil
}

// read makes an Upsert of each row. A number that comes twice is an error:
// nobody can tell which of the rows is right.
func read(content []byte, key string) ([]espo.Upsert, error) {
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || !slices.Equal(rows[0], []string{"number", "name", "website"}) {
		return nil, errors.New("the first row is not number,name,website")
	}
	lines := make(map[string]int)
	var upserts []espo.Upsert
	for n, row := range rows[1:] {
		if row[0] == "" || lines[row[0]] > 0 {
			return nil, fmt.Errorf("row %d: the number %q is empty, or came in row %d already", n+2, row[0], lines[row[0]])
		}
		lines[row[0]] = n + 2
		upserts = append(upserts, espo.Upsert{
			Match:              espo.Attrs{key: row[0]},
			Set:                espo.Attrs{"name": row[1], "website": row[2]},
			OnCreate:           espo.Attrs{"type": espo.AccountTypeCustomer}, // who changes it in EspoCRM is not overruled
			SkipDuplicateCheck: true,                                         // two customers can have one name: the number alone tells them apart
		})
	}
	return upserts, nil
}

// progressFile says how many rows of which content were sent; "" keeps nothing.
type progressFile string

func (p progressFile) load(content []byte) (done int, err error) {
	b, err := os.ReadFile(string(p))
	if p == "" || errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	_, _ = fmt.Sscanf(string(b), fmt.Sprintf("%x %%d", sha256.Sum256(content)), &done) // 0 for another content
	return done, err
}

func (p progressFile) store(content []byte, done int) error {
	if p == "" {
		return nil
	}
	return os.WriteFile(string(p), fmt.Appendf(nil, "%x %d", sha256.Sum256(content), done), 0o600)
}
