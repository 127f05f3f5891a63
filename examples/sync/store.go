package main

import (
	"context"
	"database/sql"

	_ "modernc.org/sqlite" // the driver, in pure Go

	"github.com/go-espo/espo"
)

const schema = `
CREATE TABLE IF NOT EXISTS contact (
	id TEXT PRIMARY KEY, name TEXT, email TEXT, phone TEXT, account_id TEXT, modified_at TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS progress (
	one INTEGER PRIMARY KEY CHECK (one = 1), from_time TEXT, until_time TEXT, last_id TEXT
);
INSERT OR IGNORE INTO progress VALUES (1, '', '', '');`

// window is the span of time that a run copies, and how far it has come.
type window struct {
	from, until espo.DateTime
	lastID      string // contacts up to this id are stored
}

type store struct{ db *sql.DB }

func openStore(ctx context.Context, file string) (*store, error) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		_ = db.Close()
		return nil, err
	}
	return &store{db: db}, nil
}

func (s *store) close() { _ = s.db.Close() }

// window returns where to go on. Its end is zero when the last run finished.
func (s *store) window(ctx context.Context) (w window, err error) {
	var from, until string
	err = s.db.QueryRowContext(ctx, `SELECT from_time, until_time, last_id FROM progress`).Scan(&from, &until, &w.lastID)
	if err == nil {
		err = w.from.UnmarshalText([]byte(from))
	}
	if err == nil {
		err = w.until.UnmarshalText([]byte(until))
	}
	return w, err
}

// save writes contacts and how far the run has come, both or neither. It
// returns the number of contacts that were new or different.
func (s *store) save(ctx context.Context, w window, contacts []espo.Contact) (written int, err error) {
	if len(contacts) == 0 {
		return 0, nil
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	for _, c := range contacts {
		result, err := tx.ExecContext(ctx, `
			INSERT INTO contact VALUES (?1, ?2, ?3, ?4, ?5, ?6)
			ON CONFLICT (id) DO UPDATE SET name=?2, email=?3, phone=?4, account_id=?5, modified_at=?6
			WHERE (name, email, phone, account_id, modified_at) IS NOT (?2, ?3, ?4, ?5, ?6)`,
			c.ID, c.Name, c.EmailAddress, c.PhoneNumber, c.AccountID, c.ModifiedAt.String())
		if err != nil {
			return 0, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return 0, err
		}
		written += int(n)
	}
	w.lastID = contacts[len(contacts)-1].ID
	if err := progress(ctx, tx, w); err != nil {
		return 0, err
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	return written, nil
}

// finish ends the window: the next one begins where this one ends.
func (s *store) finish(ctx context.Context, w window) error {
	return progress(ctx, s.db, window{from: w.until})
}

func progress(ctx context.Context, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, w window) error {
	_, err := db.ExecContext(ctx, `UPDATE progress SET from_time = ?, until_time = ?, last_id = ?`,
		w.from.String(), w.until.String(), w.lastID)
	return err
}

func (s *store) count(ctx context.Context) (n int, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT count(*) FROM contact`).Scan(&n)
	return n, err
}
