package espo_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// webhookCapture is a file of deliveries as an HTTP receiver got them.
type webhookCapture struct {
	Secret   espo.Secret `json:"secret"`
	Webhooks []struct {
		ID    string            `json:"id"`
		Event espo.WebhookEvent `json:"event"`
	} `json:"webhooks"`
	Deliveries []struct {
		Path     string            `json:"path"`
		Headers  map[string]string `json:"headers"`
		BodyText string            `json:"bodyText"`
	} `json:"deliveries"`
}

func readWebhookCapture(t testing.TB, version string) webhookCapture {
	t.Helper()
	found, err := filepath.Glob("testdata/wire*/" + version + "/webhook-deliveries.json")
	require.NoError(t, err)
	require.Len(t, found, 1)
	b, err := os.ReadFile(found[0])
	require.NoError(t, err)
	var c webhookCapture
	require.NoError(t, json.Unmarshal(b, &c))
	require.NotEmpty(t, c.Deliveries)
	return c
}

func (c webhookCapture) secrets() []espo.WebhookSecret {
	var secrets []espo.WebhookSecret
	for _, w := range c.Webhooks {
		secrets = append(secrets, espo.WebhookSecret{WebhookID: w.ID, Event: w.Event, Key: c.Secret})
	}
	return secrets
}

