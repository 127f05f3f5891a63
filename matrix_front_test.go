package espo_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// matrixHost is where the clients of the matrix find the server.
const matrixHost = "crm.example"

// front stands between the clients of a cell and the fake server. It has the
// fault of the cell happen, in memory and, within a synctest bubble, without
// any real time.
type front struct {
	cell    cell
	clean   *cleanRun // of the same call; nil while that is run
	backend http.Handler
	h2      *http.Server // for connections of HTTP/2
	lines   *lines

	mu        sync.Mutex
	armed     bool // faults happen, and requests are noted
	cancel    context.CancelFunc
	cancelled time.Time
	dials     int
	log       []*visit
	met       map[string]int // requests by visit.key
	clients   []*wire        // the ends of the client
	servers   []*wire
	strangers []string // other hosts that a connection was asked for
}

// visit is a request of a call, and its answer.
type visit struct {
	method, path, query string // path after api/v1/
	header              http.Header
	body                []byte
	done                bool  // whether the fake server has got it
	good                truth // of the fake server, now or in the clean run
	hit                 bool  // whether the client saw the fault instead of it
	reused              bool  // whether the connection had carried others before
}

// key names the request, whatever ids it is about.
func (x *visit) key() string {
	return idText.ReplaceAllString(x.method+" "+x.path+"?"+x.query, "#")
}

// truth is an answer of the fake server.
type truth struct {
	target string      // what was asked for, as it stood on the wire
	asked  http.Header // of the request
	status int
	header http.Header
	body   []byte
	kind   kind
}

// head is the answer's beginning as it goes on the wire, without the empty
// line at its end.
func (a truth) head() string {
	var b strings.Builder
	b.WriteString("HTTP/1.1 " + strconv.Itoa(a.status) + " " + http.StatusText(a.status) + "\r\n")
	_ = a.header.Write(&b)
	return b.String()
}

func (a truth) raw() []byte {
	return append([]byte(a.head()+"Content-Length: "+strconv.Itoa(len(a.body))+"\r\n\r\n"), a.body...)
}

// loginPage is what the host has outside of the API.
var loginPage = truth{status: 200, header: http.Header{"Content-Type": {htmlType}}, body: []byte(htmlPage)}

// tooManyDials are more than any policy needs.
const tooManyDials = 100

// dial is the transport's.
func (f *front) dial(_ context.Context, _, address string) (net.Conn, error) {
	time.Sleep(time.Millisecond) // of the bubble's time, which else would stand still while net/http tries again
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dials == tooManyDials {
		f.cancel()
	}
	host, port, _ := net.SplitHostPort(address)
	if host != matrixHost || port != f.cell.port() {
		f.strangers = append(f.strangers, address)
		return nil, errors.New("a connection to a stranger")
	}
	client, server := newWires()
	due := false
	if f.armed {
		f.dials++
		due = f.cell.fault.atDial() && f.cell.due(f.dials)
	}
	if due && f.cell.fault.dial != nil {
		if err := f.cell.fault.dial(server); err != nil {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
		}
	} else {
		go f.accept(server, due)
	}
	f.clients, f.servers = append(f.clients, client), append(f.servers, server)
	return client, nil
}

// accept serves a connection.
func (f *front) accept(w *wire, due bool) {
	if f.cell.fault.secure == "" {
		f.serve(w, w)
		return
	}
	c := secured(w, f.cell.fault, due)
	if f.cell.fault.secure == "h2" {
		select {
		case f.lines.ready <- c:
		case <-f.lines.done:
		}
		return
	}
	f.serve(c, w)
}

// serve answers what comes over a connection of HTTP/1.1.
func (f *front) serve(c net.Conn, w *wire) {
	defer w.Close()
	defer c.Close()
	r := bufio.NewReader(c)
	for reused := false; ; reused = true {
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		x, due := f.note(req)
		x.reused = reused
		if due && f.cell.fault.early {
			x.hit = true
			f.play(c, w, f.cell.fault.shape(x.good))
			return
		}
		if x.body, err = io.ReadAll(req.Body); err != nil {
			return
		}
		if !f.carryOut(x, req, due) {
			if _, err := c.Write(x.good.raw()); err != nil || req.Close {
				return
			}
			continue
		}
		if !f.play(c, w, f.cell.fault.shape(x.good)) || req.Close {
			return
		}
	}
}

// note remembers a request and reports whether the fault is due.
func (f *front) note(req *http.Request) (x *visit, due bool) {
	path, ok := strings.CutPrefix(req.URL.EscapedPath(), apiRoot)
	if !ok {
		return &visit{path: req.URL.Path, good: loginPage}, false
	}
	x = &visit{method: req.Method, path: path, query: req.URL.RawQuery, header: req.Header}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.armed {
		return x, false
	}
	x.good = f.clean.answer(x.key(), f.met[x.key()])
	x.good.target, x.good.asked = req.RequestURI, req.Header
	f.met[x.key()]++
	f.log = append(f.log, x)
	return x, !f.cell.fault.atDial() && f.cell.due(len(f.log))
}

