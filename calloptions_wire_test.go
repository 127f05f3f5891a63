package espo_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// What each option does to a request.
func TestOptionsOnTheWire(t *testing.T) {
	x := newRouteRun(t)
	ctx, accounts, id := x.ctx, x.client.Accounts, x.account()
	other := x.srv.Seed("Account", map[string]any{"name": "Other"})[0]
	aliases := x.srv.Client(espo.WithSearchForm(espo.SearchAliases)).Accounts
	update := espo.Attrs{"description": "x"}
	for name, tt := range map[string]struct {
		call   func() error
		header map[string]string
		query  string
	}{
		"header": {
			call:   func() error { return failure(accounts.Get(ctx, id, espo.Header("x-a", "b"))) },
			header: map[string]string{"X-A": "b"},
		},
		"header of any text": {
			call: func() error {
				return failure(accounts.Get(ctx, id, espo.Header("X-A", "ä\tb, c"), espo.Header("X-Empty", "")))
			},
			header: map[string]string{"X-A": "ä\tb, c", "X-Empty": ""},
		},
		"header twice": {
			call: func() error {
				return failure(accounts.Get(ctx, id, espo.Header("X-A", "1"), espo.Header("X-B", "2"), espo.Header("x-a", "3")))
			},
			header: map[string]string{"X-A": "3", "X-B": "2"},
		},
		"select": {
			call:  func() error { return failure(accounts.Get(ctx, id, espo.Select("name", "website"))) },
			query: "select=name,website",
		},
		"select twice": {
			call:  func() error { return failure(accounts.Get(ctx, id, espo.Select("name"), espo.Select("website"))) },
			query: "select=name,website",
		},
		"select nothing": {call: func() error { return failure(accounts.Get(ctx, id, espo.Select())) }},
		"select by its alias": {
			call:  func() error { return failure(aliases.Get(ctx, id, espo.Select("name"))) },
			query: "attributeSelect=name",
		},
		"no duplicate check, create": {
			call: func() error {
				return failure(accounts.Create(ctx, espo.Account{Name: "Acme"}, espo.SkipDuplicateCheck()))
			},
			header: map[string]string{"X-Skip-Duplicate-Check": "true"},
		},
		"no duplicate check, update": {
			call:   func() error { return failure(accounts.Update(ctx, id, update, espo.SkipDuplicateCheck())) },
			header: map[string]string{"X-Skip-Duplicate-Check": "true"},
		},
		"no duplicate check, upsert": {
			call: func() error {
				_, _, err := accounts.Upsert(ctx, espo.Upsert{Set: espo.Attrs{"name": "Acme"}, SkipDuplicateCheck: true})
				return err
			},
			header: map[string]string{"X-Skip-Duplicate-Check": "true"},
		},
		"duplicate of": {
			call: func() error {
				return failure(accounts.Create(ctx, espo.Account{Name: "Copy"}, espo.DuplicateOf(id), espo.Strict()))
			},
			header: map[string]string{"X-Duplicate-Source-Id": id},
		},
		"version": {
			call:   func() error { return failure(accounts.Update(ctx, other, update, espo.IfVersion(1))) },
			header: map[string]string{"X-Version-Number": "1"},
		},
		"another user": {
			call: func() error {
				x.jane()
				return failure(x.admin.App.About(ctx, espo.ActAs("jane")))
			},
			header: map[string]string{"X-Another-User": "jane"},
		},
		"none": {call: func() error { return failure(accounts.Get(ctx, id)) }},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, tt.call())
			all := x.srv.Requests()
			last := all[len(all)-1]
			for _, name := range []string{
				"X-A", "X-B", "X-Empty", "X-Skip-Duplicate-Check", "X-Duplicate-Source-Id", "X-Version-Number", "X-Another-User",
			} {
				want, ok := tt.header[name]
				assert.Equal(t, ok, len(last.Header[name]) == 1, name)
				assert.Equal(t, want, last.Header.Get(name), name)
			}
			query, err := url.QueryUnescape(last.Query)
			require.NoError(t, err)
			assert.Equal(t, tt.query, query)
		})
	}
}

