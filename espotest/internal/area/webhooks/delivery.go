package webhooks

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
)

// delivery is one post to a webhook.
type delivery struct {
	webhookID, url, secret string
	signed                 bool // with the header Signature, too
	records                []crm.HookedRecord
}

// Deliver posts what is queued to the webhooks. What is not answered with
// success is queued again, and part of the error.
func Deliver(ctx context.Context, s *crm.CRM) error {
	// A transport of its own leaves no idle connections behind.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	deliveries := takeDeliveries(s)
	errs := make([]error, 0, len(deliveries))
	var failed []crm.HookedRecord
	for _, d := range deliveries {
		status, err := d.post(ctx, client)
		switch {
		case err == nil && status == http.StatusGone:
			forget(s, d.webhookID)
			continue
		case err == nil && status >= 200 && status < 300:
			continue
		case err == nil:
			err = fmt.Errorf("espotest: webhook %s: status %d", d.webhookID, status)
		}
		errs, failed = append(errs, err), append(failed, d.records...)
	}
	s.Mu.Lock()
	s.Hooked = append(failed, s.Hooked...)
	s.Mu.Unlock()
	return errors.Join(errs...)
}

// forget removes a webhook that wants no more.
func forget(s *crm.CRM, id string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if w := s.Store.Find("Webhook", id); w != nil {
		s.Store.Remove(w)
	}
}

// takeDeliveries empties the queue into one delivery for each webhook that is
// still there, in the order of the events.
func takeDeliveries(s *crm.CRM) []*delivery {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var all []*delivery
	for _, h := range s.Hooked {
		w := s.Store.Find("Webhook", h.WebhookID)
		if w == nil || w.Get("isActive") != true {
			continue
		}
		i := slices.IndexFunc(all, func(d *delivery) bool { return d.webhookID == h.WebhookID })
		if i < 0 {
			i = len(all)
			all = append(all, &delivery{webhookID: w.ID, url: w.Str("url"), secret: w.Str("secretKey"), signed: s.Has(release.WebhookSignature)})
		}
		all[i].records = append(all[i].records, h)
	}
	s.Hooked = nil
	return all
}

// post sends the delivery, signed as a real server signs, and returns the status
// of the answer.
func (d *delivery) post(ctx context.Context, client *http.Client) (int, error) {
	batch := make([]jsontext.Value, len(d.records))
	for i, r := range d.records {
		batch[i] = r.Body
	}
	body, err := json.Marshal(batch)
	if err != nil {
		return 0, err
	}
	body = php.Escape(body)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	mac := hmac.New(sha256.New, []byte(d.secret))
	mac.Write(body)
	sum := mac.Sum(nil)
	b64 := base64.StdEncoding.EncodeToString
	req.Header.Set("Content-Type", "application/json")
	if d.signed {
		req.Header.Set("Signature", b64([]byte(d.webhookID+":"+hex.EncodeToString(sum))))
	}
	req.Header.Set("X-Signature", b64(append([]byte(d.webhookID+":"), sum...)))
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}
