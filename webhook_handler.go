package espo

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrUnsubscribe makes a [WebhookHandler] answer 410 Gone, after which the
// server removes the webhook, when its function returns it or an error that
// wraps it.
var ErrUnsubscribe = errors.New("unsubscribe the webhook")

// WebhookSecret is what is needed to check the deliveries of one webhook:
// [Webhook.Secret] has it, or it was stored when the webhook was registered. To
// store it, take string(Key) and Event.String(): as JSON, a [Secret] is ***.
type WebhookSecret struct {
	WebhookID string
	Event     WebhookEvent
	Key       Secret
}

// Format prints everything but the key.
func (s WebhookSecret) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "{%s %s %s}", s.WebhookID, s.Event, s.Key)
}

// WebhookHandler is an [http.Handler] that receives the deliveries of
// webhooks. Make one with [NewWebhookHandler]: the zero WebhookHandler knows no
// webhook and refuses every request. It is safe for concurrent use, and shows
// no key when it is printed.
//
// It reads no body when there is no signature or the webhook is not known. So
// the time of an answer tells whether a webhook's id is known, which is no
// secret; it tells nothing of the key.
//
// Which status it answers decides what the server does with the batch. The
// server delivers again after 401, 403, 404, 405, 408, 500, 503 and when there
// is not an answer, ten minutes later each time and four times in all. Any other
// failure loses the batch at once; so the handler answers with one of these
// wherever another try can succeed.
//
//	status  when                                          then the server
//	200     the function has returned nil                 is done
//	410     it has returned ErrUnsubscribe                removes the webhook
//	500     it has returned another error                 delivers again
//	none    it has panicked                               delivers again
//	405     the method is not POST                        delivers again
//	401     there is no signature that can be read        delivers again
//	403     the webhook is not known, or the signature    delivers again
//	        is not of its key: Add may come later
//	408     the body breaks off                           delivers again
//	500     the body exceeds WebhookMaxBody, which can    delivers again
//	        be raised before the last try
//	400     the signature is right, but the body is no    gives the batch up
//	        JSON array: no other try would bring one
//
// [WebhookService.Failed] reads what the server has given up.
type WebhookHandler struct {
	masked
	fn      func(context.Context, WebhookDelivery) error
	maxBody int64
	report  func(*http.Request, error)
	log     *slog.Logger

	mu    sync.RWMutex
	known map[string]knownWebhook // by id
}

// knownWebhook is a webhook whose deliveries are accepted.
type knownWebhook struct {
	event WebhookEvent
	key   secret
}

// WebhookOption is an option of [NewWebhookHandler].
type WebhookOption func(*WebhookHandler) error

// WebhookSecrets accepts the deliveries of these webhooks, as
// [WebhookHandler.Add] does.
func WebhookSecrets(secrets ...WebhookSecret) WebhookOption {
	return func(h *WebhookHandler) error {
		for _, s := range secrets {
			if err := h.Add(s); err != nil {
				return err
			}
		}
		return nil
	}
}

// WebhookMaxBody sets the largest body that is read, in bytes. The default is
// 8 MiB.
func WebhookMaxBody(bytes int64) WebhookOption {
	return func(h *WebhookHandler) error {
		if bytes <= 0 {
			return badInput("WebhookMaxBody", "%d is not a size", bytes)
		}
		h.maxBody = bytes
		return nil
	}
}

// WebhookErrors sets a function that is told of everything that is not answered
// with 200: each error that the handler's function
// returns, [ErrUnsubscribe] too, its panics, and each request that was refused
// without calling it, as a [WebhookRefusedError], which holds no key and nothing
// of the body. report may be called by several goroutines at once.
func WebhookErrors(report func(r *http.Request, err error)) WebhookOption {
	return func(h *WebhookHandler) error {
		if report == nil {
			return badInput("WebhookErrors", "is nil")
		}
		h.report = report
		return nil
	}
}

// WebhookLogger logs what [WebhookErrors] reports: at level Error what the
// handler's function returns, at level Warn the requests that were refused, and
// at level Info an [ErrUnsubscribe]. Without it and WebhookErrors, nobody learns
// of them.
func WebhookLogger(log *slog.Logger) WebhookOption {
	return func(h *WebhookHandler) error {
		if log == nil {
			return badInput("WebhookLogger", "is nil")
		}
		h.log = log
		return nil
	}
}

const defaultMaxDelivery = 8 << 20

