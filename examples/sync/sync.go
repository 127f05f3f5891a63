package main

import (
	"context"
	"errors"

	"github.com/go-espo/espo"
)

// A run copies a window of time: the contacts modified from where the last
// finished run ended up to the latest change that the server knows at its
// start. Within the window it goes by id, so that each contact is met once,
// however many others are written meanwhile. A contact that is modified again
// leaves the window and is met by the next run. The last second of a window
// may still be written to: the next one begins with it, and what has not
// changed since is not written again.

// batchSize is the number of contacts in a transaction, and what an
// interruption costs at most.
const batchSize = 50

// syncContacts copies what has changed into the store and returns the number
// of contacts written. each, if not nil, is called with the number of contacts
// met so far.
func syncContacts(ctx context.Context, client *espo.Client, db *store, each func(int)) (written int, err error) {
	w, err := db.window(ctx)
	if err != nil {
		return 0, err
	}
	if w.until.IsZero() { // no run was interrupted: begin a new window
		latest, err := client.Contacts.First(ctx, espo.Query{
			Select: []string{"modifiedAt"}, OrderBy: "modifiedAt", Order: espo.Desc,
			Where: espo.Where(espo.IsNotNull("modifiedAt")),
		})
		if errors.Is(err, espo.ErrNotFound) {
			return 0, nil // there are no contacts
		}
		if err != nil {
			return 0, err
		}
		w.until, w.lastID = latest.ModifiedAt, ""
	}

	q := espo.Query{
		Where:  espo.Where(espo.LessOrEqual("modifiedAt", w.until)),
		Select: []string{"name", "emailAddress", "phoneNumber", "accountId", "modifiedAt"},
	}
	if !w.from.IsZero() {
		q.Where = append(q.Where, espo.GreaterOrEqual("modifiedAt", w.from))
	}
	if w.lastID != "" {
		q.Where = append(q.Where, espo.GreaterThan("id", w.lastID))
	}
	var batch []espo.Contact
	met := 0
	for contact, err := range client.Contacts.All(ctx, q) {
		if err != nil {
			return written, err
		}
		batch = append(batch, contact)
		if len(batch) == batchSize {
			n, err := db.save(ctx, w, batch)
			written += n
			if err != nil {
				return written, err
			}
			batch = batch[:0]
		}
		if met++; each != nil {
			each(met)
		}
	}
	n, err := db.save(ctx, w, batch)
	if written += n; err != nil {
		return written, err
	}
	return written, db.finish(ctx, w)
}
