package espo_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Connections that do not come about, or break at once.
var dialFaults = []fault{
	{name: "dial-refused", dial: dialError(syscall.ECONNREFUSED), says: refused, again: againAll},
	{name: "dial-unreachable", dial: dialError(syscall.EHOSTUNREACH), says: refused, again: againAll},
	{name: "dial-timeout", dial: dialError(os.ErrDeadlineExceeded), says: refused, again: againAll},
	{name: "dns-temporary", dial: dialError(&net.DNSError{Err: "server misbehaving", Name: matrixHost, IsTemporary: true}), says: refused, again: againAll},
	{name: "dns-unknown", dial: dialError(&net.DNSError{Err: "no such host", Name: matrixHost, IsNotFound: true}), says: refused},
	{name: "accept-reset", dial: func(w *wire) error { w.reset(); return nil }, again: againReads},
	{name: "accept-close", dial: func(w *wire) error { return w.Close() }, again: againReads},
}

func dialError(err error) func(*wire) error { return func(*wire) error { return err } }

// place is somewhere in an answer, of which head bytes are not its body.
type place func(raw []byte, head int) int

// The places where answers break off.
var (
	beforeHead   place = func([]byte, int) int { return 0 }
	inStatusLine place = func([]byte, int) int { return 7 }
	inHead       place = func(_ []byte, head int) int { return head / 2 }
	afterHead    place = func(_ []byte, head int) int { return head }
	inBodyEarly  place = func(_ []byte, head int) int { return head + 1 }
	inBody       place = func(raw []byte, head int) int { return head + (len(raw)-head)/2 }
	inBodyLate   place = func(raw []byte, _ int) int { return len(raw) - 1 }
)

func until(p place, then ending) func(truth) script {
	return func(a truth) script {
		raw := a.raw()
		return script{head: raw[:p(raw, len(raw)-len(a.body))], then: then}
	}
}

// Answers that break off.
var cutFaults = []fault{
	{name: "reset-before-head", shape: until(beforeHead, resets), again: againReads},
	{name: "reset-in-status-line", shape: until(inStatusLine, resets), again: againReads},
	{name: "reset-in-head", shape: until(inHead, resets), again: againReads},
	{name: "reset-after-head", shape: until(afterHead, resets), fits: hasBody, again: againReads},
	{name: "reset-in-body-early", shape: until(inBodyEarly, resets), fits: hasBody, again: againReads},
	{name: "reset-in-body", shape: until(inBody, resets), fits: hasBody, again: againReads},
	{name: "reset-in-body-late", shape: until(inBodyLate, resets), fits: hasBody, again: againReads},
	{name: "close-before-head", shape: until(beforeHead, closes), again: againReads},
	{name: "close-in-status-line", shape: until(inStatusLine, closes), again: againReads},
	{name: "close-in-head", shape: until(inHead, closes), again: againReads},
	{name: "close-after-head", shape: until(afterHead, closes), fits: hasBody, again: againReads},
	{name: "close-in-body-early", shape: until(inBodyEarly, closes), fits: hasBody, again: againReads},
	{name: "close-in-body", shape: until(inBody, closes), fits: hasBody, again: againReads},
	{name: "close-in-body-late", shape: until(inBodyLate, closes), fits: hasBody, again: againReads},
	{
		// Nothing says how long it is: half of it may be all of a number or a file.
		name: "half-without-length", fits: hasBody, lies: lieFor(kindNumber, kindText, kindFile),
		shape: func(a truth) script {
			return script{head: fmt.Appendf(nil, "%sConnection: close\r\n\r\n%s", a.head(), a.body[:len(a.body)/2]), then: closes}
		},
	},
	{
		name: "length-too-small", fits: hasBody, lies: lieFor(kindNumber, kindText, kindFile),
		shape: func(a truth) script {
			return script{head: fmt.Appendf(nil, "%sContent-Length: %d\r\n\r\n%s", a.head(), len(a.body)/2, a.body[:len(a.body)/2])}
		},
	},
	{
		name: "length-too-large", again: againReads,
		shape: func(a truth) script {
			return script{head: fmt.Appendf(nil, "%sContent-Length: %d\r\n\r\n%s", a.head(), len(a.body)+10, a.body), then: closes}
		},
	},
}

