package espo_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// debugged is a client that shows what it sends to a handler.
func debugged(t testing.TB, api http.HandlerFunc, opts ...espo.Option) (*espo.Client, *bytes.Buffer) {
	t.Helper()
	var shown bytes.Buffer
	return connect(t, api, append(opts, espo.WithDebug(&shown))...), &shown
}

func TestDebug(t *testing.T) {
	var shown bytes.Buffer
	answers := []func(*http.Request) (*http.Response, error){
		func(*http.Request) (*http.Response, error) { return nil, errors.New("connection reset") },
		func(r *http.Request) (*http.Response, error) {
			return answer(r, 502, "<html>\nBad gateway\n</html>"), nil
		},
		func(r *http.Request) (*http.Response, error) {
			resp := answer(r, 200, `{"id":"1","name":"Acme","apiKey":"`+sesame+`"}`)
			resp.Header.Set("Set-Cookie", "session="+sesame)
			return resp, nil
		},
	}
	tries := 0
	client := dial(t, "http://crm.example", espo.APIKey(sesame), espo.WithDebug(&shown), espo.WithTransport(exchange(func(r *http.Request) (*http.Response, error) {
		tries++
		resp, err := answers[tries-1](r)
		if resp != nil {
			resp.Status = fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
		}
		return resp, err
	})))
	_, err := client.Records("Account").Get(t.Context(), "1", espo.Select("name"))
	require.NoError(t, err)
	request := func(try int) string {
		return fmt.Sprintf("> GET Account/1?select=name (Account.get, try %d)\nAccept: application/json\nUser-Agent: go-espo/%s\nX-Api-Key: ***\n\n", try, espo.Version)
	}
	assert.Equal(t, request(1)+
		"< no answer to GET Account/1: espo: GET Account/1: connection reset\n\n"+
		request(2)+
		"< 502 Bad Gateway to GET Account/1\nContent-Type: application/json\n(26 bytes that are not JSON)\n\n"+
		request(3)+
		"< 200 OK to GET Account/1\nContent-Type: application/json\nSet-Cookie: ***\n"+
		"{\n  \"apiKey\": \"***\",\n  \"id\": \"1\",\n  \"name\": \"Acme\"\n}\n\n", shown.String())

	shown.Reset()
	answers[tries-1], tries = answers[2], tries-1
	_, err = client.Users.Update(t.Context(), "1", espo.Attrs{"password": sesame, "isActive": true, "n": espo.Number("1.50"), "s": espo.Secret(sesame)})
	require.NoError(t, err)
	sent, _, _ := strings.Cut(shown.String(), "\n\n")
	assert.Equal(t, "> PUT User/1 (User.update, try 1)\nAccept: application/json\nContent-Type: application/json\nUser-Agent: go-espo/"+espo.Version+
		"\nX-Api-Key: ***\n{\n  \"isActive\": true,\n  \"n\": 1.50,\n  \"password\": \"***\",\n  \"s\": \"***\"\n}", sent)
}

// Of files, only their sizes are shown.
func TestDebugOfFiles(t *testing.T) {
	srv := espotest.NewServer(t)
	var shown bytes.Buffer
	client, ctx := srv.Client(noWait, espo.WithDebug(&shown)), t.Context()
	content := "SECRET CONTENTS"
	file, err := client.Attachments.Upload(ctx, espo.Upload{Name: "a.txt", Content: strings.NewReader(content), For: espo.NoteAttachment()})
	require.NoError(t, err)
	var got bytes.Buffer
	_, err = client.Attachments.DownloadTo(ctx, file.ID, &got)
	require.NoError(t, err)
	require.Equal(t, content, got.String())
	_, err = client.Imports.UploadCSV(ctx, strings.NewReader("name\n"+content+"\n"))
	require.NoError(t, err)
	assert.NotContains(t, shown.String(), content)
	assert.NotContains(t, shown.String(), base64.StdEncoding.EncodeToString([]byte(content)))
	assert.Regexp(t, `> POST Attachment \(Attachment.upload, try 1\)\n([A-Z].*\n)+\(\d+ bytes\)\n`, shown.String())
	assert.Regexp(t, `< 200 OK to GET Attachment/file/.*\n([A-Z].*\n)+\(a file\)\n`, shown.String())
	assert.Contains(t, shown.String(), "(21 bytes)", "the CSV")
}

