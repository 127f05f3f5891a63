package espotest

import (
	"fmt"
	"net/http"
)

// apiError is an answer that says no: its status, its X-Status-Reason and, for
// some, a JSON body.
type apiError struct {
	status int
	reason string
	body   any
	header http.Header
	silent bool // has no X-Status-Reason at all
}

func (e *apiError) Error() string { return e.reason }

func badRequest(format string, args ...any) *apiError {
	return &apiError{status: http.StatusBadRequest, reason: sprintf(format, args...)}
}

func forbidden(format string, args ...any) *apiError {
	return &apiError{status: http.StatusForbidden, reason: sprintf(format, args...)}
}

func notFound(format string, args ...any) *apiError {
	return &apiError{status: http.StatusNotFound, reason: sprintf(format, args...)}
}

// crash is the answer where the server's program fails on a value of another
// kind than it expects.
func crash() *apiError {
	return &apiError{
		status: http.StatusInternalServerError, silent: true, body: map[string]any{"message": "Slim Application Error"},
	}
}

func sprintf(format string, args ...any) string {
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// invalid is the answer to a value that breaks a rule of its field.
func invalid(entity, field, rule string) *apiError {
	e := badRequest("Field validation failure; entityType: %s, field: %s, type: %s.", entity, field, rule)
	e.body = map[string]any{"messageTranslation": map[string]any{
		"label": "validationFailure", "scope": nil,
		"data": map[string]any{"field": field, "type": rule},
	}}
	return e
}
