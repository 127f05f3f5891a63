package espo_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// The contract suite does the same to the fake and, with ESPO_URL set, to a
// real server: what passes on one and not on the other is a bug in the fake
// or in the SDK. ESPO_FAKE_VERSION says which version the fake is. The suite
// removes what it creates, and can run twice at once.

// server is what a test of the suite runs against, and whom it lets in.
type server struct {
	url                 string
	apiKey              string
	hmacKey, hmacSecret string
	userName, password  string // of an administrator
}

// contractServer returns the real server that the environment names, or a new
// fake.
func contractServer(t *testing.T) server {
	t.Helper()
	if url := os.Getenv("ESPO_URL"); url != "" {
		require.Empty(t, os.Getenv("ESPO_FAKE_VERSION"), "ESPO_URL names a real server")
		return server{
			url, os.Getenv("ESPO_API_KEY"), os.Getenv("ESPO_HMAC_KEY"), os.Getenv("ESPO_HMAC_SECRET"),
			os.Getenv("ESPO_USERNAME"), os.Getenv("ESPO_PASSWORD"),
		}
	}
	var opts []espotest.Option
	if version := os.Getenv("ESPO_FAKE_VERSION"); version != "" {
		opts = append(opts, espotest.WithVersion(version))
	}
	return server{
		espotest.NewServer(t, opts...).URL(), espotest.FullAPIKey, espotest.HMACAPIKey, espotest.HMACSecret,
		espotest.AdminUser, espotest.AdminPassword,
	}
}

// client returns a client of the server.
func (s server) client(t *testing.T, auth espo.Authenticator, opts ...espo.Option) *espo.Client {
	t.Helper()
	c, err := espo.NewClient(s.url, auth, opts...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// clients returns a client for each way to authenticate that there are
// credentials for.
func (s server) clients(t *testing.T) map[string]*espo.Client {
	t.Helper()
	clients := map[string]*espo.Client{}
	if s.apiKey != "" {
		clients["APIKey"] = s.client(t, espo.APIKey(s.apiKey))
	}
	if s.hmacKey != "" {
		clients["HMAC"] = s.client(t, espo.HMAC(s.hmacKey, s.hmacSecret))
	}
	if s.userName != "" {
		clients["Basic"] = s.client(t, espo.Basic(s.userName, s.password))
		clients["Token"] = s.client(t, espo.Token(s.userName, s.password))
	}
	require.NotEmpty(t, clients, "ESPO_URL is set, but no credentials")
	return clients
}

// contractClients returns a client for each way to authenticate that there
// are credentials for.
func contractClients(t *testing.T) map[string]*espo.Client {
	t.Helper()
	return contractServer(t).clients(t)
}

// anyClient returns one client, for what does not depend on how it
// authenticates.
func (s server) anyClient(t *testing.T, opts ...espo.Option) *espo.Client {
	t.Helper()
	switch {
	case s.apiKey != "":
		return s.client(t, espo.APIKey(s.apiKey), opts...)
	case s.hmacKey != "":
		return s.client(t, espo.HMAC(s.hmacKey, s.hmacSecret), opts...)
	}
	require.NotEmpty(t, s.userName, "ESPO_URL is set, but no credentials")
	return s.client(t, espo.Token(s.userName, s.password), opts...)
}

// contractClient is anyClient of a server that the test needs for nothing else.
func contractClient(t *testing.T) *espo.Client {
	t.Helper()
	return contractServer(t).anyClient(t)
}

var nameCount atomic.Int64

// uniqueName returns a name that no other run and no other test uses.
func uniqueName(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("contract %x %d", time.Now().UnixNano(), nameCount.Add(1))
}

// contractAccount creates an account that goes with the test.
func contractAccount(t *testing.T, client *espo.Client, acc espo.Account) espo.Account {
	t.Helper()
	acc, err := client.Accounts.Create(t.Context(), acc)
	require.NoError(t, err)
	t.Cleanup(func() {
		err := client.Accounts.Delete(context.WithoutCancel(t.Context()), acc.ID)
		if err != nil {
			assert.ErrorIs(t, err, espo.ErrNotFound)
		}
	})
	return acc
}

func TestContractRecords(t *testing.T) {
	for name, client := range contractClients(t) {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			name := uniqueName(t)
			before := time.Now().Add(-2 * time.Minute)
			acc := contractAccount(t, client, espo.Account{
				Name: name, Type: espo.AccountTypeCustomer, BillingAddressCity: "Kyiv",
				Website: "https://contract.example",
			})
			assert.NotEmpty(t, acc.ID)
			assert.Equal(t, name, acc.Name)
			assert.Equal(t, espo.AccountTypeCustomer, acc.Type)
			assert.WithinRange(t, acc.CreatedAt.Time, before, time.Now().Add(2*time.Minute), "the server's time, in UTC")
			guarded := contractFrom(t, client, "9.1", "the guard of Account")
			assert.Equal(t, guarded, acc.VersionNumber == 1)

			got, err := client.Accounts.Get(ctx, acc.ID)
			require.NoError(t, err)
			assert.Equal(t, "Kyiv", got.BillingAddressCity)

			got, err = client.Accounts.Update(ctx, acc.ID, espo.Attrs{"website": nil, "industry": "Finance"})
			require.NoError(t, err)
			assert.Empty(t, got.Website)
			assert.Equal(t, espo.AccountIndustryFinance, got.Industry)
			assert.Equal(t, "Kyiv", got.BillingAddressCity, "what is not named stays")

			_, err = client.Accounts.Update(ctx, acc.ID, espo.Attrs{"website": "https://late.example"}, espo.IfVersion(1))
			change := func(a *espo.Account) error {
				a.BillingAddressCity, a.Description = "", "modified"
				return nil
			}
			if guarded {
				var conflict *espo.ConflictError
				require.ErrorAs(t, err, &conflict)
				assert.EqualValues(t, 2, conflict.Version)
				got, err = client.Accounts.Modify(ctx, acc.ID, change)
				require.NoError(t, err)
				assert.EqualValues(t, 3, got.VersionNumber)
			} else {
				require.ErrorIs(t, err, espo.ErrNotSupported)
				_, err = client.Accounts.Modify(ctx, acc.ID, change)
				require.ErrorIs(t, err, espo.ErrNotSupported)
				got, err = client.Accounts.Modify(ctx, acc.ID, change, espo.Unguarded())
				require.NoError(t, err)
			}
			assert.Empty(t, got.Website)
			assert.Empty(t, got.BillingAddressCity)
			assert.Equal(t, "modified", got.Description)
			_, err = client.Contacts.Update(ctx, "000000000000000ab", espo.Attrs{"title": "x"}, espo.IfVersion(1))
			require.ErrorIs(t, err, espo.ErrNotSupported, "no version guards a Contact by itself")

			require.NoError(t, client.Accounts.Delete(ctx, acc.ID))
			// Administrators still see what is deleted, marked as such.
			if got, err = client.Accounts.Get(ctx, acc.ID); err == nil {
				assert.True(t, got.Deleted)
			} else {
				require.ErrorIs(t, err, espo.ErrNotFound)
			}
			require.ErrorIs(t, client.Accounts.Delete(ctx, acc.ID), espo.ErrNotFound)
			exists, err := client.Accounts.Exists(ctx, acc.ID)
			require.NoError(t, err)
			assert.False(t, exists)
		})
	}
}

