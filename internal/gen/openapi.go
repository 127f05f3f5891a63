package gen

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
)

// schemaType is the type that a server's OpenAPI document gives an attribute.
type schemaType struct {
	Type any `json:"type"` // a name, or several
}

// CheckOpenAPI compares the attributes of entity types with what the server's
// own OpenAPI document says of them, and says where they differ: what the
// document has and the metadata has not, and what would not be read into the Go
// type. The document leaves attributes out, which is not a difference.
func CheckOpenAPI(facts Facts, entityTypes []string, document []byte) ([]string, error) {
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]schemaType `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, fmt.Errorf("not an OpenAPI document: %w", err)
	}
	if doc.Components.Schemas == nil {
		return nil, errors.New("not an OpenAPI document: it describes no entity type")
	}
	var differ []string
	for _, t := range entityTypes {
		described, found := doc.Components.Schemas[t]
		if !found {
			differ = append(differ, t+": the server's OpenAPI document does not describe it")
			continue
		}
		if facts[t] == nil {
			return nil, fmt.Errorf("the metadata has no entity type %q", t)
		}
		known := map[string]string{}
		for _, a := range facts[t].attributes(facts) {
			known[a.name] = a.typ
		}
		for _, name := range slices.Sorted(maps.Keys(described.Properties)) {
			switch typ, of := known[name], described.Properties[name].names(); {
			case typ == "":
				differ = append(differ, fmt.Sprintf("%s: attribute %s of the OpenAPI document is not in the metadata", t, name))
			case !readable(typ, of):
				differ = append(differ, fmt.Sprintf("%s: attribute %s is %s, and by the OpenAPI document %v", t, name, typ, of))
			}
		}
	}
	return differ, nil
}

// names are the JSON types without null, which every attribute may be.
func (s schemaType) names() []string {
	if one, ok := s.Type.(string); ok {
		return []string{one}
	}
	return slices.DeleteFunc(list(s.Type), func(name string) bool { return name == "null" })
}

// readsFrom are the JSON types that a Go type reads. Others read objects.
var readsFrom = map[string][]string{
	"string": {"string"}, "espo.Secret": {"string"}, "espo.Date": {"string"}, "espo.DateTime": {"string"},
	"espo.Decimal": {"string"}, "bool": {"boolean"}, "int64": {"integer"},
	"espo.Number": {"number", "integer"}, "[]string": {"array"}, "[]int64": {"array"},
	"[]espo.EmailAddressEntry": {"array"}, "[]espo.PhoneNumberEntry": {"array"}, "[]espo.ReminderEntry": {"array"},
}

func readable(typ string, from []string) bool {
	reads, ok := readsFrom[typ]
	if !ok {
		reads = []string{"object"}
	}
	return typ == "any" || !slices.ContainsFunc(from, func(name string) bool { return !slices.Contains(reads, name) })
}