// Of a login, neither the password nor the token is shown.
func TestDebugOfLogins(t *testing.T) {
	srv := espotest.NewServer(t)
	var shown bytes.Buffer
	auth := espo.Token(espotest.AdminUser, espotest.AdminPassword, espo.TokenSecret())
	client := srv.ClientAs(auth, espo.WithDebug(&shown))
	_, err := client.App.CurrentUser(t.Context())
	require.NoError(t, err)
	token, cookie, _ := strings.Cut(auth.Token(), " ")
	require.NotEmpty(t, cookie)
	require.NoError(t, client.Logout(t.Context()))
	text := shown.String()
	for _, secret := range []string{
		token, cookie, espotest.AdminPassword, basicAuth(espotest.AdminUser, espotest.AdminPassword), basicAuth(espotest.AdminUser, token),
	} {
		assert.NotContains(t, text, secret)
	}
	assert.Contains(t, text, "(the answer to a login)")
	assert.Contains(t, text, "(App.login, try 1)")
	assert.Contains(t, text, `"token": "***"`, "of the logout")
}

// What a server or a proxy repeats of the credentials is not shown.
func TestDebugOfEchoes(t *testing.T) {
	for name, auth := range map[string]espo.Authenticator{
		"API key": espo.APIKey(sesame), "basic": espo.Basic("jane", sesame), "HMAC": espo.HMAC(sesame, "secret"),
		"stored token": espo.Token("jane", "", espo.StoredToken(sesame)),
		"own":          authFunc(func(r *espo.AuthRequest) { r.Header.Set("Authorization", "Bearer "+sesame) }),
	} {
		t.Run(name, func(t *testing.T) {
			var shown bytes.Buffer
			client := dial(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
				echo := fmt.Sprint(sesame, " ", r.Header)
				w.Header().Set("X-Status-Reason", echo)
				w.Header().Set("X-Echo", r.Header.Get("Authorization")+r.Header.Get("X-Api-Key")+r.Header.Get("Espo-Authorization")+r.Header.Get("X-Hmac-Authorization"))
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(http.StatusForbidden)
				_, _ = fmt.Fprintf(w, "<html>%s</html>", echo)
			}), auth, espo.WithDebug(&shown))
			require.Error(t, client.App.Ping(t.Context()))
			assert.NotContains(t, shown.String(), sesame)
			assert.NotContains(t, shown.String(), basicAuth("jane", sesame))
			assert.Contains(t, shown.String(), "<html>*** ")
		})
	}
}

// What an authenticator adds is not shown, whatever it is called. What is not its
// own is.
func TestDebugOfAnOwnAuthenticator(t *testing.T) {
	var shown bytes.Buffer
	client := dial(t, serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id":"1"}`) }), authFunc(func(r *espo.AuthRequest) {
		r.Header.Set("X-Gate", sesame)
		r.Header.Add("X-Purpose", sesame)
	}), espo.WithDebug(&shown))
	_, err := client.Accounts.Get(t.Context(), "1", espo.Header("X-Purpose", "test"), espo.Header("X-Custom", "v"))
	require.NoError(t, err)
	assert.NotContains(t, shown.String(), sesame)
	for _, line := range []string{"X-Gate: ***\n", "X-Purpose: ***\n", "X-Custom: v\n"} {
		assert.Contains(t, shown.String(), line)
	}
}

// Queries are shown but for the credentials in them, in each form.
func TestDebugOfQueries(t *testing.T) {
	for _, form := range []espo.SearchForm{espo.SearchJSON, espo.SearchPHP, espo.SearchAliases} {
		client, shown := debugged(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"total":0,"list":[]}`) }, espo.WithSearchForm(form), espo.WithServerVersion("9.3"))
		for _, filter := range []espo.Filter{
			espo.Equal("apiKey", sesame), espo.In("secretKey", "a", sesame), espo.Or(espo.Equal("name", "x"), espo.And(espo.Contains("password", sesame))),
		} {
			_, err := client.Records("User").List(t.Context(), espo.Query{Where: espo.Where(filter, espo.Equal("name", "Jane"))})
			require.NoError(t, err)
		}
		assert.NotContains(t, shown.String(), sesame, form)
		assert.Equal(t, 3, strings.Count(shown.String(), "Jane"), "%d: %s", form, shown)
		assert.Contains(t, shown.String(), "%2A%2A%2A", form)

		shown.Reset()
		require.NoError(t, client.Do(t.Context(), espo.Request{Path: []string{"X"}, Query: map[string][]string{"token": {sesame}, "name": {"a b"}}}, nil))
		assert.Contains(t, shown.String(), "> GET X?name=a+b&token=%2A%2A%2A (X.get, try 1)")
	}
	client, shown := debugged(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"count":1}`) })
	_, err := client.MassActions.Follow(t.Context(), espo.ByFilter("User", espo.Equal("apiKey", sesame)), espo.MassOptions{})
	require.NoError(t, err)
	assert.NotContains(t, shown.String(), sesame)
	assert.Contains(t, shown.String(), `"value": "***"`)
}

