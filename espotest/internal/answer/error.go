package answer

import (
	"fmt"
	"net/http"
)

// Error is an answer that says no: its status, its X-Status-Reason and, for
// some, a JSON body.
type Error struct {
	Status int
	Reason string
	Body   any
	Header http.Header
	Silent bool // has no X-Status-Reason at all

	// Failures are the rules that fields break, all of them.
	Failures []any
	// Refusal is the reason, once, of what a list request may not ask for.
	Refusal string
}

// Error is the reason, which may be empty.
func (e *Error) Error() string { return e.Reason }

// BadRequest is a 400 with a reason.
func BadRequest(format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Reason: text(format, args...)}
}

// Forbidden is a 403 with a reason, which may be empty.
func Forbidden(format string, args ...any) *Error {
	return &Error{Status: http.StatusForbidden, Reason: text(format, args...)}
}

// NotFound is a 404 with a reason, which may be empty.
func NotFound(format string, args ...any) *Error {
	return &Error{Status: http.StatusNotFound, Reason: text(format, args...)}
}

// Crash is the answer where the server's program fails on a value of another
// kind than it expects.
func Crash() *Error {
	return &Error{
		Status: http.StatusInternalServerError, Silent: true, Body: map[string]any{"message": "Slim Application Error"},
	}
}

// text leaves a format without arguments as it is.
func text(format string, args ...any) string {
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// Invalid is the answer to a value that breaks a rule of its field.
func Invalid(entity, field, rule string) *Error {
	e := BadRequest("Field validation failure; entityType: %s, field: %s, type: %s.", entity, field, rule)
	e.Body = map[string]any{"messageTranslation": map[string]any{
		"label": "validationFailure", "scope": nil,
		"data": map[string]any{"field": field, "type": rule},
	}}
	return e
}

// Unauthorized is the server's answer to credentials it does not take.
func Unauthorized() *Error {
	return &Error{Status: http.StatusUnauthorized, Silent: true, Header: http.Header{
		"Content-Type": {"text/html; charset=UTF-8"},
	}}
}

// FailedWith is a 500 with a reason, which most do not have.
func FailedWith(format string, args ...any) *Error {
	reason := text(format, args...)
	return &Error{Status: http.StatusInternalServerError, Header: http.Header{"X-Status-Reason": {reason}}}
}

// ServerError is the answer to what the server did not expect: 500 and no reason.
func ServerError() *Error {
	return &Error{Status: http.StatusInternalServerError, Silent: true}
}

// Refused is the answer to what the server does not let into a filter: its
// reason stands twice.
func Refused(format string, args ...any) *Error {
	reason := text(format, args...)
	e := BadRequest("%s %s", reason, reason)
	e.Refusal = reason
	return e
}