// deliver posts a body to a handler and returns the status.
func deliver(h http.Handler, headers map[string]string, body string) int {
	req := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/hook", strings.NewReader(body))
	for name, v := range headers {
		req.Header.Set(name, v)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec.Code
}

// sign makes the value of a header Signature.
func sign(id, digest string) string { return b64(id + ":" + digest) }

// hexDigest is the digest of a body in the header Signature.
func (c webhookCapture) hexDigest(body string) string {
	mac := hmac.New(sha256.New, []byte(c.Secret))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

// The status of a refusal is one that makes the server deliver again, but for
// a body that will never be right. What is told of it says why.
func TestWebhookRefusals(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	d, other, known := c.Deliveries[0], c.Deliveries[1], c.Webhooks[0].ID
	var told []error
	h, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error {
		t.Error("called for a delivery that is to be refused")
		return nil
	}, espo.WebhookSecrets(c.secrets()...), espo.WebhookErrors(func(r *http.Request, err error) {
		assert.Equal(t, "/hook", r.URL.Path)
		told = append(told, err)
	}))
	require.NoError(t, err)
	const unknown = "000000000000000ab"
	another := webhookCapture{Secret: "the key of another webhook"}
	require.NoError(t, h.Add(espo.WebhookSecret{WebhookID: "000000000000000cd", Key: another.Secret}))
	for name, tt := range map[string]struct {
		headers map[string]string
		body    string
		status  int
		id      string
	}{
		"no signature":           {nil, d.BodyText, 401, ""},
		"no base64":              {map[string]string{"Signature": "%%"}, d.BodyText, 401, ""},
		"no digest":              {map[string]string{"Signature": b64(known)}, d.BodyText, 401, ""},
		"no id":                  {map[string]string{"Signature": sign("", c.hexDigest(d.BodyText))}, d.BodyText, 401, ""},
		"short digest":           {map[string]string{"Signature": sign(known, "ab")}, d.BodyText, 401, ""},
		"raw in the new header":  {map[string]string{"Signature": d.Headers["X-Signature"]}, d.BodyText, 401, ""},
		"hex in the old header":  {map[string]string{"X-Signature": d.Headers["Signature"]}, d.BodyText, 401, ""},
		"of another body":        {other.Headers, d.BodyText, 403, c.Webhooks[1].ID},
		"of another key":         {map[string]string{"Signature": sign(known, another.hexDigest(d.BodyText))}, d.BodyText, 403, known},
		"body encoded anew":      {d.Headers, strings.ReplaceAll(d.BodyText, `\u00f6`, "ö"), 403, known},
		"unknown webhook":        {map[string]string{"Signature": sign(unknown, c.hexDigest(d.BodyText))}, d.BodyText, 403, unknown},
		"wrong new, right old":   {map[string]string{"Signature": other.Headers["Signature"], "X-Signature": d.Headers["X-Signature"]}, d.BodyText, 403, c.Webhooks[1].ID},
		"no JSON":                {map[string]string{"Signature": sign(known, c.hexDigest("[{"))}, "[{", 400, known},
		"an object, not a batch": {map[string]string{"Signature": sign(known, c.hexDigest("{}"))}, "{}", 400, known},
		"empty":                  {map[string]string{"Signature": sign(known, c.hexDigest(""))}, "", 400, known},
	} {
		t.Run(name, func(t *testing.T) {
			told = nil
			assert.Equal(t, tt.status, deliver(h, tt.headers, tt.body))
			require.Len(t, told, 1)
			var refused *espo.WebhookRefusedError
			require.ErrorAs(t, told[0], &refused)
			assert.Equal(t, tt.status, refused.Status)
			assert.Equal(t, tt.id, refused.WebhookID)
			assert.Contains(t, refused.Error(), fmt.Sprint("with ", tt.status))
			assert.NotContains(t, refused.Error(), string(c.Secret))
			assert.NotContains(t, refused.Error(), "Hook Co")
			require.Error(t, refused.Unwrap())
			assert.Contains(t, refused.Error(), refused.Err.Error(), "it says why")
		})
	}
	told = nil
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/hook", nil))
	assert.Equal(t, 405, rec.Code)
	assert.Equal(t, "POST", rec.Header().Get("Allow"))
	require.Len(t, told, 1)
	assert.ErrorContains(t, told[0], `the method is "GET"`)
}

// The statuses after which EspoCRM delivers a batch again.
var deliveredAgain = []int{401, 403, 404, 405, 408, 500, 503}

// A body that is too large, or that breaks off, may come whole another time.
func TestWebhookBodies(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	d := c.Deliveries[0]
	size := int64(len(d.BodyText))
	var told error
	handler := func(limit int64) *espo.WebhookHandler {
		h, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error { return nil },
			espo.WebhookSecrets(c.secrets()...), espo.WebhookMaxBody(limit), espo.WebhookErrors(func(_ *http.Request, err error) { told = err }))
		require.NoError(t, err)
		return h
	}
	assert.Equal(t, 200, deliver(handler(size), d.Headers, d.BodyText))
	require.NoError(t, told)

	status := deliver(handler(size-1), d.Headers, d.BodyText)
	assert.Equal(t, 500, status)
	assert.Contains(t, deliveredAgain, status)
	var tooLarge *http.MaxBytesError
	require.ErrorAs(t, told, &tooLarge)
	assert.Equal(t, size-1, tooLarge.Limit)

	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hook", io.MultiReader(strings.NewReader("["), brokenReader{}))
	req.Header.Set("Signature", d.Headers["Signature"])
	rec := httptest.NewRecorder()
	handler(size).ServeHTTP(rec, req)
	assert.Equal(t, 408, rec.Code)
	assert.Contains(t, deliveredAgain, rec.Code)
	require.ErrorIs(t, told, io.ErrUnexpectedEOF)
	var refused *espo.WebhookRefusedError
	require.ErrorAs(t, told, &refused)
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Nothing is read of a body whose signature cannot be right.
func TestWebhookBodyIsReadLast(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	h, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error { return nil }, espo.WebhookSecrets(c.secrets()...))
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		signature string
		status    int
	}{
		"no signature": {"", 401}, "no base64": {"%%", 401}, "short digest": {sign(c.Webhooks[0].ID, "ab"), 401},
		"unknown webhook": {sign("000000000000000ab", c.hexDigest("[]")), 403},
	} {
		t.Run(name, func(t *testing.T) {
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hook", untouchable{t})
			req.Header.Set("Signature", tt.signature)
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, req)
			assert.Equal(t, tt.status, rec.Code)
		})
	}
}

// untouchable is a body that nothing may read.
type untouchable struct{ t *testing.T }

