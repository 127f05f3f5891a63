package esposqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/inbox"
	"github.com/go-espo/espo/internal/wake"
)

// Inbox is an [inbox.Store] in the database.
func (db *DB) Inbox() inbox.Store { return store{db} }

type store struct{ *DB }

func wrap(what string, err error) error {
	if err == nil || errors.Is(err, inbox.ErrClaimLost) || errors.Is(err, inbox.ErrNotParked) {
		return err
	}
	return fmt.Errorf("esposqlite: %s: %w", what, err)
}

// Put stores all items or none.
func (s store) Put(ctx context.Context, items ...inbox.Item) (added int, err error) {
	now := time.Now().UnixMilli()
	s.writing.Lock()
	err = inTx(ctx, s.safe, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM espo_inbox_keys WHERE put < ?`, now-s.o.Remember.Milliseconds()); err != nil {
			return err
		}
		putKey, putItem := tx.StmtContext(ctx, s.putKey), tx.StmtContext(ctx, s.putItem)
		for _, item := range items {
			n, err := changedRows(putKey.ExecContext(ctx, item.Key, now))
			if err == nil && n == 1 { // an item that is not done has its key also when that is forgotten
				n, err = changedRows(putItem.ExecContext(ctx,
					item.Key, item.Record(), item.Event.String(), item.RecordID, item.WebhookID, item.Data, item.Received.UnixMilli()))
				added += int(n)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	s.writing.Unlock()
	if err != nil {
		return 0, wrap("storing items", err)
	}
	s.wake.Tell()
	return added, nil
}

func changedRows(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Next looks for an item until there is one.
func (s store) Next(ctx context.Context) (inbox.Claim, error) {
	for {
		if err := ctx.Err(); err != nil {
			return inbox.Claim{}, err
		}
		changed := s.wake.Changed()
		c, due, err := s.claim(ctx)
		switch {
		case err == nil && c.Token != "":
			return c, nil
		case ctx.Err() != nil:
			return inbox.Claim{}, ctx.Err()
		case err != nil:
			return inbox.Claim{}, wrap("claiming an item", err)
		}
		wake.Wait(ctx, changed, min(due, s.o.Poll))
	}
}

// claim claims the first item that is due, or says how long it is until there is
// one.
func (s store) claim(ctx context.Context) (c inbox.Claim, wait time.Duration, err error) {
	now := time.Now()
	token := rand.Text()
	var event string
	var received int64
	s.writing.Lock()
	err = s.take.QueryRowContext(ctx,
		token, now.Add(s.o.Lease).UnixMilli(), now.UnixMilli(),
	).Scan(&c.Key, &event, &c.RecordID, &c.WebhookID, &c.Data, &received, &c.Attempt)
	s.writing.Unlock()
	if errors.Is(err, sql.ErrNoRows) {
		return inbox.Claim{}, s.untilDue(ctx, now), nil
	}
	if err == nil {
		err = c.Event.UnmarshalText([]byte(event))
	}
	if err != nil {
		return inbox.Claim{}, 0, err
	}
	c.Received, c.Lease, c.Token = time.UnixMilli(received).UTC(), s.o.Lease, token
	return c, 0, nil
}

func (s store) untilDue(ctx context.Context, now time.Time) time.Duration {
	var due sql.NullInt64
	err := s.soonest.QueryRowContext(ctx).Scan(&due)
	if err != nil || !due.Valid {
		return s.o.Poll
	}
	return max(time.UnixMilli(due.Int64).Sub(now), time.Millisecond)
}

// held changes an item whose claim holds.
func (s store) held(ctx context.Context, what string, c inbox.Claim, change *sql.Stmt, args ...any) error {
	s.writing.Lock()
	n, err := changedRows(change.ExecContext(ctx, append(args, c.Key, c.Token)...))
	s.writing.Unlock()
	if err == nil && n == 0 {
		err = inbox.ErrClaimLost
	}
	if err != nil {
		return wrap(what, err)
	}
	return nil
}

func (s store) Extend(ctx context.Context, c inbox.Claim) error {
	return s.held(ctx, "extending a claim", c, s.extend, time.Now().Add(s.o.Lease).UnixMilli())
}

func (s store) Done(ctx context.Context, c inbox.Claim) error {
	err := s.held(ctx, "removing an item", c, s.remove)
	s.wake.Tell()
	return err
}

func (s store) Fail(ctx context.Context, c inbox.Claim, f inbox.Failure) error {
	now, parked := time.Now(), int64(0)
	if f.Park {
		parked = now.UnixMilli()
	}
	err := s.held(ctx, "giving an item back", c, s.fail, f.Reason, now.Add(f.After).UnixMilli(), parked)
	s.wake.Tell()
	return err
}

func (s store) Parked(ctx context.Context) iter.Seq2[inbox.Parked, error] {
	return func(yield func(inbox.Parked, error) bool) {
		all, err := s.parked(ctx)
		for _, p := range all {
			if !yield(p, nil) {
				return
			}
		}
		if err != nil {
			yield(inbox.Parked{}, wrap("reading what is parked", err))
		}
	}
}

// parked reads all at once, so that the caller can release what it sees.
func (s store) parked(ctx context.Context) (all []inbox.Parked, err error) {
	rows, err := s.fast.QueryContext(ctx,
		`SELECT key, event, id, webhook, data, received, attempts, reason, parked FROM espo_inbox WHERE parked > 0 ORDER BY parked, number`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p inbox.Parked
		var event espo.WebhookEvent
		var text string
		var received, parked int64
		if err := rows.Scan(&p.Key, &text, &p.RecordID, &p.WebhookID, &p.Data, &received, &p.Attempts, &p.Reason, &parked); err != nil {
			return all, err
		}
		if err := event.UnmarshalText([]byte(text)); err != nil {
			return all, err
		}
		p.Event, p.Received, p.At = event, time.UnixMilli(received).UTC(), time.UnixMilli(parked).UTC()
		all = append(all, p)
	}
	return all, rows.Err()
}

// Release gives the item a new number: it comes after those that are there.
func (s store) Release(ctx context.Context, key string) error {
	s.writing.Lock()
	n, err := changedRows(s.fast.ExecContext(ctx, `UPDATE espo_inbox SET parked = 0, attempts = 0, due = 0, reason = '', token = '',
		number = (SELECT max(number) + 1 FROM espo_inbox) WHERE key = ? AND parked > 0`, key))
	s.writing.Unlock()
	if err == nil && n == 0 {
		err = inbox.ErrNotParked
	}
	if err != nil {
		return wrap("releasing an item", err)
	}
	s.wake.Tell()
	return nil
}
