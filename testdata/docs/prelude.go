// Package docs holds the names that the Go snippets of README.md and of the
// documents in docs use without declaring them.
package docs

import (
	"context"
	"crypto/x509"
	"io"
	neturl "net/url"
	"testing"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/inbox"
)

var (
	ctx    context.Context
	client *espo.Client
	auth   espo.Authenticator
	err    error

	id, contactID, setID, key, secret, name, password, userName, address, url, dir string
	entityType, link, field, action, layout, hash                                  string

	ids     []string
	version int64
	query   neturl.Values
	body    any
	out     any
	q       espo.Query

	acc      espo.Account
	hook     espo.Webhook
	contacts []espo.Contact
	cursor   espo.Cursor
	response espo.Response
	t        *testing.T
	srv      *espotest.Server
	file     io.Reader
	w        io.Writer
	ownCAs   *x509.CertPool

	ensured espo.EnsuredWebhooks
	items   inbox.Store
	process func(context.Context, inbox.Claim) error
)

// keep stores an account.
func keep(context.Context, espo.Account) error { return nil }

// T is somebody's struct.
type T struct{ ID string }

// store keeps the accounts of a delivery.
func store(context.Context, espo.WebhookEvent, []espo.WebhookRecord[espo.Account]) error { return nil }

// sync is a function that somebody tests.
func sync(*espo.Client) {}

// save stores contacts and a cursor in one transaction.
func save([]espo.Contact, espo.Cursor) error { return nil }

// use takes what stands within a text.
func use(...any) {}
