package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// maxRetries is how often the library tries.
const maxRetries = 4

// account is a client of the library, which many workers share, and how to ask
// the truth as the same user.
type account struct {
	*espo.Client
	name   string
	userID string
	api    bool // an API user
	token  bool
	sign   func(*http.Request)
}

// dialer makes clients for the server, whose requests and connections it counts.
type dialer struct {
	server      addresses
	sent, conns *atomic.Int64
	report      *report
	watch       *watch
	budget      int // of further tries
}

func newDialer(server addresses, conns *atomic.Int64, faults float64, p *report) *dialer {
	d := &dialer{server: server, sent: new(atomic.Int64), conns: conns, report: p, watch: &watch{report: p}}
	if faults > maxFaults {
		d.budget = -1
	}
	return d
}

// maxFaults is the part of the requests that may fail without that the budget of
// a client runs out, which every success fills up.
const maxFaults = 0.1

// connect makes a client that does not wait long, neither for answers nor
// between tries.
func (d *dialer) connect(url string, auth espo.Authenticator, opts ...espo.Option) (*espo.Client, error) {
	cert, err := x509.ParseCertificate(d.server.Cert)
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(cert)
	log := slog.New(slog.NewTextHandler(logged{d.report}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return espo.NewClient(url+"/crm", auth, append(opts, espo.WithLogger(log),
		espo.WithHTTPClient(&http.Client{Transport: newTripper(trusted, d.sent, d.conns)}), espo.WithTimeout(2*time.Second),
		espo.WithHook(d.watch.hook()),
		espo.WithRetry(espo.RetryPolicy{
			MaxTries: maxRetries, MinWait: 2 * time.Millisecond, MaxWait: 50 * time.Millisecond, MaxRetryAfter: 20 * time.Millisecond, Budget: d.budget,
		}))...)
}

// connectAll makes the clients that the workers share, one for each way to
// authenticate. The last one is an administrator's.
func (d *dialer) connectAll() ([]*account, error) {
	accounts := []*account{
		{name: "API key", api: true, sign: func(r *http.Request) { r.Header.Set("X-Api-Key", espotest.FullAPIKey) }},
		{name: "HMAC", api: true, sign: signHMAC},
		{name: "token", token: true, sign: func(r *http.Request) { r.SetBasicAuth(tokenUser, tokenPassword) }},
		{name: "basic", sign: asAdmin},
	}
	auths := []espo.Authenticator{
		espo.APIKey(espotest.FullAPIKey), espo.HMAC(espotest.HMACAPIKey, espotest.HMACSecret),
		espo.Token(tokenUser, tokenPassword, espo.TokenSecret()), espo.Basic(espotest.AdminUser, espotest.AdminPassword),
	}
	forms := []espo.SearchForm{espo.SearchJSON, espo.SearchPHP, espo.SearchAliases, espo.SearchJSON}
	methods := []string{http.MethodPut, http.MethodPatch, http.MethodPut, http.MethodPatch}
	urls := []string{d.server.Plain, d.server.TLS, d.server.Plain, d.server.TLS}
	for i, a := range accounts {
		opts := []espo.Option{espo.WithSearchForm(forms[i]), espo.WithUpdateMethod(methods[i])}
		if a.token {
			opts = append(opts, espo.WithDebug(logged{d.report}))
		}
		var err error
		if a.Client, err = d.connect(urls[i], auths[i], opts...); err != nil {
			return nil, err
		}
	}
	return accounts, nil
}

// signHMAC signs as EspoCRM wants it: without the library, which would
// otherwise be measured by itself.
func signHMAC(r *http.Request) {
	_, path, _ := strings.Cut(r.URL.EscapedPath(), "/api/v1")
	mac := hmac.New(sha256.New, []byte(espotest.HMACSecret))
	mac.Write([]byte(r.Method + " " + path))
	digest := hex.EncodeToString(mac.Sum(nil))
	r.Header.Set("X-Hmac-Authorization", base64.StdEncoding.EncodeToString([]byte(espotest.HMACAPIKey+":"+digest)))
}
