package espotest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo/espotest"
)

// Values of other kinds than a field's are converted as the server's language
// does, refused, or the server fails on them.
func TestOddValues(t *testing.T) {
	s := espotest.NewServer(t)
	list, object := []any{"a"}, map[string]any{"a": 1}
	for _, c := range []struct {
		entity, name string
		value        any
		want         any // the value in the answer, the rule that is broken or the status
	}{
		{"Account", "sicCode", 1e20, "1.0E+20"},
		{"Account", "sicCode", 2.5e-7, "2.5E-7"},
		{"Account", "sicCode", false, ""},
		{"Account", "sicCode", " 12 ", "12"},
		{"Account", "sicCode", list, "Array"},
		{"Account", "description", "", nil},
		{"Account", "description", false, ""},
		{"Account", "type", false, ""},
		{"Account", "type", true, "valid"},
		{"Account", "website", "", nil},
		{"Account", "website", false, "valid"},
		{"Account", "phoneNumber", list, 500},
		{"Account", "assignedUserId", object, 500},
		{"Account", "assignedUserId", 1e20, "pattern"},
		{"Account", "targetListId", "gone", "gone"},
		{"Case", "originalEmailName", " x ", " x "},
		{"Case", "number", "12x", int64(12)},
		{"Case", "number", true, int64(1)},
		{"KnowledgeBaseArticle", "language", 5, "5"},
		{"Campaign", "startDate", list, 500},
		{"Campaign", "budgetCurrency", "nope", "validCurrency"},
		{"Campaign", "budgetCurrency", "", "validCurrency"},
		{"Campaign", "budgetCurrency", "EUR", "EUR"},
		{"Lead", "opportunityAmountCurrency", false, "validCurrency"},
		{"Lead", "doNotCall", nil, 500},
		{"Lead", "doNotCall", "x", false},
	} {
		body := map[string]any{"name": "x", "lastName": "x", c.name: c.value}
		a := mustCall(t, s, http.MethodPost, c.entity, body, "X-Skip-Duplicate-Check", "true")
		got, _ := a.body.(map[string]any)
		switch want := c.want.(type) {
		case int:
			assert.Equal(t, want, a.status, c)
		case string:
			if a.status == 400 {
				assert.Contains(t, a.header.Get("X-Status-Reason"), "type: "+want+".", c)
				continue
			}
			assert.Equal(t, want, got[c.name], c)
		default:
			assert.Equal(t, 200, a.status, c)
			assert.EqualValues(t, want, got[c.name], c)
		}
	}
	a := mustCall(t, s, http.MethodPost, "Campaign", map[string]any{"name": "x", "startDate": "2030-01-02", "endDate": "2030-01-01"})
	assert.Contains(t, a.header.Get("X-Status-Reason"), "field: startDate, type: beforeEndDate.")
}

func TestUserNames(t *testing.T) {
	s := espotest.NewServer(t)
	admin := []string{"Authorization", "Basic YWRtaW46YWRtaW4tcGFzc3dvcmQ="}
	for name, want := range map[string]string{
		"admin": "userNameExists", "a b": "Field validation failure; entityType: User, field: userName, type: valid.",
		"Upper": "Field validation failure; entityType: User, field: userName, type: valid.", "a@b.c_-1": "",
	} {
		a := mustCall(t, s, http.MethodPost, "User", map[string]any{"userName": name, "lastName": "x"}, admin...)
		assert.Equal(t, want, a.header.Get("X-Status-Reason"), name)
	}
}

// An update fills nothing in, and shows what it was sent even where that is of
// no effect.
func TestOddUpdates(t *testing.T) {
	s := espotest.NewServer(t)
	lead, campaign, opportunity := s.Seed("Lead", map[string]any{"lastName": "x"})[0], s.Seed("Campaign", map[string]any{"name": "x"})[0],
		s.Seed("Opportunity", map[string]any{"name": "x", "amount": 5, "closeDate": "2030-01-01", "stage": "Qualification"})[0]
	for _, c := range []struct {
		path string
		body map[string]any
		name string
		want any
	}{
		{"Lead/" + lead, map[string]any{"opportunityAmount": 5}, "", "opportunityAmount, type: validCurrency."},
		{"Lead/" + lead, map[string]any{"opportunityAmount": 5, "opportunityAmountCurrency": "USD"}, "opportunityAmount", 5},
		{"Lead/" + lead, map[string]any{"teamsIds": "x"}, "teamsIds", nil},
		{"Lead/" + lead, map[string]any{"emailAddressData": 1}, "emailAddressData", nil},
		{"Campaign/" + campaign, map[string]any{"contactsTemplateName": "y"}, "contactsTemplateName", "y"},
		{"Campaign/" + campaign, map[string]any{"createdByName": "y"}, "createdByName", "Admin"},
		{"Opportunity/" + opportunity, map[string]any{"amountCurrency": ""}, "", "amount, type: required."},
		{"Opportunity/" + opportunity, map[string]any{"probability": 7}, "probability", 7},
		{"Opportunity/" + opportunity, map[string]any{"description": "y"}, "probability", 20},
	} {
		a := mustCall(t, s, http.MethodPut, c.path, c.body)
		if reason, ok := c.want.(string); ok && c.name == "" {
			assert.Contains(t, a.reason(), reason, c)
			continue
		}
		got := a.object(t)
		assert.Contains(t, got, c.name, c)
		assert.EqualValues(t, c.want, got[c.name], c)
	}
}
