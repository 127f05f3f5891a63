package espo

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// FieldParams say what field to make.
type FieldParams struct {
	Name string `json:"name"` // letters and digits, the first a small letter; without the server's prefix
	Type string `json:"type"` // such as "varchar", "text", "enum", "int", "currency", "date" or "bool"

	Label     string   `json:"label,omitzero"` // in the caller's language; the name where it is empty
	Required  bool     `json:"required,omitzero"`
	ReadOnly  bool     `json:"readOnly,omitzero"`
	Audited   bool     `json:"audited,omitzero"`   // the stream shows changes
	MaxLength int      `json:"maxLength,omitzero"` // characters
	Min       Number   `json:"min,omitzero"`
	Max       Number   `json:"max,omitzero"`
	Options   []string `json:"options,omitzero"` // of an enum, multiEnum, array or checklist
	Default   any      `json:"default,omitzero"` // a JSON value, as in a [Record]

	// Extra holds parameters that this type does not name, such as tooltipText.
	Extra Attrs `json:",embed"`
}

// fieldsOfLinks are the types of fields that come with a link.
var fieldsOfLinks = []string{"link", "linkOne", "linkMultiple", "linkParent"}

// CreateField makes a field of an entity type and returns its name. To a field
// of an entity type of EspoCRM's own, versions after 7.5 put the prefix c:
// "budget" of an Account becomes "cBudget". Other methods take the name that comes
// back, which is also that of the attribute. Fields of links are made by
// [SchemaService.CreateLink].
//
// POST Admin/fieldManager/{entityType}, then GET Metadata for the name. A name
// that is taken is a [NameTakenError]; one that a field cannot have, such as
// "id", is an [ErrConflict] without it. A type that does not exist is taken by
// the server and makes a field that is of no use.
func (s *SchemaService) CreateField(ctx context.Context, entityType string, p FieldParams, opts ...CallOption) (string, error) {
	switch {
	case !fieldName.MatchString(p.Name):
		return "", badInput("FieldParams.Name", "%q is not made of up to 50 letters and digits, the first a small letter", p.Name)
	case p.Type == "":
		return "", badInput("FieldParams.Type", "is empty")
	case slices.Contains(fieldsOfLinks, p.Type):
		return "", badInput("FieldParams.Type", "a field of type %s comes with a link: CreateLink makes both", p.Type)
	}
	req := with(newRequest("Schema.createField", http.MethodPost, "Admin/fieldManager/{type}", entityType).json(p), opts)
	if _, err := receive[*FieldDefs](ctx, s.client, req); err != nil {
		return "", nameTaken(err, p.Name)
	}
	defs, err := s.customs(ctx, entityType, "fields", req.options.every())
	if err != nil {
		return "", err
	}
	return s.nameOf(ctx, entityType, p.Name, defs, req.options.every())
}

// UpdateField changes exactly the given parameters of a field, also of one of
// EspoCRM's own, and returns its definition: label, required, options, maxLength
// and others. The type can be changed too, where the database can turn the values
// into those of the other; values that it cannot are lost.
//
// PUT Admin/fieldManager/{entityType}/{field}, or PATCH by [WithUpdateMethod],
// after GET Metadata for its type, without which the server would take the field
// for another one. A field that does not exist is [ErrNotFound].
func (s *SchemaService) UpdateField(ctx context.Context, entityType, field string, params Attrs, opts ...CallOption) (FieldDefs, error) {
	if len(params) == 0 {
		return FieldDefs{}, badInput("params", "there is none")
	}
	req := with(newRequest("Schema.updateField", s.client.updateMethod, "Admin/fieldManager/{type}/{field}", entityType, field), opts)
	if req.err != nil {
		return FieldDefs{}, req.err
	}
	now, err := s.client.Metadata.Field(ctx, entityType, field, req.options.every()...)
	if err != nil {
		return FieldDefs{}, err
	}
	body := Attrs{"type": now.Type}
	maps.Copy(body, params)
	return receive[FieldDefs](ctx, s.client, req.json(body))
}

// RemoveField removes a field of an entity type with all its values. One that
// does not exist is not an error.
//
// DELETE Admin/fieldManager/{entityType}/{field}. A field of EspoCRM's own is
// [ErrServer].
func (s *SchemaService) RemoveField(ctx context.Context, entityType, field string, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(newRequest("Schema.removeField", http.MethodDelete, "Admin/fieldManager/{type}/{field}", entityType, field), opts))
}

// custom is a field or a link in the metadata.
type custom struct {
	Custom  bool   `json:"isCustom"`
	Foreign string `json:"foreign"`
}

// customs reads the fields or the links of an entity type.
func (s *SchemaService) customs(ctx context.Context, entityType, kind string, opts []CallOption) (map[string]custom, error) {
	var defs map[string]custom
	err := s.client.Metadata.Get(ctx, "entityDefs."+entityType+"."+kind, &defs, opts...)
	return defs, err
}

// nameOf is the name that the server has given to a new field or link.
func (s *SchemaService) nameOf(ctx context.Context, entityType, name string, defs map[string]custom, opts []CallOption) (string, error) {
	prefixed := "c" + strings.ToUpper(name[:1]) + name[1:]
	_, plain := defs[name]
	switch {
	case plain && !defs[prefixed].Custom:
		return name, nil
	case !plain && defs[prefixed].Custom:
		return prefixed, nil
	case !plain:
		return "", fmt.Errorf("espo: the server has made %q of %s, and its metadata has neither that nor %q", name, entityType, prefixed)
	}
	// Either may be the new one. Entity types of one's own have no prefixes.
	var scope custom
	err := s.client.Metadata.Get(ctx, "scopes."+entityType, &scope, opts...)
	if err != nil || scope.Custom {
		return name, err
	}
	return prefixed, nil
}
