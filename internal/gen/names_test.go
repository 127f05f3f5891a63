package gen

import (
	"go/token"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGoName(t *testing.T) {
	for name, want := range map[string]string{
		"id":                    "ID",
		"teamsIds":              "TeamsIDs",
		"joinUrl":               "JoinURL",
		"isHtml":                "IsHTML",
		"auth2FA":               "Auth2FA",
		"sicCode":               "SicCode",
		"idea":                  "Idea",
		"billingAddressCity":    "BillingAddressCity",
		"cBudget":               "CBudget",
		"CProject":              "CProject",
		"HTTPServerUrl":         "HTTPServerURL",
		"Apparel & Accessories": "ApparelAccessories",
		"super-admin":           "SuperAdmin",
		"type":                  "Type",
		"2ndName":               "X2ndName",
		"назва":                 "Назва",
		"名前":                    "X名前",
		"":                      "X",
		"+":                     "X",
		"_":                     "X",
		"a\xffb":                "AB",
	} {
		assert.Equal(t, want, GoName(name), "%q", name)
	}
}

func TestNamesAreGivenAwayOnce(t *testing.T) {
	n := names{"Extra": true}
	assert.Equal(t, "Extra2", n.take("Extra"))
	assert.Equal(t, "URL", n.take("URL"))
	assert.Equal(t, "URL2", n.take("URL"))
	assert.Equal(t, "URL22", n.take("URL2"))
	assert.Equal(t, "URL3", n.take("URL"))
}

func FuzzGoName(f *testing.F) {
	for _, s := range []string{"", "id", "teamsIds", "2FA", "ǆ", "ß", "ﬁ", "名前", "a b", "\xff", "func", "İ", "ªbc", "_x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := GoName(s)
		if !token.IsIdentifier(name) || !token.IsExported(name) {
			t.Errorf("GoName(%q) = %q", s, name)
		}
	})
}

// Whatever the metadata holds, what is generated parses.
func FuzzGenerate(f *testing.F) {
	f.Add("CProject", "status", "enum", "In Progress", "Draft")
	f.Add("a*/b", "x\n}", "varchar", "`", "\"\n//")
	f.Add("", "", "link", "", "")
	f.Add("ID", "extra", "currency", "+", "x")
	f.Add("A", "b", "enum", "\xff", "\xff")
	f.Fuzz(func(t *testing.T, entity, field, typ, option, text string) {
		e := &EntityType{
			Fields: []Field{
				{Name: field, Type: typ, Options: []string{option, text}, Default: text, Entities: []string{text}, Columns: []string{text}},
				{Name: text, Type: "enum", Options: []string{text, option}},
			},
			Links:  map[string]Link{text: {Entity: entity, Columns: map[string]string{option: field}}},
			Stream: true, Versioned: true,
		}
		if _, err := Generate(Facts{entity: e}, Config{Package: "crm", Types: []string{entity}}); err != nil {
			t.Error(err)
		}
	})
}
