package espo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Sentinels for [errors.Is]. Each matches the errors of its status, and
// ErrServer those of every status from 500 on. The ones from 400 to 409 match
// only what EspoCRM itself has answered: the 404 page of a proxy does not say
// that a record is missing. It matches [ErrNotEspoCRM] instead.
var (
	ErrBadRequest       = errors.New("bad request")              // 400
	ErrUnauthorized     = errors.New("unauthorized")             // 401
	ErrForbidden        = errors.New("forbidden")                // 403
	ErrNotFound         = errors.New("not found")                // 404
	ErrMethodNotAllowed = errors.New("method not allowed")       // 405
	ErrConflict         = errors.New("conflict")                 // 409
	ErrTooLarge         = errors.New("request entity too large") // 413
	ErrTooManyRequests  = errors.New("too many requests")        // 429
	ErrServer           = errors.New("server error")             // 5xx

	// ErrNotEspoCRM matches a reply that is not one of EspoCRM's API, such as
	// the HTML page of a proxy or of a login, or a body that breaks off.
	ErrNotEspoCRM = errors.New("not a reply of EspoCRM's API")
	// ErrReplyTooLarge matches a JSON reply above the limit of [WithMaxReply].
	ErrReplyTooLarge = errors.New("reply exceeds the limit")
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
	http.StatusRequestEntityTooLarge: ErrTooLarge,
	http.StatusTooManyRequests:       ErrTooManyRequests,
}

// Error is an answer of the server that is not a success. The more specific
// errors of this package wrap one.
type Error struct {
	Method string
	Path   string // relative to api/v1/, escaped, without the query
	Status int    // HTTP status
	Reason string // X-Status-Reason, at most 1 KiB, or what was wrong with the reply; may be empty

	// Body is the start of the body, at most 4 KiB. It may hold personal data
	// and is therefore no part of the error's text or log form.
	Body []byte

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
	fmt.Fprintf(&b, "espo: %s %s: %d", e.Method, e.Path, e.Status)
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

// LogValue leaves out the body.
func (e *Error) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("method", e.Method), slog.String("path", e.Path),
		slog.Int("status", e.Status), slog.String("reason", printable(e.Reason)))
}

// Format keeps the body out of %v, %+v and %#v.
func (e *Error) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.Error()) }

// ValidationError is a 400 that names a field whose value the server refuses.
type ValidationError struct {
	Err        *Error
	EntityType string // the entity type that was validated, when the server names it
	Field      string // such as "emailAddress"
	Rule       string // such as "required", "maxLength", "valid", "emailAddress"
}

func (e *ValidationError) Error() string { return e.Err.Error() }
func (e *ValidationError) Unwrap() error { return e.Err }

// DuplicateError is a 409: the server already has records like the one that
// was to be created. [SkipDuplicateCheck] creates it all the same;
// [RecordService.Upsert] updates the duplicate instead.
type DuplicateError struct {
	Err     *Error
	Records []Record // the likely duplicates
}

func (e *DuplicateError) Error() string { return e.Err.Error() }
func (e *DuplicateError) Unwrap() error { return e.Err }

// ConflictError is a 409: the record was changed since the version that the
// update was guarded with.
type ConflictError struct {
	Err     *Error
	Values  Record // the server's values of the attributes that were sent
	Version int64  // the record's current version
}

func (e *ConflictError) Error() string { return e.Err.Error() }
func (e *ConflictError) Unwrap() error { return e.Err }

// SecondFactorError is a 401: the password is right, and a code of the second
// factor is wanted too.
type SecondFactorError struct {
	Err     *Error
	Request SecondFactorRequest
}

func (e *SecondFactorError) Error() string { return e.Err.Error() }
func (e *SecondFactorError) Unwrap() error { return e.Err }

// SecondFactorRequest is what the server says when it wants a second factor.
type SecondFactorRequest struct {
	UserName string // of the user who logs in
	Message  string // such as "enterTotpCode" or "enterCodeSentInEmail"
	View     string // the web client's view for it, mostly empty
	Data     Record // further facts, mostly empty
}

// InputError says what is wrong with an argument. Nothing was sent.
type InputError struct {
	Argument string // such as "id" or "Query.Order"
	Problem  string
}

func (e *InputError) Error() string { return "espo: " + e.Argument + ": " + e.Problem }