// carryOut passes the request on, unless the fault keeps it back, and reports
// whether the client is to see the fault.
func (f *front) carryOut(x *visit, req *http.Request, due bool) (hit bool) {
	due = due && f.cell.fault.fitsTo(x.good.kind)
	// A login without a token from this very server would be of no use.
	if x.method != "" && (!due || f.cell.done || x.logsIn()) {
		req.Body = io.NopCloser(bytes.NewReader(x.body))
		rec := httptest.NewRecorder()
		f.backend.ServeHTTP(rec, req)
		x.good, x.done = truth{target: req.RequestURI, asked: req.Header, status: rec.Code, header: rec.Header(), body: rec.Body.Bytes()}, true
		x.good.header.Del("Content-Length")
		if due || f.clean == nil {
			x.good.kind = kindOf(x.good)
		}
	}
	x.hit = due
	return due
}

// script is what a front does on a connection in answer to a request.
type script struct {
	head  []byte
	more  []byte        // after head, over and over
	pause time.Duration // within head, which goes out in pieces
	then  ending
}

// ending is what becomes of a connection after an answer.
type ending int

const (
	stays   ending = iota // for the next request
	closes                // in the regular way
	resets                // as when the server dies
	hangs                 // until the client closes it
	cancels               // the caller's context ends, and then as hangs
)

// endless is how much an endless answer has, more than anybody should read.
const endless = 4 << 20

// play does what the script says and reports whether the connection stays.
func (f *front) play(c net.Conn, w *wire, s script) bool {
	for piece := range slices.Chunk(s.head, pieceOf(s)) {
		time.Sleep(s.pause) // of the bubble's time
		if _, err := c.Write(piece); err != nil {
			return false
		}
	}
	for n := 0; len(s.more) > 0; n += len(s.more) {
		if n > endless {
			s.then = cancels
			break
		}
		if _, err := c.Write(s.more); err != nil {
			return false
		}
	}
	switch s.then {
	case stays:
		return true
	case resets:
		w.reset()
	case cancels:
		f.giveUp()
		fallthrough
	case hangs:
		_, _ = io.Copy(io.Discard, c)
	}
	return false
}

// pieceOf is how much of a head goes out at once.
func pieceOf(s script) int {
	if s.pause > 0 {
		return 1 + len(s.head)/50
	}
	return max(len(s.head), 1)
}

// giveUp ends the caller's context.
func (f *front) giveUp() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cancelled.IsZero() {
		f.cancelled = time.Now()
	}
	f.cancel()
}

// arm lets faults happen from now on.
func (f *front) arm(cancel context.CancelFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.cancel, f.met = true, cancel, map[string]int{}
}

// disarm ends that, and returns how many connections the client has not closed.
func (f *front) disarm() (open int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = false
	for _, w := range f.clients {
		if !w.isClosed() {
			open++
		}
	}
	return open
}

// close ends every connection.
func (f *front) close() {
	if f.h2 != nil {
		_ = f.h2.Close()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range append(f.clients, f.servers...) {
		_ = w.Close()
	}
}

// read is how many bytes of the server's the client has read.
func (f *front) read() (n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.clients {
		n += w.read()
	}
	return n
}

// streams counts the requests of a connection of HTTP/2.
type streams struct {
	conn net.Conn
	n    atomic.Uint32
}

type streamsKey struct{}

// listen starts the server for HTTP/2.
func (f *front) listen() {
	f.lines = newLines()
	f.h2 = &http.Server{
		Handler: f, ErrorLog: discardLog,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, streamsKey{}, &streams{conn: c})
		},
	}
	go func() { _ = f.h2.Serve(f.lines) }()
}

// ServeHTTP answers what comes over a connection of HTTP/2.
func (f *front) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	on, _ := req.Context().Value(streamsKey{}).(*streams)
	stream := 2*on.n.Add(1) - 1 // clients use the odd numbers, one after the other
	x, due := f.note(req)
	var err error
	if x.body, err = io.ReadAll(req.Body); err != nil {
		return
	}
	req.URL.Scheme, req.URL.Host = "", ""
	req.URL, _ = url.Parse(req.URL.RequestURI())
	frames := f.cell.fault.frames
	hit := f.carryOut(x, req, due)
	whole := !hit || frames.whole
	for k, v := range x.good.header {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(x.good.body)))
	if hit && frames.begun {
		w.WriteHeader(x.good.status)
		_, _ = w.Write(x.good.body[:len(x.good.body)/2])
		_ = http.NewResponseController(w).Flush()
	}
	if hit && frames.send != nil {
		time.Sleep(time.Millisecond) // until the server has said what it must at the beginning
		_, _ = on.conn.Write(frames.send(stream))
	}
	if hit && frames.drop {
		_ = on.conn.Close()
	}
	if !whole {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(x.good.status)
	_, _ = w.Write(x.good.body)
}
