package espo

import (
	"net"
	"net/http"
	"time"
)

// NewTransport returns a transport such as a client has by itself: that of
// [http.DefaultTransport], with enough idle connections for 64 calls at once to
// one host. Change what you need, such as its Proxy, its TLSClientConfig or its
// connection limits, and give it to [WithTransport]. It obeys HTTP_PROXY,
// HTTPS_PROXY and NO_PROXY.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          128,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
}

// WithTransport sends requests through rt, such as a changed [NewTransport] or
// a RoundTripper that traces. Several clients may share one, and with it their
// connections.
func WithTransport(rt http.RoundTripper) Option {
	return func(c *Client) error {
		if isNil(rt) {
			return badInput("WithTransport", "is nil")
		}
		c.transport = rt
		return nil
	}
}
