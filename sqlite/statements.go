package esposqlite

import (
	"context"
	"database/sql"
)

// statements are those that each item needs.
type statements struct {
	putKey, putItem                     *sql.Stmt // of safe
	take, soonest, extend, remove, fail *sql.Stmt // of fast
}

// heads are the first items of each record that are not parked.
const heads = ` FROM espo_inbox AS i WHERE parked = 0 AND NOT EXISTS (
	SELECT 1 FROM espo_inbox AS e WHERE e.record = i.record AND e.parked = 0 AND e.number < i.number)`

const held = ` WHERE key = ? AND token = ? AND parked = 0`

func (db *DB) prepare(ctx context.Context) error {
	for _, p := range []struct {
		db   *sql.DB
		stmt **sql.Stmt
		text string
	}{
		{db.safe, &db.putKey, `INSERT INTO espo_inbox_keys (key, put) VALUES (?, ?) ON CONFLICT DO NOTHING`},
		{db.safe, &db.putItem, `INSERT INTO espo_inbox (key, record, event, id, webhook, data, received)
			VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`},
		{db.fast, &db.take, `UPDATE espo_inbox SET token = ?, attempts = attempts + 1, due = ? WHERE number = (SELECT number` + heads +
			` AND due <= ? ORDER BY number LIMIT 1) RETURNING key, event, id, webhook, data, received, attempts`},
		{db.fast, &db.soonest, `SELECT min(due)` + heads},
		{db.fast, &db.extend, `UPDATE espo_inbox SET due = ?` + held},
		{db.fast, &db.remove, `DELETE FROM espo_inbox` + held},
		{db.fast, &db.fail, `UPDATE espo_inbox SET token = '', reason = ?, due = ?, parked = ?` + held},
	} {
		var err error
		if *p.stmt, err = p.db.PrepareContext(ctx, p.text); err != nil {
			return err
		}
	}
	return nil
}
