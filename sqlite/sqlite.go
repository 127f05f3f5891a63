package esposqlite

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/internal/wake"
)

// Options are those of [Open].
type Options struct {
	Remember time.Duration // how long keys are remembered; 0 is an hour
	Lease    time.Duration // how long a claim holds; 0 is a minute
	Poll     time.Duration // how often a worker looks for what other processes have put; 0 is a second
}

// DB is a database with an inbox and a key-value store. It is safe for concurrent
// use, also by several processes.
type DB struct {
	o    Options
	safe *sql.DB // a commit survives a loss of power
	fast *sql.DB // a commit survives the end of the process

	// writing lets one goroutine write, so that none waits as SQLite lets it wait
	// for others, by trying again now and then.
	writing sync.Mutex

	statements

	wake wake.Signal // signals what this process has changed
}

//go:embed schema.sql
var schema string

// Open opens the database in a file, and makes what it lacks. Its tables begin
// with espo_, so that the file may be one of the program's own.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	if o.Remember < 0 || o.Lease < 0 || o.Poll < 0 {
		return nil, &espo.InputError{Argument: "esposqlite.Options", Problem: "one is negative"}
	}
	o = Options{Remember: cmp.Or(o.Remember, time.Hour), Lease: cmp.Or(o.Lease, time.Minute), Poll: cmp.Or(o.Poll, time.Second)}
	db := &DB{o: o}
	var err error
	if db.safe, err = connect(path, "FULL"); err == nil {
		db.fast, err = connect(path, "NORMAL")
	}
	if err == nil {
		_, err = db.safe.ExecContext(ctx, schema)
	}
	if err == nil {
		err = db.prepare(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("esposqlite: opening %s: %w", path, errors.Join(err, db.Close()))
	}
	return db, nil
}

// connect opens one connection: SQLite writes one transaction at a time anyway.
func connect(path, synchronous string) (*sql.DB, error) {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(30000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String())
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// Close closes the database.
func (db *DB) Close() error {
	var errs []error
	for _, c := range []*sql.DB{db.safe, db.fast} {
		if c != nil {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

// inTx runs f in a transaction.
func inTx(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
