package espo_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestCRUD(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	created, err := client.Accounts.Create(ctx, espo.Account{
		Name: "Acme", Type: espo.AccountTypeCustomer, EmailAddress: "info@acme.example", Extra: espo.Attrs{"description": nil},
	})
	require.NoError(t, err)
	require.NotEmpty(t, created.ID)
	assert.Equal(t, int64(1), created.VersionNumber)
	assert.False(t, created.CreatedAt.IsZero())
	assert.JSONEq(t, `{"name":"Acme","type":"Customer","emailAddress":"info@acme.example","description":null}`, string(last(t, srv).Body),
		"what is zero is not sent, what Extra has is")

	read, err := client.Accounts.Get(ctx, created.ID)
	require.NoError(t, err)
	assert.Equal(t, "Acme", read.Name)
	assert.Equal(t, espo.AccountTypeCustomer, read.Type)

	updated, err := client.Accounts.Update(ctx, created.ID, espo.Attrs{"website": "https://acme.example", "type": nil, "noSuch": 1})
	require.NoError(t, err)
	assert.Equal(t, "https://acme.example", updated.Website)
	assert.Empty(t, updated.Type)
	assert.Equal(t, "Acme", updated.Name, "what was not sent stays")
	assert.Equal(t, "PUT", last(t, srv).Method)
	assert.JSONEq(t, `{"website":"https://acme.example","type":null,"noSuch":1}`, string(last(t, srv).Body))

	unchanged, err := client.Accounts.Update(ctx, created.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, "https://acme.example", unchanged.Website)
	assert.Equal(t, `{}`, string(last(t, srv).Body))

	exists, err := client.Accounts.Exists(ctx, created.ID)
	require.NoError(t, err)
	assert.True(t, exists)
	require.NoError(t, client.Accounts.Delete(ctx, created.ID))
	exists, err = client.Accounts.Exists(ctx, created.ID)
	require.NoError(t, err)
	assert.False(t, exists)

	_, err = client.Accounts.Get(ctx, created.ID)
	assert.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Accounts.Update(ctx, created.ID, espo.Attrs{"name": "x"})
	assert.ErrorIs(t, err, espo.ErrNotFound)
	assert.ErrorIs(t, client.Accounts.Delete(ctx, created.ID), espo.ErrNotFound)
}

func TestServiceNames(t *testing.T) {
	_, client := fake(t)
	assert.Equal(t, "Account", client.Accounts.EntityType())
	assert.Equal(t, "CProject", client.Records("CProject").EntityType())
	assert.Equal(t, "CProject", espo.Records[struct{}](client, "CProject").EntityType())
}

func TestErrorsOfRecords(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	id := srv.Seed("Account", map[string]any{"name": "Hidden"})[0]
	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey), noWait)

	_, err := limited.Accounts.Get(ctx, id)
	assert.ErrorIs(t, err, espo.ErrForbidden)
	_, err = limited.Accounts.Exists(ctx, id)
	assert.ErrorIs(t, err, espo.ErrForbidden, "the caller may not know")
	_, err = limited.Contacts.List(ctx, espo.Query{})
	assert.ErrorIs(t, err, espo.ErrForbidden)

	_, err = srv.ClientAs(espo.APIKey("wrong")).Accounts.Get(ctx, id)
	assert.ErrorIs(t, err, espo.ErrUnauthorized)
	_, err = client.Records("NoSuchType").Get(ctx, id)
	assert.ErrorIs(t, err, espo.ErrNotFound)

	var invalid *espo.ValidationError
	_, err = client.Accounts.Create(ctx, espo.Account{EmailAddress: "a@example.com"})
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, []string{"Account", "name", "required"}, []string{invalid.EntityType, invalid.Field, invalid.Rule})
	_, err = client.Accounts.Update(ctx, id, espo.Attrs{"emailAddress": "nope"})
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "emailAddress", invalid.Field)
	_, err = client.Accounts.List(ctx, espo.Query{OrderBy: "noSuch"})
	assert.Error(t, err)
	_, err = client.Accounts.List(ctx, espo.Query{MaxSize: 201})
	assert.ErrorIs(t, err, espo.ErrForbidden)
}

func TestSelect(t *testing.T) {
	srv, client := fake(t)
	id := srv.Seed("Account", map[string]any{"name": "Acme", "website": "https://acme.example"})[0]
	_, err := client.Accounts.Get(t.Context(), id, espo.Select("id", "name"), espo.Select("type"))
	require.NoError(t, err)
	assert.Equal(t, "select=id%2Cname%2Ctype", last(t, srv).Query)
	for _, form := range []espo.SearchForm{espo.SearchJSON, espo.SearchPHP, espo.SearchAliases} {
		page, err := srv.Client(espo.WithSearchForm(form)).Accounts.List(t.Context(), espo.Query{
			Where: espo.Where(espo.Equal("name", "acme")), Select: []string{"name"},
		})
		require.NoError(t, err)
		require.Len(t, page.Records, 1)
		assert.Equal(t, "Acme", page.Records[0].Name)
		assert.Equal(t, id, page.Records[0].ID)
		assert.Empty(t, page.Records[0].Website)
	}
}