// Is reports whether target is [ErrInput].
func (e *InputError) Is(target error) bool { return target == ErrInput }

func badInput(argument, format string, args ...any) error {
	return &InputError{Argument: argument, Problem: fmt.Sprintf(format, args...)}
}

// decodeError makes the error for a response whose status is not a success,
// and closes nothing: the caller owns the body.
func decodeError(req *request, resp *http.Response, max int64) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, min(max, maxErrorReply)))
	e := &Error{
		Method: req.method, Path: req.escapedPath(), Status: resp.StatusCode,
		Reason: clipReason(resp.Header.Get("X-Status-Reason")),
		Body:   clip(body, maxErrorBody),
	}
	text := bytes.TrimSpace(body)
	if len(text) == 0 {
		e.unmarked = !marked(resp.Header)
		return e
	}
	if !jsontext.Value(text).IsValid() {
		e.Reason, e.cause = foreign(resp, text, e.Reason), ErrNotEspoCRM
		return e
	}
	switch {
	case e.Status == http.StatusBadRequest:
		return decodeValidation(e, text)
	case e.Status == http.StatusUnauthorized && e.Reason == "second-step-required":
		var reply SecondFactorRequest
		if json.Unmarshal(text, &reply, jsonOptions, json.MatchCaseInsensitiveNames(true)) == nil {
			return &SecondFactorError{Err: e, Request: reply}
		}
	case e.Status == http.StatusConflict && text[0] == '[':
		var records []Record
		noID := func(r Record) bool { return !validID(r.ID()) }
		if json.Unmarshal(text, &records, jsonOptions) == nil && !slices.ContainsFunc(records, noID) {
			return &DuplicateError{Err: e, Records: records}
		}
	case e.Status == http.StatusConflict && text[0] == '{':
		var reply struct {
			Values  Record `json:"values"`
			Version int64  `json:"versionNumber"`
		}
		if json.Unmarshal(text, &reply, jsonOptions) == nil && reply.Version > 0 {
			return &ConflictError{Err: e, Values: reply.Values, Version: reply.Version}
		}
	}
	if e.Reason == "" {
		var reply struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(text, &reply) == nil {
			e.Reason = clipReason(strings.TrimPrefix(reply.Message, fmt.Sprintf("%d ", e.Status)))
			if e.Reason == http.StatusText(e.Status) {
				e.Reason = ""
			}
		}
	}
	return e
}

func decodeValidation(e *Error, text []byte) error {
	var reply struct {
		MessageTranslation struct {
			Label string `json:"label"`
			Data  struct {
				Field string `json:"field"`
				Type  string `json:"type"`
			} `json:"data"`
		} `json:"messageTranslation"`
	}
	if json.Unmarshal(text, &reply, jsonOptions) != nil || reply.MessageTranslation.Data.Field == "" {
		return e
	}
	_, after, _ := strings.Cut(e.Reason, "entityType: ")
	entityType, _, _ := strings.Cut(after, ",")
	return &ValidationError{
		Err: e, EntityType: entityType,
		Field: reply.MessageTranslation.Data.Field,
		Rule:  reply.MessageTranslation.Data.Type,
	}
}

// foreign describes a body that EspoCRM's API would not send.
func foreign(resp *http.Response, body []byte, reason string) string {
	what := "the body is not JSON"
	if isHTML(resp, body) {
		what = "the body is an HTML page"
	}
	if reason != "" {
		return reason + " (" + what + ")"
	}
	return what
}

func isHTML(resp *http.Response, body []byte) bool {
	start := bytes.ToLower(bytes.TrimSpace(clip(body, 256)))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) ||
		strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") && bytes.HasPrefix(start, []byte("<"))
}

// marked reports whether the header of an empty reply can be EspoCRM's. All of
// its replies have a media type.
func marked(h http.Header) bool {
	return len(h["X-Status-Reason"]) > 0 || h.Get("X-App-Timestamp") != "" || h.Get("Content-Type") != ""
}

// clipReason makes text of the server's fit to be shown.
func clipReason(s string) string { return printable(s[:min(len(s), maxReason)]) }

// printable replaces what would break a line or a terminal that shows s.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// clip copies at most n bytes of b, so that a large body is not kept alive.
func clip(b []byte, n int) []byte { return bytes.Clone(b[:min(len(b), n)]) }
