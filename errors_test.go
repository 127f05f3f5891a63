package espo_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var sentinels = map[string]error{
	"ErrBadRequest": espo.ErrBadRequest, "ErrUnauthorized": espo.ErrUnauthorized, "ErrForbidden": espo.ErrForbidden,
	"ErrNotFound": espo.ErrNotFound, "ErrMethodNotAllowed": espo.ErrMethodNotAllowed, "ErrConflict": espo.ErrConflict,
	"ErrRequestTooLarge": espo.ErrRequestTooLarge, "ErrTooManyRequests": espo.ErrTooManyRequests, "ErrServer": espo.ErrServer,
	"ErrNotEspoCRM": espo.ErrNotEspoCRM, "ErrReplyTooLarge": espo.ErrReplyTooLarge, "ErrRedirect": espo.ErrRedirect, "ErrUnavailable": espo.ErrUnavailable,
	"ErrPages": espo.ErrPages, "ErrNotCounted": espo.ErrNotCounted, "ErrTransport": espo.ErrTransport, "ErrOutcomeUnknown": espo.ErrOutcomeUnknown,
	"ErrAmbiguous": espo.ErrAmbiguous, "ErrNothingDone": espo.ErrNothingDone, "ErrInput": espo.ErrInput,
	"ErrLoginBarred": espo.ErrLoginBarred,
}

// matches lists the sentinels that errors.Is finds.
func matches(err error) []string {
	var found []string
	for name, sentinel := range sentinels {
		if errors.Is(err, sentinel) {
			found = append(found, name)
		}
	}
	return found
}

// errorOf is the error of a call that the server answers so.
func errorOf(t *testing.T, status int, reason, body string) error {
	t.Helper()
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		if reason != "" {
			w.Header().Set("X-Status-Reason", reason)
		}
		reply(w, status, body)
	}, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
	require.Error(t, err)
	return err
}

func TestErrorsByStatus(t *testing.T) {
	for status, want := range map[int][]string{
		400: {"ErrBadRequest"}, 401: {"ErrUnauthorized"}, 403: {"ErrForbidden"}, 404: {"ErrNotFound"}, 405: {"ErrMethodNotAllowed"},
		409: {"ErrConflict"}, 413: {"ErrRequestTooLarge"}, 429: {"ErrTooManyRequests"}, 500: {"ErrServer"}, 502: {"ErrServer"},
		503: {"ErrServer", "ErrUnavailable"}, 504: {"ErrServer"}, 599: {"ErrServer"}, 402: nil, 418: nil, 422: nil, 304: nil,
	} {
		body := ""
		if status == 403 {
			body = `{"message":"x"}`
		}
		if status >= 500 { // of a POST
			want = append(want, "ErrOutcomeUnknown")
		}
		err := errorOf(t, status, "because", body)
		assert.ElementsMatch(t, want, matches(err), "%d", status)
		var e *espo.Error
		require.ErrorAs(t, err, &e, "%d", status)
		assert.Equal(t, "because", e.Header.Get("X-Status-Reason"), "%d", status)
		e.Header = nil
		assert.Equal(t, espo.Error{Method: "POST", Path: "Account", Status: status, Reason: "because", Body: []byte(body)}, *e)
		assert.ErrorContains(t, err, fmt.Sprintf("espo: POST Account: %d", status))
		assert.ErrorContains(t, err, ": because")
	}
}
