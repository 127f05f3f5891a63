package espotest

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// RequestLog says how much of the requests [Server.Requests] keeps. When there
// is more, the oldest go first.
type RequestLog struct {
	// Requests is how many are kept: 10,000 when 0, all when negative.
	Requests int
	// BodyBytes is how many bytes their bodies may have together: 64 MiB when
	// 0, any when negative. A request whose body is gone has its BodySize still.
	BodyBytes int64
}

const (
	defaultLoggedRequests  = 10_000
	defaultLoggedBodyBytes = 64 << 20
)

// WithRequestLog sets how many requests the server keeps for
// [Server.Requests], and how much of their bodies.
func WithRequestLog(limits RequestLog) Option {
	return func(c *config) error {
		c.log = limits
		return nil
	}
}

// requestLog has the latest requests. Each has a number, which counts from 0
// and stays when older ones are forgotten.
type requestLog struct {
	limits RequestLog // both limits are set, or negative

	mu        sync.Mutex
	list      []Request
	first     int   // the number of list[0]
	bodies    int   // the number of the oldest request that may have a body
	bodyBytes int64 // of all bodies in list
}

func (l *requestLog) setLimits(limits RequestLog) {
	if limits.Requests == 0 {
		limits.Requests = defaultLoggedRequests
	}
	if limits.BodyBytes == 0 {
		limits.BodyBytes = defaultLoggedBodyBytes
	}
	l.limits = limits
}

// start logs a request and returns its number. size is that of its body, which
// may be kept elsewhere.
func (l *requestLog) start(now time.Time, r *http.Request, path string, body []byte, size int64) int {
	if len(body) == 0 || l.limits.BodyBytes >= 0 && int64(len(body)) > l.limits.BodyBytes {
		body = nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, Request{
		Method: r.Method, Path: path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: body, BodySize: size, Time: now,
	})
	l.bodyBytes += int64(len(body))
	number := l.first + len(l.list) - 1
	l.trim()
	return number
}

// trim forgets what is above the limits.
func (l *requestLog) trim() {
	for l.limits.Requests > 0 && len(l.list) > l.limits.Requests {
		l.dropBody(0)
		l.list[0] = Request{} // the array behind the slice stays for a while
		l.list = l.list[1:]
		l.first++
	}
	l.bodies = max(l.bodies, l.first)
	for l.limits.BodyBytes >= 0 && l.bodyBytes > l.limits.BodyBytes {
		l.dropBody(l.bodies - l.first)
		l.bodies++
	}
}

func (l *requestLog) dropBody(i int) {
	l.bodyBytes -= int64(len(l.list[i].Body))
	l.list[i].Body = nil
}

// finish notes how a request was answered, unless it is forgotten already.
func (l *requestLog) finish(number, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if number >= l.first {
		l.list[number-l.first].Status = status
	}
}

func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first += len(l.list)
	l.list, l.bodyBytes = nil, 0
}

func (l *requestLog) all() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list)
}
