package espo_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo"
)

func TestBaseURLForms(t *testing.T) {
	for in, want := range map[string]string{
		"https://crm.example.com":                                  "https://crm.example.com/api/v1/",
		"https://crm.example.com/":                                 "https://crm.example.com/api/v1/",
		"https://crm.example.com/api/v1":                           "https://crm.example.com/api/v1/",
		"https://crm.example.com/api/v1/":                          "https://crm.example.com/api/v1/",
		"https://example.com/crm":                                  "https://example.com/crm/api/v1/",
		"https://example.com/crm//":                                "https://example.com/crm/api/v1/",
		"https://example.com/crm/api/v1///":                        "https://example.com/crm/api/v1/",
		"  https://example.com/crm\n":                              "https://example.com/crm/api/v1/",
		"HTTP://example.com:8080":                                  "http://example.com:8080/api/v1/",
		"http://127.0.0.1:8080/a/b/c":                              "http://127.0.0.1:8080/a/b/c/api/v1/",
		"http://[::1]:8080/crm":                                    "http://[::1]:8080/crm/api/v1/",
		"http://[fe80::1%25eth0]:8080/crm":                         "http://[fe80::1%25eth0]:8080/crm/api/v1/",
		"https://example.com/my%20crm":                             "https://example.com/my%20crm/api/v1/",
		"https://example.com/a%2Fb":                                "https://example.com/a%2Fb/api/v1/",
		"https://example.com/api/v1/crm":                           "https://example.com/api/v1/crm/api/v1/",
		"https://example.com/\u043a\u043b\u0456\u0454\u043d\u0442": "https://example.com/%D0%BA%D0%BB%D1%96%D1%94%D0%BD%D1%82/api/v1/",
	} {
		client, err := espo.NewClient(in, espo.APIKey("key"))
		if assert.NoError(t, err, in) {
			assert.Equal(t, "espo.Client("+want+")", client.String(), in)
		}
	}
}

func TestBaseURLRefused(t *testing.T) {
	for _, in := range []string{
		"", "crm.example.com", "//crm.example.com", "ftp://crm.example.com", "https://", "https:///crm", "https://:443/crm",
		"https://user:sesame@example.com", "https://user@example.com", "user:sesame@example.com", "admin:sesame",
		"https://example.com/?key=sesame", "https://example.com/#sesame", "https://exa mple.com", "http://[::1", "http://a\x7f",
		"mailto:sesame@example.com", "https://sesame%zz@example.com/",
	} {
		_, err := espo.NewClient(in, espo.APIKey("key"))
		var input *espo.InputError
		if assert.ErrorAs(t, err, &input, in) {
			assert.ErrorIs(t, err, espo.ErrInput, in)
			assert.NotContains(t, err.Error(), "sesame", "what may be a password is not repeated")
		}
	}
}

func TestNewClientRefuses(t *testing.T) {
	const at = "https://crm.example.com"
	for name, auth := range map[string]espo.Authenticator{
		"nil": nil, "empty key": espo.APIKey(""), "key with a line break": espo.APIKey("key\n"),
		"HMAC without a key": espo.HMAC("", "s"), "HMAC without a secret": espo.HMAC("k", ""), "HMAC key with a colon": espo.HMAC("k:", "s"),
		"no user": espo.Basic("", "p"), "user with a colon": espo.Basic("a:b", "p"), "no password": espo.Basic("a", ""),
		"token without a user": espo.Token("", "p"), "token without a password": espo.Token("a", ""),
		"stored token with a line break": espo.Token("a", "", espo.StoredToken("t\r\n")),
	} {
		_, err := espo.NewClient(at, auth)
		assert.ErrorIs(t, err, espo.ErrInput, name)
	}
	for name, opt := range map[string]espo.Option{
		"no http.Client": espo.WithHTTPClient(nil), "no logger": espo.WithLogger(nil), "no application": espo.WithApplication("", "1.0"),
		"application with a line break": espo.WithApplication("a\r\nX: y", ""), "version with a space": espo.WithApplication("a", "1 0"), "no bytes": espo.WithMaxReply(0),
		"update by POST": espo.WithUpdateMethod(http.MethodPost), "no such form": espo.WithSearchForm(3), "negative form": espo.WithSearchForm(-1),
	} {
		_, err := espo.NewClient(at, espo.APIKey("key"), opt)
		assert.ErrorIs(t, err, espo.ErrInput, name)
	}
}

// The client is not changed by its calls: the race detector watches.
func TestConcurrentUse(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Count(route(r), "/") == 0 && r.Method == http.MethodGet {
			reply(w, 200, `{"total":1,"list":[{"id":"1"}]}`)
			return
		}
		reply(w, 200, `{"id":"1","versionNumber":1}`)
	})
	before := fmt.Sprintf("%#v", *client) // its fields, with pointers as addresses
	ctx := t.Context()
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			_, err := client.Accounts.Get(ctx, "1", espo.Select("id"))
			assert.NoError(t, err)
			_, err = client.Accounts.Modify(ctx, "1", func(a *espo.Account) error { a.Name = "x"; return nil })
			assert.NoError(t, err)
			_, err = client.Contacts.List(ctx, espo.Query{Where: espo.Where(espo.IsNull("name"))})
			assert.NoError(t, err)
			_, err = espo.Collect(client.Records("Lead").All(ctx, espo.Query{}))
			assert.NoError(t, err)
			assert.NoError(t, client.Do(ctx, espo.Request{Path: []string{"Account", "1"}}, nil, espo.Header("X-A", "b")))
		})
	}
	wg.Wait()
	assert.Equal(t, before, fmt.Sprintf("%#v", *client))
}
