package espotest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
)

type (
	fields = map[string]espotest.Field
	links  = map[string]espotest.Link
)

func thing(f fields, l links) espotest.Option {
	return espotest.WithEntityType("CThing", espotest.EntityType{Fields: f, Links: l})
}

// What an entity type cannot have is an error, and no attribute that is dropped
// without a word.
func TestEntityTypesThatCannotBe(t *testing.T) {
	account := espotest.Link{Type: "belongsTo", Entity: "Account"}
	for _, row := range []struct {
		name   string
		option espotest.Option
		want   string
	}{
		{"field type", thing(fields{"x": {Type: "vachar"}}, nil), `espotest: WithEntityType CThing: field x: unknown type "vachar"; did you mean "varchar"?`},
		{"no field type", thing(fields{"x": {}}, nil), `field x: unknown type ""`},
		{"quite another field type", thing(fields{"x": {Type: "no such type"}}, nil), `field x: unknown type "no such type"`},
		{"foreign", thing(fields{"x": {Type: "foreign"}}, nil), "field x: the type foreign cannot be declared"},
		{"link field without a link", thing(fields{"x": {Type: "link"}}, nil), "field x: it is of type link, and there is no link of that name"},
		{"link type", thing(nil, links{"x": {Type: "belongsToo", Entity: "Account"}}), `link x: unknown type "belongsToo"; did you mean "belongsTo"?`},
		{"entity type", thing(nil, links{"x": {Type: "belongsTo", Entity: "Acount"}}), `link x: unknown entity type "Acount"; did you mean "Account"?`},
		{"no entity type", thing(nil, links{"x": {Type: "hasMany"}}), `link x: unknown entity type ""`},
		{"entity type of a parent", thing(nil, links{"x": {Type: "belongsToParent", EntityList: []string{"Account", "Led"}}}), `link x: unknown entity type "Led" in EntityList; did you mean "Lead"?`},
		{"entity of a parent", thing(nil, links{"x": {Type: "belongsToParent", Entity: "Account"}}), "link x: one of type belongsToParent has no Entity"},
		{"no foreign link", thing(nil, links{"x": {Type: "hasOne", Entity: "Account"}}), "link x: one of type hasOne needs a Foreign link"},
		{"unknown foreign link", thing(nil, links{"x": {Type: "hasMany", Entity: "Account", Foreign: "thing"}}), `link x: Account has no link "thing"`},
		{"foreign link of another type", thing(nil, links{"x": {Type: "belongsTo", Entity: "Account", Foreign: "createdBy"}}), "link x: one of type belongsTo does not go together with Account.createdBy, which is of type belongsTo"},
		{"foreign link of another entity type", thing(nil, links{"x": {Type: "hasMany", Entity: "Account", Foreign: "contacts"}}), `link x: the other end, Account.contacts, is of another link: its Entity is "Contact"`},
		{"field of another type", thing(fields{"x": {Type: "varchar"}}, links{"x": account}), "link x is of type belongsTo: its field must be of type link, not varchar"},
		{"a stock type's field", espotest.WithEntityType("Account", espotest.EntityType{Fields: fields{"website": {Type: "url", Required: true}}}), "field website: Account has it already, of type url"},
		{"a stock type's link", espotest.WithEntityType("Account", espotest.EntityType{Links: links{"contacts": account}}), "link contacts: Account has it already"},
		{"order", espotest.WithEntityType("CThing", espotest.EntityType{OrderBy: "nam"}), `there is no field "nam"; did you mean "name"?`},
		{"direction", espotest.WithEntityType("CThing", espotest.EntityType{Order: "up"}), `the Order "up" is neither asc nor desc`},
		{"status", espotest.WithEntityType("CThing", espotest.EntityType{StatusField: "status"}), `there is no field "status"`},
		{"text filter", espotest.WithEntityType("CThing", espotest.EntityType{TextFilterFields: []string{"body"}}), `there is no field "body"`},
		{"duplicates", espotest.WithEntityType("CThing", espotest.EntityType{DuplicateCheckFields: []string{"code"}}), `there is no field "code"`},
		{"name", espotest.WithEntityType("thing", espotest.EntityType{}), `bad name "thing"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := espotest.Start(row.option)
			require.ErrorContains(t, err, row.want)
		})
	}
}

// Every other type of a field can be declared.
func TestFieldTypes(t *testing.T) {
	linked := links{
		"link": {Type: "belongsTo", Entity: "Account"}, "linkMultiple": {Type: "hasMany", Entity: "Account"},
		"linkParent": {Type: "belongsToParent"}, "linkOne": {Type: "hasOne", Entity: "CBack", Foreign: "thing"},
	}
	back := espotest.WithEntityType("CBack", espotest.EntityType{Links: links{"thing": {Type: "belongsTo", Entity: "CThing", Foreign: "linkOne"}}})
	for typ, value := range map[string]any{
		"address": nil, "array": []any{"a"}, "arrayInt": []any{float64(1)}, "attachmentMultiple": nil, "autoincrement": float64(1), "barcode": "123",
		"base": "x", "bool": true, "checklist": []any{"a"}, "colorpicker": "#fff", "currency": 1.5, "currencyConverted": nil, "date": "2030-01-02",
		"datetime": "2030-01-02 03:04:05", "datetimeOptional": "2030-01-02 03:04:05", "decimal": "1.50", "duration": nil, "email": "a@x.example",
		"enum": "a", "enumFloat": 1.5, "enumInt": float64(1), "file": nil, "float": 1.5, "id": nil, "image": nil, "int": float64(7),
		"jsonArray": []any{"a"}, "jsonObject": map[string]any{"a": "b"}, "link": nil, "linkMultiple": nil, "linkOne": nil, "linkParent": nil,
		"map": nil, "multiEnum": []any{"a"}, "number": nil, "password": nil, "personName": nil, "phone": "+380441234567",
		"rangeCurrency": nil, "rangeFloat": nil, "rangeInt": nil, "text": "a\nb", "url": "x.example", "urlMultiple": []any{"x.example"},
		"varchar": "x", "wysiwyg": "<p>x</p>",
	} {
		t.Run(typ, func(t *testing.T) {
			l := links{}
			if link, ok := linked[typ]; ok {
				l[typ] = link
			}
			opts := []espotest.Option{thing(fields{typ: {Type: typ}}, l)}
			if typ == "linkOne" {
				opts = append(opts, back)
			}
			s := espotest.NewServer(t, opts...)
			attrs := map[string]any{"name": "A"}
			if value != nil {
				attrs[typ] = value
			}
			id := create(t, s, "CThing", attrs)
			for _, path := range []string{"CThing/" + id, "CThing", "Metadata?key=entityDefs.CThing"} {
				assert.Equal(t, 200, mustCall(t, s, http.MethodGet, path, nil).status, path)
			}
			if value != nil {
				assert.Equal(t, value, mustCall(t, s, http.MethodGet, "CThing/"+id, nil).object(t)[typ])
			}
		})
	}
}

func TestRangesHaveTwoFields(t *testing.T) {
	s := espotest.NewServer(t, thing(fields{"age": {Type: "rangeInt"}, "price": {Type: "rangeCurrency"}}, nil))
	id := create(t, s, "CThing", map[string]any{"name": "A", "fromAge": 3, "toAge": 5, "fromPrice": 1.5})
	got := mustCall(t, s, http.MethodGet, "CThing/"+id, nil).object(t)
	assert.EqualValues(t, 3, got["fromAge"])
	assert.EqualValues(t, 5, got["toAge"])
	assert.EqualValues(t, 1.5, got["fromPrice"])
	assert.Equal(t, "USD", got["fromPriceCurrency"])
}

// A link alone is enough: records have its attributes.
func TestLinksGetTheirFields(t *testing.T) {
	s := espotest.NewServer(t,
		thing(nil, links{
			"account": {Type: "belongsTo", Entity: "Account", Foreign: "things"},
			"about":   {Type: "belongsToParent", EntityList: []string{"Account", "Contact"}},
			"detail":  {Type: "hasOne", Entity: "CDetail", Foreign: "thing"},
			"friends": {Type: "hasMany", Entity: "Contact"},
		}),
		espotest.WithEntityType("CDetail", espotest.EntityType{Links: links{"thing": {Type: "belongsTo", Entity: "CThing", Foreign: "detail"}}}),
		espotest.WithEntityType("Account", espotest.EntityType{Links: links{"things": {Type: "hasMany", Entity: "CThing", Foreign: "account"}}}),
	)
	account := s.Seed("Account", map[string]any{"name": "Acme"})[0]
	contact := s.Seed("Contact", map[string]any{"lastName": "Doe"})[0]
	id := create(t, s, "CThing", map[string]any{"name": "T", "accountId": account, "aboutType": "Contact", "aboutId": contact})
	detail := create(t, s, "CDetail", map[string]any{"name": "D", "thingId": id})

	got := mustCall(t, s, http.MethodGet, "CThing/"+id, nil).object(t)
	assert.Equal(t, account, got["accountId"])
	assert.Equal(t, "Acme", got["accountName"])
	assert.Equal(t, "Doe", got["aboutName"])
	assert.Equal(t, detail, got["detailId"])
	assert.Equal(t, "D", got["detailName"])
	assert.NotContains(t, got, "friendsIds", "a link to many has no attributes without a field")

	assert.EqualValues(t, 1, mustCall(t, s, http.MethodGet, "Account/"+account+"/things", nil).object(t)["total"])
	assert.Equal(t, 200, mustCall(t, s, http.MethodPost, "CThing/"+id+"/friends", map[string]any{"id": contact}).status)
	assert.EqualValues(t, 1, mustCall(t, s, http.MethodGet, "CThing/"+id+"/friends", nil).object(t)["total"], "but it is a link")
}

// An entity type can be declared in parts, and a stock one be set up.
func TestEntityTypesInParts(t *testing.T) {
	s := espotest.NewServer(t,
		thing(fields{"code": {Type: "varchar"}}, nil),
		espotest.WithEntityType("CThing", espotest.EntityType{Fields: fields{"size": {Type: "int"}}, OrderBy: "size", Order: "desc"}),
		espotest.WithEntityType("Contact", espotest.EntityType{OptimisticConcurrency: true, DuplicateCheckFields: []string{"emailAddress"}}),
	)
	create(t, s, "CThing", map[string]any{"name": "small", "code": "x", "size": 1})
	create(t, s, "CThing", map[string]any{"name": "large", "code": "y", "size": 2})
	list, _ := mustCall(t, s, http.MethodGet, "CThing", nil).object(t)["list"].([]any)
	require.Len(t, list, 2)
	assert.Equal(t, "large", list[0].(map[string]any)["name"])

	contact := create(t, s, "Contact", map[string]any{"firstName": "Jo", "lastName": "Doe"})
	create(t, s, "Contact", map[string]any{"firstName": "Jo", "lastName": "Doe"})
	assert.Equal(t, 409, mustCall(t, s, http.MethodPut, "Contact/"+contact, map[string]any{"lastName": "Poe"}, "X-Version-Number", "7").status)

	_, err := espotest.Start(thing(fields{"code": {Type: "varchar"}}, nil), thing(fields{"code": {Type: "int"}}, nil))
	require.ErrorContains(t, err, "field code: CThing has it already, of type varchar")
}

// A status may be a list: what changes is told of, and nothing else.
func TestStatusOfManyValues(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithEntityType("CTrip", espotest.EntityType{
		Stream: true, StatusField: "steps", Fields: fields{"steps": {Type: "multiEnum", Options: []string{"a", "b"}}},
	}))
	id := s.Seed("CTrip", map[string]any{"name": "x", "steps": []string{"a"}})[0]
	notes := func() int {
		t.Helper()
		return len(mustCall(t, s, http.MethodGet, "CTrip/"+id+"/stream", nil).object(t)["list"].([]any))
	}
	require.Equal(t, 1, notes())
	for i, steps := range []string{"a", "b"} {
		a := mustCall(t, s, http.MethodPut, "CTrip/"+id, map[string]any{"steps": []string{steps}})
		require.Equal(t, http.StatusOK, a.status)
		assert.Equal(t, 1+i, notes(), steps)
	}
}