// NewWebhookHandler returns a handler that calls fn for each delivery of the
// webhooks whose secrets it has. fn is given the request's context; it may be
// called for several deliveries at once. When it panics, so does the handler:
// net/http then logs the panic and closes the connection.
//
// An [InputError] refuses a function or an option that is nil, and a secret
// without a webhook's id or a key.
func NewWebhookHandler(fn func(context.Context, WebhookDelivery) error, opts ...WebhookOption) (*WebhookHandler, error) {
	if fn == nil {
		return nil, badInput("fn", "is nil")
	}
	h := &WebhookHandler{
		masked: "espo.WebhookHandler(***)", fn: fn, maxBody: defaultMaxDelivery, known: make(map[string]knownWebhook),
	}
	for _, opt := range opts {
		if opt == nil {
			return nil, badInput("WebhookOption", "is nil")
		}
		if err := opt(h); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Add makes the handler accept the deliveries of another webhook, such as one
// that has just been registered, or replaces its secret. A secret without an id
// or a key is an [InputError], and so is a handler that [NewWebhookHandler] has
// not made.
func (h *WebhookHandler) Add(s WebhookSecret) error {
	if h.fn == nil {
		return badInput("WebhookHandler", "was not made by NewWebhookHandler")
	}
	if err := notEmpty("WebhookSecret", s.WebhookID, string(s.Key)); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.known[s.WebhookID] = knownWebhook{event: s.Event, key: hide(string(s.Key))}
	return nil
}

// Remove makes the handler refuse the deliveries of a webhook.
func (h *WebhookHandler) Remove(webhookID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.known, webhookID)
}

// WebhookRefusedError is a request that a [WebhookHandler] has refused.
type WebhookRefusedError struct {
	Status    int    // that was answered
	WebhookID string // which the signature names, rightly or not; empty when it cannot be read
	Err       error  // why; an [*http.MaxBytesError] when the body is too large
}

func (e *WebhookRefusedError) Error() string {
	s := fmt.Sprintf("espo: request to a webhook handler refused with %d", e.Status)
	if e.WebhookID != "" {
		s += fmt.Sprintf(", webhook %.40q", e.WebhookID)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *WebhookRefusedError) Unwrap() error { return e.Err }

// ServeHTTP implements [http.Handler].
func (h *WebhookHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d, refused := h.receive(w, r)
	if refused != nil {
		w.WriteHeader(refused.Status)
		h.tell(r, refused)
		return
	}
	err := h.call(r, d)
	switch {
	case err == nil:
		w.WriteHeader(http.StatusOK)
		return
	case errors.Is(err, ErrUnsubscribe):
		w.WriteHeader(http.StatusGone)
	default:
		w.WriteHeader(http.StatusInternalServerError)
	}
	h.tell(r, err)
}

// tell passes on why a request is not answered with 200.
func (h *WebhookHandler) tell(r *http.Request, err error) {
	if h.report != nil {
		h.report(r, err)
	}
	if h.log == nil {
		return
	}
	var refused *WebhookRefusedError
	level, text := slog.LevelError, "espo: the function of a webhook handler has failed"
	switch {
	case errors.As(err, &refused):
		level, text = slog.LevelWarn, "espo: a request to a webhook handler was refused"
	case errors.Is(err, ErrUnsubscribe):
		level, text = slog.LevelInfo, "espo: a webhook is unsubscribed"
	}
	h.log.LogAttrs(r.Context(), level, text, slog.Any("error", err))
}

// call reports a panic of the function and passes it on.
func (h *WebhookHandler) call(r *http.Request, d WebhookDelivery) error {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		const text = "espo: the function of a webhook handler has panicked: "
		if err, ok := p.(error); ok {
			h.tell(r, fmt.Errorf(text+"%w", err))
		} else {
			h.tell(r, fmt.Errorf(text+"%v", p))
		}
		panic(p)
	}()
	return h.fn(r.Context(), d)
}

var (
	errUnknownWebhook = errors.New("the handler has no secret of this webhook")
	errWrongSignature = errors.New("the signature is not of this body and the webhook's key")
)

// receive reads a delivery and checks it. The digests are compared in constant
// time.
func (h *WebhookHandler) receive(w http.ResponseWriter, r *http.Request) (d WebhookDelivery, refused *WebhookRefusedError) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return d, &WebhookRefusedError{Status: http.StatusMethodNotAllowed, Err: fmt.Errorf("the method is %.20q", r.Method)}
	}
	id, sum, err := signatureOf(r.Header)
	if err != nil {
		return d, &WebhookRefusedError{Status: http.StatusUnauthorized, Err: err}
	}
	refuse := func(status int, err error) (WebhookDelivery, *WebhookRefusedError) {
		return WebhookDelivery{}, &WebhookRefusedError{Status: status, WebhookID: id, Err: err}
	}
	h.mu.RLock()
	webhook, ok := h.known[id]
	h.mu.RUnlock()
	if !ok {
		return refuse(http.StatusForbidden, errUnknownWebhook)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return refuse(http.StatusInternalServerError, err)
	case err != nil:
		return refuse(http.StatusRequestTimeout, fmt.Errorf("the body breaks off: %w", err))
	}
	mac := hmac.New(sha256.New, []byte(webhook.key.value()))
	mac.Write(body)
	if !hmac.Equal(mac.Sum(nil), sum) {
		return refuse(http.StatusForbidden, errWrongSignature)
	}
	if v := jsontext.Value(body); v.Kind() != '[' || !v.IsValid() {
		return refuse(http.StatusBadRequest, errors.New("the body is not a JSON array"))
	}
	return WebhookDelivery{ID: digest(id, body), WebhookID: id, Event: webhook.event, Body: body}, nil
}
