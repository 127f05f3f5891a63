package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"

	_ "modernc.org/sqlite" // the driver, in pure Go

	"github.com/go-espo/espo"
)

// An account is new when it has no base, changed when its data differ from its
// base, and to be deleted when it says so.
const schema = `
CREATE TABLE IF NOT EXISTS account (
	id TEXT PRIMARY KEY,
	data TEXT NOT NULL,              -- its attributes
	base TEXT,                       -- the same as EspoCRM had them last
	deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS changed ON account (id) WHERE data IS NOT base OR deleted;
CREATE TABLE IF NOT EXISTS conflict (account_id TEXT, attribute TEXT, here TEXT, there TEXT);
CREATE TABLE IF NOT EXISTS progress (one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT);
INSERT OR IGNORE INTO progress VALUES (1, '');`

type store struct{ db *sql.DB }

// row is an account of the file.
type row struct {
	id         string
	data, base values
	deleted    bool
}

// conflict is an attribute that both sides have changed.
type conflict struct{ attribute, here, there string }

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

// in runs f in a transaction.
func (s *store) in(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *store) cursor(ctx context.Context) (c espo.Cursor, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT cursor FROM progress`).Scan(&c)
	return c, err
}

// After implements espo.KnownIDs: the accounts that EspoCRM has had.
func (s *store) After(ctx context.Context, id string, n int) (ids []string, err error) {
	rows, err := s.rows(ctx, `base IS NOT NULL AND id > ? ORDER BY id LIMIT ?`, id, n)
	for _, r := range rows {
		ids = append(ids, r.id)
	}
	return ids, err
}

// changed are the accounts that are to be written to EspoCRM.
func (s *store) changed(ctx context.Context) ([]row, error) {
	return s.rows(ctx, `data IS NOT base OR deleted ORDER BY id`)
}

type queryer interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}

func (s *store) rows(ctx context.Context, where string, args ...any) ([]row, error) {
	return find(ctx, s.db, where, args...)
}

func find(ctx context.Context, db queryer, where string, args ...any) (found []row, err error) {
	rows, err := db.QueryContext(ctx, `SELECT id, data, base, deleted FROM account WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.id, &r.data, &r.base, &r.deleted); err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, rows.Err()
}

// put writes an account of the file.
func (s *store) put(ctx context.Context, id string, v values) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO account (id, data) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET data = ?2`, id, v)
	return err
}

// change alters some attributes of an account of the file.
func (s *store) change(ctx context.Context, id string, v values) error {
	found, err := s.rows(ctx, `id = ?`, id)
	if err != nil || len(found) == 0 {
		return errors.Join(err, fmt.Errorf("no account %s", id))
	}
	data := maps.Clone(found[0].data)
	maps.Copy(data, v)
	return s.put(ctx, id, data)
}

// remove deletes an account of the file, which EspoCRM learns from the next run.
func (s *store) remove(ctx context.Context, id string) error {
	_, err := s.db.ExecContext(ctx, `UPDATE account SET deleted = 1 WHERE id = ?`, id)
	return err
}

// forget takes an account out of the file.
func forget(ctx context.Context, db queryer, id string) error {
	_, err := db.ExecContext(ctx, `DELETE FROM account WHERE id = ?`, id)
	return err
}

// settle writes what both sides have agreed on, and what EspoCRM has. What the
// file's user has changed since r was read stays as it is.
func settle(ctx context.Context, db queryer, r row, agreed, there values, conflicts []conflict) error {
	if err := note(ctx, db, r.id, conflicts); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, `
		INSERT INTO account (id, data, base) VALUES (?1, ?2, ?3)
		ON CONFLICT DO UPDATE SET base = ?3, data = CASE WHEN data IS ?4 THEN ?2 ELSE data END, deleted = deleted AND NOT ?5`,
		r.id, agreed, there, r.data, r.deleted)
	return err
}

func note(ctx context.Context, db queryer, id string, conflicts []conflict) error {
	for _, c := range conflicts {
		if _, err := db.ExecContext(ctx, `INSERT INTO conflict VALUES (?, ?, ?, ?)`, id, c.attribute, c.here, c.there); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) conflicts(ctx context.Context) (all []conflict, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT attribute, here, there FROM conflict ORDER BY rowid`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c conflict
		if err := rows.Scan(&c.attribute, &c.here, &c.there); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}
