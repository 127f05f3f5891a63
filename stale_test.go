package espo_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// What the reply to an update tells of attributes that were not sent is left
// out where it contradicts those that were.
func TestRepliesToUpdatesThatContradictThemselves(t *testing.T) {
	list := func(address string, optOut bool) espo.Attrs {
		return espo.Attrs{"emailAddress": address, "primary": true, "optOut": optOut, "invalid": false}
	}
	address := func(address any, optOut bool, entries ...espo.Attrs) espo.Attrs {
		return espo.Attrs{"id": "1", "emailAddress": address, "emailAddressIsOptedOut": optOut, "emailAddressIsInvalid": false, "emailAddressData": entries}
	}
	accounts := func(ids ...string) espo.Attrs {
		return espo.Attrs{"id": "1", "accountsIds": ids, "accountsNames": espo.Attrs{}, "accountsColumns": espo.Attrs{}, "accountName": "A"}
	}
	for name, c := range map[string]struct {
		sent, reply espo.Attrs
		without     []string
	}{
		"an address":                    {espo.Attrs{"emailAddress": "new"}, address("new", true, list("old", true)), []string{"emailAddressData", "emailAddressIsOptedOut", "emailAddressIsInvalid"}},
		"an address, and the new list":  {espo.Attrs{"emailAddress": "new"}, address("new", false, list("new", false)), nil},
		"an address in other letters":   {espo.Attrs{"emailAddress": "New"}, address("New", false, list("new", false)), nil},
		"no address":                    {espo.Attrs{"emailAddress": nil}, address(nil, false, list("old", false)), []string{"emailAddressData", "emailAddressIsOptedOut", "emailAddressIsInvalid"}},
		"no address, and an empty list": {espo.Attrs{"emailAddress": nil}, address(nil, false), nil},
		"a flag":                        {espo.Attrs{"emailAddressIsOptedOut": false}, address("old", false, list("old", true)), []string{"emailAddressData"}},
		"the list":                      {espo.Attrs{"emailAddressData": []espo.Attrs{list("new", true)}}, address("old", false, list("new", true)), []string{"emailAddress", "emailAddressIsOptedOut"}},
		"both":                          {espo.Attrs{"emailAddress": "new", "emailAddressData": []espo.Attrs{list("new", true)}}, address("new", false, list("new", true)), []string{"emailAddressIsOptedOut"}},
		"something else":                {espo.Attrs{"name": "emailAddress"}, address("new", false, list("old", true)), nil},
		"a telephone number": {espo.Attrs{"phoneNumber": "2"}, espo.Attrs{"id": "1", "phoneNumber": "2", "phoneNumberData": []espo.Attrs{{"phoneNumber": "1", "primary": true}}},
			[]string{"phoneNumberData"}},
		"a list that is none":    {espo.Attrs{"emailAddress": "new"}, espo.Attrs{"id": "1", "emailAddress": "new", "emailAddressData": "?"}, nil},
		"another account":        {espo.Attrs{"accountId": "b"}, accounts("a"), []string{"accountsIds", "accountsNames", "accountsColumns"}},
		"one of the accounts":    {espo.Attrs{"accountId": "a"}, accounts("b", "a"), nil},
		"no account":             {espo.Attrs{"accountId": nil}, accounts("a"), []string{"accountsIds", "accountsNames", "accountsColumns"}},
		"no account any more":    {espo.Attrs{"accountId": nil}, accounts(), nil},
		"an account, and a list": {espo.Attrs{"accountId": "b", "accountsIds": []string{"a"}}, accounts("a"), []string{"accountsNames", "accountsColumns"}},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(c.reply)
			require.NoError(t, err)
			client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, string(text)) }, espo.WithServerVersion("9.3"))
			got, err := client.Records("Contact").Update(t.Context(), "1", c.sent)
			require.NoError(t, err)
			for _, name := range c.without {
				assert.NotContains(t, got, name)
			}
			assert.Len(t, got, len(c.reply)-len(c.without))
		})
	}
}

// A record that was returned can be sent back: on the fake of each version,
// which answers as that version does, no address is undone.
func TestWhatAnUpdateReturnsCanBeSentBack(t *testing.T) {
	for _, version := range []string{"8.4", "9.1", "9.3", "10.0"} {
		t.Run(version, func(t *testing.T) {
			srv := espotest.NewServer(t, espotest.WithVersion(version))
			client := srv.Client()
			contact, err := client.Contacts.Create(t.Context(), espo.Contact{LastName: "Ad", EmailAddress: "old@example.com", PhoneNumber: "+380441234567"})
			require.NoError(t, err)
			for _, attrs := range []espo.Attrs{
				{"emailAddress": "new@example.com"}, {"phoneNumber": "+380441234568"},
				{"emailAddressIsOptedOut": true}, {"emailAddress": "newer@example.com"},
			} {
				got, err := client.Records("Contact").Update(t.Context(), contact.ID, attrs)
				require.NoError(t, err)
				want, err := client.Records("Contact").Get(t.Context(), contact.ID)
				require.NoError(t, err)
				back := espo.Attrs{}
				for name, value := range got {
					if name != "id" {
						back[name] = value
					}
				}
				_, err = client.Records("Contact").Update(t.Context(), contact.ID, back)
				require.NoError(t, err)
				after, err := client.Records("Contact").Get(t.Context(), contact.ID)
				require.NoError(t, err)
				for _, name := range []string{"emailAddress", "emailAddressData", "emailAddressIsOptedOut", "phoneNumber", "phoneNumberData"} {
					assert.Equal(t, want[name], after[name], "%s after %v", name, attrs)
				}
			}
		})
	}
}
