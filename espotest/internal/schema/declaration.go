package schema

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo/espotest/internal/release"
)

// Declaration is an entity type, or what is added to one, as a user of the
// server writes it.
type Declaration struct {
	Name                  string           `json:"-"`
	Fields                map[string]Field `json:"fields"`
	Links                 map[string]Link  `json:"links,omitzero"`
	OptimisticConcurrency bool             `json:"optimisticConcurrencyControl,omitzero"`
	Stream                bool             `json:"stream,omitzero"`
	Stars                 bool             `json:"stars,omitzero"`
	OrderBy               string           `json:"-"`
	Order                 string           `json:"-"`
	TextFilterFields      []string         `json:"-"`
	StatusField           string           `json:"statusField,omitzero"`
	DuplicateCheckFields  []string         `json:"duplicateCheckFields,omitzero"`
}

// Declare returns the entity types of a server: those of the release, with what
// is given, which may be nil, and with the declared.
func Declare(r release.Release, given *Given, all []Declaration) (map[string]*EntityType, error) {
	if given == nil && len(all) == 0 {
		return maps.Clone(editionOf(r).types), nil
	}
	types, err := declared(r, given, all)
	if err != nil {
		return nil, err
	}
	derive(types)
	return types, nil
}

// declared are the entity types of Declare without what follows from their facts.
func declared(r release.Release, given *Given, all []Declaration) (map[string]*EntityType, error) {
	stock := editionOf(r)
	types, err := parse(stock.raw) // those of Stock are shared by all servers
	if err != nil {
		return nil, err
	}
	if given != nil {
		if err := given.addTo(types, stock.types); err != nil {
			return nil, fmt.Errorf("WithMetadata: %w", err)
		}
	}
	if err := declare(types, all); err != nil {
		return nil, fmt.Errorf("WithEntityType %w", err)
	}
	return types, nil
}

// declare adds the declared entity types to the others.
func declare(types map[string]*EntityType, all []Declaration) error {
	for _, d := range all {
		if err := d.addTo(types); err != nil {
			return d.failed(err)
		}
	}
	for _, d := range all {
		if err := d.check(types); err != nil {
			return d.failed(err)
		}
	}
	return nil
}

func (d Declaration) failed(err error) error {
	return fmt.Errorf("%s: %w", d.Name, err)
}

// addTo adds the entity type to others, or to what it has there already.
func (d Declaration) addTo(types map[string]*EntityType) error {
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
func (d Declaration) facts() (*EntityType, error) {
	b, err := json.Marshal(map[string]Declaration{d.Name: d}, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	types, err := parse(b)
	if err != nil {
		return nil, err
	}
	return types[d.Name], nil
}

// configure sets what the declaration says of the entity type as a whole.
func (d Declaration) configure(e *EntityType) {
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
	if e.Stream && !e.HasField("streamUpdatedAt") {
		e.addFacts("streamUpdatedAt", &Field{Type: "datetime", ReadOnly: true})
	}
}

// extend adds the fields and links that e does not have.
func (e *EntityType) extend(more *EntityType) {
	for _, name := range more.FieldNames {
		if !e.HasField(name) {
			e.addFacts(name, more.Fields[name])
		}
	}
	for _, name := range more.LinkNames {
		if e.Links[name] == nil {
			e.LinkNames = append(e.LinkNames, name)
			if e.Links == nil {
				e.Links = map[string]*Link{}
			}
			e.Links[name] = more.Links[name]
		}
	}
}

func (e *EntityType) addFacts(name string, f *Field) {
	if e.Fields == nil {
		e.Fields = map[string]*Field{}
	}
	e.FieldNames = append(e.FieldNames, name)
	e.Fields[name] = f
}

// expand adds the fields that are parts of others, such as the currency of an
// amount.
func (e *EntityType) expand() {
	part := func(name, typ string, readOnly bool) {
		if !e.HasField(name) {
			e.addFacts(name, &Field{Type: typ, ReadOnly: readOnly})
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
			for _, p := range NameParts(name) {
				part(p, "varchar", false)
			}
		}
	}
}

// baseTemplate has the fields that every new entity type gets.
func baseTemplate() *EntityType {
	e := &EntityType{}
	e.addFacts("name", &Field{Type: "varchar", Required: true, MaxLength: 255})
	e.addFacts("description", &Field{Type: "text"})
	e.addFacts("createdAt", &Field{Type: "datetime", ReadOnly: true})
	e.addFacts("modifiedAt", &Field{Type: "datetime", ReadOnly: true})
	e.addFacts("createdBy", &Field{Type: "link", ReadOnly: true})
	e.addFacts("modifiedBy", &Field{Type: "link", ReadOnly: true})
	e.addFacts("assignedUser", &Field{Type: "link"})
	e.addFacts("teams", &Field{Type: "linkMultiple"})
	e.Links = map[string]*Link{
		"createdBy":    {Type: "belongsTo", Entity: "User"},
		"modifiedBy":   {Type: "belongsTo", Entity: "User"},
		"assignedUser": {Type: "belongsTo", Entity: "User"},
		"teams":        {Type: "hasMany", Entity: "Team", RelationName: "entityTeam"},
	}
	e.LinkNames = []string{"createdBy", "modifiedBy", "assignedUser", "teams"}
	return e
}
