package esposqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-espo/espo"
)

// Values is an [espo.KeyValueStore] in the database.
func (db *DB) Values() espo.KeyValueStore { return values{db} }

type values struct{ *DB }

func (v values) Get(ctx context.Context, key string) (kv espo.KeyValue, err error) {
	err = v.safe.QueryRowContext(ctx, `SELECT value, revision FROM espo_values WHERE key = ?`, key).Scan(&kv.Value, &kv.Revision)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return espo.KeyValue{}, fmt.Errorf("esposqlite: reading %q: %w", key, err)
	}
	return kv, nil
}

func (v values) Set(ctx context.Context, key string, value []byte, old espo.KeyValue) (espo.KeyValue, error) {
	if value == nil {
		value = []byte{}
	}
	var n int64
	var err error
	if old.Revision == 0 {
		n, err = changedRows(v.safe.ExecContext(ctx, `INSERT INTO espo_values (key, value, revision) VALUES (?, ?, 1) ON CONFLICT DO NOTHING`, key, value))
	} else {
		n, err = changedRows(v.safe.ExecContext(ctx, `UPDATE espo_values SET value = ?, revision = revision + 1 WHERE key = ? AND revision = ?`,
			value, key, int64(old.Revision))) //nolint:gosec // it comes from this column
	}
	if err == nil && n == 0 {
		err = espo.ErrRevision
	}
	if err != nil {
		return espo.KeyValue{}, fmt.Errorf("esposqlite: setting %q: %w", key, err)
	}
	return espo.KeyValue{Value: value, Revision: old.Revision + 1}, nil
}
