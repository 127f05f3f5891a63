package espo

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MetadataService reads what the server knows of its entity types, fields,
// links and much else.
type MetadataService struct{ client *Client }

// Full reads the whole metadata, more than a megabyte. A user who is not an
// administrator gets the part that the web client needs.
//
// GET Metadata.
func (s *MetadataService) Full(ctx context.Context, opts ...CallOption) (Record, error) {
	var all fullObject[any]
	err := s.read(ctx, "", &all, opts)
	return Record(all), err
}

// OpenAPI reads the server's own description of its API by the OpenAPI
// Specification, for tools that take one. It is JSON as the server has written
// it, more than a megabyte, and has the entity types, fields and links that the
// user may know of.
//
// GET OpenApi. EspoCRM 9.3 and later.
func (s *MetadataService) OpenAPI(ctx context.Context, opts ...CallOption) ([]byte, error) {
	reply, err := receive[openAPIReply](ctx, s.client, with(newRequest("Metadata.openAPI", http.MethodGet, "OpenApi").needing(featureOpenAPI), opts))
	return reply.text, err
}

// Get reads the value at a key, its parts separated by dots, such as
// "entityDefs.Account.fields.type.options", into out: a pointer to a struct,
// map or slice, to a string, number or bool, or to an any. A string is sent
// bare, without quotes, and read all the same.
//
// GET Metadata?key=…. A key that the metadata does not have is [ErrNotFound].
// EspoCRM before 8.2 sends the whole metadata, of which the part is then taken.
func (s *MetadataService) Get(ctx context.Context, key string, out any, opts ...CallOption) error {
	if strings.Trim(key, ".") != key || strings.Contains(key, "..") || key == "" {
		return badInput("key", "%q is not a key of the metadata", key)
	}
	return s.read(ctx, key, out, opts)
}

func (s *MetadataService) read(ctx context.Context, key string, out any, opts []CallOption) error {
	req := with(newRequest("Metadata.get", http.MethodGet, "Metadata"), opts)
	if key != "" {
		req.query = url.Values{"key": {key}}.Encode()
	}
	text, err := s.client.text(ctx, req)
	if err == nil && key != "" {
		text = partOfWhole(text, strings.Split(key, "."))
	}
	switch {
	case err != nil:
		return err
	case len(text) == 0 && key != "":
		return fmt.Errorf("espo: the metadata has no key %q: %w", key, ErrNotFound)
	}
	// A bare string is not JSON, or looks like another type of it.
	if v := jsontext.Value(text); !v.IsValid() || isString(out) && v.Kind() != '"' {
		if key == "" || v.Kind() == '{' || v.Kind() == '[' {
			return metadataError(req, text, "the body is not JSON", ErrNotEspoCRM)
		}
		if text, err = jsontext.AppendQuote(nil, text); err != nil {
			return metadataError(req, text, "key "+key, err)
		}
	}
	if string(text) == "null" {
		return metadataError(req, text, "the body is null", ErrNotEspoCRM)
	}
	if err := json.Unmarshal(text, out, jsonOptions); err != nil {
		reason, cause := misread(err)
		return metadataError(req, text, reason, cause)
	}
	if p, ok := out.(prover); ok && p.proof() != "" {
		return metadataError(req, text, p.proof(), ErrNotEspoCRM)
	}
	return nil
}

// partOfWhole takes a part of the metadata where the server has sent the whole
// instead, and nothing where the whole does not have it. Nothing but the whole
// has all of these keys.
func partOfWhole(text jsontext.Value, path []string) jsontext.Value {
	if text.Kind() != '{' {
		return text
	}
	var whole struct {
		EntityDefs jsontext.Value `json:"entityDefs"`
		ClientDefs jsontext.Value `json:"clientDefs"`
		Scopes     jsontext.Value `json:"scopes"`
	}
	if json.Unmarshal(text, &whole) != nil || whole.EntityDefs == nil || whole.ClientDefs == nil || whole.Scopes == nil {
		return text
	}
	for _, name := range path {
		var parts map[string]jsontext.Value
		if json.Unmarshal(text, &parts) != nil { // a scalar, or [], which is PHP's empty map
			return nil
		}
		text = parts[name]
	}
	if text.Kind() == 'n' {
		return nil
	}
	return text
}

// metadataError is the error for an answer that is not what it should be.
func metadataError(req *request, text []byte, reason string, cause error) error {
	e := req.failure(http.StatusOK, reason, cause)
	e.Body = clip(text, maxErrorBody)
	return e
}

func isString(out any) bool {
	_, ok := out.(*string)
	return ok
}

// EntityTypes reads the names of all entity types, sorted.
//
// GET Metadata?key=scopes.
func (s *MetadataService) EntityTypes(ctx context.Context, opts ...CallOption) ([]string, error) {
	type scope struct {
		Entity bool `json:"entity"`
	}
	var scopes map[string]scope
	if err := s.Get(ctx, "scopes", &scopes, opts...); err != nil {
		return nil, err
	}
	maps.DeleteFunc(scopes, func(_ string, sc scope) bool { return !sc.Entity })
	return slices.Sorted(maps.Keys(scopes)), nil
}

