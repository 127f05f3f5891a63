package espotest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo/espotest"
)

// made makes an entity type of a template.
func made(t *testing.T, s *espotest.Server, template string) string {
	t.Helper()
	a := mustCall(t, s, http.MethodPost, "EntityManager/action/createEntity", map[string]any{
		"name": template, "type": template, "labelSingular": "Thing", "labelPlural": "Things",
	}, asAdmin...)
	assert.Equal(t, 200, a.status)
	name, _ := a.object(t)["name"].(string)
	return name
}

// Entity types of each template have records of its kind.
func TestTemplatesOfEntityTypes(t *testing.T) {
	for template, record := range map[string]map[string]any{
		"Base":     {"name": "A"},
		"BasePlus": {"name": "A"},
		"Event":    {"name": "A", "dateStart": "2030-01-02 10:00:00", "dateEnd": "2030-01-02 11:00:00"},
		"Person":   {"firstName": "Olena", "lastName": "Koval", "emailAddress": "olena@acme.example"},
		"Company":  {"name": "A", "billingAddressCity": "Kyiv", "phoneNumber": "+380445550000"},
	} {
		t.Run(template, func(t *testing.T) {
			s := espotest.NewServer(t)
			name := made(t, s, template)
			a := mustCall(t, s, http.MethodPost, name, record, asAdmin...)
			assert.Equal(t, 200, a.status, a.reason())
			got := a.object(t)
			for attr, v := range record {
				assert.Equal(t, v, got[attr], attr)
			}
			labels := mustCall(t, s, http.MethodGet, "I18n", nil, asAdmin...).object(t)
			global, _ := labels["Global"].(map[string]any)
			names, _ := global["scopeNames"].(map[string]any)
			assert.Equal(t, "Thing", names[name])
		})
	}
}

// What other entity types have stays when one is made, and goes with it when it
// goes.
func TestRecordsStayWhenTheSchemaChanges(t *testing.T) {
	s := espotest.NewServer(t)
	account := create(t, s, "Account", map[string]any{"name": "Acme", "emailAddress": "info@acme.example"})
	contact := create(t, s, "Contact", map[string]any{"lastName": "Koval", "accountId": account})
	name := made(t, s, "Base")
	one := s.Seed(name, map[string]any{"name": "A"})[0]
	a := mustCall(t, s, http.MethodGet, "Account/"+account, nil)
	assert.Equal(t, "info@acme.example", a.object(t)["emailAddress"])
	a = mustCall(t, s, http.MethodGet, "Account/"+account+"/contacts", nil)
	assert.Contains(t, string(a.raw), contact)
	assert.Equal(t, 409, mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "Acme"}).status, "duplicates are found")
	remove := map[string]any{"name": name}
	assert.Equal(t, 200, mustCall(t, s, http.MethodPost, "EntityManager/action/removeEntity", remove, asAdmin...).status)
	assert.Equal(t, 404, mustCall(t, s, http.MethodGet, name+"/"+one, nil, asAdmin...).status)
	assert.Equal(t, name, made(t, s, "Base"), "the name is free again")
	assert.Empty(t, s.Records(name), "and its records are gone")
}

// A server says what is wrong in its own way, which the client does not let
// come about.
func TestWhatTheManagerRefuses(t *testing.T) {
	s := espotest.NewServer(t)
	for path, rows := range map[string][]struct {
		body   map[string]any
		status int
		reason string
	}{
		"EntityManager/action/createEntity": {
			{map[string]any{"type": "Base"}, 400, ""},
			{map[string]any{"name": "A"}, 400, ""},
			{map[string]any{"name": "A", "type": "Nope"}, 500, "Type 'Nope' does not exist."},
			{map[string]any{"name": "A b", "type": "Base"}, 500, "Entity name should contain only letters and numbers, start with an upper case letter."},
		},
		"EntityManager/action/removeEntity": {{map[string]any{}, 400, ""}, {map[string]any{"name": "Account"}, 403, ""}},
		"EntityManager/action/createLink": {
			{map[string]any{"entity": "Account"}, 400, ""},
			{map[string]any{"entity": "Account", "entityForeign": "Nope", "link": "a", "linkForeign": "b", "label": "A", "labelForeign": "B", "linkType": "oneToMany"}, 500, "Entity type 'Nope' is not customizable."},
			{map[string]any{"entity": "Account", "entityForeign": "Lead", "link": "a", "linkForeign": "b", "label": "A", "labelForeign": "B", "linkType": "nope"}, 400, ""},
		},
		"EntityManager/action/updateLink": {{map[string]any{"entity": "Account", "link": "contacts"}, 400, ""}},
		"EntityManager/action/removeLink": {{map[string]any{"entity": "Account", "link": "contacts"}, 500, "Could not delete link Account.contacts. Not isCustom."}},
		"Admin/fieldManager/Account": {
			{map[string]any{"type": "int"}, 400, ""},
			{map[string]any{"name": "a"}, 400, "No type."},
			{map[string]any{"name": "1a", "type": "int"}, 500, "Field name should start with a letter."},
			{map[string]any{"name": "A", "type": "int"}, 500, "Field name should start with a lower case letter."},
			{map[string]any{"name": "a b", "type": "int"}, 500, "Field name should contain only letters and numbers."},
		},
		"Admin/fieldManager/Nope": {{map[string]any{"name": "a", "type": "int"}, 500, "Entity type Nope is not customizable."}},
	} {
		for _, row := range rows {
			a := mustCall(t, s, http.MethodPost, path, row.body, asAdmin...)
			assert.Equal(t, row.status, a.status, "%s %v", path, row.body)
			assert.Equal(t, row.reason, a.reason(), "%s %v", path, row.body)
		}
	}
	a := mustCall(t, s, http.MethodPut, "Admin/fieldManager/Account/website", map[string]any{"required": true}, asAdmin...)
	assert.Equal(t, 500, a.status, "the type is wanted")
}