// Answers that come slowly, never, or without end.
var stallFaults = []fault{
	{name: "silent-before-head", shape: until(beforeHead, hangs)},
	{name: "silent-in-status-line", shape: until(inStatusLine, hangs)},
	{name: "silent-in-head", shape: until(inHead, hangs)},
	{name: "silent-after-head", shape: until(afterHead, hangs), fits: hasBody},
	{name: "silent-in-body", shape: until(inBody, hangs), fits: hasBody},
	{name: "cancelled-before-head", shape: until(beforeHead, cancels)},
	{name: "cancelled-in-head", shape: until(inHead, cancels)},
	{name: "cancelled-after-head", shape: until(afterHead, cancels), fits: hasBody},
	{name: "cancelled-in-body", shape: until(inBody, cancels), fits: hasBody},
	{name: "slow", says: nothing, harmless: true, shape: func(a truth) script { return script{head: a.raw(), pause: time.Second} }},
	{name: "endless-status-line", shape: endlessly(func(truth) string { return "HTTP/1.1 200 " }, "OK")},
	{name: "endless-header", shape: endlessly(func(truth) string { return "HTTP/1.1 200 OK\r\nX-Long: " }, "x")},
	{name: "endless-headers", shape: endlessly(func(truth) string { return "HTTP/1.1 200 OK\r\n" }, "X-More: x\r\n")},
	{name: "endless-body", shape: endlessly(func(a truth) string { return a.head() + "\r\n" }, " ")},
	{name: "endless-text", shape: endlessly(func(a truth) string { return a.head() + "\r\n\"" }, "x")},
	{name: "endless-chunks", readable: 3, shape: endlessly(func(a truth) string { return a.head() + "Transfer-Encoding: chunked\r\n\r\n" }, "4\r\n[[[[\r\n")},
	{name: "endless-interim", shape: endlessly(func(truth) string { return "" }, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")},
}

func endlessly(head func(truth) string, more string) func(truth) script {
	block := []byte(strings.Repeat(more, 1+4096/len(more)))
	return func(a truth) script { return script{head: []byte(head(a)), more: block} }
}

// Answers that break the rules of HTTP.
var malformedFaults = []fault{
	malformedFor(againReads, "not-http", "SSH-2.0-OpenSSH_9.6\r\n"),
	malformedFor(againReads, "blank-lines", "\r\n\r\n\r\n"),
	malformedFor(againReads, "http-0.9", "<html>hello</html>"),
	malformed("version-http-2", "HTTP/2.0 200 OK\r\n\r\n"),
	malformedFor(againReads, "version-nonsense", "HTTP/x.y 200 OK\r\n\r\n"),
	malformedFor(againReads, "status-text", "HTTP/1.1 abc OK\r\n\r\n"),
	malformed("status-000", "HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n"),
	malformed("status-99", "HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n"),
	malformed("status-1000", "HTTP/1.1 1000 High\r\nContent-Length: 0\r\n\r\n"),
	malformedFor(againReads, "status-negative", "HTTP/1.1 -200 OK\r\n\r\n"),
	malformedFor(againReads, "header-without-colon", "HTTP/1.1 200 OK\r\nNonsense\r\n\r\n{}"),
	malformed("header-space-in-name", "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n{}"),
	malformed("header-escape", "HTTP/1.1 500 Oops\r\nX-Status-Reason: \x1b[31mred\x07\r\nContent-Length: 0\r\n\r\n"),
	malformed("header-nul", "HTTP/1.1 200 OK\r\nX-Nul: a\x00b\r\n\r\n"),
	malformedFor(againReads, "length-negative", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}"),
	malformedFor(againReads, "length-nonsense", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"),
	malformedFor(againReads, "length-overflow", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}"),
	malformedFor(againReads, "lengths-differ", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
	malformedFor(againReads, "transfer-unknown", "HTTP/1.1 200 OK\r\nTransfer-Encoding: nonsense\r\n\r\n{}"),
	ofJSON(againReads, "chunk-size-nonsense", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
	ofJSON(againReads, "chunk-size-overflow", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}"),
	ofJSON(againReads, "chunk-size-negative", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}"),
	malformed("switching-protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
}

// malformed may be something that net/http takes for HTTP all the same.
func malformed(name, raw string) fault { return malformedFor(againNothing, name, raw) }

func malformedFor(again again, name, raw string) fault {
	return fault{name: name, again: again, lies: lieIfFree(kindObject, kindArray), shape: func(truth) script { return script{head: []byte(raw), then: closes} }}
}

// ofJSON is malformedFor that happens to JSON only.
func ofJSON(again again, name, raw string) fault {
	f := malformedFor(again, name, raw)
	f.fits = isJSON
	return f
}

// coded sends the body in another form, with headers that say so.
func coded(headers string, code func(body []byte) []byte, then ending) func(truth) script {
	return func(a truth) script {
		return script{head: append([]byte(a.head()+headers+"\r\n"), code(a.body)...), then: then}
	}
}

const (
	chunkedHeader = "Transfer-Encoding: chunked\r\n"
	gzipHeader    = "Content-Encoding: gzip\r\nConnection: close\r\n"
)

// Bodies in chunks and under gzip.
var codingFaults = []fault{
	{name: "chunks", says: nothing, harmless: true, shape: coded(chunkedHeader, func(b []byte) []byte { return append(chunks(b), "0\r\n\r\n"...) }, stays)},
	{name: "chunks-with-trailer", says: nothing, harmless: true, shape: coded("Trailer: X-Sum\r\n"+chunkedHeader, func(b []byte) []byte { return append(chunks(b), "0\r\nX-Sum: 1\r\n\r\n"...) }, stays)},
	{name: "chunks-without-end", fits: hasBody, again: againReads, shape: coded(chunkedHeader, chunks, closes)},
	{name: "chunks-cut", fits: hasBody, again: againReads, shape: coded(chunkedHeader, func(b []byte) []byte { c := chunks(b); return c[:len(c)/2] }, closes)},
	{name: "chunks-reset", fits: hasBody, again: againReads, shape: coded(chunkedHeader, func(b []byte) []byte { c := chunks(b); return c[:len(c)/2] }, resets)},
	{name: "chunks-corrupt", fits: hasBody, shape: coded(chunkedHeader, func(b []byte) []byte { return append(append(chunks(b[:1]), "ZZ\r\n"...), b[1:]...) }, closes)},
	{name: "gzip", says: nothing, harmless: true, fits: isJSON, shape: coded(gzipHeader, gzipped, closes)},
	{name: "gzip-cut", fits: isJSON, shape: coded(gzipHeader, func(b []byte) []byte { z := gzipped(b); return z[:len(z)/2] }, closes)},
	{name: "gzip-head-only", fits: isJSON, shape: coded(gzipHeader, func(b []byte) []byte { return gzipped(b)[:10] }, closes)},
	{name: "gzip-without-sum", fits: isJSON, shape: coded(gzipHeader, func(b []byte) []byte { z := gzipped(b); return z[:len(z)-8] }, closes)},
	{name: "gzip-wrong-sum", fits: isJSON, shape: coded(gzipHeader, func(b []byte) []byte { z := gzipped(b); z[len(z)-5] ^= 1; return z }, closes)},
	{name: "gzip-corrupt", fits: isJSON, shape: coded(gzipHeader, func(b []byte) []byte { z := gzipped(b); z[len(z)/2] ^= 0xff; return z }, closes)},
	{name: "gzip-that-is-none", fits: isJSON, shape: coded(gzipHeader, func(b []byte) []byte { return b }, closes)},
	{name: "gzip-empty", fits: isJSON, shape: coded(gzipHeader, func([]byte) []byte { return nil }, closes)},
	{name: "gzip-twice", fits: isJSON, shape: coded(gzipHeader, func(b []byte) []byte { return gzipped(gzipped(b)) }, closes)},
	{name: "gzip-unasked", fits: only(kindFile), shape: coded(gzipHeader, gzipped, closes)}, // files are asked for as they are
	// When a body is closed early, net/http reads 256 KiB more of it from Go 1.27 on.
	{name: "gzip-bomb", fits: isJSON, readable: 0.4, shape: func(a truth) script {
		return script{head: append([]byte(a.head()+gzipHeader+"\r\n"), bomb()...), then: closes}
	}},
	{name: "coding-unknown", fits: isJSON, shape: coded("Content-Encoding: br\r\nConnection: close\r\n", func([]byte) []byte { return []byte("\x8b\x02\x80hello\x03") }, closes)},
}

// chunks is a body in two chunks, without an end.
func chunks(b []byte) []byte {
	var out bytes.Buffer
	for _, part := range [][]byte{b[:len(b)/2], b[len(b)/2:]} {
		if len(part) > 0 {
			fmt.Fprintf(&out, "%x\r\n%s\r\n", len(part), part)
		}
	}
	return out.Bytes()
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(b)
	if err := errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// bomb is 2 GiB of JSON in 2 MiB.
var bomb = sync.OnceValue(func() []byte {
	zeros := bytes.Repeat([]byte("0"), 1<<20)
	return append(gzipped([]byte(`{"id":"`)), bytes.Repeat(gzipped(zeros), 2048)...)
})