func TestDuplicates(t *testing.T) {
	_, client := fake(t)
	ctx := t.Context()
	first, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	require.NoError(t, err)

	var dup *espo.DuplicateError
	_, err = client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	require.ErrorAs(t, err, &dup)
	assert.ErrorIs(t, err, espo.ErrConflict)
	require.Len(t, dup.Records, 1)
	assert.Equal(t, first.ID, dup.Records[0].ID())
	assert.Equal(t, "Acme", dup.Records[0].Name())

	second, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme"}, espo.SkipDuplicateCheck())
	require.NoError(t, err)
	assert.NotEqual(t, first.ID, second.ID)
}

func TestVersion(t *testing.T) {
	_, client := fake(t)
	ctx := t.Context()
	account, err := client.Accounts.Create(ctx, espo.Account{Name: "V1"})
	require.NoError(t, err)
	_, err = client.Accounts.Update(ctx, account.ID, espo.Attrs{"name": "V2"}, espo.IfVersion(account.VersionNumber))
	require.NoError(t, err)

	var conflict *espo.ConflictError
	_, err = client.Accounts.Update(ctx, account.ID, espo.Attrs{"name": "V3", "description": "d"}, espo.IfVersion(account.VersionNumber))
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, int64(2), conflict.Version)
	assert.Equal(t, "V2", conflict.Values.Name())
	assert.True(t, conflict.Values.IsNull("description"))
}

func TestListPage(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	seedAccounts(srv, 5)
	page, err := client.Accounts.List(ctx, espo.Query{OrderBy: "name", MaxSize: 2})
	require.NoError(t, err)
	assert.Equal(t, []string{"A0000", "A0001"}, names(page.Records))
	assert.Equal(t, []any{5, true, true}, []any{page.Total, page.Counted, page.More})

	page, err = client.Accounts.List(ctx, espo.Query{OrderBy: "name", Order: espo.Desc, Offset: 4, MaxSize: 2})
	require.NoError(t, err)
	assert.Equal(t, []string{"A0000"}, names(page.Records))
	assert.Equal(t, []any{5, true, false}, []any{page.Total, page.Counted, page.More})

	// The -1 and -2 that stand for a total do not leak out.
	page, err = client.Accounts.List(ctx, espo.Query{MaxSize: 2, NoTotal: true})
	require.NoError(t, err)
	assert.Equal(t, []any{0, false, true}, []any{page.Total, page.Counted, page.More})
	page, err = client.Accounts.List(ctx, espo.Query{Q: "A0003"})
	require.NoError(t, err)
	assert.Equal(t, []string{"A0003"}, names(page.Records))
	assert.Equal(t, []any{0, false, false}, []any{page.Total, page.Counted, page.More})

	page, err = client.Accounts.List(ctx, espo.Query{Where: espo.Where(espo.Equal("name", "none"))})
	require.NoError(t, err)
	assert.Empty(t, page.Records)
	assert.Equal(t, []any{0, true, false}, []any{page.Total, page.Counted, page.More})
}

func TestFirst(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	seedAccounts(srv, 3)
	first, err := client.Accounts.First(ctx, espo.Query{OrderBy: "name", Order: espo.Desc, MaxSize: 100})
	require.NoError(t, err)
	assert.Equal(t, "A0002", first.Name)
	q, err := last(t, srv).Search()
	require.NoError(t, err)
	assert.Equal(t, 1, q.MaxSize)
	assert.True(t, q.NoTotal)

	none, err := client.Accounts.First(ctx, espo.Query{Where: espo.Where(espo.Equal("name", "none"))})
	assert.ErrorIs(t, err, espo.ErrNotFound)
	assert.ErrorContains(t, err, "Account")
	assert.Empty(t, none)
	_, err = client.Accounts.First(ctx, espo.Query{Offset: -1})
	assert.ErrorIs(t, err, espo.ErrInput)
}

