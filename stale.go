package espo

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Some attributes say the same in several forms: an address by itself, its
// flags, and the list of all addresses; or the first account of a contact, and
// all of them. In the reply to a write, the forms that were not sent are often
// as they were before it. A caller who sends the record back would undo the
// write, so that such attributes are left out of the reply.

// addressFields are the fields of type email and phone.
var addressFields = []string{"emailAddress", "phoneNumber"}

// addressAlone reports whether an update changes an address without its list.
func addressAlone(body any) bool {
	has := func(name string) bool {
		var ok bool
		switch body := body.(type) {
		case Attrs:
			_, ok = body[name]
		case map[string]jsontext.Value:
			_, ok = body[name]
		}
		return ok
	}
	return slices.ContainsFunc(addressFields, func(field string) bool { return has(field) && !has(field+"Data") })
}

// withoutStale returns the reply to a write without what contradicts the
// attributes in the body that was sent. A reply that is not an object is left as it
// is.
func withoutStale(body []byte, reply jsontext.Value) (jsontext.Value, error) {
	if reply.Kind() != '{' {
		return reply, nil
	}
	sent, ok := decoded[map[string]jsontext.Value](body)
	if !ok { // a list, or a text
		return reply, nil
	}
	if !mayContradict(sent, reply) {
		return reply, nil
	}
	var got map[string]jsontext.Value
	if err := json.Unmarshal(reply, &got, jsonOptions); err != nil {
		return nil, err
	}
	var stale []string
	for _, field := range addressFields {
		stale = append(stale, staleAddress(field, sent, got)...)
	}
	for name, id := range sent {
		stale = append(stale, staleList(name, id, got)...)
	}
	n := len(got)
	for _, name := range stale {
		if _, ok := sent[name]; !ok {
			delete(got, name)
		}
	}
	if len(got) == n {
		return reply, nil
	}
	return json.Marshal(got, json.Deterministic(true))
}

// mayContradict reports whether the reply may have another form of an attribute
// that was sent. Most have none, and are not taken apart.
func mayContradict(sent map[string]jsontext.Value, reply jsontext.Value) bool {
	for name := range sent {
		if slices.ContainsFunc(addressFields, func(field string) bool { return strings.HasPrefix(name, field) }) {
			return true
		}
		if link, isID := strings.CutSuffix(name, "Id"); isID && bytes.Contains(reply, []byte(`"`+link+`sIds"`)) {
			return true
		}
	}
	return false
}

// hasForms reports whether the body may have an attribute that says the same as
// another one. It is quick, since most bodies have none.
func (r *request) hasForms() bool {
	if r == nil {
		return false
	}
	for _, part := range []string{"emailAddress", "phoneNumber", `Id":`} {
		if bytes.Contains(r.encoded, []byte(part)) {
			return true
		}
	}
	return false
}

// addressEntry is an entry of emailAddressData or of phoneNumberData.
type addressEntry struct {
	Email   string `json:"emailAddress"`
	Phone   string `json:"phoneNumber"`
	Primary bool   `json:"primary"`
	OptOut  bool   `json:"optOut"`
	Invalid bool   `json:"invalid"`
}

// staleAddress names the attributes of an address that may be as they were
// before the write, when those of the reply contradict each other.
func staleAddress(field string, sent, got map[string]jsontext.Value) []string {
	list, flags := field+"Data", []string{field + "IsOptedOut", field + "IsInvalid"}
	entries, has := decoded[[]addressEntry](got[list])
	_, sentList := sent[list]
	_, sentAddress := sent[field]
	if !has || !sentList && !sentAddress && !isSent(sent, flags) {
		return nil
	}
	var first addressEntry
	if i := slices.IndexFunc(entries, func(e addressEntry) bool { return e.Primary }); i >= 0 {
		first = entries[i]
	}
	var stale []string
	if address, ok := decoded[string](got[field]); ok && !strings.EqualFold(address, first.Email+first.Phone) {
		stale = append(stale, field)
	}
	for i, want := range []bool{first.OptOut, first.Invalid} {
		if flag, ok := decoded[bool](got[flags[i]]); ok && flag != want {
			stale = append(stale, flags[i])
		}
	}
	switch {
	case len(stale) == 0 || sentList:
		return stale // the list is what was sent
	case sentAddress:
		return append(flags, list) // they are those of the former address
	}
	return []string{list}
}

// staleList names the list of a link, such as accountsIds, and what belongs to
// it, when it does not have the only record that was sent, such as accountId.
func staleList(name string, id jsontext.Value, got map[string]jsontext.Value) []string {
	link, isID := strings.CutSuffix(name, "Id")
	if !isID {
		return nil
	}
	ids, has := decoded[[]string](got[link+"sIds"])
	one, _ := decoded[string](id)
	if !has || slices.Contains(ids, one) || one == "" && len(ids) == 0 {
		return nil
	}
	return []string{link + "sIds", link + "sNames", link + "sColumns"}
}

func isSent(sent map[string]jsontext.Value, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { _, ok := sent[name]; return ok })
}

// decoded reads an attribute; null is the zero value. It reports false when
// there is none, or another kind of value.
func decoded[T any](v jsontext.Value) (value T, ok bool) {
	ok = v != nil && json.Unmarshal(v, &value, jsonOptions) == nil
	return value, ok
}
