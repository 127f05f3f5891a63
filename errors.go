package espo

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
)

// Sentinels for [errors.Is]. Each matches the errors of its status, and
// ErrServer those of every status from 500 on. The ones from 400 to 409 match
// only what EspoCRM itself has answered: the 404 page of a proxy does not say
// that a record is missing. It matches [ErrNotEspoCRM] instead.
//
// ErrForbidden says that the user lacks a right to what was asked for, or, where
// the error matches [ErrLoginBarred] too, that nobody is let in from here.
var (
	ErrBadRequest       = errors.New("bad request")              // 400
	ErrUnauthorized     = errors.New("unauthorized")             // 401
	ErrForbidden        = errors.New("forbidden")                // 403
	ErrNotFound         = errors.New("not found")                // 404
	ErrMethodNotAllowed = errors.New("method not allowed")       // 405
	ErrConflict         = errors.New("conflict")                 // 409
	ErrRequestTooLarge  = errors.New("request entity too large") // 413
	ErrTooManyRequests  = errors.New("too many requests")        // 429
	ErrUnavailable      = errors.New("service unavailable")      // 503
	ErrServer           = errors.New("server error")             // 5xx

	// ErrNotEspoCRM matches a reply that is not one of EspoCRM's API, such as
	// the HTML page of a proxy or of a login, or a body that breaks off.
	ErrNotEspoCRM = errors.New("not a reply of EspoCRM's API")
	// ErrReplyTooLarge matches a JSON reply above the limit of [WithMaxReply].
	ErrReplyTooLarge = errors.New("reply exceeds the limit")
	// ErrLoginBarred matches a 403 of EspoCRM that is about no right: the server
	// takes no credentials from the address of the client, be they right or wrong.
	// Either there were too many failed logins from there, more than ten in a
	// minute by default, which a minute later is over, and which further calls do
	// not make longer. Or the administrator has allowed other addresses only. It
	// matches [ErrForbidden] too.
	//
	// To a server behind a proxy that does not say whom it asks for, all clients
	// have one address. A proxy that refuses a request with an empty page looks
	// just like it.
	ErrLoginBarred = errors.New("the server takes no credentials from this address: too many failed logins, or it is not one of those allowed")
	// ErrRedirect matches a redirect that the client refused to follow because
	// it would carry credentials to another host, leave https, turn a write into
	// a GET, or ask for something else than the request did.
	ErrRedirect = errors.New("redirect refused")
	// ErrPages matches an error of a list whose pages do not follow each other:
	// one comes again, or is out of order, so that records would be repeated or
	// missed without end.
	ErrPages = errors.New("the pages of the list do not follow each other")
	// ErrNotCounted says that the server does not count the records of a list.
	ErrNotCounted = errors.New("the server does not count the records of this list")
	// ErrAmbiguous says that more than one record matches where only one may.
	ErrAmbiguous = errors.New("more than one record matches")
	// ErrNothingDone says that the server accepted a request and found nothing
	// to do for it.
	ErrNothingDone = errors.New("the server did nothing")
	// ErrInput matches every [InputError].
	ErrInput = errors.New("invalid input")
)

var statusErrors = map[int]error{
	http.StatusBadRequest:            ErrBadRequest,
	http.StatusUnauthorized:          ErrUnauthorized,
	http.StatusForbidden:             ErrForbidden,
	http.StatusNotFound:              ErrNotFound,
	http.StatusMethodNotAllowed:      ErrMethodNotAllowed,
	http.StatusConflict:              ErrConflict,
	http.StatusRequestEntityTooLarge: ErrRequestTooLarge,
	http.StatusTooManyRequests:       ErrTooManyRequests,
	http.StatusServiceUnavailable:    ErrUnavailable,
}

// Error is an answer of the server that is not a success. The more specific
// errors of this package wrap one.
type Error struct {
	Method string
	Path   string // relative to api/v1/, escaped, without the query
	Status int    // HTTP status
	Reason string // X-Status-Reason, at most 1 KiB, or what was wrong with the reply; may be empty

	// Header is that of the answer. It may hold the cookie of a session.
	Header http.Header `json:"-"`
	// Body is the start of the body, at most 4 KiB. It may hold personal data.
	// Neither Header nor Body is a part of the error's text, log form or JSON.
	Body []byte `json:"-"`

	cause    error // for a reply that could not be read
	unmarked bool  // nothing shows that it is EspoCRM who has answered
}

const (
	maxErrorReply = 4 << 20 // is read, which a list of duplicates may need
	maxErrorBody  = 4 << 10 // is kept
	maxReason     = 1 << 10
)

func (e *Error) Error() string {
	if e == nil { // in an error that a user's test has made
		return "espo: refused by the server"
	}
	var b strings.Builder
	b.WriteString("espo: ")
	if e.Method != "" { // of an error that a user's test has made
		b.WriteString(e.Method + " " + e.Path + ": ")
	}
	b.WriteString(strconv.Itoa(e.Status))
	if text := http.StatusText(e.Status); text != "" {
		b.WriteString(" " + text)
	}
	if e.Reason != "" {
		b.WriteString(": " + e.Reason)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return printable(b.String())
}

// Is reports whether target is the sentinel of the error's status.
func (e *Error) Is(target error) bool {
	switch {
	case e == nil || target == nil:
		return false
	case target == ErrServer:
		return e.Status >= 500
	case statusErrors[e.Status] != target:
		return false
	}
	return e.Status > http.StatusConflict || !errors.Is(e.cause, ErrNotEspoCRM)
}

// answered reports whether err is an answer with this status that is surely
// EspoCRM's own. A proxy, too, can answer with a bare status.
func answered(err error, status int) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == status && !e.unmarked && !errors.Is(e.cause, ErrNotEspoCRM)
}

// missing reports whether err is EspoCRM's answer that a record does not
// exist. Of an entity type or a route that it does not have it says so.
func missing(err error) bool {
	var e *Error
	return answered(err, http.StatusNotFound) && errors.As(err, &e) &&
		!strings.HasPrefix(e.Reason, "Controller ") && !strings.HasPrefix(e.Reason, "Action ") && len(e.Body) == 0
}

func (e *Error) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.cause
}

// LogValue leaves out the header and the body.
func (e *Error) LogValue() slog.Value {
	if e == nil {
		return slog.StringValue(e.Error())
	}
	return slog.GroupValue(
		slog.String("method", e.Method), slog.String("path", e.Path),
		slog.Int("status", e.Status), slog.String("reason", printable(e.Reason)))
}

// Format keeps the body out of %v, %+v and %#v.
func (e *Error) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.Error()) }