func TestCount(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	seedAccounts(srv, 30)
	n, err := client.Accounts.Count(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Equal(t, 30, n)
	assert.Equal(t, "maxSize=0&select=id", last(t, srv).Query, "no records are read")
	n, err = client.Accounts.Count(ctx, espo.Query{Where: espo.Where(espo.StartsWith("name", "A001")), Offset: 5, MaxSize: 3, NoTotal: true, Select: []string{"name"}})
	require.NoError(t, err)
	assert.Equal(t, 10, n)
	_, err = client.Accounts.Count(ctx, espo.Query{Q: "A"})
	assert.ErrorIs(t, err, espo.ErrInput)

	// A server that does not count must not look as if there were none.
	uncounted := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"total":-1,"list":[]}`) })
	_, err = uncounted.Accounts.Count(ctx, espo.Query{})
	assert.Error(t, err)
	_, err = uncounted.Related(espo.Ref{Type: "Account", ID: "1"}, "contacts").Count(ctx, espo.Query{})
	assert.Error(t, err)
}

func TestGetMany(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	ids := seedAccounts(srv, 250)
	shuffled := slices.Clone(ids)
	slices.Reverse(shuffled)
	wanted := slices.Concat([]string{"missing"}, shuffled, []string{ids[0]})
	got, err := client.Accounts.GetMany(ctx, wanted, espo.Select("name"), espo.Header("X-Custom", "v"))
	require.NoError(t, err)
	require.Len(t, got, 251, "a missing record is left out, one asked for twice is there twice")
	assert.Equal(t, "A0249", got[0].Name)
	assert.Equal(t, "A0000", got[249].Name)
	assert.Equal(t, got[249], got[250])
	assert.Equal(t, "v", last(t, srv).Header.Get("X-Custom"))
	assert.Len(t, srv.Requests(), 3)

	none, err := client.Accounts.GetMany(ctx, nil)
	require.NoError(t, err)
	assert.Empty(t, none)
	assert.Len(t, srv.Requests(), 3, "nothing to ask for")

	_, err = client.Records("NoSuchType").GetMany(ctx, ids[:1])
	assert.ErrorIs(t, err, espo.ErrNotFound)
}

// A server whose pages are small gives all of them all the same.
func TestGetManyFromSmallPages(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithSettings(map[string]any{"recordListMaxSizeLimit": 7}))
	ids := seedAccounts(srv, 20)
	got, err := srv.Client().Accounts.GetMany(t.Context(), ids)
	require.NoError(t, err)
	assert.Len(t, got, 20)
}

// What a URL may have decides how many ids go into one.
func TestGetManyWithShortURLs(t *testing.T) {
	srv, client := fake(t, espo.WithMaxURL(1000))
	ids := seedAccounts(srv, 150)
	got, err := client.Accounts.GetMany(t.Context(), ids)
	require.NoError(t, err)
	require.Len(t, got, 150)
	assert.Equal(t, "A0149", got[149].Name)
}

// T may be anything that JSON can be read into.
func TestTypesOfRecords(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	ids := seedAccounts(srv, 3)
	type noID struct {
		Name string `json:"name"`
	}
	type base struct {
		ID string `json:"id"`
	}
	type embedded struct {
		base
		Name string `json:"name"`
	}
	anonymous, err := espo.Records[noID](client, "Account").GetMany(ctx, ids)
	require.NoError(t, err)
	assert.Equal(t, []noID{{"A0000"}, {"A0001"}, {"A0002"}}, anonymous)
	raw, err := espo.Records[jsontext.Value](client, "Account").GetMany(ctx, ids, espo.Select("name"))
	require.NoError(t, err)
	assert.Contains(t, string(raw[2]), "A0002")
	pointers, err := espo.Records[*espo.Account](client, "Account").GetMany(ctx, ids)
	require.NoError(t, err)
	assert.Equal(t, "A0001", pointers[1].Name)
	maps, err := espo.Records[map[string]any](client, "Account").GetMany(ctx, ids)
	require.NoError(t, err)
	assert.Equal(t, "A0001", maps[1]["name"])
	nested, err := espo.Records[embedded](client, "Account").GetMany(ctx, ids)
	require.NoError(t, err)
	assert.Equal(t, "A0001", nested[1].Name)
}

// What was read of a record before an error is not returned as a record.
func TestNoRecordBesideAnError(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id":"1","name":"Acme","createdAt":7}`) })
	for name, call := range map[string]func() (espo.Account, error){
		"Get":    func() (espo.Account, error) { return client.Accounts.Get(t.Context(), "1") },
		"Update": func() (espo.Account, error) { return client.Accounts.Update(t.Context(), "1", espo.Attrs{"name": "A"}) },
		"Strict": func() (espo.Account, error) {
			return client.Accounts.Update(t.Context(), "1", espo.Attrs{"name": "A"}, espo.Strict())
		},
	} {
		account, err := call()
		assert.Error(t, err, name)
		assert.Zero(t, account, name)
	}
}

func TestNothingDone(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "false") })
	err := client.Accounts.Link(t.Context(), "1", "contacts", "2")
	assert.ErrorIs(t, err, espo.ErrNothingDone)
	assert.ErrorContains(t, err, "POST Account/1/contacts")
}

// The flat query is what url.ParseQuery reads.
func TestFlatQueryIsParsable(t *testing.T) {
	srv, client := fake(t)
	_, err := client.Accounts.List(t.Context(), espo.Query{TextFilter: "a&b=ї+%", OrderBy: "name"})
	require.NoError(t, err)
	values, err := url.ParseQuery(last(t, srv).Query)
	require.NoError(t, err)
	assert.Equal(t, url.Values{"textFilter": {"a&b=ї+%"}, "orderBy": {"name"}}, values)
}
