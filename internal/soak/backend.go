package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"

	"github.com/go-espo/espo/espotest"
)

// The user of the client that logs in with a token, and one whom no client is.
const (
	tokenUser     = "soak-user"
	tokenPassword = "Soak-password-1"
	otherUser     = "soak-other"
)

// The entity types that the soak adds to the stock ones.
const (
	soakType  = "CSoak"      // of every kind of field
	hookType  = "CSoakHook"  // that webhooks are registered for
	quietType = "CSoakQuiet" // that nobody writes to
)

// An image on the web that the server reaches.
const (
	imageURL   = "https://images.soak.example/dot.png"
	imageBytes = "\x89PNG\r\n\x1a\n, or what begins like one"
)

// options set up the fake server.
func options() []espotest.Option {
	return []espotest.Option{
		espotest.WithoutListener(), // the front has one
		espotest.WithSMTP(),
		espotest.WithRequestLog(espotest.RequestLog{Requests: 1}),
		espotest.WithSettings(map[string]any{
			"attachmentUploadChunkSize": 1, // MiB, so that files go in chunks soon
			"applicationName":           "Soak",
		}),
		espotest.WithImage(imageURL, "image/png", []byte(imageBytes)),
		espotest.WithUser(espotest.User{
			UserName: tokenUser, Password: tokenPassword, Roles: []string{espotest.FullRole}, Attributes: map[string]any{"lastName": "Soak"},
		}),
		espotest.WithUser(espotest.User{UserName: otherUser, Password: tokenPassword, Roles: []string{espotest.FullRole}}),
		espotest.WithEntityType(soakType, espotest.EntityType{
			OptimisticConcurrency: true, Stream: true,
			Fields: map[string]espotest.Field{
				"count": {Type: "int"},
				"ratio": {Type: "float"},
				"flag":  {Type: "bool"},
				"day":   {Type: "date"},
				"at":    {Type: "datetime"},
				"tags":  {Type: "multiEnum", Options: []string{"a", "b", "c", "d"}},
			},
		}),
		espotest.WithEntityType(hookType, espotest.EntityType{}),
		espotest.WithEntityType(quietType, espotest.EntityType{}),
	}
}

// newBackend returns the fake server behind its front, with what the soak asks
// it beside the API.
func newBackend() (handler http.Handler, stop func(), err error) {
	fake, err := espotest.Start(options()...)
	if err != nil {
		return nil, nil, err
	}
	mux := http.NewServeMux()
	front := newFront(fake)
	mux.Handle("/", front)
	mux.HandleFunc("GET /soak/await", func(_ http.ResponseWriter, r *http.Request) {
		front.inFlight.await(r.Context(), r.FormValue("id"))
	})
	mux.HandleFunc("POST /soak/jobs", func(http.ResponseWriter, *http.Request) { fake.RunJobs() })
	var deliveries sync.Mutex // so that who has delivered knows that all before is delivered, too
	mux.HandleFunc("POST /soak/deliver", func(_ http.ResponseWriter, r *http.Request) {
		deliveries.Lock()
		defer deliveries.Unlock()
		_ = fake.DeliverWebhooks(context.WithoutCancel(r.Context())) // what was refused comes again
	})
	mux.HandleFunc("GET /soak/records", func(w http.ResponseWriter, r *http.Request) {
		reply(w, fake.Records(r.FormValue("type")))
	})
	mux.HandleFunc("GET /soak/emails", func(w http.ResponseWriter, r *http.Request) {
		reply(w, countEmails(fake.SentEmails(), r.FormValue("to")))
	})
	return mux, fake.Close, nil
}

// countEmails returns how many e-mails were sent by recipient; to one recipient
// only, unless that is empty.
func countEmails(sent []espotest.SentEmail, to string) map[string]int {
	counts := map[string]int{}
	for _, e := range sent {
		if to == "" || e.To == to {
			counts[e.To]++
		}
	}
	return counts
}

func reply(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

// addresses are where the server is found.
type addresses struct {
	Plain string // over HTTP/1.1
	TLS   string // over TLS, with HTTP/2
	Cert  []byte // of the latter, to be trusted
}

// listen serves a handler on this machine until stop is called.
func listen(handler http.Handler) (a addresses, stop func()) {
	plain, secure := httptest.NewServer(handler), httptest.NewUnstartedServer(handler)
	secure.EnableHTTP2 = true
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // of clients that leave
	secure.StartTLS()
	return addresses{Plain: plain.URL, TLS: secure.URL, Cert: secure.Certificate().Raw}, func() {
		plain.CloseClientConnections()
		secure.CloseClientConnections()
		plain.Close()
		secure.Close()
	}
}

// serve runs the server in a process of its own until the standard input ends,
// so that it ends with the process that has started it.
func serve() error {
	handler, done, err := newBackend()
	if err != nil {
		return err
	}
	defer done()
	a, stop := listen(handler)
	defer stop()
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
