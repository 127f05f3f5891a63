package espo

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// beneath is the error of an answer as the cause of a more specific one. It is
// nil in errors that a user's test has made without one.
func beneath(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}

// text is the text of an error with this answer beneath it.
func (e *Error) text(otherwise string) string {
	if e == nil {
		return "espo: " + otherwise
	}
	return e.Error()
}

// show prints an error without what it holds beside its text.
func show(f fmt.State, err error) { _, _ = io.WriteString(f, err.Error()) }

// ValidationError is a 400 that names a field whose value the server refuses.
type ValidationError struct {
	Err        *Error
	EntityType string // the entity type that was validated, when the server names it
	Field      string // such as "emailAddress"
	Rule       string // such as "required", "maxLength", "valid", "emailAddress"
}

func (e *ValidationError) Error() string { return e.Err.text("the server refuses a value") }
func (e *ValidationError) Unwrap() error { return beneath(e.Err) }

// Is reports whether target is [ErrBadRequest].
func (e *ValidationError) Is(target error) bool { return target == ErrBadRequest }

// Format prints the text of the error alone.
func (e *ValidationError) Format(f fmt.State, _ rune) { show(f, e) }

// DuplicateError is a 409: the server already has records like the one that
// was to be created. [SkipDuplicateCheck] creates it all the same;
// [RecordService.Upsert] updates the duplicate instead.
type DuplicateError struct {
	Err     *Error
	Records []Record // the likely duplicates
}

func (e *DuplicateError) Error() string { return e.Err.text("the server has records like it") }
func (e *DuplicateError) Unwrap() error { return beneath(e.Err) }

// Is reports whether target is [ErrConflict].
func (e *DuplicateError) Is(target error) bool { return target == ErrConflict }

// Format prints the text of the error alone.
func (e *DuplicateError) Format(f fmt.State, _ rune) { show(f, e) }

// ConflictError is a 409: the record was changed since the version that the
// update was guarded with.
type ConflictError struct {
	Err     *Error
	Values  Record // the server's values of the attributes that were sent
	Version int64  // the record's current version
}

func (e *ConflictError) Error() string { return e.Err.text("the record was changed meanwhile") }
func (e *ConflictError) Unwrap() error { return beneath(e.Err) }

// Is reports whether target is [ErrConflict].
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// Format prints the text of the error alone.
func (e *ConflictError) Format(f fmt.State, _ rune) { show(f, e) }

// SecondFactorError is a 401: the password is right, and a code of the second
// factor is wanted too.
type SecondFactorError struct {
	Err     *Error
	Request SecondFactorRequest
}

func (e *SecondFactorError) Error() string {
	return e.Err.text("a code of the second factor is wanted")
}
func (e *SecondFactorError) Unwrap() error { return beneath(e.Err) }

// Is reports whether target is [ErrUnauthorized].
func (e *SecondFactorError) Is(target error) bool { return target == ErrUnauthorized }

// Format prints the text of the error alone.
func (e *SecondFactorError) Format(f fmt.State, _ rune) { show(f, e) }

// SecondFactorRequest is what the server says when it wants a second factor.
type SecondFactorRequest struct {
	UserName string // of the user who logs in
	Message  string // such as "enterTotpCode" or "enterCodeSentInEmail"
	View     string // the web client's view for it, mostly empty
	Data     Record // further facts, mostly empty
}

// IgnoredError says that an answer to a call with [Strict] does not have every
// attribute that was sent. The others are stored.
type IgnoredError struct {
	Method     string
	Path       string
	Attributes []string // such as one that is misspelt
}

func (e *IgnoredError) Error() string {
	return printable(fmt.Sprintf("espo: %s %s: the server has ignored %s", e.Method, e.Path, strings.Join(e.Attributes, ", ")))
}

// InputError says what is wrong with an argument. Nothing was sent.
type InputError struct {
	Argument string // such as "id" or "Query.Order"
	Problem  string
}

func (e *InputError) Error() string {
	return printable("espo: " + cmp.Or(e.Argument, "argument") + ": " + cmp.Or(e.Problem, ErrInput.Error()))
}

// Is reports whether target is [ErrInput].
func (e *InputError) Is(target error) bool { return target == ErrInput }

func badInput(argument, format string, args ...any) error {
	return &InputError{Argument: argument, Problem: fmt.Sprintf(format, args...)}
}