func TestContractErrors(t *testing.T) {
	server := contractServer(t)
	client := server.anyClient(t)
	ctx := t.Context()
	_, err := client.Accounts.Create(ctx, espo.Account{})
	var invalid *espo.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "name", invalid.Field)
	assert.Equal(t, "required", invalid.Rule)
	require.ErrorIs(t, err, espo.ErrBadRequest)

	name := uniqueName(t)
	first := contractAccount(t, client, espo.Account{Name: name})
	_, err = client.Accounts.Create(ctx, espo.Account{Name: name})
	var dup *espo.DuplicateError
	require.ErrorAs(t, err, &dup)
	require.Len(t, dup.Records, 1)
	assert.Equal(t, first.ID, dup.Records[0].ID())
	second, err := client.Accounts.Create(ctx, espo.Account{Name: name}, espo.SkipDuplicateCheck())
	require.NoError(t, err)
	require.NoError(t, client.Accounts.Delete(ctx, second.ID))

	_, err = client.Records("NoSuchType").List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Accounts.List(ctx, espo.Query{Where: espo.Where(espo.Equal("noSuchAttribute", 1))})
	require.ErrorIs(t, err, espo.ErrBadRequest)
	_, err = client.Accounts.List(ctx, espo.Query{MaxSize: 201})
	require.ErrorIs(t, err, espo.ErrForbidden)

	stranger := server.client(t, espo.APIKey("not-a-key"))
	_, err = stranger.Accounts.List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrUnauthorized)
}

