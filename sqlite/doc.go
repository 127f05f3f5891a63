// Package esposqlite keeps an inbox of webhooks, and tokens and cursors, in an
// SQLite database, which several processes on one machine can share:
//
//	db, err := esposqlite.Open(ctx, "crm.db", esposqlite.Options{})
//	defer db.Close()
//	box, err := inbox.New(db.Inbox(), process)
//
// What [inbox.Store].Put has stored survives the end of the process and of the
// machine. What a worker has done survives the end of the process; after a loss of
// power the last items may be processed once more.
package esposqlite
