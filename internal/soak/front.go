package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	"github.com/go-espo/espo/espotest"
)

// front stands before the fake server, as proxies and networks do before a
// real one, and lets those requests fail whose header says so.
type front struct {
	fake     *espotest.Server
	api      http.Handler
	inFlight *inFlight
}

func newFront(fake *espotest.Server) *front {
	return &front{fake: fake, api: fake.Handler(), inFlight: newInFlight()}
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, id := r.Header.Get(faultHeader), r.Header.Get(idHeader)
	r.Header.Del(faultHeader)
	r.Header.Del(idHeader)
	if id != "" {
		defer f.inFlight.end(id)
	}
	switch name {
	case cutBefore:
		f.before(r)
		cut()
	case cutAfter:
		f.after(r)
		cut()
	case truncated:
		f.breakOff(w, r)
	case silentBefore:
		f.before(r)
		await(r.Context())
	case silentAfter:
		f.after(r)
		await(r.Context())
	case slow:
		pause(r.Context(), 100*time.Millisecond)
		f.api.ServeHTTP(w, r)
	case revoked:
		f.fake.RevokeTokens()
		f.api.ServeHTTP(w, r)
	default:
		f.answer(w, r, name)
	}
}

// answer sends the answer of a fault, or the real one without a fault.
func (f *front) answer(w http.ResponseWriter, r *http.Request, name string) {
	switch name {
	case brokenBefore, gatewayBefore, awayBefore, overdueBefore, tooMany, maintenance, unauthorized, firewall, missingPage, loginBefore:
		f.before(r)
	case brokenAfter, gatewayAfter, awayAfter, overdueAfter, loginAfter, nullAfter:
		f.after(r)
	}
	switch name {
	case brokenBefore, brokenAfter:
		own(w, http.StatusInternalServerError, "", "")
	case gatewayBefore, gatewayAfter:
		page(w, http.StatusBadGateway)
	case awayBefore, awayAfter:
		page(w, http.StatusServiceUnavailable)
	case overdueBefore, overdueAfter:
		page(w, http.StatusGatewayTimeout)
	case loginBefore, loginAfter:
		page(w, http.StatusOK)
	case firewall:
		page(w, http.StatusForbidden)
	case missingPage:
		page(w, http.StatusNotFound)
	case unauthorized:
		own(w, http.StatusUnauthorized, "", "")
	case nullAfter:
		own(w, http.StatusOK, "", "null")
	case tooMany:
		w.Header().Set("Retry-After", "1")
		page(w, http.StatusTooManyRequests)
	case maintenance:
		const reason = "Application is in maintenance mode."
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		own(w, http.StatusServiceUnavailable, reason, `{"statusCode":503,"message":"`+reason+`"}`)
	default:
		f.api.ServeHTTP(w, r)
	}
}

// before takes a request in of which nothing is done. Who answers without
// reading it may find the client still sending.
func (f *front) before(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }

// after has the request carried out and drops the answer.
func (f *front) after(r *http.Request) {
	f.api.ServeHTTP(&nowhere{header: http.Header{}}, r.WithContext(context.WithoutCancel(r.Context())))
}

// breakOff has the request carried out and sends half of the answer's body.
func (f *front) breakOff(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	f.api.ServeHTTP(answer, r.WithContext(context.WithoutCancel(r.Context())))
	body := answer.Body.Bytes()
	if len(body) < 2 {
		cut()
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	cut()
}

func cut() { panic(http.ErrAbortHandler) }

// await answers nothing until the client gives up.
func await(ctx context.Context) {
	<-ctx.Done()
	cut()
}

// pause waits, but not for a client that is gone: nothing is done for it.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		cut()
	}
}

// page answers with a page of a proxy or of a login.
func page(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body><h1>Sorry</h1></body></html>\n")
}

// own answers as EspoCRM itself does.
func own(w http.ResponseWriter, status int, reason, body string) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	if reason != "" {
		w.Header().Set("X-Status-Reason", reason)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// nowhere is a response that nobody reads.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n *nowhere) WriteHeader(int)             {}
