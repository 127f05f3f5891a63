package espo_test

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// wire is one end of a connection in memory, whose errors are those of TCP.
// Within a synctest bubble it takes no real time to wait for it.
type wire struct {
	line *line
	peer *wire

	// Guarded by the line.
	in     []byte // what the peer has written and this end has not yet read
	count  int64  // bytes that this end has read
	closed bool
	limits [2]limit // of reading and of writing
}

// line is what both ends share.
type line struct {
	sync.Mutex
	changed sync.Cond
	cut     bool // it was reset, not closed
}

// limit is a deadline.
type limit struct {
	timer  *time.Timer
	passed bool
}

const (
	reading = iota
	writing
)

// wireBuffer is how far a writer may be ahead of the reader.
const wireBuffer = 16 << 10

// newWires makes a connection and returns its ends.
func newWires() (client, server *wire) {
	l := new(line)
	l.changed.L = l
	client, server = &wire{line: l}, &wire{line: l}
	client.peer, server.peer = server, client
	return client, server
}

func (w *wire) Read(p []byte) (int, error) {
	w.line.Lock()
	defer w.line.Unlock()
	for len(w.in) == 0 || w.closed {
		switch {
		case w.closed:
			return 0, brokenOff("read", net.ErrClosed)
		case w.line.cut:
			return 0, brokenOff("read", os.NewSyscallError("read", syscall.ECONNRESET))
		case w.peer.closed:
			return 0, io.EOF
		case w.limits[reading].passed:
			return 0, brokenOff("read", os.ErrDeadlineExceeded)
		case len(p) == 0:
			return 0, nil
		}
		w.line.changed.Wait()
	}
	n := copy(p, w.in)
	w.in = w.in[n:]
	w.count += int64(n)
	w.line.changed.Broadcast()
	return n, nil
}

func (w *wire) Write(p []byte) (n int, err error) {
	w.line.Lock()
	defer w.line.Unlock()
	for n < len(p) {
		switch {
		case w.closed:
			return n, brokenOff("write", net.ErrClosed)
		case w.line.cut:
			return n, brokenOff("write", os.NewSyscallError("write", syscall.ECONNRESET))
		case w.peer.closed:
			return n, brokenOff("write", os.NewSyscallError("write", syscall.EPIPE))
		case w.limits[writing].passed:
			return n, brokenOff("write", os.ErrDeadlineExceeded)
		}
		room := min(wireBuffer-len(w.peer.in), len(p)-n)
		if room <= 0 {
			w.line.changed.Wait()
			continue
		}
		w.peer.in = append(w.peer.in, p[n:n+room]...)
		n += room
		w.line.changed.Broadcast()
	}
	return n, nil
}

func brokenOff(op string, err error) error { return &net.OpError{Op: op, Net: "tcp", Err: err} }

func (w *wire) Close() error {
	w.line.Lock()
	defer w.line.Unlock()
	w.closed = true
	w.line.changed.Broadcast()
	return nil
}

// reset ends the connection as a server does that dies.
func (w *wire) reset() {
	w.line.Lock()
	defer w.line.Unlock()
	w.line.cut, w.closed = true, true
	w.line.changed.Broadcast()
}

// isClosed reports whether this end was closed.
func (w *wire) isClosed() bool {
	w.line.Lock()
	defer w.line.Unlock()
	return w.closed
}

// read is how many bytes this end has read.
func (w *wire) read() int64 {
	w.line.Lock()
	defer w.line.Unlock()
	return w.count
}

func (w *wire) SetDeadline(t time.Time) error {
	w.set(reading, t)
	w.set(writing, t)
	return nil
}

func (w *wire) SetReadDeadline(t time.Time) error { w.set(reading, t); return nil }

func (w *wire) SetWriteDeadline(t time.Time) error { w.set(writing, t); return nil }

func (w *wire) set(what int, t time.Time) {
	w.line.Lock()
	defer w.line.Unlock()
	if old := w.limits[what].timer; old != nil {
		old.Stop()
	}
	now := limit{passed: !t.IsZero() && !t.After(time.Now())}
	if !t.IsZero() && !now.passed {
		now.timer = time.AfterFunc(time.Until(t), func() {
			w.line.Lock()
			defer w.line.Unlock()
			if w.limits[what].timer == now.timer {
				w.limits[what].passed = true
				w.line.changed.Broadcast()
			}
		})
	}
	w.limits[what] = now
	w.line.changed.Broadcast()
}

func (w *wire) LocalAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (w *wire) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 2} }

// lines is a listener for connections in memory.
type lines struct {
	ready chan net.Conn
	done  chan struct{}
}

func newLines() *lines { return &lines{ready: make(chan net.Conn), done: make(chan struct{})} }

func (l *lines) Accept() (net.Conn, error) {
	select {
	case c := <-l.ready:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *lines) Close() error {
	close(l.done)
	return nil
}

func (l *lines) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
