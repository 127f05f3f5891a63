package webhooks

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
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
	WebhookID, url, secret string
	signed                 bool // with the header Signature, too
	Records                []crm.HookedRecord
}

// TakeDeliveries empties the queue into one delivery for each webhook that is
// still there, in the order of the events.
func TakeDeliveries(s *crm.CRM) []*delivery {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var all []*delivery
	for _, h := range s.Hooked {
		w := s.Store.Find("Webhook", h.WebhookID)
		if w == nil || w.Get("isActive") != true {
			continue
		}
		i := slices.IndexFunc(all, func(d *delivery) bool { return d.WebhookID == h.WebhookID })
		if i < 0 {
			i = len(all)
			all = append(all, &delivery{WebhookID: w.ID, url: w.Str("url"), secret: w.Str("secretKey"), signed: s.Has(release.WebhookSignature)})
		}
		all[i].Records = append(all[i].Records, h)
	}
	s.Hooked = nil
	return all
}

func (d *delivery) Post(ctx context.Context, client *http.Client) (int, error) {
	batch := make([]jsontext.Value, len(d.Records))
	for i, r := range d.Records {
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
		req.Header.Set("Signature", b64([]byte(d.WebhookID+":"+hex.EncodeToString(sum))))
	}
	req.Header.Set("X-Signature", b64(append([]byte(d.WebhookID+":"), sum...)))
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}