// refusals are options that cannot be, by the argument that the error names.
var refusals = map[string][]espo.CallOption{
	"Header": {
		espo.Header("", "x"), espo.Header("X A", "x"), espo.Header("X-A:", "x"), espo.Header("X-Ä", "x"), espo.Header("X-A\n", "x"),
		espo.Header("X-A", "x\r\nX-B: y"), espo.Header("X-A", "x\x00"), espo.Header("X-A", "\x7f"),
	},
	"Timeout":       {espo.Timeout(0), espo.Timeout(-1)},
	"ActAs":         {espo.ActAs(""), espo.ActAs("jane\n"), espo.ActAs("jane\r\nX-A: b")},
	"StoreResponse": {espo.StoreResponse(nil)},
	"option":        {nil},
}

func TestRefusedOptions(t *testing.T) {
	x := newRouteRun(t)
	ctx, accounts, id := x.ctx, x.client.Accounts, x.account()
	loggedOut := x.srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword))
	headers := refusals["Header"]
	for _, name := range []string{
		"Accept", "Accept-Encoding", "Content-Length", "Content-Type", "User-Agent", "Host", "Authorization", "X-Api-Key",
		"X-Hmac-Authorization", "Espo-Authorization", "Espo-Authorization-By-Token", "Espo-Authorization-Code",
		"Espo-Authorization-Create-Token-Secret", "X-Captcha-Token", "X-Version-Number", "X-Skip-Duplicate-Check",
		"X-Duplicate-Source-Id", "X-No-Total", "X-Another-User", "Connection", "Transfer-Encoding", "Trailer", "Upgrade", "Keep-Alive",
	} {
		headers = append(headers,
			espo.Header(name, "x"), espo.Header(strings.ToLower(name), "x"), espo.Header(strings.ToUpper(name), "x"))
	}
	refused := func(t *testing.T, argument string, err error) {
		t.Helper()
		var input *espo.InputError
		require.ErrorAs(t, err, &input)
		assert.Equal(t, argument, input.Argument)
	}
	x.srv.ClearRequests()
	for argument, opts := range refusals {
		t.Run(argument, func(t *testing.T) {
			if argument == "Header" {
				opts = headers
			}
			for _, opt := range opts {
				refused(t, argument, x.client.App.Ping(ctx, opt))
				refused(t, argument, failure(accounts.Get(ctx, id, opt)))
				refused(t, argument, failure(accounts.GetMany(ctx, nil, opt)))
				refused(t, argument, failure(accounts.Create(ctx, espo.Account{}, opt)))
				refused(t, argument, failure(accounts.Update(ctx, id, nil, opt)))
				refused(t, argument, failure(x.client.Stream.PostTo(ctx, espo.ToSelf(), "x", opt)))
				refused(t, argument, loggedOut.Logout(ctx, opt))
			}
		})
	}
	for _, name := range []string{"", "na me", "name,website", "name[]", "name\n", "a/b"} {
		t.Run("Select "+name, func(t *testing.T) {
			refused(t, "Select", failure(accounts.Get(ctx, id, espo.Select("name", name))))
			refused(t, "Select", failure(accounts.GetMany(ctx, []string{id}, espo.Select(name))))
		})
	}
	for _, of := range []string{"", ".", "..", "a/b", `a\b`, "a\n", "\xff"} {
		t.Run("DuplicateOf "+of, func(t *testing.T) {
			refused(t, "DuplicateOf", failure(accounts.Create(ctx, espo.Account{}, espo.DuplicateOf(of))))
		})
	}
	for _, n := range []int64{0, -1} {
		refused(t, "IfVersion", failure(accounts.Update(ctx, id, nil, espo.IfVersion(n))))
		refused(t, "IfVersion", failure(accounts.Modify(ctx, id, func(*espo.Account) error { return nil }, espo.IfVersion(n))))
	}
	// Of nil, in each kind of option.
	refused(t, "option", failure(accounts.Get(ctx, id, nil)))
	refused(t, "option", failure(accounts.Create(ctx, espo.Account{}, espo.Strict(), nil)))
	refused(t, "option", failure(accounts.Update(ctx, id, nil, nil, espo.Strict())))
	refused(t, "option", failure(x.client.Stream.PostTo(ctx, espo.ToSelf(), "x", espo.PostInternal(), nil)))
	// The first one counts.
	refused(t, "Timeout", x.client.App.Ping(ctx, espo.Timeout(0), espo.ActAs("")))
	assert.Empty(t, x.srv.Requests())
}

