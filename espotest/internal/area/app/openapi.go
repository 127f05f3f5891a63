package app

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// object is one of JSON.
type object = map[string]any

// OpenAPI describes the entity types that the user may read: their paths, those
// of their links, and their attributes. What the server says of parameters,
// headers and refusals is left out.
func OpenAPI(c *crm.Call) (any, *answer.Error) {
	paths, schemas := object{}, object{}
	for _, name := range slices.Sorted(maps.Keys(c.Store.Types)) {
		e := c.Store.Types[name]
		if !described(c, e) {
			continue
		}
		describeRecords(paths, e)
		for _, link := range e.LinkNames {
			if l := e.Links[link]; l.Type == "hasMany" && described(c, c.Store.Types[l.Entity]) {
				describeLink(paths, e, l)
			}
		}
		schemas[name], schemas[name+"_create"] = attributes(e), created(e)
	}
	return object{
		"openapi": "3.1.1",
		"info":    object{"title": "EspoCRM API", "version": "1.0.0"},
		"paths":   paths,
		"components": object{
			"schemas":         schemas,
			"securitySchemes": object{"ApiKeyAuth": object{"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
		},
		"security": []any{object{"ApiKeyAuth": []any{}}},
		"servers": []any{object{
			"url":       "{siteUrl}/api/v1",
			"variables": object{"siteUrl": object{"default": "http://localhost", "description": "An URL of you Espo instance."}},
		}},
	}, nil
}

func described(c *crm.Call, e *schema.EntityType) bool {
	return e != nil && (e.Object || e.Name == "User" || e.Name == "Team") && c.User.Level(e, rights.Read) != rights.LevelNo
}

func describeRecords(paths object, e *schema.EntityType) {
	record, created := reference(e.Name), reference(e.Name+"_create")
	paths["/"+e.Name] = object{
		"get":  operation(e, "List "+e.Name, nil, object{"type": "object", "properties": object{"list": object{"type": "array", "items": record}, "total": object{"type": "number"}}}),
		"post": operation(e, "Create "+e.Name, created, record),
	}
	paths["/"+e.Name+"/{id}"] = object{
		"parameters": idParameter(),
		"get":        operation(e, "Read "+e.Name, nil, record),
		"patch":      operation(e, "Update "+e.Name, record, record),
		"delete":     operation(e, "Delete "+e.Name, nil, nil),
	}
}

func describeLink(paths object, e *schema.EntityType, l *schema.Link) {
	id := object{"type": "object", "properties": object{"id": object{"type": "string"}}}
	paths["/"+e.Name+"/{id}/"+l.Name] = object{
		"parameters": idParameter(),
		"get":        operation(e, "List "+e.Name+" . "+l.Name, nil, object{"type": "object", "properties": object{"list": object{"type": "array", "items": reference(l.Entity)}, "total": object{"type": "number"}}}),
		"post":       operation(e, "Relate "+e.Name+" . "+l.Name, id, nil),
		"delete":     operation(e, "Unrelate "+e.Name+" . "+l.Name, id, nil),
	}
}

func idParameter() []any {
	return []any{object{"name": "id", "in": "path", "required": true, "schema": object{"type": "string"}, "description": "A record ID."}}
}

func reference(name string) object { return object{"$ref": "#/components/schemas/" + name} }

func operation(e *schema.EntityType, summary string, takes, gives object) object {
	success := object{"description": "Success."}
	if gives != nil {
		success["content"] = object{"application/json": object{"schema": gives}}
	}
	o := object{"tags": []any{e.Name}, "summary": summary, "responses": object{"200": success}}
	if takes != nil {
		o["requestBody"] = object{"content": object{"application/json": object{"schema": takes}}}
	}
	return o
}

// undescribed are the types of fields that the document leaves out.
var undescribed = []string{
	"attachmentMultiple", "base", "colorpicker", "duration", "foreign", "jsonArray", "map", "password", "personName",
}

// attributes describes those of a record.
func attributes(e *schema.EntityType) object {
	properties := object{}
	for _, a := range e.AttrList {
		f := a.Field
		if f == nil && a.Kind != schema.KindID || f != nil && slices.Contains(undescribed, f.Type) ||
			a.Kind == schema.KindForeign || strings.HasSuffix(a.Name, "Numeric") {
			continue
		}
		properties[a.Name] = attribute(a)
	}
	return object{"type": "object", "properties": properties}
}

// created describes what a new record must have.
func created(e *schema.EntityType) object {
	required := []any{}
	for _, a := range e.AttrList {
		if f := a.Field; f != nil && f.Required && (a.Name == f.Name || a.Name == f.Name+"Id") {
			required = append(required, a.Name)
		}
	}
	d := reference(e.Name)
	d["type"] = "object"
	if len(required) > 0 {
		d["required"] = required
	}
	return d
}

// jsonTypes are those of attributes that are not text.
var jsonTypes = map[schema.Kind]string{
	schema.KindBool: "boolean", schema.KindInt: "integer", schema.KindFloat: "number", schema.KindCurrency: "number",
	schema.KindLinkMultiple: "array", schema.KindArray: "array",
	schema.KindLinkNames: "object", schema.KindLinkColumns: "object", schema.KindLinkTypes: "object",
}

func attribute(a *schema.Attribute) object {
	kind := cmp.Or(jsonTypes[a.Kind], "string")
	switch {
	case strings.HasSuffix(a.Name, "Data") && a.Kind == schema.KindJSON && a.Field != nil && (a.Field.Type == "email" || a.Field.Type == "phone"):
		return object{"type": []any{"array", "null"}, "items": object{"type": "object"}}
	case a.Kind == schema.KindJSON: // of any type
		return object{"readOnly": a.ReadOnly}
	}
	d := object{"type": kind, "readOnly": a.ReadOnly}
	if nullable(a) {
		d["type"] = []any{kind, "null"}
	}
	if f := a.Field; f != nil && f.Name == a.Name && a.Kind == schema.KindEnum && len(f.Options) > 0 {
		d["enum"] = f.Options
	}
	return d
}

func nullable(a *schema.Attribute) bool {
	switch {
	case a.Kind == schema.KindLinkName:
		return true
	case a.Kind == schema.KindBool, a.Kind == schema.KindID:
		return false
	case a.Kind == schema.KindEnum && a.Field != nil && len(a.Field.Options) > 0:
		return !a.Field.Required && slices.Contains(a.Field.Options, "")
	}
	return a.Field == nil || !a.Field.Required && a.Field.Type != "autoincrement"
}
