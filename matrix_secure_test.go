package espo_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"slices"
	"sync"
	"time"
)

// certificates are those of the servers of the matrix, by name. The clients
// trust the issuer of all but "unknown".
var certificates = sync.OnceValue(func() map[string]tls.Certificate {
	// The clock of a synctest bubble begins in the year 2000.
	begin := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	end := begin.AddDate(100, 0, 0)
	return map[string]tls.Certificate{
		"good":      issue(matrixHost, begin, end),
		"unknown":   issue(matrixHost, begin, end),
		"expired":   issue(matrixHost, begin, begin.AddDate(0, 1, 0)),
		"elsewhere": issue("other.example", begin, end),
	}
})

// trusted has every certificate but "unknown": each is its own issuer.
var trusted = sync.OnceValue(func() *x509.CertPool {
	pool := x509.NewCertPool()
	for name, c := range certificates() {
		if name != "unknown" {
			pool.AddCert(c.Leaf)
		}
	}
	return pool
})

func issue(host string, from, to time.Time) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(from.UnixNano() ^ to.UnixNano()), Subject: pkix.Name{CommonName: host},
		DNSNames: []string{host}, NotBefore: from, NotAfter: to, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// secured is the server's end of a TLS connection; due says that the fault
// shows the certificate that it is about.
func secured(c net.Conn, f *fault, due bool) net.Conn {
	name, proto := "good", "http/1.1"
	if due && f.certificate != "" {
		name = f.certificate
	}
	if f.secure == "h2" {
		proto = "h2"
	}
	return tls.Server(c, &tls.Config{
		Certificates: []tls.Certificate{certificates()[name]}, NextProtos: []string{proto}, MinVersion: tls.VersionTLS12,
	})
}

// frames is a fault of HTTP/2.
type frames struct {
	begun bool                       // the answer has begun, with half of its body
	send  func(stream uint32) []byte // what goes out by hand
	drop  bool                       // the connection breaks
	whole bool                       // the answer follows all the same
}

// frame is one frame of HTTP/2.
func frame(kind byte, stream uint32, payload ...byte) []byte {
	b := []byte{0, 0, byte(len(payload)), kind, 0}
	return append(binary.BigEndian.AppendUint32(b, stream), payload...)
}

// The kinds of frames, and codes of errors, that the faults use.
const (
	frameData   = 0
	frameReset  = 3
	frameGoAway = 7
	frameWindow = 8

	codeNone     = 0
	codeInternal = 2
	codeRefused  = 7
	codeCancel   = 8
	codeCalm     = 11
	codeHTTP1    = 13
)

func resetStream(code byte) func(uint32) []byte {
	return func(stream uint32) []byte { return frame(frameReset, stream, 0, 0, 0, code) }
}

// goAway ends the connection after the streams up to the last one that was
// or, unless done, will never be worked on.
func goAway(code byte, done bool) func(uint32) []byte {
	return func(stream uint32) []byte {
		last := uint32(0)
		if done {
			last = stream
		}
		return frame(frameGoAway, 0, append(binary.BigEndian.AppendUint32(nil, last), 0, 0, 0, code)...)
	}
}

// Faults of TLS.
var secureFaults = []fault{
	{name: "https", secure: "tls", says: nothing, harmless: true, shape: func(a truth) script { return script{head: a.raw()} }},
	{name: "https-reset-in-body", secure: "tls", fits: hasBody, shape: until(inBody, resets), again: againReads},
	{name: "https-close-in-body", secure: "tls", fits: hasBody, shape: until(inBody, closes), again: againReads},
	{name: "https-close-before-head", secure: "tls", shape: until(beforeHead, closes), again: againReads},
	{name: "certificate-unknown", secure: "tls", certificate: "unknown", says: refused},
	{name: "certificate-expired", secure: "tls", certificate: "expired", says: refused},
	{name: "certificate-elsewhere", secure: "tls", certificate: "elsewhere", says: refused},
	{name: "handshake-reset", secure: "tls", says: either, dial: func(w *wire) error { w.reset(); return nil }},
	{name: "handshake-close", secure: "tls", says: either, dial: func(w *wire) error { return w.Close() }},
	{name: "handshake-plain-http", secure: "tls", says: either, dial: spoken("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")},
	{name: "handshake-alert", secure: "tls", says: either, dial: spoken("\x15\x03\x01\x00\x02\x02\x28")},
	{name: "handshake-silent", secure: "tls", says: either, dial: spoken("")},
}

