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

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
)

// delivery is one post to a webhook.
type delivery struct {
	webhookID, url, secret string
	signed                 bool // with the header Signature, too
	records                []crm.HookedRecord
}

// Deliver posts what is queued to the webhooks. What is not answered with
// success is part of the error. It is queued again where a server would try again.
func Deliver(ctx context.Context, s *crm.CRM) error {
	// A transport of its own leaves no idle connections behind.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	deliveries := takeDeliveries(s)
	errs := make([]error, 0, len(deliveries))
	failed := make([]crm.HookedRecord, 0, len(deliveries))
	for _, d := range deliveries {
		status, err := d.post(ctx, client)
		failed = append(failed, note(s, d, status, err)...)
		switch {
		case err != nil:
			errs = append(errs, err)
		case status != http.StatusGone && !succeeded(status, nil):
			errs = append(errs, fmt.Errorf("espotest: webhook %s: status %d", d.webhookID, status))
		}
	}
	s.Mu.Lock()
	s.Hooked = append(failed, s.Hooked...)
	s.Mu.Unlock()
	return errors.Join(errs...)
}

func succeeded(status int, err error) bool {
	return err == nil && status >= http.StatusOK && status < http.StatusMultipleChoices
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