func TestContractLists(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := uniqueName(t)
	var want []string
	for i := range 7 {
		acc := espo.Account{Name: fmt.Sprintf("%s #%d", name, i), Type: espo.AccountTypeCustomer}
		if i%2 == 1 {
			acc.Type = espo.AccountTypePartner
		}
		want = append(want, contractAccount(t, client, acc).ID)
	}
	mine := espo.StartsWith("name", name)

	page, err := client.Accounts.List(ctx, espo.Query{
		Where: espo.Where(mine), OrderBy: "name", Order: espo.Desc, MaxSize: 3, Offset: 1, Select: []string{"name"},
	})
	require.NoError(t, err)
	require.Len(t, page.Records, 3)
	assert.Equal(t, name+" #5", page.Records[0].Name)
	assert.Equal(t, 7, page.Total)
	assert.True(t, page.More)

	for _, order := range []string{"", "id", "name"} {
		var ids []string
		for acc, err := range client.Accounts.All(ctx, espo.Query{Where: espo.Where(mine), OrderBy: order, MaxSize: 2, Select: []string{"name"}}) {
			require.NoError(t, err)
			ids = append(ids, acc.ID)
		}
		assert.ElementsMatch(t, want, ids, "ordered by %q", order)
	}

	count, err := client.Accounts.Count(ctx, espo.Query{Where: espo.Where(mine, espo.Equal("type", "Partner"))})
	require.NoError(t, err)
	assert.Equal(t, 3, count)

	many, err := client.Accounts.GetMany(ctx, []string{want[3], "missing", want[0]}, espo.Select("name"))
	require.NoError(t, err)
	require.Len(t, many, 2)
	assert.Equal(t, []string{want[3], want[0]}, []string{many[0].ID, many[1].ID})

	for _, where := range [][]espo.Filter{
		{espo.In("name", name+" #1", name+" #2")},
		{mine, espo.Or(espo.EndsWith("name", "#1"), espo.EndsWith("name", "#2"))},
		{mine, espo.Contains("name", "#1"), espo.Today("createdAt").In(time.UTC)},
		{espo.Like("name", name+" __"), espo.NotIn("type", "Customer"), espo.IsNull("website"), espo.EndsWith("name", "1")},
	} {
		first, err := client.Accounts.First(ctx, espo.Query{Where: where, OrderBy: "name"})
		require.NoError(t, err)
		assert.Equal(t, name+" #1", first.Name)
	}
	_, err = client.Accounts.First(ctx, espo.Query{Where: espo.Where(mine, espo.Equal("type", "Reseller"))})
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestContractUpsert(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := uniqueName(t)
	acc, created, err := client.Accounts.Upsert(ctx, espo.Upsert{Match: espo.Attrs{"name": name}, Set: espo.Attrs{"industry": "Finance"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Accounts.Delete(context.WithoutCancel(ctx), acc.ID) })
	assert.True(t, created)
	assert.Equal(t, name, acc.Name)
	again, created, err := client.Accounts.Upsert(ctx, espo.Upsert{Match: espo.Attrs{"name": name}, Set: espo.Attrs{"industry": "Software"}})
	require.NoError(t, err)
	assert.False(t, created)
	assert.Equal(t, acc.ID, again.ID)
	assert.Equal(t, espo.AccountIndustrySoftware, again.Industry)
	again, created, err = client.Accounts.Upsert(ctx, espo.Upsert{Set: espo.Attrs{"name": name, "industry": "Energy"}})
	require.NoError(t, err)
	assert.False(t, created, "the server has named the duplicate")
	assert.Equal(t, acc.ID, again.ID)
}

// A logout ends the session on the server, not only in the client.
func TestContractLogout(t *testing.T) {
	server, ctx := contractServer(t), t.Context()
	if server.userName == "" {
		require.ErrorIs(t, server.anyClient(t).Logout(ctx), espo.ErrInput, "an API user has no session")
		t.Log("not checked: the end of a session: ESPO_USERNAME is not set, and API users have none")
		return
	}
	auth := espo.Token(server.userName, server.password)
	client := server.client(t, auth)
	_, err := client.Accounts.Count(ctx, espo.Query{})
	require.NoError(t, err)
	token := auth.Token()
	other := server.client(t, espo.Token(server.userName, "", espo.StoredToken(token)))
	_, err = other.Accounts.Count(ctx, espo.Query{})
	require.NoError(t, err, "the token is good for whoever has it")

	require.NoError(t, client.Logout(ctx))
	_, err = other.Accounts.Count(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrUnauthorized, "the server has forgotten the token")
	_, err = client.Accounts.Count(ctx, espo.Query{})
	require.NoError(t, err, "it logs in again")
	assert.NotEqual(t, token, auth.Token())
	require.NoError(t, client.Logout(ctx))
	require.NoError(t, client.Logout(ctx), "there is nothing to end")
}