// spoken says something to a client that begins a handshake.
func spoken(text string) func(*wire) error {
	return func(w *wire) error {
		go func() {
			defer w.Close()
			_, _ = w.Write([]byte(text))
			if text == "" {
				_, _ = io.Copy(io.Discard, w)
			}
		}()
		return nil
	}
}

// Faults of HTTP/2.
var frameFaults = []fault{
	overH2(fault{name: "h2", says: nothing, harmless: true, frames: frames{whole: true}}),
	overH2(fault{name: "h2-refused-stream", says: either, undone: true, follows: true, again: againAll, frames: frames{send: resetStream(codeRefused)}}),
	overH2(fault{name: "h2-reset-internal", again: againReads, frames: frames{send: resetStream(codeInternal)}}),
	overH2(fault{name: "h2-reset-cancel", again: againReads, frames: frames{send: resetStream(codeCancel)}}),
	overH2(fault{name: "h2-reset-calm", again: againReads, frames: frames{send: resetStream(codeCalm)}}),
	overH2(fault{name: "h2-reset-http-1.1", again: againReads, frames: frames{send: resetStream(codeHTTP1)}}),
	overH2(fault{name: "h2-reset-none", again: againReads, frames: frames{send: resetStream(codeNone)}}),
	overH2(fault{name: "h2-reset-in-body", fits: hasBody, again: againReads, frames: frames{begun: true, send: resetStream(codeInternal)}}),
	overH2(fault{name: "h2-cancel-in-body", fits: hasBody, again: againReads, frames: frames{begun: true, send: resetStream(codeCancel)}}),
	overH2(fault{name: "h2-none-in-body", fits: hasBody, again: againReads, frames: frames{begun: true, send: resetStream(codeNone)}}),
	overH2(fault{name: "h2-go-away-undone", says: either, undone: true, follows: true, once: true, again: againReads, frames: frames{send: goAway(codeNone, false), drop: true}}),
	overH2(fault{name: "h2-go-away-calm", says: either, undone: true, follows: true, again: againReads, frames: frames{send: goAway(codeCalm, false), drop: true}}),
	overH2(fault{name: "h2-go-away-gracious", says: nothing, harmless: true, frames: frames{send: goAway(codeNone, true), whole: true}}),
	overH2(fault{name: "h2-go-away-internal", again: againReads, frames: frames{send: goAway(codeInternal, true), drop: true}}),
	overH2(fault{name: "h2-go-away-in-body", fits: hasBody, again: againReads, frames: frames{begun: true, send: goAway(codeInternal, true), drop: true}}),
	overH2(fault{name: "h2-drop", again: againReads, frames: frames{drop: true}}),
	overH2(fault{name: "h2-drop-in-body", fits: hasBody, again: againReads, frames: frames{begun: true, drop: true}}),
	overH2(fault{name: "h2-garbage", again: againReads, frames: frames{send: func(uint32) []byte { return []byte("HTTP/1.1 400 Bad Request\r\n\r\n") }, drop: true}}),
	overH2(fault{name: "h2-frame-too-large", again: againReads, frames: frames{send: func(s uint32) []byte {
		return append([]byte{0xff, 0xff, 0xff}, frame(frameData, s)[3:]...)
	}, drop: true}}),
	overH2(fault{name: "h2-window-overflow", again: againReads, frames: frames{send: func(uint32) []byte {
		// Of the connection: net/http deadlocks when that of a stream overflows.
		return slices.Concat(frame(frameWindow, 0, 0x7f, 0xff, 0xff, 0xff), frame(frameWindow, 0, 0x7f, 0xff, 0xff, 0xff))
	}}}),
}

func overH2(f fault) fault {
	f.secure = "h2"
	return f
}
