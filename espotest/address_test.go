package espotest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// What is not an address is refused or left out, as the version does.
func TestAddressesThatAreNone(t *testing.T) {
	const ok = ""
	entry := func(name string, v any) []any { return []any{map[string]any{name: v}} }
	for name, c := range map[string]struct {
		attr  string
		value any
		want  [3]string // the rule that is broken, by version
	}{
		"number":          {"emailAddress", 5, [3]string{"emailAddress", "emailAddress", "emailAddress"}},
		"false":           {"emailAddress", false, [3]string{"emailAddress", "emailAddress", ok}},
		"empty":           {"emailAddress", "", [3]string{ok, ok, ok}},
		"space":           {"emailAddress", "  ", [3]string{"emailAddress", ok, ok}},
		"list":            {"emailAddress", []any{"a@b.example"}, [3]string{"emailAddress", "emailAddress", "emailAddress"}},
		"entry":           {"emailAddressData", entry("emailAddress", 5), [3]string{"emailAddress", "emailAddress", "emailAddress"}},
		"empty entry":     {"emailAddressData", entry("emailAddress", ""), [3]string{ok, ok, ok}},
		"other entry":     {"emailAddressData", entry("x", 5), [3]string{ok, ok, ok}},
		"no entry":        {"emailAddressData", []any{5}, [3]string{"emailAddress", "emailAddress", "emailAddress"}},
		"phone":           {"phoneNumber", 5, [3]string{"valid", "valid", "valid"}},
		"phone space":     {"phoneNumber", " ", [3]string{ok, ok, ok}},
		"phone list":      {"phoneNumber", []any{}, [3]string{"valid", "500", "500"}},
		"phone entry":     {"phoneNumberData", entry("phoneNumber", 5), [3]string{"valid", "valid", "valid"}},
		"no phone":        {"phoneNumberData", entry("phoneNumber", ""), [3]string{"valid", "valid", "valid"}},
		"no phone at all": {"phoneNumberData", []any{5}, [3]string{"valid", "valid", "valid"}},
	} {
		for i, version := range []string{"7.5", "8.4", "9.3"} {
			t.Run(name+" "+version, func(t *testing.T) {
				s := espotest.NewServer(t, espotest.WithVersion(version))
				a := mustCall(t, s, http.MethodPost, "Contact", map[string]any{"lastName": "Lee", c.attr: c.value})
				switch want := c.want[i]; want {
				case ok:
					assert.Equal(t, http.StatusOK, a.status, "%s", a.raw)
				case "500":
					assert.Equal(t, http.StatusInternalServerError, a.status)
				default:
					assert.Contains(t, a.reason(), "type: "+want+".")
				}
			})
		}
	}
}

// A lead becomes whatever it holds before 8.0, where nothing is checked.
func TestOddAddressOfConvertedLead(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithVersion("7.5"))
	lead := create(t, s, "Lead", map[string]any{"lastName": "Lee"})
	a := mustCall(t, s, http.MethodPost, "Lead/action/convert", map[string]any{
		"id": lead, "records": map[string]any{"Contact": map[string]any{"lastName": "Lee", "emailAddress": 5}},
	})
	assert.Equal(t, http.StatusOK, a.status)
}

// What is said of an address holds for all who have it, under one spelling.
func TestAddressesAreShared(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	contacts, accounts := s.Client().Records("Contact"), s.Client().Records("Account")
	contact, err := contacts.Create(ctx, espo.Record{"lastName": "Lee", "emailAddress": "Shared@x.example", "phoneNumberData": []any{
		map[string]any{"phoneNumber": "+380441230001", "primary": true, "type": "Fax"},
	}})
	require.NoError(t, err)
	account, err := accounts.Create(ctx, espo.Record{"name": "A", "emailAddress": "shared@X.example", "phoneNumber": "+380441230001"})
	require.NoError(t, err)
	entry := func(r espo.Record, field string) map[string]any {
		list, _ := r[field].([]any)
		require.Len(t, list, 1)
		return list[0].(map[string]any)
	}
	assert.Equal(t, "Shared@x.example", entry(account, "emailAddressData")["emailAddress"])
	assert.Equal(t, "Fax", entry(account, "phoneNumberData")["type"])

	_, err = contacts.Update(ctx, contact.ID(), espo.Attrs{"emailAddressIsOptedOut": true})
	require.NoError(t, err)
	account, err = accounts.Get(ctx, account.ID())
	require.NoError(t, err)
	assert.Equal(t, true, entry(account, "emailAddressData")["optOut"])
	assert.True(t, account.Bool("emailAddressIsOptedOut"))
}
