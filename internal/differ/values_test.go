package differ

import (
	"fmt"
	"strings"

	"github.com/go-espo/espo"
)

// kinds are the values that a field of each kind is given.
var kinds = map[string][]any{
	"text": {
		"plain", "", " ", "  padded  ", "Ünïcødé 😀 Київ", "<b>bold</b> & more", `quote ' " \`, "line\nbreak", "tab\tend", "\u0001control",
		strings.Repeat("x", 99), strings.Repeat("x", 100), strings.Repeat("x", 101), strings.Repeat("x", 249), strings.Repeat("x", 250),
		strings.Repeat("ü", 250), strings.Repeat("x", 256), 5, 1.5, true, false, nil, []any{}, []any{"a"}, map[string]any{"a": 1}, "0", "null", "=1+1",
	},
	"long": {
		"plain", "", " ", "line\nbreak\r\nagain", "**markdown** <script>x</script>", strings.Repeat("long ", 2000), 5, true, nil, []any{"a"}, "\u200bzero width",
	},
	"html": {
		"<p>text</p>", "", "<script>alert(1)</script><p>x</p>", `<a href="javascript:x" onclick="y">z</a>`, "plain & simple", nil, 7,
	},
	"int": {0, 1, -1, 42, 100, 101, 2147483647, 2147483648, -2147483649, "5", "-7", "abc", "", "1.5", 1.5, 1.0, true, nil, []any{}, "1e3", " 5 "},
	"money": {
		0, 1, -1.5, 0.1, 1234567.891, 99999999.99, 1e13, "12.34", "abc", "", nil, true, []any{}, "1,5", "1e3", ".5", "12345678.123456789", 0.001,
	},
	"currency": {"USD", "EUR", "UAH", "ZZZ", "usd", "", nil, 5},
	"bool":     {true, false, 0, 1, 2, "true", "false", "0", "1", "", "abc", nil, []any{}},
	"date": {
		"2026-02-28", "2024-02-29", "2026-02-29", "2026-13-01", "2026-00-10", "01.02.2026", "2026-2-3", "", nil, "2026-02-28 10:00:00", "abc", 5, true,
		"9999-12-31", "1000-01-01", "0000-00-00", "2026/01/02", []any{},
	},
	"datetime": {
		"2026-02-28 10:00:00", "2026-02-28 10:00", "2026-02-28T10:00:00Z", "2026-02-28T10:00:00+02:00", "2026-02-28T10:00:00", "2026-02-29 10:00:00",
		"2026-02-28 25:00:00", "2026-02-28", "", nil, "abc", 5, true, "2026-02-28 10:00:00.5", "2026-02-28T10:00:00.123Z", "1999-12-31 23:59:59",
	},
	"email": {
		"a@b.example", "Upper@Case.Example", "a@b", "a b@c.example", "", " ", nil, "ü@b.example", "a@bücher.example", "a@b.example, c@d.example", "a@b.example ",
		"<a@b.example>", strings.Repeat("x", 70) + "@long.example", "a+tag@b.example", "o'hara@b.example", 5, []any{}, "a..b@c.example",
	},
	"phone": {"+380441234567", "+380 44 123 45 67", "+1 (212) 555-1234", "123", "abc", "", nil, "+380441234567 ext. 5", "0441234567", "+12025550123", 380441234567, "++1"},
	"url":   {"https://a.example", "a.example", "http://a.example/путь", "a b", "javascript:x", "", nil, "https://a.example/?q=1&b=%20", "ftp://a.example", 5, "//a.example", strings.Repeat("x", 256)},
	"list":  {[]any{}, []any{"a"}, []any{"a", "a"}, nil, "a", []any{5}, []any{nil}, map[string]any{"a": "b"}, []any{""}},
}

// enum are values of a field with options.
func enum(option, other string) []any {
	return []any{option, other, strings.ToLower(option), "None such", "", nil, 5, true, []any{option}, option + " "}
}

// fieldRow is a field and what kind of values it is given.
type fieldRow struct {
	name   string
	kind   string
	values []any // of a kind of its own
}

type valueRow struct {
	entityType string
	base       rec
	fields     []fieldRow
}

func (r *run) valueTable() []valueRow {
	link := func(good string) []any {
		return []any{good, missing, "", nil, 5, true, []any{good}, "no id", strings.ToUpper(good)}
	}
	many := func(good string) []any {
		return []any{[]any{good}, []any{}, []any{good, good}, []any{missing}, nil, good, []any{5}, []any{""}}
	}
	user, team := r.userID, r.teamID
	return []valueRow{
		{"Account", rec{"name": "Value account"}, []fieldRow{
			{"name", "text", nil}, {"website", "url", nil}, {"phoneNumber", "phone", nil}, {"emailAddress", "email", nil}, {"sicCode", "text", nil},
			{"description", "long", nil}, {"billingAddressCity", "text", nil}, {"billingAddressPostalCode", "text", nil}, {"billingAddressStreet", "long", nil},
			{"type", "", enum("Customer", "Partner")}, {"industry", "", enum("Finance", "Software")},
			{"assignedUserId", "", link(user)}, {"teamsIds", "", many(team)},
		}},
		{"Contact", rec{"lastName": "Value contact"}, []fieldRow{
			{"firstName", "text", nil}, {"lastName", "text", nil}, {"salutationName", "", enum("Mr.", "Dr.")}, {"doNotCall", "bool", nil},
			{"title", "text", nil}, {"addressCountry", "text", nil},
		}},
		{"Lead", rec{"lastName": "Value lead"}, []fieldRow{
			{"status", "", enum("New", "In Process")}, {"source", "", enum("Call", "Email")}, {"opportunityAmount", "money", nil},
			{"opportunityAmountCurrency", "currency", nil}, {"website", "url", nil}, {"doNotCall", "bool", nil}, {"accountName", "text", nil},
		}},
		{"Opportunity", rec{"name": "Value opportunity", "amount": 10, "closeDate": "2026-01-01"}, []fieldRow{
			{"amount", "money", nil}, {"amountCurrency", "currency", nil}, {"probability", "int", nil}, {"closeDate", "date", nil},
			{"stage", "", enum("Prospecting", "Negotiation")}, {"leadSource", "", enum("Call", "Email")},
		}},
		{"Task", rec{"name": "Value task"}, []fieldRow{
			{"status", "", enum("Started", "Completed")}, {"priority", "", enum("High", "Low")}, {"dateStart", "datetime", nil}, {"dateEnd", "datetime", nil},
			{"dateStartDate", "date", nil}, {"dateEndDate", "date", nil}, {"dateCompleted", "datetime", nil},
		}},
		{"Meeting", rec{"name": "Value meeting", "dateStart": "2026-03-01 10:00:00", "dateEnd": "2026-03-01 11:00:00"}, []fieldRow{
			{"status", "", enum("Held", "Not Held")}, {"dateStart", "datetime", nil}, {"isAllDay", "bool", nil}, {"usersIds", "", many(user)},
			{"reminders", "", []any{[]any{map[string]any{"type": "Popup", "seconds": 60}}, []any{}, nil, "x", []any{map[string]any{"type": "None", "seconds": 60}}}},
		}},
		{"Case", rec{"name": "Value case"}, []fieldRow{
			{"status", "", enum("Pending", "Closed")}, {"priority", "", enum("High", "Urgent")}, {"type", "", enum("Question", "Incident")}, {"number", "int", nil}, {"isInternal", "bool", nil},
		}},
		{"Campaign", rec{"name": "Value campaign"}, []fieldRow{
			{"budget", "money", nil}, {"startDate", "date", nil}, {"type", "", enum("Mail", "Web")}, {"sentCount", "int", nil},
		}},
		{"KnowledgeBaseArticle", rec{"name": "Value article"}, []fieldRow{
			{"order", "int", nil}, {"language", "", enum("en_US", "de_DE")}, {"body", "html", nil}, {"publishDate", "date", nil}, {"status", "", enum("Published", "In Review")},
		}},
		{"EmailTemplate", rec{"name": "Value template"}, []fieldRow{{"isHtml", "bool", nil}, {"body", "html", nil}, {"subject", "text", nil}}},
		{"TargetList", rec{"name": "Value list"}, []fieldRow{{"description", "long", nil}, {"campaignsIds", "list", nil}}},
	}
}

// values gives each field each value, one update a step.
func values(r *run) {
	for _, row := range r.valueTable() {
		id := r.create(row.entityType+".create", r.user, row.entityType, row.base)
		before, err := r.user.Records(row.entityType).Get(r.ctx, id)
		if err != nil {
			continue
		}
		for _, f := range row.fields {
			vs := f.values
			if vs == nil {
				vs = kinds[f.kind]
			}
			for i, v := range vs {
				r.do(fmt.Sprintf("%s.%s.%d", row.entityType, f.name, i), func() (any, error) {
					got, err := r.user.Records(row.entityType).Update(r.ctx, id, attrs{f.name: v})
					return changed(before, got), err
				})
			}
			_, _ = r.user.Records(row.entityType).Update(r.ctx, id, attrs{f.name: before[f.name]})
		}
	}
}

// changed is what of a record is not as it was.
func changed(before, after espo.Record) espo.Record {
	out := rec{}
	for k, v := range after {
		if k != "versionNumber" && !strings.HasSuffix(k, "At") && fmt.Sprint(before[k]) != fmt.Sprint(v) {
			out[k] = v
		}
	}
	return out
}
