package espo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestErrorClass(t *testing.T) {
	answering := func(status int, body string) func(*testing.T) error {
		return func(t *testing.T) error {
			t.Helper()
			client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) })
			_, err := client.Accounts.Get(t.Context(), "1")
			return err
		}
	}
	for want, failing := range map[string]func(*testing.T) error{
		"":      func(*testing.T) error { return nil },
		"404":   answering(404, ""),
		"500":   answering(500, ""),
		"reply": answering(200, "<html>log in</html>"),
		"canceled": func(*testing.T) error {
			return fmt.Errorf("%w while waiting after: %w", context.Canceled, &espo.Error{Status: 503})
		},
		"timeout": func(t *testing.T) error {
			t.Helper()
			ctx, cancel := context.WithTimeout(t.Context(), 0)
			defer cancel()
			_, err := connect(t, nil).Accounts.Get(ctx, "1")
			return err
		},
		"redirect": func(t *testing.T) error {
			t.Helper()
			client := connect(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://example.com/", http.StatusFound)
			})
			_, err := client.Accounts.Get(t.Context(), "1")
			return err
		},
		"connection": func(t *testing.T) error {
			t.Helper()
			srv := httptest.NewServer(nil)
			srv.Close()
			_, err := dial(t, srv.URL, espo.APIKey("key")).Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
			return err
		},
		"unsupported": func(t *testing.T) error {
			t.Helper()
			client := connect(t, nil, espo.WithServerVersion("8.0"))
			_, err := client.App.About(t.Context())
			return err
		},
		"input": func(t *testing.T) error {
			t.Helper()
			_, err := connect(t, nil).Accounts.Get(t.Context(), "")
			return err
		},
		"other": func(*testing.T) error { return errors.New("of somebody else") },
	} {
		t.Run(want, func(t *testing.T) {
			err := failing(t)
			assert.Equal(t, want, espo.ErrorClass(err), "%v", err)
		})
	}
	t.Run("silence", func(t *testing.T) {
		assert.Equal(t, "timeout", espo.ErrorClass(&espo.TransportError{Err: os.ErrDeadlineExceeded}))
	})
	t.Run("outcome unknown", func(t *testing.T) {
		client := connect(t, func(http.ResponseWriter, *http.Request) { cut() })
		_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
		require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
		assert.Equal(t, "connection", espo.ErrorClass(err))
	})
}
