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
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
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
	b, err := os.ReadFile("testdata/wire/" + version + "/webhook-deliveries.json")
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

// Whole deliveries of real servers, with both of their headers and with each
// alone.
func TestWebhookReplay(t *testing.T) {
	for _, version := range []string{"espocrm-9.1.7", "espocrm-9.3.10"} {
		c := readWebhookCapture(t, version)
		for _, only := range []string{"", "Signature", "X-Signature"} {
			t.Run(version+" "+only, func(t *testing.T) {
				var got []espo.WebhookDelivery
				h, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
					got = append(got, d)
					return nil
				}, c.secrets()...)
				require.NoError(t, err)
				for _, d := range c.Deliveries {
					headers := map[string]string{}
					for name, v := range d.Headers {
						if only == "" || name == only {
							headers[name] = v
						}
					}
					require.Equal(t, 200, deliver(h, headers, d.BodyText), d.Path)
				}
				require.Len(t, got, len(c.Deliveries))
				for i, d := range c.Deliveries {
					assert.Equal(t, d.Path, "/"+got[i].Event.String(), "the event is the one of the secret")
					assert.Equal(t, d.BodyText, string(got[i].Body))
				}
				created, err := espo.WebhookRecords[espo.Account](got[0])
				require.NoError(t, err)
				require.Len(t, created, 2)
				assert.Equal(t, "Hook Co", created[0].Name)
				assert.Equal(t, "größe", created[1].Description)
				assert.EqualValues(t, 1, created[1].VersionNumber)
				for _, d := range got {
					records, err := espo.WebhookRecords[espo.Record](d)
					require.NoError(t, err)
					require.NotEmpty(t, records)
					assert.NotEmpty(t, records[0].ID(), d.Event)
				}
			})
		}
	}
}

func TestWebhookDeliveryIDs(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	var ids []string
	h, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
		ids = append(ids, d.ID)
		return nil
	}, c.secrets()...)
	require.NoError(t, err)
	for range 2 {
		for _, d := range c.Deliveries {
			require.Equal(t, 200, deliver(h, d.Headers, d.BodyText))
		}
	}
	n := len(c.Deliveries)
	assert.Equal(t, ids[:n], ids[n:], "a delivery that comes twice is known by its ID")
	seen := map[string]bool{}
	for _, id := range ids[:n] {
		assert.False(t, seen[id], "different deliveries have different IDs")
		seen[id] = true
	}
}

