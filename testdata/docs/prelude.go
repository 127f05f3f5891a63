// Package docs holds the names that the Go snippets of README.md and of the
// documents in docs use without declaring them.
package docs

import (
	"context"
	"io"
	neturl "net/url"

	"github.com/go-espo/espo"
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
	response espo.Response
	file     io.Reader
	w        io.Writer
)

// T is somebody's struct.
type T struct{ ID string }

// store keeps the accounts of a delivery.
func store(context.Context, espo.WebhookEvent, []espo.WebhookRecord[espo.Account]) error { return nil }

// sync is a function that somebody tests.
func sync(*espo.Client) {}

// use takes what stands within a text.
func use(...any) {}
