package webhooks

import (
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/store"
)

const (
	batchSize = 50               // records of a post
	attempts  = 4                // to deliver a record
	retryWait = 10 * time.Minute // between them, on a server
)

// triedAgain are the statuses after which a server delivers again. All other
// failures lose the batch.
var triedAgain = []int{
	http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusRequestTimeout,
	http.StatusInternalServerError, http.StatusServiceUnavailable,
}

// QueueItemBeforeCheck lets no request write into the queue, but a seed, which is
// no request.
func QueueItemBeforeCheck(c *crm.Call, _ map[string]any) *answer.Error {
	if c.Req.Method == "" {
		return nil
	}
	return answer.Forbidden("")
}

// takeDeliveries empties the queue into deliveries of the webhooks that are still
// there, in the order of the events.
func takeDeliveries(s *crm.CRM) []*delivery {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var all []*delivery
	open := map[string]*delivery{} // that have room for more
	for _, h := range s.Hooked {
		w := s.Store.Find("Webhook", h.WebhookID)
		if w == nil || w.Get("isActive") != true {
			drop(s, h)
			continue
		}
		if h.Item == nil {
			h.Item = enqueue(s, h)
		}
		if h.Item.Deleted {
			continue
		}
		d := open[w.ID]
		if d == nil || len(d.records) == batchSize {
			d = &delivery{webhookID: w.ID, url: w.Str("url"), secret: w.Str("secretKey"), signed: s.Has(release.WebhookSignature)}
			open[w.ID], all = d, append(all, d)
		}
		d.records = append(d.records, h)
	}
	s.Hooked = nil
	return all
}

// enqueue makes the item that administrators see.
func enqueue(s *crm.CRM, h crm.HookedRecord) *store.Record {
	e := s.Store.Types["WebhookQueueItem"]
	r := s.Store.Insert(e, s.Store.NewID())
	for name, v := range map[string]any{
		"number": s.Store.TakeNumber(e.Name, nil), "event": h.Event, "data": jsontext.Value(php.Escape(h.Body)), "createdAt": s.Store.Timestamp(),
		"status": "Pending", "attempts": int64(0), "webhookId": h.WebhookID, "targetId": h.TargetID, "targetType": entityOf(h.Event),
	} {
		r.Set(name, v)
	}
	return r
}

// drop forgets what was queued for a webhook that is no longer there.
func drop(s *crm.CRM, h crm.HookedRecord) {
	if h.Item != nil && !h.Item.Deleted {
		s.Store.Remove(h.Item)
	}
}

// note writes down how a delivery has ended, and returns what is to be delivered
// again.
func note(s *crm.CRM, d *delivery, status int, err error) (again []crm.HookedRecord) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if err == nil && status == http.StatusGone {
		forget(s, d)
		return nil
	}
	now := s.Store.Now().UTC()
	for _, h := range d.records {
		tries, _ := h.Item.Get("attempts").(int64)
		tries++
		h.Item.Set("attempts", tries)
		h.Item.Set("processAt", nil)
		switch {
		case succeeded(status, err):
			h.Item.Set("status", "Success")
			h.Item.Set("processedAt", now.Format(time.DateTime))
		case tries < attempts && (err != nil || slices.Contains(triedAgain, status)):
			h.Item.Set("processAt", now.Add(retryWait).Format(time.DateTime))
			again = append(again, h)
		default:
			h.Item.Set("status", "Failed")
		}
	}
	return again
}

// forget removes a webhook that wants no more, and what is queued for it.
func forget(s *crm.CRM, d *delivery) {
	if w := s.Store.Find("Webhook", d.webhookID); w != nil {
		s.Store.Remove(w)
	}
	for _, h := range d.records {
		drop(s, h)
	}
}
