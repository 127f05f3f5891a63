package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/examples/internal/demo"
)

// rights are those of the cookbook.
var rights = espotest.Role{
	Scopes: map[string]espotest.Access{
		"Account":  {Read: espo.AccessAll, Stream: espo.AccessAll},
		"Document": {Create: espo.AccessYes, Read: espo.AccessAll},
	},
}

func of(account string) invoice {
	return invoice{number: "17", account: account, date: espo.NewDate(2026, 11, 24), pdf: strings.NewReader("%PDF-1.4\n%%EOF\n")}
}

func TestAnInvoiceIsFiledOnce(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	srv.Seed("Account", espo.Attrs{"name": "Acme"}, espo.Attrs{"name": "Bolt"})

	srv.Fail(espotest.Fault{Method: http.MethodPost, Path: "Document", After: true, Cut: true})
	_, _, err := of("Acme").file(t.Context(), client)
	require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
	doc, created, err := of("Acme").file(t.Context(), client)
	require.NoError(t, err)
	assert.False(t, created, "the first try has filed it")
	assert.Equal(t, "17.pdf", doc.FileName)
	_, created, err = of("Bolt").file(t.Context(), client)
	require.NoError(t, err)
	assert.True(t, created, "another customer's")
	assert.Len(t, srv.Records("Document"), 2)
}

func TestAnInvoiceNeedsItsAccount(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	_, _, err := of("Acme").file(t.Context(), client)
	require.ErrorIs(t, err, espo.ErrNotFound)
	srv.Seed("Account", espo.Attrs{"name": "Acme"}, espo.Attrs{"name": "Acme"})
	_, _, err = of("Acme").file(t.Context(), client)
	require.ErrorIs(t, err, espo.ErrAmbiguous)
	assert.Empty(t, srv.Records("Attachment"))
}