// What ActAs does is done by the other user.
func TestActAs(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithUser(espotest.User{UserName: "jane", Password: janesPassword, Roles: []string{espotest.FullRole}}))
	for name, auth := range map[string]espo.Authenticator{
		"basic": espo.Basic(espotest.AdminUser, espotest.AdminPassword), "token": espo.Token(espotest.AdminUser, espotest.AdminPassword),
	} {
		t.Run(name, func(t *testing.T) {
			admin, ctx := srv.ClientAs(auth, noWait), t.Context()
			user, err := admin.App.CurrentUser(ctx, espo.ActAs("jane"))
			require.NoError(t, err)
			assert.Equal(t, "jane", user.User.UserName)
			account, err := admin.Accounts.Create(ctx, espo.Account{Name: "By " + name}, espo.ActAs("jane"))
			require.NoError(t, err)
			assert.Equal(t, user.User.ID, account.CreatedByID)
			user, err = admin.App.CurrentUser(ctx)
			require.NoError(t, err)
			assert.Equal(t, espotest.AdminUser, user.User.UserName, "of this call alone")
			require.ErrorIs(t, admin.App.Ping(ctx, espo.ActAs("nobody")), espo.ErrUnauthorized)
			require.NoError(t, admin.App.Ping(ctx), "the administrator is logged in all the same")
		})
	}
	assert.ErrorIs(t, srv.Client(noWait).App.Ping(t.Context(), espo.ActAs("jane")), espo.ErrUnauthorized)
}

func TestStoreResponse(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(noWait), t.Context()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	before := espo.Response{Status: 1, Tries: 9, Header: http.Header{"X-Old": {"1"}}}

	r := before
	_, err := client.Accounts.Get(ctx, id, espo.StoreResponse(&r))
	require.NoError(t, err)
	assert.Equal(t, []any{200, 1, ""}, []any{r.Status, r.Tries, r.Header.Get("X-Old")})
	assert.Equal(t, "application/json", r.Header.Get("Content-Type"))

	_, err = client.Accounts.Get(ctx, "missing", espo.StoreResponse(&r))
	require.ErrorIs(t, err, espo.ErrNotFound)
	assert.Equal(t, []any{404, 1}, []any{r.Status, r.Tries}, "of an error")

	srv.Fail(espotest.Fault{Status: http.StatusBadGateway, Times: 2})
	_, err = client.Accounts.Get(ctx, id, espo.StoreResponse(&r))
	require.NoError(t, err)
	assert.Equal(t, []any{200, 3}, []any{r.Status, r.Tries}, "after further tries")

	r = before
	_, err = client.Accounts.Get(ctx, "a/b", espo.StoreResponse(&r))
	require.ErrorIs(t, err, espo.ErrInput)
	assert.Equal(t, before, r, "nothing was sent")
	refusing := dial(t, "http://127.0.0.1:1", espo.APIKey("key"))
	require.ErrorIs(t, refusing.App.Ping(ctx, espo.StoreResponse(&r)), espo.ErrTransport)
	assert.Equal(t, before, r, "nobody has answered")

	// Of a large file it is the answer that the upload has broken off with,
	// and not that of cleaning up.
	srv.Fail(espotest.Fault{Method: http.MethodPost, Path: "Attachment/chunk/*", Status: http.StatusForbidden})
	_, err = client.Attachments.Upload(ctx, espo.Upload{
		Name: "a.bin", Content: strings.NewReader(strings.Repeat("x", 9<<20)), For: espo.NoteAttachment(),
	}, espo.StoreResponse(&r))
	var upload *espo.UploadError
	require.ErrorAs(t, err, &upload)
	assert.True(t, upload.Removed)
	assert.Equal(t, http.StatusForbidden, r.Status)
}
