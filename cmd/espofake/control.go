package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest"
)

// maxControlBody is what a control request may have, in bytes.
const maxControlBody = 64 << 20

// control is a handler of the control: what it returns is answered as JSON.
type control func(f *fake, r *http.Request, body []byte) (any, error)

// endpoint is an endpoint of the control.
type endpoint struct {
	pattern string // as [http.ServeMux] takes it
	about   string
	handle  http.HandlerFunc
}

func (f *fake) controls() []endpoint {
	return []endpoint{
		{"GET /_fake/{$}", "the users, and what there is", f.json((*fake).about)},
		{"POST /_fake/reset", "begin anew, with the records of -seed alone", f.json((*fake).controlReset)},
		{"POST /_fake/seed", "create records; the answer has their ids", f.json((*fake).controlSeed)},
		{"POST /_fake/faults", "make requests fail: a fault, or a list of them", f.json((*fake).addFaults)},
		{"DELETE /_fake/faults", "forget the faults", f.json((*fake).clearFaults)},
		{"GET /_fake/requests", "what was sent; headers with credentials are masked, bodies are whole", f.json((*fake).requests)},
		{"DELETE /_fake/requests", "forget it", f.json((*fake).clearRequests)},
		{"POST /_fake/jobs", "run what waits for the scheduled jobs", f.json((*fake).runJobs)},
		{"POST /_fake/webhooks", "deliver what waits for webhooks", f.json((*fake).deliverWebhooks)},
		{"GET /_fake/certificate", "the certificate of -tls, as PEM", f.certificate},
	}
}

// handler is the fake with its control.
func (f *fake) handler() http.Handler {
	mux := http.NewServeMux()
	for _, c := range f.controls() {
		mux.HandleFunc(c.pattern, c.handle)
	}
	// Outside of the mux, which would clean the paths of the API.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isControl(r.URL.Path) {
			mux.ServeHTTP(w, r)
			return
		}
		f.server().Handler().ServeHTTP(w, r)
	})
}

func isControl(path string) bool { return path == "/_fake" || strings.HasPrefix(path, "/_fake/") }

// json answers with what a control returns.
func (f *fake) json(handle control) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { f.answer(w, r, handle) }
}

func (f *fake) answer(w http.ResponseWriter, r *http.Request, handle control) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControlBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	v, err := handle(f, r, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.MarshalWrite(w, v, jsontext.WithIndent("  "), json.Deterministic(true))
}

// attempt does what ends a test or, where there is none, panics with an error.
func attempt(do func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			problem, ok := p.(error)
			if _, bug := p.(runtime.Error); bug || !ok {
				panic(p)
			}
			err = problem
		}
	}()
	do()
	return nil
}

func (f *fake) about(*http.Request, []byte) (any, error) {
	endpoints := map[string]string{}
	for _, c := range f.controls() {
		endpoints[c.pattern] = c.about
	}
	return map[string]any{"url": f.url, "api": f.url + "/api/v1/", "users": users, "control": endpoints}, nil
}

func (f *fake) controlReset(*http.Request, []byte) (any, error) { return true, f.reset() }

func (f *fake) controlSeed(_ *http.Request, body []byte) (any, error) { return seed(f.server(), body) }

func (f *fake) addFaults(_ *http.Request, body []byte) (any, error) {
	faults, err := readFaults(body)
	if err != nil {
		return nil, err
	}
	return true, attempt(func() {
		for _, fault := range faults {
			f.server().Fail(fault)
		}
	})
}

func (f *fake) clearFaults(*http.Request, []byte) (any, error) {
	f.server().ClearFaults()
	return true, nil
}

func (f *fake) clearRequests(*http.Request, []byte) (any, error) {
	f.server().ClearRequests()
	return true, nil
}

func (f *fake) runJobs(*http.Request, []byte) (any, error) {
	f.server().RunJobs()
	return true, nil
}

func (f *fake) deliverWebhooks(r *http.Request, _ []byte) (any, error) {
	if err := f.server().DeliverWebhooks(r.Context()); err != nil {
		return nil, fmt.Errorf("some deliveries failed: %w", err)
	}
	return true, nil
}

func (f *fake) certificate(w http.ResponseWriter, _ *http.Request) {
	if f.cert == nil {
		http.Error(w, "there is no certificate without -tls", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	_, _ = w.Write(f.cert)
}

// request is a request of the log, as JSON.
type request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Query   string            `json:"query,omitzero"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body,omitzero"`
	Status  int               `json:"status"`
	Time    string            `json:"time"`
}

// hidden are headers with credentials.
var hidden = []string{
	"Authorization", "Espo-Authorization", "Espo-Authorization-Code", "X-Api-Key", "X-Hmac-Authorization", "X-Captcha-Token", "Cookie",
}

func (f *fake) requests(*http.Request, []byte) (any, error) {
	logged := f.server().Requests()
	list := make([]request, 0, len(logged))
	for _, r := range logged {
		headers := map[string]string{}
		for name := range r.Header {
			headers[name] = r.Header.Get(name)
		}
		for _, name := range hidden {
			if _, ok := headers[name]; ok {
				headers[name] = "***"
			}
		}
		list = append(list, request{r.Method, r.Path, r.Query, headers, string(r.Body), r.Status, r.Time.UTC().Format("2006-01-02T15:04:05.000Z")})
	}
	return list, nil
}

// readFaults reads one fault or a list of them.
func readFaults(body []byte) ([]espotest.Fault, error) {
	var list []faultJSON
	if jsontext.Value(body).Kind() == '[' {
		if err := json.Unmarshal(body, &list, json.RejectUnknownMembers(true)); err != nil {
			return nil, err
		}
	} else {
		list = make([]faultJSON, 1)
		if err := json.Unmarshal(body, &list[0], json.RejectUnknownMembers(true)); err != nil {
			return nil, err
		}
	}
	if len(list) == 0 {
		return nil, errors.New("there is no fault in the list")
	}
	faults := make([]espotest.Fault, len(list))
	for i, j := range list {
		var err error
		if faults[i], err = j.fault(); err != nil {
			return nil, err
		}
	}
	return faults, nil
}
