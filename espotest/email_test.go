package espotest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo/espotest"
)

func TestAddressesOfEmails(t *testing.T) {
	s := espotest.NewServer(t)
	contact := create(t, s, "Contact", map[string]any{"lastName": "Lee", "emailAddress": "lee@example.com"})
	id := create(t, s, "Email", map[string]any{
		"name": "Hi", "from": "lee@example.com", "to": "a@example.com;b@example.com", "status": "Draft",
	})
	create(t, s, "Email", map[string]any{"name": "Again", "from": "a@example.com", "to": "B@example.com", "status": "Draft"})
	e := mustCall(t, s, http.MethodGet, "Email/"+id, nil).object(t)
	assert.Equal(t, "lee@example.com", e["fromEmailAddressName"])
	assert.Len(t, e["toEmailAddressesIds"], 2)
	assert.Equal(t, map[string]any{"lee@example.com": contact}, e["idHash"])
	assert.Len(t, s.Records("EmailAddress"), 3, "addresses are kept once")
	all := mustCall(t, s, http.MethodGet, "Email?select=name", nil).object(t)
	assert.EqualValues(t, -2, all["total"], "e-mails are not counted")
}