func TestWebhookRefusals(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	d, other := c.Deliveries[0], c.Deliveries[1]
	h, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error {
		t.Error("called for a delivery that is to be refused")
		return nil
	}, c.secrets()...)
	require.NoError(t, err)
	sign := func(id, digest string) string { return base64.StdEncoding.EncodeToString([]byte(id + ":" + digest)) }
	sum := func(body string) string {
		mac := hmac.New(sha256.New, []byte(c.Secret))
		mac.Write([]byte(body))
		return hex.EncodeToString(mac.Sum(nil))
	}
	known := c.Webhooks[0].ID
	for name, tt := range map[string]struct {
		headers map[string]string
		body    string
		status  int
	}{
		"no signature":           {nil, d.BodyText, 401},
		"no base64":              {map[string]string{"Signature": "%%"}, d.BodyText, 401},
		"no digest":              {map[string]string{"Signature": base64.StdEncoding.EncodeToString([]byte(known))}, d.BodyText, 401},
		"no id":                  {map[string]string{"Signature": sign("", sum(d.BodyText))}, d.BodyText, 401},
		"short digest":           {map[string]string{"Signature": sign(known, "ab")}, d.BodyText, 401},
		"raw in the new header":  {map[string]string{"Signature": d.Headers["X-Signature"]}, d.BodyText, 401},
		"hex in the old header":  {map[string]string{"X-Signature": d.Headers["Signature"]}, d.BodyText, 401},
		"of another body":        {other.Headers, d.BodyText, 403},
		"body encoded anew":      {d.Headers, strings.ReplaceAll(d.BodyText, `\u00f6`, "ö"), 403},
		"unknown webhook":        {map[string]string{"Signature": sign("000000000000000ab", sum(d.BodyText))}, d.BodyText, 403},
		"wrong new, right old":   {map[string]string{"Signature": other.Headers["Signature"], "X-Signature": d.Headers["X-Signature"]}, d.BodyText, 403},
		"no JSON":                {map[string]string{"Signature": sign(known, sum("[{"))}, "[{", 400},
		"an object, not a batch": {map[string]string{"Signature": sign(known, sum("{}"))}, "{}", 400},
		"empty":                  {map[string]string{"Signature": sign(known, sum(""))}, "", 400},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.status, deliver(h, tt.headers, tt.body)) })
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/hook", nil))
	assert.Equal(t, 405, rec.Code)
	assert.Equal(t, "POST", rec.Header().Get("Allow"))

	small, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error { return nil }, c.secrets()...)
	require.NoError(t, err)
	small.MaxBody = int64(len(d.BodyText)) - 1
	assert.Equal(t, 413, deliver(small, d.Headers, d.BodyText))
	small.MaxBody++
	assert.Equal(t, 200, deliver(small, d.Headers, d.BodyText))
	rec = httptest.NewRecorder()
	small.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hook", io.MultiReader(strings.NewReader("["), brokenReader{})))
	assert.Equal(t, 400, rec.Code)
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestWebhookAnswers(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	var result error
	h, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error { return result })
	require.NoError(t, err)
	d := c.Deliveries[0]
	assert.Equal(t, 403, deliver(h, d.Headers, d.BodyText), "no secret yet")
	require.NoError(t, h.Add(c.secrets()[0]))
	assert.Equal(t, 200, deliver(h, d.Headers, d.BodyText))
	result = errors.New("the database is away")
	assert.Equal(t, 500, deliver(h, d.Headers, d.BodyText))
	result = fmt.Errorf("no longer needed: %w", espo.ErrUnsubscribe)
	assert.Equal(t, 410, deliver(h, d.Headers, d.BodyText))
	h.Remove(c.Webhooks[0].ID)
	assert.Equal(t, 403, deliver(h, d.Headers, d.BodyText))

	require.ErrorIs(t, h.Add(espo.WebhookSecret{WebhookID: "x"}), espo.ErrInput, "an empty key would let anyone sign")
	require.ErrorIs(t, h.Add(espo.WebhookSecret{Key: "x"}), espo.ErrInput)
	_, err = espo.NewWebhookHandler(nil)
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error { return nil }, espo.WebhookSecret{})
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = espo.WebhookRecords[espo.Account](espo.WebhookDelivery{Body: []byte(`[{"name": 5}]`)})
	require.ErrorIs(t, err, espo.ErrInput)
}

func TestWebhookEvents(t *testing.T) {
	for s, want := range map[string]espo.WebhookEvent{
		"Account.create":                  {EntityType: "Account", Kind: espo.WebhookCreate},
		"Account.update":                  {EntityType: "Account", Kind: espo.WebhookUpdate},
		"CProject.delete":                 {EntityType: "CProject", Kind: espo.WebhookDelete},
		"Account.fieldUpdate.description": {EntityType: "Account", Kind: espo.WebhookFieldUpdate, Field: "description"},
	} {
		got, err := espo.ParseWebhookEvent(s)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, s, got.String())
	}
	for _, s := range []string{"", "Account", "Account.nope", ".create", "Account.fieldUpdate", "Account.create.name", "Account.fieldUpdate.a.b"} {
		_, err := espo.ParseWebhookEvent(s)
		require.ErrorIs(t, err, espo.ErrInput, s)
	}
}

