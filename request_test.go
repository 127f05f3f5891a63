package espo_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestPathsAreEscaped(t *testing.T) {
	var got string
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		got = route(r)
		reply(w, 200, `{"id":"1"}`)
	})
	for id, want := range map[string]string{
		"6b04d98597fdc1ac8": "6b04d98597fdc1ac8", "a b": "a%20b", "%2e%2e": "%252e%252e", "a%2Fb": "a%252Fb",
		"50%": "50%25", "a?b=c": "a%3Fb=c", "a#b": "a%23b", "...": "...", "ї": "%D1%97", "a;b": "a%3Bb", "a+b": "a+b",
	} {
		_, err := client.Accounts.Get(t.Context(), id)
		if assert.NoError(t, err, "%q", id) {
			assert.Equal(t, "Account/"+want, got, "%q", id)
		}
	}
}

// What a server or a proxy would take for another path is never sent: an empty
// id would turn the deletion of a record into something else, and so would one
// with a slash, since servers decode the path before they route it.
func TestPathsRefused(t *testing.T) {
	client := connect(t, unreachable(t))
	ctx := t.Context()
	for _, id := range []string{"", ".", "..", "a/b", "1/subscription", `a\b`, "a\nb", "\x00", "\x7f", "\u0085", "\xff"} {
		errs := map[string]error{}
		_, errs["Get"] = client.Accounts.Get(ctx, id)
		_, errs["Update"] = client.Accounts.Update(ctx, id, espo.Attrs{"name": "x"})
		_, errs["Modify"] = client.Accounts.Modify(ctx, id, func(*espo.Account) error { return nil })
		_, errs["Exists"] = client.Accounts.Exists(ctx, id)
		errs["Delete"] = client.Accounts.Delete(ctx, id)
		errs["Link"] = client.Accounts.Link(ctx, id, "contacts", "1")
		errs["link name"] = client.Accounts.Link(ctx, "1", id, "1")
		errs["Unlink"] = client.Accounts.Unlink(ctx, id, "contacts", "1")
		_, errs["Related"] = client.Related(espo.Ref{Type: "Account", ID: id}, "contacts").List(ctx, espo.Query{})
		_, errs["entity type"] = client.Records(id).List(ctx, espo.Query{})
		if !strings.Contains(id, "/") {
			errs["Do"] = client.Do(ctx, espo.Request{Path: []string{"Account", id, "contacts"}}, nil)
			errs["Do at the end"] = client.Do(ctx, espo.Request{Method: "DELETE", Path: []string{"Account", id}}, nil)
		}
		_, errs["All"] = espo.Collect(client.Records(id).All(ctx, espo.Query{}))
		for call, err := range errs {
			var input *espo.InputError
			assert.ErrorAs(t, err, &input, "%s with %q", call, id)
		}
	}
	_, err := client.Accounts.GetMany(ctx, []string{"1", ""})
	assert.ErrorIs(t, err, espo.ErrInput)
	assert.ErrorIs(t, client.Accounts.Link(ctx, "1", "contacts", ""), espo.ErrInput)
	assert.ErrorIs(t, client.Accounts.Unlink(ctx, "1", "contacts", ""), espo.ErrInput)
}

// Whatever an id is, the path on the wire has it as one segment, and it is the
// path that was signed.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"1", "", ".", "..", "a/b", "../..", "%2e%2e", "%", "a b", "ї", "\xff", "a?b#c", "a;b,c:d@e&f=g+h$i", "*!'()", "\\"} {
		f.Add(s)
	}
	var seen, signed string
	transport := exchange(func(r *http.Request) (*http.Response, error) {
		seen = r.URL.RequestURI()
		return answer(r, 200, `{"id":"1"}`), nil
	})
	client, err := espo.NewClient("https://example.com"+mount, authFunc(func(r *espo.AuthRequest) { signed = r.Path }),
		espo.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, id string) {
		seen, signed = "", ""
		_, err := client.Accounts.Get(t.Context(), id)
		if err != nil {
			require.ErrorIs(t, err, espo.ErrInput)
			require.Empty(t, seen)
			bad := id == "" || id == "." || id == ".." || strings.ContainsAny(id, `/\`) || strings.ContainsFunc(id, unicode.IsControl) || !utf8.ValidString(id)
			require.True(t, bad, "%q is refused", id)
			return
		}
		segment, ok := strings.CutPrefix(seen, apiRoot+"Account/")
		require.True(t, ok, seen)
		require.Equal(t, "Account/"+segment, signed)
		require.NotContains(t, segment, "/")
		require.NotContains(t, segment, "?")
		back, err := url.PathUnescape(segment)
		require.NoError(t, err)
		require.Equal(t, id, back)
	})
}
