package espo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
)

var (
	// ErrTransport matches every [TransportError], and an [*Error] whose body
	// broke off.
	ErrTransport = errors.New("the connection failed")
	// ErrOutcomeUnknown matches the error of a write that was sent and of which
	// nobody can tell whether the server has carried it out: the connection
	// broke or the context ended before the answer, the answer was not
	// EspoCRM's, or its status was 500 or above. It also matches when an
	// earlier try of the call ended so, whatever the last one was answered. To
	// find out, read what the write should have changed.
	//
	// The connection's, the context's or the server's own error is beneath it.
	ErrOutcomeUnknown = errors.New("it is not known whether the server has done it")
)

// TransportError says that there was no answer: the connection did not come
// about, or it broke, or the server gave no sign of life for the time of
// [WithTimeout]. When it is the context of the call that has ended, the error
// is that of the context instead.
type TransportError struct {
	Method string
	Path   string // relative to api/v1/, escaped, without the query
	Err    error  // of the connection
}

func (e *TransportError) Error() string {
	text := ErrTransport.Error()
	if e.Err != nil {
		text = e.Err.Error()
	}
	if e.Method == "" { // in an error that a user's test has made
		return "espo: " + printable(text)
	}
	return fmt.Sprintf("espo: %s %s: %s", e.Method, e.Path, printable(text))
}

// Is reports whether target is [ErrTransport].
func (e *TransportError) Is(target error) bool { return target == ErrTransport }

func (e *TransportError) Unwrap() error { return e.Err }

// Timeout reports whether the time that an answer may take was over.
func (e *TransportError) Timeout() bool {
	var t interface{ Timeout() bool }
	return e.Err != nil && errors.As(e.Err, &t) && t.Timeout()
}

// transport is the error of a try without an answer, or without all of it.
func (r *request) transport(ctx context.Context, err error) error {
	err = bare(err)
	ended := ctx.Err()
	if ended == nil {
		return &TransportError{Method: r.method, Path: r.escapedPath(), Err: err}
	}
	if cause := context.Cause(ctx); !errors.Is(cause, ended) {
		ended = fmt.Errorf("%w: %w", ended, cause)
	}
	return r.wrap(ended)
}

// unknownOutcome is the error of a write that may have been carried out.
type unknownOutcome struct{ err error }

func (e *unknownOutcome) Error() string {
	return e.err.Error() + " (" + ErrOutcomeUnknown.Error() + ")"
}
func (e *unknownOutcome) Is(target error) bool { return target == ErrOutcomeUnknown }
func (e *unknownOutcome) Unwrap() error        { return e.err }

// nothingSent reports whether the connection did not come about.
func nothingSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// hopeless reports whether err is one that every further try would meet too.
func hopeless(err error) bool {
	var (
		dns       *net.DNSError
		verify    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		op        *net.OpError // of a TLS alert
	)
	return errors.Is(err, ErrRedirect) ||
		errors.As(err, &dns) && dns.IsNotFound ||
		errors.As(err, &verify) || errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid) ||
		errors.As(err, &record) || errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error")
}

// bare takes the *url.Error of net/http off: it repeats the URL, whose query
// may hold personal data.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
