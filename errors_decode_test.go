package espo_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestErrorReasons(t *testing.T) {
	for name, c := range map[string]struct{ header, body, want string }{
		"the header":                  {"No 'read' access.", "", "No 'read' access."},
		"the header before the body":  {"a", `{"message":"b"}`, "a"},
		"the body":                    {"", `{"message":"404 Record not found"}`, "Record not found"},
		"nothing but the status text": {"", `{"message":"404 Not Found"}`, ""},
		"no message":                  {"", `{"error":"x"}`, ""},
		"no object":                   {"", `["x"]`, ""},
		"a message that is not text":  {"", `{"message":{"a":1}}`, ""},
		"neither":                     {"", "", ""},
		"header that is not UTF-8":    {"caf\xe9", "", "caf\uFFFD"},
	} {
		err := errorOf(t, 404, c.header, c.body)
		var e *espo.Error
		require.ErrorAs(t, err, &e, name)
		assert.Equal(t, c.want, e.Reason, name)
		assert.ErrorIs(t, err, espo.ErrNotFound, name)
		assert.NotErrorIs(t, err, espo.ErrNotEspoCRM, name)
	}
}

func TestErrorBodyIsBounded(t *testing.T) {
	for name, body := range map[string]string{
		"JSON": `{"message":"` + strings.Repeat("x", 100_000) + `"}`, "page": "<html>" + strings.Repeat("x", 100_000),
	} {
		err := errorOf(t, 404, "", body)
		var e *espo.Error
		require.ErrorAs(t, err, &e)
		assert.Len(t, e.Body, 4<<10, name)
		assert.Equal(t, body[:4<<10], string(e.Body))
		assert.Less(t, len(err.Error()), 5<<10, "%s: the text is bounded too", name)
	}
}

// The body may hold personal data: it is not a part of what is printed.
func TestErrorsDoNotShowTheBody(t *testing.T) {
	for _, err := range []error{
		errorOf(t, 409, "duplicate", `[{"id":"1","name":"Jane Roe"}]`),
		errorOf(t, 409, "modified", `{"values":{"name":"Jane Roe"},"versionNumber":2}`),
		errorOf(t, 404, "", "<html>Jane Roe"),
		errorOf(t, 500, "", `{"name":"Jane Roe"}`),
	} {
		var e *espo.Error
		require.ErrorAs(t, err, &e)
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Error("failed", "err", err, "e", e)
		for _, form := range []string{err.Error(), fmt.Sprintf("%v %+v %#v %s %q", e, e, e, e, e), fmt.Sprintf("%v %+v %s", err, err, err), log.String()} {
			assert.NotContains(t, form, "Jane Roe")
			assert.NotContains(t, form, "74 97 110 101", "as bytes")
		}
	}
	assert.Equal(t, "[method=POST path=Account status=404 reason=gone]", errorLogValue(t, errorOf(t, 404, "gone", "")))
}

func errorLogValue(t *testing.T, err error) string {
	t.Helper()
	var e *espo.Error
	require.ErrorAs(t, err, &e)
	return e.LogValue().String()
}

// Whatever a server answers, the error has its status and the sentinel of it,
// a bounded body, and a text that can be logged.
func FuzzDecodeError(f *testing.F) {
	for _, body := range []string{
		"", "{}", "[]", "null", "true", "\xff", "<html>", `[{"id":"1"}]`, `[[]]`, `{"values":{},"versionNumber":2}`, `{"message":"404 x"}`,
		`{"messageTranslation":{"data":{"field":"f","type":"t"}}}`, `{"status":"secondStepRequired","message":"m","data":[]}`, "  ", `{"a":1,"a":2}`,
	} {
		for _, status := range []int{400, 401, 404, 409, 500} {
			f.Add(status, "second-step-required", body)
		}
	}
	var status int
	var reason, body string
	client, err := espo.NewClient("https://example.com"+mount, espo.APIKey("key"), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}),
		espo.WithHTTPClient(&http.Client{Transport: exchange(func(r *http.Request) (*http.Response, error) {
			resp := answer(r, status, body)
			resp.Header.Set("X-Status-Reason", reason)
			return resp, nil
		})}))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, s int, r, b string) {
		status, reason, body = 300+int(uint(s)%300), r, b
		if status < 400 && status != 304 {
			return // redirects are not this function's
		}
		_, err := client.Accounts.Get(t.Context(), "1")
		var e *espo.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, status, e.Status)
		require.LessOrEqual(t, len(e.Body), 4<<10)
		require.True(t, strings.HasPrefix(body, string(e.Body)))
		require.True(t, utf8.ValidString(e.Reason))
		require.True(t, utf8.ValidString(err.Error()))
		require.False(t, strings.ContainsFunc(err.Error(), unicode.IsControl), "%q", err.Error())
		require.Equal(t, status >= 500, errors.Is(err, espo.ErrServer))
		require.Equal(t, status == 404 && !errors.Is(err, espo.ErrNotEspoCRM), errors.Is(err, espo.ErrNotFound))
		require.False(t, errors.Is(err, io.EOF) && len(body) > 0)
		var dup *espo.DuplicateError
		require.False(t, errors.As(err, &dup) && status != 409)
		_ = fmt.Sprintf("%+v %#v", err, e)
	})
}

// fill is a body of this many bytes, which counts how many of them are read.
type fill struct{ left, read int }

func (f *fill) Read(p []byte) (int, error) {
	if f.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), f.left)
	for i := range p[:n] {
		p[i] = 'x'
	}
	f.left, f.read = f.left-n, f.read+n
	return n, nil
}

// The body of an error is not read to its end, however long it is.
func TestErrorBodyIsNotReadWhole(t *testing.T) {
	for limit, most := range map[int64]int{1 << 30: 5 << 20, 1 << 10: 1 << 20} {
		body := &fill{left: 32 << 20}
		transport := exchange(func(r *http.Request) (*http.Response, error) {
			resp := answer(r, http.StatusForbidden, "")
			resp.Body, resp.ContentLength = io.NopCloser(body), -1
			return resp, nil
		})
		client := dial(t, "https://example.com", espo.APIKey("key"), espo.WithMaxReply(limit),
			espo.WithHTTPClient(&http.Client{Transport: transport}))
		_, err := client.Accounts.Get(t.Context(), "1")
		var e *espo.Error
		require.ErrorAs(t, err, &e)
		assert.Less(t, body.read, most, "limit %d", limit)
	}
}
