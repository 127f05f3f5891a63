package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"

	"github.com/go-espo/espo"
)

// batchSize is the number of accounts that are read into one transaction.
const batchSize = 200

// report counts what a run has done.
type report struct {
	read, removed            int // in the file
	created, updated, erased int // in EspoCRM
	conflicts                int
	refused                  []error // what EspoCRM did not accept: it stays in the file, and is sent again
}

func (r report) String() string {
	return fmt.Sprintf("read %d, removed %d here; created %d, updated %d, deleted %d there; conflicts: %d, refused: %d",
		r.read, r.removed, r.created, r.updated, r.erased, r.conflicts, len(r.refused))
}

// exchange is one synchronization.
type exchange struct {
	accounts *espo.RecordService[espo.Record]
	db       *store
	report   report
}

// syncAccounts brings both sides in step. First EspoCRM's changes are read, so
// that what is sent then is already free of the conflicts that they make.
func syncAccounts(ctx context.Context, client *espo.Client, db *store) (report, error) {
	r := &exchange{accounts: client.Records("Account"), db: db}
	err := r.pull(ctx)
	if err == nil {
		err = r.push(ctx)
	}
	return r.report, err
}

// pull writes what has changed in EspoCRM to the file. Accounts and the cursor
// that comes after them are stored in one transaction: so an interrupted run
// goes on after the last of them.
func (r *exchange) pull(ctx context.Context) error {
	cursor, err := r.db.cursor(ctx)
	if err != nil {
		return err
	}
	o := espo.ChangeOptions{Select: attributes, BatchSize: batchSize, Concurrency: 4}
	for batch, err := range r.accounts.Changes(ctx, cursor, o) {
		if err != nil {
			return err
		}
		err = r.db.in(ctx, func(tx *sql.Tx) error {
			for _, record := range batch.Records {
				if err := r.take(ctx, tx, record); err != nil {
					return err
				}
			}
			_, err := tx.ExecContext(ctx, `UPDATE progress SET cursor = ?`, batch.Cursor)
			return err
		})
		if err != nil {
			return err
		}
		cursor = batch.Cursor
	}
	for id, err := range r.accounts.FindDeleted(ctx, r.db, cursor, o) {
		if err != nil {
			return err
		}
		if err := r.db.in(ctx, func(tx *sql.Tx) error { return r.lose(ctx, tx, id) }); err != nil {
			return err
		}
	}
	return nil
}

// take writes an account of EspoCRM to the file.
func (r *exchange) take(ctx context.Context, tx *sql.Tx, record espo.Record) error {
	found, err := find(ctx, tx, `id = ?`, record.ID())
	if err != nil {
		return err
	}
	local, there := row{id: record.ID()}, valuesOf(record)
	if len(found) == 1 {
		local = found[0]
		if maps.Equal(there, local.base) {
			return nil // it is the run's own change that comes back
		}
	}
	agreed, conflicts := merge(local.base, local.data, there)
	if local.deleted {
		conflicts = append(conflicts, conflict{"id", "", local.id})
	}
	r.report.read++
	r.report.conflicts += len(conflicts)
	return settle(ctx, tx, local, agreed, there, conflicts)
}

// lose takes an account out of the file that EspoCRM no longer has.
func (r *exchange) lose(ctx context.Context, db queryer, id string) error {
	found, err := find(ctx, db, `id = ?`, id)
	if err != nil || len(found) == 0 {
		return err
	}
	r.report.removed++
	if _, conflicts := merge(found[0].base, found[0].data, values{}); !found[0].deleted && !maps.Equal(found[0].data, found[0].base) {
		r.report.conflicts += len(conflicts)
		if err := note(ctx, db, id, conflicts); err != nil {
			return err
		}
	}
	return forget(ctx, db, id)
}

// push tells EspoCRM what has changed in the file. Each call can be repeated
// when the run is interrupted after it, and before the file has its outcome.
func (r *exchange) push(ctx context.Context) error {
	rows, err := r.db.changed(ctx)
	if err != nil {
		return err
	}
	for _, local := range rows {
		switch {
		case local.deleted && local.base == nil:
			err = forget(ctx, r.db.db, local.id)
		case local.deleted:
			err = r.erase(ctx, local)
		case local.base == nil:
			err = r.create(ctx, local)
		default:
			err = r.update(ctx, local)
		}
		switch {
		case refused(err):
			r.report.refused = append(r.report.refused, fmt.Errorf("account %s: %w", local.id, err))
		case err != nil:
			return fmt.Errorf("account %s: %w", local.id, err)
		}
	}
	return nil
}

// refused tells an account that EspoCRM does not accept, which must not hold up
// the others, from what ends a run.
func refused(err error) bool {
	return errors.Is(err, espo.ErrBadRequest) || errors.Is(err, espo.ErrForbidden) || errors.Is(err, espo.ErrConflict)
}

func (r *exchange) erase(ctx context.Context, local row) error {
	if err := r.accounts.Delete(ctx, local.id); err != nil && !errors.Is(err, espo.ErrNotFound) {
		return err
	}
	r.report.erased++
	return forget(ctx, r.db.db, local.id)
}

// create uses the id that the file has given, so that a repetition does not
// create the account twice.
func (r *exchange) create(ctx context.Context, local row) error {
	record := espo.Record{}
	local.data.write(record)
	created, err := r.accounts.CreateOnce(ctx, local.id, record)
	if err != nil {
		return err
	}
	r.report.created++
	return settle(ctx, r.db.db, local, valuesOf(created), valuesOf(created), nil)
}

// update sends what the file has changed, guarded against others: Modify reads
// the account, and begins anew when somebody else writes it meanwhile.
func (r *exchange) update(ctx context.Context, local row) error {
	var conflicts []conflict
	updated, err := r.accounts.Modify(ctx, local.id, func(record *espo.Record) error {
		var agreed values
		agreed, conflicts = merge(local.base, local.data, valuesOf(*record))
		agreed.write(*record)
		return nil
	})
	switch {
	case errors.Is(err, espo.ErrNotFound):
		return r.lose(ctx, r.db.db, local.id)
	case err != nil:
		return err
	}
	r.report.updated++
	r.report.conflicts += len(conflicts)
	return r.db.in(ctx, func(tx *sql.Tx) error {
		return settle(ctx, tx, local, valuesOf(updated), valuesOf(updated), conflicts)
	})
}
