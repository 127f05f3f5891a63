package espo_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func upsertsOf(keys ...string) []espo.Upsert {
	upserts := make([]espo.Upsert, len(keys))
	for i, key := range keys {
		upserts[i] = espo.Upsert{
			Match: espo.Attrs{"sicCode": key}, Set: espo.Attrs{"description": itoa(i)},
			OnCreate: espo.Attrs{"name": fmt.Sprint("name of ", i)}, SkipDuplicateCheck: true,
		}
	}
	return upserts
}

// Records are looked for a hundred at once, whether they are there or not.
func TestUpsertAllLooksForManyAtOnce(t *testing.T) {
	srv := espotest.NewServer(t)
	keys := make([]string, 250)
	for i := range keys {
		keys[i] = fmt.Sprintf("k%03d", i)
	}
	for _, created := range []bool{true, false} {
		srv.ClearRequests()
		results, err := srv.Client().Accounts.UpsertAll(t.Context(), upsertsOf(keys...), espo.BulkOptions{Concurrency: 8})
		require.NoError(t, err)
		gets := 0
		for _, req := range srv.Requests() {
			if req.Method == http.MethodGet {
				gets++
			}
		}
		assert.Equal(t, 3, gets)
		for i, r := range results {
			require.Equal(t, created, r.Created, i)
			require.Equal(t, keys[i], r.Record.SicCode)
			require.Equal(t, itoa(i), r.Record.Description)
		}
	}
	assert.Len(t, srv.Records("Account"), 250)
	results, err := srv.Client().Accounts.UpsertAll(t.Context(), upsertsOf(keys[:5]...), espo.BulkOptions{Lookup: 1})
	require.NoError(t, err)
	assert.False(t, results[4].Created)
}

// Upserts with the same match become one record, with the last one's values,
// also where only the database takes their texts for the same, and wherever the
// border between two requests lies.
func TestUpsertAllKeepsTheOrderOfARecord(t *testing.T) {
	srv := espotest.NewServer(t)
	var keys []string
	for i := range 120 {
		keys = append(keys, []string{"same", "SAME", "same ", "other", "é", "É"}[i%6])
	}
	for _, lookup := range []int{0, 1, 7} {
		_, err := srv.Client().Accounts.UpsertAll(t.Context(), upsertsOf(keys...), espo.BulkOptions{Concurrency: 16, Lookup: lookup})
		require.NoError(t, err)
		last := map[string]string{}
		for _, r := range srv.Records("Account") {
			last[strings.ToLower(strings.TrimSpace(r.String("sicCode")))] = r.String("description")
		}
		assert.Equal(t, "116", last["same"])
		assert.Equal(t, "117", last["other"])
		assert.Len(t, srv.Records("Account"), len(last), "lookup %d", lookup)
	}
}

// What one request cannot tell is looked for by itself: texts that are the same
// only for the database, addresses that are not the first, and more than one
// record.
func TestUpsertAllWhereOneRequestCannotTell(t *testing.T) {
	srv := espotest.NewServer(t)
	srv.Seed("Account",
		espo.Attrs{"name": "a", "sicCode": "ABC"}, espo.Attrs{"name": "b", "sicCode": "é"},
		espo.Attrs{"name": "c", "sicCode": "twin"}, espo.Attrs{"name": "d", "sicCode": "twin"},
	)
	results, err := srv.Client().Accounts.UpsertAll(t.Context(), upsertsOf("abc", "twin", "new"), espo.BulkOptions{})
	require.ErrorIs(t, err, espo.ErrAmbiguous)
	assert.Equal(t, "a", results[0].Record.Name)
	require.ErrorIs(t, results[1].Err, espo.ErrAmbiguous)
	assert.True(t, results[2].Created)
	results, err = srv.Client().Accounts.UpsertAll(t.Context(), upsertsOf("é", "x"), espo.BulkOptions{})
	require.NoError(t, err)
	assert.Equal(t, "b", results[0].Record.Name)

	account, err := srv.Client().Accounts.Create(t.Context(), espo.Account{Name: "two addresses", EmailAddressData: []espo.EmailAddressEntry{
		{EmailAddress: "first@example.com", Primary: true}, {EmailAddress: "second@example.com"},
	}})
	require.NoError(t, err)
	byAddress := func(address string) espo.Upsert {
		return espo.Upsert{Match: espo.Attrs{"emailAddress": address}, Set: espo.Attrs{"name": address}}
	}
	results, err = srv.Client().Accounts.UpsertAll(t.Context(), []espo.Upsert{byAddress("second@example.com"), byAddress("third@example.com")}, espo.BulkOptions{})
	require.NoError(t, err)
	assert.Equal(t, account.ID, results[0].Record.ID)
	assert.True(t, results[1].Created)
}

// Refused credentials are sent once, and a failure of the common request is
// nobody's.
func TestUpsertAllWhenItCannotLook(t *testing.T) {
	srv := espotest.NewServer(t)
	results, err := srv.ClientAs(espo.APIKey("wrong")).Accounts.UpsertAll(t.Context(), upsertsOf("a", "b", "a", "c"), espo.BulkOptions{Concurrency: 4})
	require.ErrorIs(t, err, espo.ErrUnauthorized)
	assert.Len(t, srv.Requests(), 1)
	for _, r := range results {
		require.ErrorIs(t, r.Err, espo.ErrUnauthorized)
	}
	srv.ClearRequests()
	srv.Fail(espotest.Fault{Method: http.MethodGet, Path: "Account", Status: http.StatusForbidden})
	results, err = srv.Client().Accounts.UpsertAll(t.Context(), upsertsOf("a", "b"), espo.BulkOptions{})
	require.NoError(t, err)
	assert.True(t, results[1].Created)
}