func (u untouchable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func TestWebhookAnswers(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	var result error
	var told []error
	h, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error { return result },
		espo.WebhookErrors(func(_ *http.Request, err error) { told = append(told, err) }))
	require.NoError(t, err)
	d := c.Deliveries[0]
	assert.Equal(t, 403, deliver(h, d.Headers, d.BodyText), "no secret yet")
	require.NoError(t, h.Add(c.secrets()[0]))
	told = nil
	assert.Equal(t, 200, deliver(h, d.Headers, d.BodyText))
	assert.Empty(t, told)
	result = errors.New("the database is away")
	assert.Equal(t, 500, deliver(h, d.Headers, d.BodyText))
	assert.Equal(t, []error{result}, told, "the error itself")
	result = fmt.Errorf("no longer needed: %w", espo.ErrUnsubscribe)
	assert.Equal(t, 410, deliver(h, d.Headers, d.BodyText))
	require.Len(t, told, 2)
	require.ErrorIs(t, told[1], espo.ErrUnsubscribe)
	h.Remove(c.Webhooks[0].ID)
	assert.Equal(t, 403, deliver(h, d.Headers, d.BodyText))
}

// A panic of the function is told and passed on: net/http logs it and gives no
// answer, after which the server delivers again.
func TestWebhookLogger(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	d := c.Deliveries[0]
	for _, row := range []struct {
		name   string
		err    error
		secret bool
		want   string
	}{
		{"success", nil, true, ""},
		{"failure", errors.New("the queue is full"), true, `level=ERROR msg="espo: the function of a webhook handler has failed" error="the queue is full"`},
		{"unsubscribe", espo.ErrUnsubscribe, true, `level=INFO msg="espo: a webhook is unsubscribed"`},
		{"refused", nil, false, `level=WARN msg="espo: a request to a webhook handler was refused" error="espo: request to a webhook handler refused with 403`},
	} {
		t.Run(row.name, func(t *testing.T) {
			var out strings.Builder
			h, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error { return row.err },
				espo.WebhookLogger(slog.New(slog.NewTextHandler(&out, nil))))
			require.NoError(t, err)
			if row.secret {
				for _, s := range c.secrets() {
					require.NoError(t, h.Add(s))
				}
			}
			deliver(h, d.Headers, d.BodyText)
			if row.want == "" {
				assert.Empty(t, out.String())
			}
			assert.Contains(t, out.String(), row.want)
			assert.NotContains(t, out.String(), string(c.Secret))
		})
	}
}

func TestWebhookPanics(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	d := c.Deliveries[0]
	for name, value := range map[string]any{"text": "no such table", "error": io.ErrClosedPipe, "abort": http.ErrAbortHandler} {
		t.Run(name, func(t *testing.T) {
			var told []error
			h, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error { panic(value) },
				espo.WebhookSecrets(c.secrets()...), espo.WebhookErrors(func(_ *http.Request, err error) { told = append(told, err) }))
			require.NoError(t, err)
			assert.PanicsWithValue(t, value, func() { deliver(h, d.Headers, d.BodyText) })
			require.Len(t, told, 1)
			assert.ErrorContains(t, told[0], "panicked: "+fmt.Sprint(value))
			if err, ok := value.(error); ok {
				assert.ErrorIs(t, told[0], err)
			}
		})
	}
}

func TestNewWebhookHandlerRefuses(t *testing.T) {
	fn := func(context.Context, espo.WebhookDelivery) error { return nil }
	_, err := espo.NewWebhookHandler(nil)
	require.ErrorIs(t, err, espo.ErrInput)
	for name, opt := range map[string]espo.WebhookOption{
		"nil": nil, "no function": espo.WebhookErrors(nil), "no logger": espo.WebhookLogger(nil), "no bytes": espo.WebhookMaxBody(0), "fewer than none": espo.WebhookMaxBody(-1),
		"empty secret": espo.WebhookSecrets(espo.WebhookSecret{}), "empty key": espo.WebhookSecrets(espo.WebhookSecret{WebhookID: "x"}),
	} {
		t.Run(name, func(t *testing.T) {
			h, err := espo.NewWebhookHandler(fn, opt)
			require.ErrorIs(t, err, espo.ErrInput)
			assert.Nil(t, h)
		})
	}
	h, err := espo.NewWebhookHandler(fn, espo.WebhookSecrets())
	require.NoError(t, err)
	require.ErrorIs(t, h.Add(espo.WebhookSecret{WebhookID: "x"}), espo.ErrInput, "an empty key would let anyone sign")
	require.ErrorIs(t, h.Add(espo.WebhookSecret{Key: "x"}), espo.ErrInput)
}

