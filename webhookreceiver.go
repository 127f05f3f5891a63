package espo

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
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrUnsubscribe makes a [WebhookHandler] answer 410 Gone, after which the
// server removes the webhook, when its function returns it or an error that
// wraps it.
var ErrUnsubscribe = errors.New("unsubscribe the webhook")

// WebhookDelivery is a batch of records that the server has posted, with a
// signature that is right.
type WebhookDelivery struct {
	// ID is a digest of what was delivered. The server delivers again what was
	// not answered with success, so a delivery that was handled may come a
	// second time, with the same ID. But two equal changes of a record, such
	// as to a value and later back to it, can have the same ID too: remember
	// IDs for minutes, not for ever.
	ID string

	WebhookID string
	Event     WebhookEvent // of the [WebhookSecret]: the delivery itself does not name it
	Body      []byte       // the JSON as it came, an array; see [WebhookRecords]
}

// WebhookSecret is what is needed to check the deliveries of one webhook:
// [Webhook.Secret] has it, or it was stored when the webhook was registered. To
// store it, take string(Key) and Event.String(): as JSON, a [Secret] is ***.
type WebhookSecret struct {
	WebhookID string
	Event     WebhookEvent
	Key       Secret
}

// WebhookHandler is an [http.Handler] that receives the deliveries of
// webhooks. It is safe for concurrent use.
//
// It answers 200 when the function has returned nil, 410 when that has
// returned [ErrUnsubscribe], 500 for any other error, so that the server
// delivers again; and, without calling the function, 405 to anything but POST,
// 413 to a body that is too large, 401 without a signature that can be read,
// 403 to one that is wrong or of a webhook whose secret it does not have, 400
// to a body that is no JSON array.
type WebhookHandler struct {
	// MaxBody is the largest body that is read, in bytes; 8 MiB when 0. To be
	// set before the first request.
	MaxBody int64

	fn      func(context.Context, WebhookDelivery) error
	mu      sync.RWMutex
	secrets map[string]WebhookSecret // by webhook id
}

const defaultMaxDelivery = 8 << 20

// NewWebhookHandler returns a handler that calls fn for each delivery of the
// webhooks whose secrets it has. fn is given the request's context; it may be
// called for several deliveries at once.
func NewWebhookHandler(fn func(context.Context, WebhookDelivery) error, secrets ...WebhookSecret) (*WebhookHandler, error) {
	if fn == nil {
		return nil, badInput("fn", "is nil")
	}
	h := &WebhookHandler{fn: fn, secrets: make(map[string]WebhookSecret, len(secrets))}
	for _, s := range secrets {
		if err := h.Add(s); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Add makes the handler accept the deliveries of another webhook, such as one
// that has just been registered, or replaces its secret.
func (h *WebhookHandler) Add(s WebhookSecret) error {
	if err := notEmpty("WebhookSecret", s.WebhookID, string(s.Key)); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secrets[s.WebhookID] = s
	return nil
}

// Remove makes the handler refuse the deliveries of a webhook.
func (h *WebhookHandler) Remove(webhookID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.secrets, webhookID)
}

// ServeHTTP implements [http.Handler].
func (h *WebhookHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	limit := h.MaxBody
	if limit <= 0 {
		limit = defaultMaxDelivery
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	secret, err := h.verify(r.Header, body)
	switch {
	case errors.Is(err, errForeign):
		w.WriteHeader(http.StatusForbidden)
		return
	case err != nil:
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if v := jsontext.Value(body); v.Kind() != '[' || !v.IsValid() {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	err = h.fn(r.Context(), WebhookDelivery{
		ID: deliveryID(secret.WebhookID, body), WebhookID: secret.WebhookID, Event: secret.Event, Body: body,
	})
	switch {
	case err == nil:
		w.WriteHeader(http.StatusOK)
	case errors.Is(err, ErrUnsubscribe):
		w.WriteHeader(http.StatusGone)
	default:
		w.WriteHeader(http.StatusInternalServerError)
	}
}

var errForeign = errors.New("the signature is not of a webhook known here")

// verify returns the secret that a delivery is signed with.
func (h *WebhookHandler) verify(header http.Header, body []byte) (WebhookSecret, error) {
	id, sum, err := signatureOf(header)
	if err != nil {
		return WebhookSecret{}, err
	}
	h.mu.RLock()
	s, ok := h.secrets[id]
	h.mu.RUnlock()
	mac := hmac.New(sha256.New, []byte(s.Key))
	mac.Write(body)
	// The digest is compared for an unknown webhook too, which takes the same
	// time.
	if !hmac.Equal(mac.Sum(nil), sum) || !ok {
		return WebhookSecret{}, errForeign
	}
	return s, nil
}

// signatureOf reads the header Signature or, where only older servers' is
// there, X-Signature.
func signatureOf(header http.Header) (webhookID string, sum []byte, err error) {
	if s := header.Get("Signature"); s != "" {
		return parseSignature(s, true)
	}
	return parseSignature(header.Get("X-Signature"), false)
}

// parseSignature reads base64(webhookID:digest), where the digest is the hex
// form or, of older servers, the bytes of an HMAC-SHA256.
func parseSignature(s string, hexDigest bool) (webhookID string, sum []byte, err error) {
	text, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return "", nil, fmt.Errorf("the signature is not base64: %w", err)
	}
	id, digest, ok := bytes.Cut(text, []byte(":"))
	if !ok || len(id) == 0 {
		return "", nil, errors.New("the signature names no webhook")
	}
	if hexDigest {
		if digest, err = hex.AppendDecode(nil, digest); err != nil {
			return "", nil, fmt.Errorf("the signature's digest is not hex: %w", err)
		}
	}
	if len(digest) != sha256.Size {
		return "", nil, fmt.Errorf("the signature's digest has %d bytes", len(digest))
	}
	return string(id), digest, nil
}

// deliveryID is a digest of a delivery of a webhook.
func deliveryID(webhookID string, body []byte) string {
	sum := sha256.New()
	sum.Write([]byte(webhookID + ":"))
	sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil))
}
