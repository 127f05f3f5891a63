// Package gen turns what a server says about its entity types into Go types.
package gen

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Facts are the entity types of a server by name.
type Facts map[string]*EntityType

// EntityType is what the generator needs to know of one entity type.
type EntityType struct {
	Fields []Field // in the order of the metadata
	Links  map[string]Link

	Versioned bool // optimistic concurrency control: records carry versionNumber
	Stream    bool // records can be followed
	Stars     bool // records can be starred
}

// Field is one field of an entity type. It has one attribute or more.
type Field struct {
	Name      string
	Type      string
	Required  bool
	ReadOnly  bool
	MaxLength int
	Min, Max  string
	Decimal   bool     // an amount of money that is exact
	Default   string   // in words; empty for none and for zero values
	Options   []string // of an enum
	SameAs    string   // "Account.industry": the field whose options these are
	Entities  []string // what a link may lead to
	Columns   []string // of a link with columns, sorted
	Foreign   [2]string
	GoType    string // instead of the type that follows from Type
	Note      string // for the comment
}

// Link is one link of an entity type.
type Link struct {
	Type    string // such as "hasMany"
	Entity  string
	Columns map[string]string // column to the attribute that shows it
}

// ReadFacts reads entity types from the answer to GET Metadata, or from a
// file of testdata/metadata, which holds a compact form of the same.
func ReadFacts(data []byte) (Facts, error) {
	var doc struct {
		EntityDefs  ordered[rawEntity] `json:"entityDefs"`
		Scopes      ordered[rawObject] `json:"scopes"`
		EntityTypes ordered[rawEntity] `json:"entityTypes"`
	}
	if err := json.Unmarshal(data, &doc, jsontext.AllowDuplicateNames(true)); err != nil {
		return nil, fmt.Errorf("not metadata: %w", err)
	}
	compact := len(doc.EntityDefs) == 0
	defs := doc.EntityDefs
	if compact {
		defs = doc.EntityTypes
	}
	if len(defs) == 0 {
		return nil, errors.New("not metadata: there are no entityDefs")
	}
	facts := make(Facts, len(defs))
	for _, def := range defs {
		facts[def.name] = def.value.entityType(compact)
	}
	for _, scope := range doc.Scopes {
		if e := facts[scope.name]; e != nil {
			e.Stream = e.Stream || truth(scope.value["stream"])
			e.Stars = e.Stars || truth(scope.value["stars"])
		}
	}
	for _, e := range facts {
		for i, f := range e.Fields {
			if f.SameAs != "" && len(f.Options) == 0 {
				e.Fields[i].Options = facts.options(f.SameAs)
			}
		}
	}
	return facts, nil
}

// options returns the options of a field such as "Account.industry".
func (facts Facts) options(field string) []string {
	entity, name, _ := strings.Cut(field, ".")
	e := facts[entity]
	if e == nil {
		return nil
	}
	for _, f := range e.Fields {
		if f.Name == name {
			return f.Options
		}
	}
	return nil
}

type (
	// rawObject is an object; what PHP may have in its place counts as empty.
	rawObject map[string]any

	rawEntity struct {
		Fields    ordered[rawObject] `json:"fields"`
		Links     ordered[rawObject] `json:"links"`
		Versioned any                `json:"optimisticConcurrencyControl"`
		Stream    any                `json:"stream"`
	}
)

func (r rawEntity) entityType(compact bool) *EntityType {
	e := &EntityType{
		Links:     make(map[string]Link, len(r.Links)),
		Versioned: truth(r.Versioned),
		Stream:    truth(r.Stream),
	}
	for _, l := range r.Links {
		link := Link{Type: text(l.value["type"]), Entity: text(l.value["entity"]), Columns: map[string]string{}}
		if m, ok := l.value["columnAttributeMap"].(map[string]any); ok {
			for column, attribute := range m {
				link.Columns[column] = text(attribute)
			}
		}
		e.Links[l.name] = link
	}
	for _, f := range r.Fields {
		if truth(f.value["disabled"]) {
			continue
		}
		field := newField(f.name, f.value)
		link := e.Links[f.name]
		if len(field.Entities) == 0 && link.Entity != "" {
			field.Entities = []string{link.Entity}
		}
		// The compact form has the columns of a link, but not of the field.
		// Those of target lists are not among the field's attributes.
		if compact && field.Type == "linkMultiple" && field.Name != "targetLists" {
			field.Columns = sortedKeys(link.Columns)
		}
		e.Fields = append(e.Fields, field)
	}
	return e
}

func newField(name string, def rawObject) Field {
	f := Field{
		Name:      name,
		Type:      text(def["type"]),
		Required:  truth(def["required"]),
		ReadOnly:  truth(def["readOnly"]),
		Min:       number(def["min"]),
		Max:       number(def["max"]),
		Decimal:   truth(def["decimal"]),
		Default:   defaultOf(def["default"]),
		Options:   list(def["options"]),
		SameAs:    text(def["optionsReference"]),
		Entities:  list(def["entityList"]),
		Foreign:   [2]string{text(def["link"]), text(def["field"])},
		MaxLength: int(float(def["maxLength"])),
	}
	if entity := text(def["entity"]); entity != "" {
		f.Entities = []string{entity}
	}
	if columns, ok := def["columns"].(map[string]any); ok {
		f.Columns = sortedKeys(columns)
	}
	return f
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (o *rawObject) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var value any
	err := json.UnmarshalDecode(dec, &value)
	*o, _ = value.(map[string]any)
	return err
}

// ordered is a JSON object in its own order. PHP writes an empty one as [].
type ordered[T any] []member[T]

type member[T any] struct {
	name  string
	value T
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (o *ordered[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*o = nil
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		m := member[T]{name: name.String()}
		if err := json.UnmarshalDecode(dec, &m.value); err != nil {
			return err
		}
		if i := slices.IndexFunc(*o, func(old member[T]) bool { return old.name == m.name }); i >= 0 {
			(*o)[i] = m
			continue
		}
		*o = append(*o, m)
	}
	_, err := dec.ReadToken()
	return err
}
