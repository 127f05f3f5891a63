package espotest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// declaration is an entity type, or what is added to one, as a user of the
// server writes it.
type declaration struct {
	Name                  string           `json:"-"`
	Fields                map[string]field `json:"fields"`
	Links                 map[string]link  `json:"links,omitzero"`
	OptimisticConcurrency bool             `json:"optimisticConcurrencyControl,omitzero"`
	Stream                bool             `json:"stream,omitzero"`
	Stars                 bool             `json:"stars,omitzero"`
	OrderBy               string           `json:"-"`
	Order                 string           `json:"-"`
	TextFilterFields      []string         `json:"-"`
	StatusField           string           `json:"statusField,omitzero"`
	DuplicateCheckFields  []string         `json:"duplicateCheckFields,omitzero"`
}

// declare returns the entity types of a server.
func declare(all []declaration) (map[string]*entityType, error) {
	if len(all) == 0 {
		return maps.Clone(stockFacts()), nil
	}
	types, err := decodeEntityTypes(entitiesJSON) // those of stockFacts are shared by all servers
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if err := d.addTo(types); err != nil {
			return nil, d.failed(err)
		}
	}
	for _, d := range all {
		if err := d.check(types); err != nil {
			return nil, d.failed(err)
		}
	}
	for _, d := range all {
		types[d.Name].derive(types)
	}
	return types, nil
}

func (d declaration) failed(err error) error {
	return fmt.Errorf("espotest: WithEntityType %s: %w", d.Name, err)
}

// addTo adds the entity type to others, or to what it has there already.
func (d declaration) addTo(types map[string]*entityType) error {
	e, err := d.facts()
	if err != nil {
		return err
	}
	base, known := types[d.Name]
	if known {
		if err := d.checkNew(base); err != nil {
			return err
		}
	} else {
		base = baseTemplate()
		e.Object, e.ACL, e.Module = true, true, "Custom"
		e.Collection.OrderBy, e.Collection.Order = "createdAt", "desc"
	}
	if err := e.addLinkFields(base); err != nil {
		return err
	}
	e.expand()
	if known {
		base.extend(e)
		e = base
	} else {
		e.extend(base)
	}
	d.configure(e)
	types[d.Name] = e
	return nil
}

// facts are the declared fields and links alone, in a fixed order.
func (d declaration) facts() (*entityType, error) {
	b, err := json.Marshal(map[string]declaration{d.Name: d}, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	types, err := decodeEntityTypes(b)
	if err != nil {
		return nil, err
	}
	return types[d.Name], nil
}

// configure sets what the declaration says of the entity type as a whole.
func (d declaration) configure(e *entityType) {
	e.OptimisticConcurrency = e.OptimisticConcurrency || d.OptimisticConcurrency
	e.Stream = e.Stream || d.Stream
	e.Stars = e.Stars || d.Stars
	e.StatusField = cmp.Or(d.StatusField, e.StatusField)
	if d.OrderBy != "" {
		e.Collection.OrderBy, e.Collection.Order = d.OrderBy, "asc"
	}
	e.Collection.Order = cmp.Or(d.Order, e.Collection.Order)
	if d.TextFilterFields != nil {
		e.Collection.TextFilterFields = d.TextFilterFields
	}
	if d.DuplicateCheckFields != nil {
		e.DuplicateCheckFields = d.DuplicateCheckFields
	}
	if e.Stream && !e.hasField("streamUpdatedAt") {
		e.addFacts("streamUpdatedAt", &field{Type: "datetime", ReadOnly: true})
	}
}

// extend adds the fields and links that e does not have.
func (e *entityType) extend(more *entityType) {
	for _, name := range more.FieldNames {
		if !e.hasField(name) {
			e.addFacts(name, more.Fields[name])
		}
	}
	for _, name := range more.LinkNames {
		if e.Links[name] == nil {
			e.LinkNames = append(e.LinkNames, name)
			if e.Links == nil {
				e.Links = map[string]*link{}
			}
			e.Links[name] = more.Links[name]
		}
	}
}

func (e *entityType) addFacts(name string, f *field) {
	if e.Fields == nil {
		e.Fields = map[string]*field{}
	}
	e.FieldNames = append(e.FieldNames, name)
	e.Fields[name] = f
}

// expand adds the fields that are parts of others, such as the currency of an
// amount.
func (e *entityType) expand() {
	part := func(name, typ string, readOnly bool) {
		if !e.hasField(name) {
			e.addFacts(name, &field{Type: typ, ReadOnly: readOnly})
		}
	}
	for _, name := range slices.Clone(e.FieldNames) {
		switch e.Fields[name].Type {
		case "currency":
			part(name+"Currency", "enum", false)
			part(name+"Converted", "currencyConverted", true)
		case "email", "phone":
			for _, flag := range []string{"IsOptedOut", "IsInvalid"} {
				part(name+flag, "bool", false)
				e.Fields[name+flag].NotStorable = true
			}
		case "datetimeOptional":
			part(name+"Date", "date", false)
		case "rangeInt", "rangeFloat", "rangeCurrency":
			upper := strings.ToUpper(name[:1]) + name[1:]
			of := strings.ToLower(strings.TrimPrefix(e.Fields[name].Type, "range"))
			for _, p := range []string{"from" + upper, "to" + upper} {
				part(p, of, false)
				if of == "currency" {
					part(p+"Currency", "enum", false)
					part(p+"Converted", "currencyConverted", true)
				}
			}
		case "address":
			for _, p := range []string{"Street", "City", "State", "Country", "PostalCode"} {
				part(name+p, "varchar", false)
			}
		case "personName":
			for _, p := range nameParts(name) {
				part(p, "varchar", false)
			}
		}
	}
}

// baseTemplate has the fields that every new entity type gets.
func baseTemplate() *entityType {
	e := &entityType{}
	e.addFacts("name", &field{Type: "varchar", Required: true, MaxLength: 255})
	e.addFacts("description", &field{Type: "text"})
	e.addFacts("createdAt", &field{Type: "datetime", ReadOnly: true})
	e.addFacts("modifiedAt", &field{Type: "datetime", ReadOnly: true})
	e.addFacts("createdBy", &field{Type: "link", ReadOnly: true})
	e.addFacts("modifiedBy", &field{Type: "link", ReadOnly: true})
	e.addFacts("assignedUser", &field{Type: "link"})
	e.addFacts("teams", &field{Type: "linkMultiple"})
	e.Links = map[string]*link{
		"createdBy":    {Type: "belongsTo", Entity: "User"},
		"modifiedBy":   {Type: "belongsTo", Entity: "User"},
		"assignedUser": {Type: "belongsTo", Entity: "User"},
		"teams":        {Type: "hasMany", Entity: "Team", RelationName: "entityTeam"},
	}
	e.LinkNames = []string{"createdBy", "modifiedBy", "assignedUser", "teams"}
	return e
}
