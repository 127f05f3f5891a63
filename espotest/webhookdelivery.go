package espotest

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

	"github.com/go-espo/espo/espotest/internal/php"
)

// delivery is one post to a webhook.
type delivery struct {
	webhookID, url, secret string
	records                []hookedRecord
}

// DeliverWebhooks posts what has happened to records since the last time to
// the webhooks that are registered for it, signed as a real server signs, one
// batch for each webhook: what a real server does by a scheduled job. A
// webhook that answers 410 is removed. What is not answered with success is
// delivered again the next time, and is part of the error.
func (s *Server) DeliverWebhooks(ctx context.Context) error {
	// A transport of its own leaves no idle connections behind.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	deliveries := s.crm.takeDeliveries()
	errs := make([]error, 0, len(deliveries))
	var failed []hookedRecord
	for _, d := range deliveries {
		status, err := d.post(ctx, client)
		switch {
		case err == nil && status == http.StatusGone:
			s.crm.mu.Lock()
			if w := s.crm.store.Find("Webhook", d.webhookID); w != nil {
				s.crm.store.Remove(w)
			}
			s.crm.mu.Unlock()
			continue
		case err == nil && status >= 200 && status < 300:
			continue
		case err == nil:
			err = fmt.Errorf("espotest: webhook %s: status %d", d.webhookID, status)
		}
		errs, failed = append(errs, err), append(failed, d.records...)
	}
	s.crm.mu.Lock()
	s.crm.hooked = append(failed, s.crm.hooked...)
	s.crm.mu.Unlock()
	return errors.Join(errs...)
}

// takeDeliveries empties the queue into one delivery for each webhook that is
// still there, in the order of the events.
func (s *crm) takeDeliveries() []*delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*delivery
	for _, h := range s.hooked {
		w := s.store.Find("Webhook", h.webhookID)
		if w == nil || w.Get("isActive") != true {
			continue
		}
		i := slices.IndexFunc(all, func(d *delivery) bool { return d.webhookID == h.webhookID })
		if i < 0 {
			i = len(all)
			all = append(all, &delivery{webhookID: w.ID, url: w.Str("url"), secret: w.Str("secretKey")})
		}
		all[i].records = append(all[i].records, h)
	}
	s.hooked = nil
	return all
}

func (d *delivery) post(ctx context.Context, client *http.Client) (int, error) {
	batch := make([]jsontext.Value, len(d.records))
	for i, r := range d.records {
		batch[i] = r.body
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
	req.Header.Set("Signature", b64([]byte(d.webhookID+":"+hex.EncodeToString(sum))))
	req.Header.Set("X-Signature", b64(append([]byte(d.webhookID+":"), sum...)))
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}
