package espo_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// Each request may fail, before or after the server has carried it out:
// repeated with the same id, there is one record in the end.
func TestCreateOnceBehindLostAnswers(t *testing.T) {
	faults := map[string]espotest.Fault{
		"cut":   {Cut: true},
		"502":   {Status: http.StatusBadGateway},
		"login": {HTML: true},
	}
	for _, path := range []string{"Import/file", "Import", "Account/*"} {
		for name, fault := range faults {
			for _, after := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/after=%t", strings.ReplaceAll(path, "/", " "), name, after), func(t *testing.T) {
					srv := espotest.NewServer(t)
					fault.Path, fault.After = path, after
					srv.Fail(fault)
					transport := espo.NewTransport()
					transport.DisableKeepAlives = true // or net/http itself sends a GET again
					client := srv.Client(espo.WithTransport(transport), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
					id := espo.NewID()
					_, err := client.Accounts.CreateOnce(t.Context(), id, espo.Account{Name: "Acme"})
					require.Error(t, err)
					got, err := client.Accounts.CreateOnce(t.Context(), id, espo.Account{Name: "Acme"})
					require.NoError(t, err)
					assert.Equal(t, id, got.ID)
					assert.Len(t, srv.Records("Account"), 1)
				})
			}
		}
	}
}

// A gateway that gives up is not an error: the request is sent again.
func TestCreateOnceIsTriedAgain(t *testing.T) {
	for _, path := range []string{"Import/file", "Import"} {
		srv := espotest.NewServer(t)
		srv.Fail(espotest.Fault{Path: path, After: true, Status: http.StatusGatewayTimeout})
		got, err := srv.Client().Accounts.CreateOnce(t.Context(), espo.NewID(), espo.Account{Name: "Acme", EmailAddress: "acme@example.com", Type: espo.AccountTypeCustomer})
		require.NoError(t, err, path)
		assert.Equal(t, "acme@example.com", got.EmailAddress)
		assert.Equal(t, espo.AccountTypeCustomer, got.Type)
		assert.Len(t, srv.Records("Account"), 1)
	}
}

// The record that is there stays as it is.
func TestCreateOnceOfARecordThatIsThere(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	id := espo.NewID()
	for _, name := range []string{"Acme", "Other"} {
		got, err := client.Accounts.CreateOnce(t.Context(), id, espo.Account{Name: name})
		require.NoError(t, err)
		assert.Equal(t, "Acme", got.Name)
	}
	require.NoError(t, client.Accounts.Delete(t.Context(), id))
	got, err := client.Accounts.CreateOnce(t.Context(), id, espo.Account{Name: "Anew"})
	require.NoError(t, err)
	assert.Equal(t, "Anew", got.Name)
}

func TestCreateOnceRefused(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	_, err := client.Accounts.CreateOnce(t.Context(), espo.NewID(), espo.Account{})
	var refused *espo.ImportRowError
	require.ErrorAs(t, err, &refused)
	require.ErrorIs(t, err, espo.ErrBadRequest)
	require.NotErrorIs(t, err, espo.ErrConflict)
	assert.ErrorContains(t, err, "field name: required")

	called := new(atomic.Int32)
	client = connect(t, func(http.ResponseWriter, *http.Request) { called.Add(1) })
	for _, id := range []string{"", "a/b", "123456789012345678", "a b", "é"} {
		_, err := client.Accounts.CreateOnce(t.Context(), id, espo.Account{Name: "Acme"})
		require.ErrorIs(t, err, espo.ErrInput, id)
	}
	_, err = client.Accounts.CreateOnce(t.Context(), "1", espo.Account{ID: "2", Name: "Acme"})
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Emails.CreateOnce(t.Context(), "1", espo.Email{Status: espo.EmailStatusSending})
	require.ErrorIs(t, err, espo.ErrInput)
	assert.Zero(t, called.Load())
}

func TestImportRowError(t *testing.T) {
	for kind, sentinel := range map[string]error{
		"Validation": espo.ErrBadRequest, "No-Access": espo.ErrForbidden, "Integrity-Constraint-Violation": espo.ErrConflict,
	} {
		err := &espo.ImportRowError{EntityType: "Account", ID: "1", Row: espo.ImportFailedRow{Type: kind}}
		for _, other := range []error{espo.ErrBadRequest, espo.ErrForbidden, espo.ErrConflict} {
			assert.Equal(t, errors.Is(other, sentinel), errors.Is(err, other), kind)
		}
		assert.Equal(t, "espo: Account/1 was not created: "+kind, fmt.Sprintf("%+v", err))
	}
}

func TestCreateOnceAll(t *testing.T) {
	srv := espotest.NewServer(t)
	var records []espo.NewRecord[espo.Account]
	for range 20 {
		records = append(records, espo.NewRecord[espo.Account]{ID: espo.NewID(), Record: espo.Account{Name: "Acme"}})
	}
	for range 2 {
		results, err := srv.Client().Accounts.CreateOnceAll(t.Context(), records, espo.BulkOptions{})
		require.NoError(t, err)
		for i, r := range results {
			assert.Equal(t, records[i].ID, r.Record.ID)
		}
	}
	assert.Len(t, srv.Records("Account"), 20)
}
