package espo

import "sync"

// HostLimits has a limiter for each host, which all clients of that host share:
// a process that serves many users or installations does not hit a server
// harder for having many clients. Make one with [NewHostLimits]. It is safe for
// concurrent use.
type HostLimits struct {
	limiter func(host string) Limiter

	mu     sync.Mutex
	byHost map[string]Limiter
}

// NewHostLimits returns limits that ask limiter once for each host, such as
// "crm.example.com" or "localhost:8080", when the first client of it is made:
//
//	limits := espo.NewHostLimits(func(string) espo.Limiter { return rate.NewLimiter(20, 10) })
func NewHostLimits(limiter func(host string) Limiter) *HostLimits {
	return &HostLimits{limiter: limiter, byHost: map[string]Limiter{}}
}

// WithHostLimits waits before each try for the limiter that h has for the
// client's host. It takes the place of [WithLimiter].
func WithHostLimits(h *HostLimits) Option {
	return func(c *Client) error {
		if h == nil || h.limiter == nil {
			return badInput("WithHostLimits", "is nil, or has no function")
		}
		l := h.of(c.host)
		if isNil(l) {
			return badInput("WithHostLimits", "has no limiter for %s", c.host)
		}
		c.limiter = l
		return nil
	}
}

// of returns the limiter of a host.
func (h *HostLimits) of(host string) Limiter {
	h.mu.Lock()
	defer h.mu.Unlock()
	l, ok := h.byHost[host]
	if !ok {
		l = h.limiter(host)
		h.byHost[host] = l
	}
	return l
}