// Of a body no more than 64 KiB are shown.
func TestDebugOfLargeBodies(t *testing.T) {
	const limit = 64 << 10
	object := func(size int) string { return `{"x":"` + strings.Repeat("y", size-8) + `"}` }
	for name, tt := range map[string]struct {
		sent, received string
		want           []string
	}{
		"both fit":     {object(limit), object(limit), []string{"yy", "yy"}},
		"both do not":  {object(limit + 1), object(limit + 1), []string{"(more than 65536 bytes)", "(more than 65536 bytes)"}},
		"a large text": {object(10), strings.Repeat("z", limit+1), []string{"yy", "(more than 65536 bytes)"}},
		"far more":     {object(1 << 20), object(5 << 20), []string{"(more than 65536 bytes)", "(more than 65536 bytes)"}},
	} {
		t.Run(name, func(t *testing.T) {
			client, shown := debugged(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(tt.received)) })
			var got []byte
			require.NoError(t, client.Do(t.Context(), espo.Request{Method: "POST", Path: []string{"X"}, Body: jsontext.Value(tt.sent)}, &got))
			assert.Equal(t, tt.received, string(got))
			parts := strings.SplitN(shown.String(), "\n< ", 2)
			require.Len(t, parts, 2)
			for i, want := range tt.want {
				assert.Contains(t, parts[i], want)
				assert.Less(t, len(parts[i]), limit+1000)
			}
		})
	}
}

// lockless is a writer that must not be used at once.
type lockless struct{ writes []string }

func (w *lockless) Write(p []byte) (int, error) {
	w.writes = append(w.writes, string(p))
	return 0, errors.New("full")
}

// What several calls show at once stays whole, and a writer that fails does no
// harm.
func TestDebugAtOnce(t *testing.T) {
	var w lockless
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, `{"id":"`+strings.TrimPrefix(route(r), "Account/")+`"}`)
	}, espo.WithDebug(&w))
	var calls sync.WaitGroup
	for i := range 20 {
		calls.Go(func() {
			_, err := client.Accounts.Get(t.Context(), itoa(100+i))
			assert.NoError(t, err)
		})
	}
	calls.Wait()
	require.Len(t, w.writes, 40)
	for _, text := range w.writes {
		assert.True(t, strings.HasSuffix(text, "\n\n"), text)
		if strings.HasPrefix(text, "<") {
			_, path, _ := strings.Cut(text, "Account/")
			assert.Contains(t, text, `"id": "`+path[:3]+`"`)
		}
	}
}

// However a credential is wrapped, it is not shown.
func FuzzDebug(f *testing.F) {
	known := []string{"password", "secretKey", "apiKey", "token"}
	values := []any{sesame, []any{sesame}, []any{[]any{"x", sesame}}}
	for which := range len(known) * len(values) {
		for _, s := range []string{"", "l", "lmlm", "mmmllm", "\x00\xff"} {
			f.Add("password", s, uint(which))
			f.Add("cMySecretKey", s, uint(which))
		}
	}
	f.Add("access_token", "m", uint(0))
	f.Fuzz(func(t *testing.T, name, shape string, which uint) {
		n := which % uint(len(known)*len(values))
		var body any = map[string]any{known[n%uint(len(known))]: values[n/uint(len(known))], "name": "x"}
		for _, c := range shape {
			if c%2 == 0 {
				body = []any{"x", body}
			} else {
				body = map[string]any{strings.ToValidUTF8(name, ""): body, "z": string(c)}
			}
		}
		client, shown := debugged(t, func(w http.ResponseWriter, r *http.Request) { reply(w, 200, string(readAll(t, r))) })
		if err := client.Do(t.Context(), espo.Request{Method: "PUT", Path: []string{"X"}, Body: body}, nil); err != nil {
			require.NotContains(t, err.Error(), sesame)
		}
		require.NotContains(t, shown.String(), sesame)
	})
}
