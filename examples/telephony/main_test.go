package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/examples/internal/demo"
)

// rights are those of the cookbook.
var rights = espotest.Role{
	Scopes: map[string]espotest.Access{
		"Call":    {Create: espo.AccessYes, Read: espo.AccessAll, Edit: espo.AccessAll},
		"Contact": {Read: espo.AccessAll, Edit: espo.AccessAll}, // to link one is to edit it
		"User":    {Read: espo.AccessAll},
		"Import":  {Create: espo.AccessYes, Read: espo.AccessAll},
		"Account": {Read: espo.AccessAll},
	},
	Permissions: map[string]espo.AccessLevel{"assignmentPermission": espo.AccessAll},
}

func TestNumbers(t *testing.T) {
	for number, want := range map[string]string{
		"044 123 45 67": "+380441234567", "+380 (44) 123-45-67": "+380441234567", "00380441234567": "+380441234567",
		"441234567": "+380441234567", " +44 20 7946 0000": "+442079460000", "0044 20 7946 0000": "+442079460000",
	} {
		assert.Equal(t, want, international(number), number)
	}
}

// A call has its contact and its agent, and is recorded once, however often it
// is told of.
func TestACallIsRecordedOnce(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	olena := srv.Seed("User", espo.Attrs{"userName": "olena", "lastName": "Koval", "type": "regular"})[0]
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	jane := srv.Seed("Contact", espo.Attrs{"lastName": "Roe", "phoneNumber": "+380441234567", "accountId": account})[0]
	x := exchange{client}
	e := event{ID: "77-1", From: "0441234567", Agent: "olena", Start: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), Seconds: 63}

	srv.Fail(espotest.Fault{Path: "Import", After: true, Cut: true})
	_, err := x.record(t.Context(), e)
	require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
	for range 2 {
		_, err = x.record(t.Context(), e)
		require.NoError(t, err)
	}
	calls := srv.Records("Call")
	require.Len(t, calls, 1)
	assert.Equal(t, []string{jane}, calls[0].Strings("contactsIds"))
	assert.Equal(t, olena, calls[0].String("assignedUserId"))
	assert.Equal(t, account, calls[0].String("parentId"))
	assert.EqualValues(t, 63, calls[0].Int("duration"))
}

// Who is not known is recorded all the same, and so is whom nobody has answered.
func TestCallersWhoAreNotKnown(t *testing.T) {
	_, client := demo.WithRights(t, rights)
	x := exchange{client}
	call, err := x.record(t.Context(), event{ID: "77-2", From: "0441234567", Agent: "nobody", Start: time.Now()})
	require.NoError(t, err)
	assert.Equal(t, "Call with +380441234567", call.Name)
	assert.Equal(t, espo.CallStatusNotHeld, call.Status)
	assert.NotEmpty(t, call.AssignedUserID)
}

func TestWhatTheTelephoneSystemIsTold(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	x := exchange{client}
	post := func(body string) int {
		w := httptest.NewRecorder()
		x.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body)))
		return w.Code
	}
	const call = `{"id": "1", "from": "0441234567", "start": "2026-11-24T09:00:00Z", "seconds": 3}`
	assert.Equal(t, http.StatusBadRequest, post(`{"id": "1"}`))
	srv.Fail(espotest.Fault{Status: http.StatusBadGateway})
	assert.Equal(t, http.StatusServiceUnavailable, post(call), "try again")
	assert.Equal(t, http.StatusOK, post(call))
	assert.Len(t, srv.Records("Call"), 1)
}