// Register, receive, deactivate and remove, on the fake server and a receiver
// of this test.
func TestWebhooksEndToEnd(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ctx := t.Context()
	var got []string
	answer := error(nil)
	h, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
		if answer != nil {
			return answer
		}
		records, err := espo.WebhookRecords[espo.Account](d)
		for _, r := range records {
			got = append(got, fmt.Sprintf("%s %s|%s|%s", d.Event, r.ID, r.Name, r.Description))
		}
		return err
	})
	require.NoError(t, err)
	receiver := httptest.NewServer(h)
	t.Cleanup(receiver.Close)

	hooks := map[string]espo.Webhook{}
	for _, event := range []string{"Account.create", "Account.update", "Account.fieldUpdate.description", "Account.delete"} {
		e, err := espo.ParseWebhookEvent(event)
		require.NoError(t, err)
		w, err := client.Webhooks.Register(ctx, e, receiver.URL)
		require.NoError(t, err)
		assert.True(t, w.IsActive)
		assert.Equal(t, e, w.Event)
		require.NotEmpty(t, w.SecretKey)
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v", w, w.Secret(), w), string(w.SecretKey))
		require.NoError(t, h.Add(w.Secret()))
		hooks[event] = w
	}
	list, err := client.Webhooks.List(ctx, espo.Query{Select: []string{"event", "url"}})
	require.NoError(t, err)
	assert.Equal(t, 4, list.Total)

	a, err := client.Accounts.Create(ctx, espo.Account{Name: "First"})
	require.NoError(t, err)
	b, err := client.Accounts.Create(ctx, espo.Account{Name: "Second", Description: "größe"})
	require.NoError(t, err)
	_, err = client.Accounts.Update(ctx, a.ID, espo.Attrs{"description": "changed"})
	require.NoError(t, err)
	_, err = client.Accounts.Update(ctx, a.ID, espo.Attrs{"website": "https://first.example"})
	require.NoError(t, err)
	require.NoError(t, client.Accounts.Delete(ctx, b.ID))

	answer = errors.New("not now")
	require.Error(t, srv.DeliverWebhooks(ctx))
	assert.Empty(t, got)
	answer = nil
	require.NoError(t, srv.DeliverWebhooks(ctx), "what was not answered with success comes again")
	assert.Equal(t, []string{
		"Account.create " + a.ID + "|First|",
		"Account.create " + b.ID + "|Second|größe",
		"Account.update " + a.ID + "||changed",
		"Account.update " + a.ID + "||",
		"Account.fieldUpdate.description " + a.ID + "||changed",
		"Account.delete " + b.ID + "||",
	}, got)
	got = nil
	require.NoError(t, srv.DeliverWebhooks(ctx))
	assert.Empty(t, got, "and only once")

	w, err := client.Webhooks.Deactivate(ctx, hooks["Account.update"].ID)
	require.NoError(t, err)
	assert.False(t, w.IsActive)
	require.NoError(t, client.Webhooks.Delete(ctx, hooks["Account.fieldUpdate.description"].ID))
	update := func(text string) {
		_, err := client.Accounts.Update(ctx, a.ID, espo.Attrs{"description": text})
		require.NoError(t, err)
		require.NoError(t, srv.DeliverWebhooks(ctx))
	}
	update("nobody is told")
	assert.Empty(t, got)
	w, err = client.Webhooks.Activate(ctx, hooks["Account.update"].ID)
	require.NoError(t, err)
	assert.True(t, w.IsActive)
	update("again")
	assert.Len(t, got, 1)
	answer = espo.ErrUnsubscribe
	update("the last one")
	_, err = client.Webhooks.Get(ctx, hooks["Account.update"].ID)
	require.ErrorIs(t, err, espo.ErrNotFound, "410 removes the webhook")
}

func TestWebhookRegisterErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ctx := t.Context()
	event := espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}
	for _, bad := range []espo.WebhookEvent{{}, {EntityType: "Account"}, {EntityType: "Account", Kind: "nope"}, {EntityType: "Account", Kind: espo.WebhookFieldUpdate}} {
		_, err := client.Webhooks.Register(ctx, bad, "https://x.example")
		require.ErrorIs(t, err, espo.ErrInput)
	}
	_, err := client.Webhooks.Register(ctx, event, "x.example")
	require.ErrorIs(t, err, espo.ErrInput)
	assert.Empty(t, srv.Requests())

	_, err = client.Webhooks.Register(ctx, espo.WebhookEvent{EntityType: "Nope", Kind: espo.WebhookCreate}, "https://x.example")
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = client.Webhooks.Register(ctx, espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookFieldUpdate, Field: "nope"}, "https://x.example")
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = client.Webhooks.Create(ctx, espo.Webhook{Event: event})
	var invalid *espo.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "url", invalid.Field)

	// Of another user's there is nothing to see.
	w, err := client.Webhooks.Register(ctx, event, "https://x.example")
	require.NoError(t, err)
	hmacUser := srv.ClientAs(espo.HMAC(espotest.HMACAPIKey, espotest.HMACSecret))
	page, err := hmacUser.Webhooks.List(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Zero(t, page.Total)
	_, err = hmacUser.Webhooks.Get(ctx, w.ID)
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).Webhooks.Register(ctx, event, "https://x.example")
	require.ErrorIs(t, err, espo.ErrForbidden)
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
		}, secret)
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

func ExampleNewWebhookHandler() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()

	handler, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
		accounts, err := espo.WebhookRecords[espo.Account](d)
		for _, account := range accounts {
			fmt.Println(d.Event, account.Name)
		}
		return err // nil: handled; anything else: deliver it again
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	receiver := httptest.NewServer(handler)
	defer receiver.Close()

	event := espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}
	webhook, err := client.Webhooks.Register(ctx, event, receiver.URL)
	if err == nil {
		err = handler.Add(webhook.Secret())
	}
	if err == nil {
		_, err = client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	}
	if err == nil {
		err = srv.DeliverWebhooks(ctx) // a real server does by itself
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output: Account.create Acme
}