// A handler that was not made by the constructor refuses everything.
func TestZeroWebhookHandler(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	d := c.Deliveries[0]
	var h espo.WebhookHandler
	require.ErrorIs(t, h.Add(c.secrets()[0]), espo.ErrInput)
	h.Remove(c.Webhooks[0].ID)
	assert.Equal(t, 403, deliver(&h, d.Headers, d.BodyText))
	assert.Equal(t, 401, deliver(&h, nil, d.BodyText))
}

// No form of printing or logging shows a key, whatever the verb.
func TestWebhookKeysAreHidden(t *testing.T) {
	secret := espo.WebhookSecret{WebhookID: "1", Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, Key: sesame}
	h, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error { return nil }, espo.WebhookSecrets(secret))
	require.NoError(t, err)
	value := reflect.ValueOf(h).Elem().Interface() // a copy that go vet does not see
	assertHidden(t, []string{sesame}, h, value)
	for name, v := range map[string]any{
		"handler": h, "handler's value": value, "secret": secret, "pointer to a secret": &secret,
		"secrets": []espo.WebhookSecret{secret}, "pointers": []*espo.WebhookSecret{&secret}, "map": map[string]espo.WebhookSecret{"1": secret},
		"key of a map": map[espo.WebhookSecret]int{secret: 1}, "map of lists": map[string][]espo.WebhookSecret{"1": {secret}},
	} {
		for where, v := range around(v) {
			t.Run(name+" "+where, func(t *testing.T) { assertMasked(t, append(printed(v), encoded(v)...)) })
		}
	}
	assert.Equal(t, "espo.WebhookHandler(***)", fmt.Sprint(h))
	assert.Equal(t, "{1 Account.create ***}", fmt.Sprint(secret))
}

// Whatever the header, a handler answers with a status that says so, and never
// calls the function unless the digest is right.
func FuzzWebhookSignature(f *testing.F) {
	c := readWebhookCapture(f, "espocrm-9.3.10")
	for _, d := range c.Deliveries {
		f.Add(d.Headers["Signature"], d.Headers["X-Signature"], []byte(d.BodyText))
	}
	f.Add("", "", []byte("[]"))
	f.Add("Og==", "Og==", []byte("[]"))
	secret := c.secrets()[0]
	f.Fuzz(func(t *testing.T, signature, legacy string, body []byte) {
		called := false
		h, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error {
			called = true
			return nil
		}, espo.WebhookSecrets(secret))
		require.NoError(t, err)
		headers := map[string]string{"Signature": signature, "X-Signature": legacy}
		status := deliver(h, headers, string(body))
		mac := hmac.New(sha256.New, []byte(secret.Key))
		mac.Write(body)
		right := false
		for _, s := range headers {
			text, err := base64.StdEncoding.DecodeString(s)
			id, digest, _ := bytes.Cut(text, []byte(":"))
			if err != nil || string(id) != secret.WebhookID {
				continue
			}
			sum, _ := hex.DecodeString(string(digest))
			right = right || hmac.Equal(digest, mac.Sum(nil)) || hmac.Equal(sum, mac.Sum(nil))
		}
		assert.Equal(t, called, status == 200)
		if called && !right {
			t.Errorf("called with the wrong signature %q", signature)
		}
		if !called {
			assert.Contains(t, []int{400, 401, 403}, status)
		}
	})
}