// EntityTypeDefs describes an entity type: what the metadata has at
// entityDefs.
type EntityTypeDefs struct {
	Fields map[string]FieldDefs `json:"fields"`
	Links  map[string]LinkDefs  `json:"links"`

	// Collection says how records are listed when the caller does not.
	Collection CollectionDefs `json:"collection"`

	// OptimisticConcurrency says that records carry a versionNumber, which
	// [RecordService.Modify] guards updates with.
	OptimisticConcurrency bool `json:"optimisticConcurrencyControl"`

	// Extra holds the parameters that have no field here.
	Extra Attrs `json:",embed"`
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. PHP writes an empty map
// as [].
func (d *EntityTypeDefs) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain EntityTypeDefs
	var raw struct {
		Fields phpObject[FieldDefs] `json:"fields"`
		Links  phpObject[LinkDefs]  `json:"links"`
		plain  `json:",inline"`
	}
	err := json.UnmarshalDecode(dec, &raw)
	*d = EntityTypeDefs(raw.plain)
	d.Fields, d.Links = raw.Fields, raw.Links
	return err
}

// CollectionDefs describes how records are listed.
type CollectionDefs struct {
	OrderBy          string   `json:"orderBy"`
	Order            Order    `json:"order"`
	TextFilterFields []string `json:"textFilterFields"` // searched by Query.TextFilter

	// Extra holds the parameters that have no field here.
	Extra Attrs `json:",embed"`
}

// FieldDefs describes a field.
type FieldDefs struct {
	Type        string   `json:"type"` // such as "varchar", "enum", "link", "currency"
	Required    bool     `json:"required"`
	ReadOnly    bool     `json:"readOnly"`
	NotStorable bool     `json:"notStorable"` // computed, or kept elsewhere
	MaxLength   int      `json:"maxLength"`   // characters; 0 means no limit
	Min         Number   `json:"min"`
	Max         Number   `json:"max"`
	Options     []string `json:"options"`    // of an enum, multiEnum, array or checklist; numbers as text
	Default     any      `json:"default"`    // any JSON value, as in a [Record]; nil without one
	Entity      string   `json:"entity"`     // of a link to one entity type, when not the link's
	EntityList  []string `json:"entityList"` // of a link to a parent

	// Extra holds the parameters that have no field here.
	Extra Attrs `json:",embed"`
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (d *FieldDefs) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain FieldDefs
	var raw struct {
		Options []optionText `json:"options"`
		plain   `json:",inline"`
	}
	err := json.UnmarshalDecode(dec, &raw)
	*d = FieldDefs(raw.plain)
	if raw.Options != nil {
		d.Options = make([]string, len(raw.Options))
		for i, o := range raw.Options {
			d.Options[i] = string(o)
		}
	}
	return err
}

// LinkDefs describes a link.
type LinkDefs struct {
	Type         string   `json:"type"`         // such as "belongsTo", "hasMany", "hasChildren", "belongsToParent"
	Entity       string   `json:"entity"`       // entity type at the other end
	Foreign      string   `json:"foreign"`      // name of the link at the other end
	RelationName string   `json:"relationName"` // of a link of many to many
	EntityList   []string `json:"entityList"`   // of a link to a parent

	// Extra holds the parameters that have no field here.
	Extra Attrs `json:",embed"`
}

// EntityType reads the definition of an entity type; [ErrNotFound] when the
// server does not have it.
//
// GET Metadata?key=entityDefs.{entityType}.
func (s *MetadataService) EntityType(ctx context.Context, entityType string, opts ...CallOption) (EntityTypeDefs, error) {
	return metadataAt[EntityTypeDefs](ctx, s, opts, "entityDefs", entityType)
}

// Field reads the definition of a field; [ErrNotFound] when there is none.
//
// GET Metadata?key=entityDefs.{entityType}.fields.{field}.
func (s *MetadataService) Field(ctx context.Context, entityType, field string, opts ...CallOption) (FieldDefs, error) {
	return metadataAt[FieldDefs](ctx, s, opts, "entityDefs", entityType, "fields", field)
}

// Link reads the definition of a link; [ErrNotFound] when there is none.
//
// GET Metadata?key=entityDefs.{entityType}.links.{link}.
func (s *MetadataService) Link(ctx context.Context, entityType, link string, opts ...CallOption) (LinkDefs, error) {
	return metadataAt[LinkDefs](ctx, s, opts, "entityDefs", entityType, "links", link)
}

// EnumOptions reads the options of a field in their order, also where the
// field takes them from another one. A field without options is
// [ErrNotFound].
//
// GET Metadata?key=entityDefs.{entityType}.fields.{field}.
func (s *MetadataService) EnumOptions(ctx context.Context, entityType, field string, opts ...CallOption) ([]string, error) {
	// Options may refer to a field that refers on, but not for ever.
	for range 5 {
		f, err := s.Field(ctx, entityType, field, opts...)
		if err != nil {
			return nil, err
		}
		if f.Options != nil {
			return f.Options, nil
		}
		from, _ := f.Extra["optionsReference"].(string)
		other, otherField, ok := strings.Cut(from, ".")
		if !ok {
			break
		}
		entityType, field = other, otherField
	}
	return nil, fmt.Errorf("espo: the field %s of %s has no options: %w", field, entityType, ErrNotFound)
}

func metadataAt[T any](ctx context.Context, s *MetadataService, opts []CallOption, path ...string) (v T, err error) {
	for _, part := range path {
		if part == "" || strings.Contains(part, ".") {
			return v, badInput("key", "%q is not the name of an entity type, field or link", part)
		}
	}
	err = s.Get(ctx, strings.Join(path, "."), &v, opts...)
	return v, err
}

// phpObject is a map that PHP writes as [] when it is empty.
type phpObject[V any] map[string]V

func (m *phpObject[V]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := phpMap[V](dec)
	*m = v
	return err
}

// optionText is an option as text: some are numbers.
type optionText string

func (o *optionText) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var v any
	err := json.UnmarshalDecode(dec, &v, jsonOptions)
	if v != nil {
		*o = optionText(fmt.Sprint(v))
	}
	return err
}
