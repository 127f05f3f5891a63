package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/go-espo/espo"
)

// hooks receive the deliveries of webhooks for new and for deleted records, and
// note what was delivered. Now and then they refuse a delivery, which then
// comes again.
type hooks struct {
	handler *espo.WebhookHandler
	url     string
	server  *http.Server
	served  chan error
	report  *report

	mu       sync.Mutex
	rng      *rand.Rand
	awaited  map[string]*delivery // by event and record
	refused  int
	accepted int
}

// delivery is what is known of one record's delivery.
type delivery struct {
	digest   string // of the first one
	accepted int
	refused  int
}

// mostRefusals is how often a record may be refused: the server gives it up at
// the fourth time.
const mostRefusals = 3

func newHooks(ctx context.Context, seed uint64, p *report) (*hooks, error) {
	h := &hooks{
		report: p, rng: rand.New(rand.NewPCG(seed, 0)), served: make(chan error, 1),
		awaited: map[string]*delivery{},
	}
	var err error
	if h.handler, err = espo.NewWebhookHandler(h.receive); err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	h.url = "http://" + l.Addr().String()
	h.server = &http.Server{Handler: h.handler, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { h.served <- h.server.Serve(l) }()
	return h, nil
}

// register registers the webhooks.
func (h *hooks) register(ctx context.Context, c *espo.Client) error {
	for _, kind := range []espo.WebhookKind{espo.WebhookCreate, espo.WebhookDelete} {
		hook, err := c.Webhooks.Register(ctx, espo.Webhook{Event: espo.WebhookEvent{EntityType: hookType, Kind: kind}, URL: h.url})
		if err != nil {
			return err
		}
		if err := h.handler.Add(hook.Secret()); err != nil {
			return err
		}
	}
	return nil
}

func (h *hooks) close() error {
	err := h.server.Close()
	if served := <-h.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// receive is the function of the handler.
func (h *hooks) receive(_ context.Context, d espo.WebhookDelivery) error {
	records, err := espo.WebhookRecords[espo.Record](d)
	if err != nil {
		h.report.wrong("webhooks", "a delivery of %s cannot be read: %v", d.Event, err)
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	refuse := h.rng.IntN(8) == 0
	keys := make([]string, len(records))
	for i, record := range records {
		name := record.Record.ID()
		if d.Event.Kind == espo.WebhookCreate {
			name = record.Record.Name()
		}
		keys[i] = string(d.Event.Kind) + " " + name
		if known := h.awaited[keys[i]]; known != nil && known.refused == mostRefusals {
			refuse = false
		}
	}
	for i, record := range records {
		h.delivered(keys[i], record.Digest, !refuse)
	}
	switch {
	case !refuse:
		h.accepted++
		return nil
	case h.rng.IntN(4) == 0:
		h.refused++
		panic(errRefused)
	}
	h.refused++
	return errRefused
}

func (h *hooks) delivered(key, digest string, accepted bool) {
	d := h.awaited[key]
	switch {
	case d == nil:
		h.report.wrong("webhooks", "%s was delivered, and should not have been, or not again", key)
		return
	case d.digest != "" && d.digest != digest:
		h.report.wrong("webhooks", "%s was delivered with the digest %s, and then with %s", key, d.digest, digest)
	}
	d.digest = digest
	if accepted {
		d.accepted++
	} else {
		d.refused++
	}
}

// await says that a delivery may come.
func (h *hooks) await(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.awaited[key] = &delivery{}
}

// count returns how often a delivery was accepted.
func (h *hooks) count(key string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.awaited[key].accepted
}

// forget says that a delivery may not come any more.
func (h *hooks) forget(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.awaited, key)
}

// maxDeliveries is how often a delivery may be refused by chance.
const maxDeliveries = 50

// workHooks creates and deletes a record that webhooks are registered for, and
// registers a webhook.
func (w *worker) workHooks() {
	if w.rng.IntN(3) == 0 {
		w.registerHook()
		return
	}
	h, mark := w.shared.hooks, w.mark()
	key := "create " + mark
	h.await(key)
	var record espo.Record
	r := w.do("Records.Create", func(ctx context.Context) (err error) {
		record, err = w.client.Records(hookType).Create(ctx, espo.Record{"name": mark})
		return err
	})
	it := w.created(r, hookType, "name", mark, record.ID(), nil)
	w.delivered(r, key, it != nil)
	if it == nil {
		return
	}
	key = "delete " + it.id
	h.await(key)
	r = w.do("Records.Delete", func(ctx context.Context) error { return w.client.Records(hookType).Delete(ctx, it.id) })
	_, there := w.truth.get(hookType, it.id)
	w.deleted(r, it)
	w.delivered(r, key, !there)
	if there {
		h.await(key)
		w.discard(it)
		w.delivered(r, key, true)
	}
}

// delivered has the webhooks delivered to until a delivery is accepted, and
// compares how often it was: once for what has happened.
func (w *worker) delivered(r result, key string, happened bool) {
	h, want := w.shared.hooks, 0
	if happened {
		want = 1
	}
	for i := 0; i == 0 || i < maxDeliveries && h.count(key) < want; i++ {
		w.truth.deliver()
	}
	if n := h.count(key); n != want {
		w.wrong(r, "%s was delivered %d times, and should have been %d times", key, n, want)
	}
	h.forget(key)
	if w.rng.IntN(8) == 0 {
		w.forge(key)
	}
}

// forge posts what is not the server's to the handler, which must refuse it.
func (w *worker) forge(key string) {
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.shared.hooks.url, bytes.NewReader(fmt.Appendf(nil, `[{"id":%q}]`, key)))
	if err != nil {
		panic(broken{err})
	}
	req.Header.Set("Signature", pick(w, "", "bm9ib2R5OjAwMDA=", "not base64"))
	resp, err := w.truth.http.Do(req)
	if err != nil {
		panic(broken{err})
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusForbidden {
		w.report.wrong("webhooks", "a forged delivery was answered with %d", resp.StatusCode)
	}
}

// registerHook registers a webhook, stops it, starts it and deletes it. It takes
// an API user or an administrator.
func (w *worker) registerHook() {
	if w.client.token {
		return
	}
	url := "http://127.0.0.1:1/" + w.mark()
	var hook espo.Webhook
	r := w.do("Webhooks.Register", func(ctx context.Context) (err error) {
		hook, err = w.client.Webhooks.Register(ctx, espo.Webhook{
			Event: espo.WebhookEvent{EntityType: quietType, Kind: espo.WebhookUpdate}, URL: url,
		})
		return err
	})
	it := w.created(r, "Webhook", "url", url, hook.ID, map[string]any{"isActive": true})
	if it == nil {
		return
	}
	if r.outcome == done && hook.SecretKey == "" {
		w.wrong(r, "the webhook has no secret")
	}
	r = w.do("Webhooks.Deactivate", func(ctx context.Context) error { _, err := w.client.Webhooks.Deactivate(ctx, it.id); return err })
	w.changed(r, it, map[string]any{"isActive": false})
	r = w.do("Webhooks.Activate", func(ctx context.Context) error { _, err := w.client.Webhooks.Activate(ctx, it.id); return err })
	w.changed(r, it, map[string]any{"isActive": true})
	r = w.do("Webhooks.Delete", func(ctx context.Context) error { return w.client.Webhooks.Delete(ctx, it.id) })
	w.deleted(r, it)
	if r.outcome != done {
		w.discard(it)
	}
}
