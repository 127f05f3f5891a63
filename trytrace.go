package espo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// errSilence is the cause of a try that ended because the server gave no sign
// of life.
var errSilence error = silenceError{}

type silenceError struct{}

func (silenceError) Error() string   { return "the server gave no sign of life in time" }
func (silenceError) Timeout() bool   { return true }
func (silenceError) Temporary() bool { return true }

// tryTrace watches one try: whether a connection came about, whether the
// server still shows a sign of life, and who reads the request's body.
type tryTrace struct {
	ctx    context.Context
	cancel context.CancelCauseFunc

	asked, got atomic.Bool // for a connection

	mu       sync.Mutex
	limit    time.Duration // of a silence; 0 is none
	timer    *time.Timer   // nil without a limit
	answered bool          // the response has come
	sent     *sentBody     // the last one that was opened
}

// start begins to wait for the server. The request must be sent with t.ctx.
func (t *tryTrace) start(ctx context.Context) {
	ctx, t.cancel = context.WithCancelCause(ctx)
	t.ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { t.got.Store(true) },
	})
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.limit > 0 {
		t.timer = time.AfterFunc(t.limit, func() { t.cancel(errSilence) })
	}
}

// sending notes that another part of the request went out.
func (t *tryTrace) sending() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer != nil && !t.answered {
		t.timer.Reset(t.limit)
	}
}

// await waits for the next part of the reply.
func (t *tryTrace) await() {
	if t.timer != nil {
		t.timer.Reset(t.limit)
	}
}

// pause stops waiting: it is the caller who takes time.
func (t *tryTrace) pause() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answered = true
	if t.timer != nil {
		t.timer.Stop()
	}
}

// end ends the try.
func (t *tryTrace) end() {
	t.pause()
	t.cancel(nil)
}

// unsent reports whether no connection came about, so that nothing was sent.
// A RoundTripper of the user's that does not report its connections leaves it
// open.
func (t *tryTrace) unsent() bool { return t.asked.Load() && !t.got.Load() }

// reason is the error of a try, where that is the silence of the server.
func (t *tryTrace) reason(err error) error {
	if errors.Is(context.Cause(t.ctx), errSilence) {
		return errSilence
	}
	return err
}

// open opens the request's body. The one that was opened before is at its end.
func (t *tryTrace) open(raw func() (io.Reader, error)) (io.ReadCloser, error) {
	t.release()
	r, err := raw()
	if err != nil {
		return nil, err
	}
	body := &sentBody{r: r, trace: t}
	t.mu.Lock()
	t.sent = body
	t.mu.Unlock()
	return body, nil
}

// release makes sure that nobody reads the request's body any more: net/http
// may do so after it has returned a response.
func (t *tryTrace) release() {
	t.mu.Lock()
	sent := t.sent
	t.sent = nil
	t.mu.Unlock()
	if sent != nil { // who reads it may want the lock
		sent.release()
	}
}

// sentBody is the body of a request that can be taken away from its reader.
type sentBody struct {
	mu    sync.Mutex
	r     io.Reader // nil once it is released
	trace *tryTrace
}

var errReleased = errors.New("the request has ended")

func (b *sentBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.r == nil {
		return 0, errReleased
	}
	b.trace.sending()
	return b.r.Read(p)
}

func (b *sentBody) Close() error { return nil }

func (b *sentBody) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.r = nil
}

// guard makes the response's body end the try when it is closed, and wait no
// longer than the limit for each part of it.
func (t *tryTrace) guard(ctx context.Context, req *request, resp *http.Response) {
	t.pause()
	resp.Body = &replyBody{ReadCloser: resp.Body, ctx: ctx, req: req, trace: t}
}

// replyBody is the body of a response.
type replyBody struct {
	io.ReadCloser
	ctx   context.Context // the caller's
	req   *request
	trace *tryTrace
}

func (b *replyBody) Read(p []byte) (int, error) {
	b.trace.await()
	n, err := b.ReadCloser.Read(p)
	b.trace.pause()
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.req.transport(b.ctx, fmt.Errorf("the reply broke off: %w", b.trace.reason(err)))
	}
	return n, err
}

func (b *replyBody) Close() error {
	err := b.ReadCloser.Close()
	b.trace.end()
	return err
}
