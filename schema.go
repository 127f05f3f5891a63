package espo

import (
	"context"
	"net/http"
	"regexp"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// SchemaService sets up entity types, fields and links, as the web client's
// Entity Manager does. It is for administrators: others get [ErrForbidden].
//
// What is there when a method returns can be used at once. Each call makes the
// server rebuild its database, which takes it a second or more, and is best made
// while nothing else changes the schema. When a rebuild fails, which is
// [ErrServer], a part may have been done.
//
// A name that is taken is a [NameTakenError], so that a program that sets up a
// server can run a second time. Before such a program writes records, it may need
// Go types for them: the command espogen makes them of what is there.
//
// What is removed is gone with its data, and cannot be restored.
type SchemaService struct{ client *Client }

// EntityTemplate is what a new entity type begins with.
type EntityTemplate string

// The templates.
const (
	TemplateBase     EntityTemplate = "Base"     // name, description, assigned user and teams
	TemplateBasePlus EntityTemplate = "BasePlus" // with activities, history and tasks
	TemplateEvent    EntityTemplate = "Event"    // with a time, a status and reminders: it can be in the calendar
	TemplatePerson   EntityTemplate = "Person"   // with the name, addresses and phones of a person
	TemplateCompany  EntityTemplate = "Company"  // with addresses and phones
)

// EntityTypeParams say what entity type to make.
type EntityTypeParams struct {
	Name     string         `json:"name"` // letters and digits, the first a capital; without the server's prefix
	Template EntityTemplate `json:"type"`

	Label       string `json:"labelSingular"` // in the caller's language; the name where it is empty
	LabelPlural string `json:"labelPlural"`   // the label where it is empty
	Stream      bool   `json:"stream"`        // records have streams and can be followed

	// Extra holds parameters that this type does not name, such as iconClass.
	Extra Attrs `json:",embed"`
}

var (
	entityTypeName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,63}$`)
	fieldName      = regexp.MustCompile(`^[a-z][A-Za-z0-9]{0,49}$`)
	linkName       = regexp.MustCompile(`^[a-z][A-Za-z0-9_]*$`)
)

// CreateEntityType makes an entity type and returns its name. From some version
// after 7.5 on, EspoCRM puts the prefix C before it: "Project" becomes
// "CProject". All other methods take the name that comes back.
//
// POST EntityManager/action/createEntity. A name that is taken is a
// [NameTakenError].
func (s *SchemaService) CreateEntityType(ctx context.Context, p EntityTypeParams, opts ...CallOption) (string, error) {
	switch {
	case !entityTypeName.MatchString(p.Name):
		return "", badInput("EntityTypeParams.Name", "%q is not made of up to 64 letters and digits, the first a capital", p.Name)
	case p.Template == "":
		return "", badInput("EntityTypeParams.Template", "is empty")
	}
	if p.Label == "" {
		p.Label = p.Name
	}
	if p.LabelPlural == "" {
		p.LabelPlural = p.Label
	}
	reply := entityTypeReply{asked: p.Name}
	req := with(newRequest("Schema.createEntityType", http.MethodPost, "EntityManager/action/createEntity").json(p), opts)
	if err := s.client.do(ctx, req, &reply); err != nil {
		return "", nameTaken(err, p.Name)
	}
	return reply.name, nil
}

// UpdateEntityType changes exactly the given parameters of an entity type, also
// of one of EspoCRM's own: labelSingular, labelPlural, stream, disabled, sortBy,
// sortDirection, textFilterFields, statusField, stars,
// optimisticConcurrencyControl, duplicateCheckFieldList and others. What the
// server does not know it ignores.
//
// POST EntityManager/action/updateEntity. An entity type that does not exist is
// [ErrServer].
func (s *SchemaService) UpdateEntityType(ctx context.Context, entityType string, params Attrs, opts ...CallOption) error {
	if err := notEmpty("entityType", entityType); err != nil {
		return err
	}
	if len(params) == 0 {
		return badInput("params", "there is none")
	}
	body := Attrs{"name": entityType}
	for name, v := range params {
		if name == "name" {
			return badInput("params", "an entity type cannot be given another name")
		}
		body[name] = v
	}
	return s.client.doTrue(ctx, with(newRequest("Schema.updateEntityType", http.MethodPost, "EntityManager/action/updateEntity").json(body).having(effectState), opts))
}

// RemoveEntityType removes an entity type with all its records, and the links of
// others to it.
//
// POST EntityManager/action/removeEntity. One that does not exist, or that is
// EspoCRM's own, is [ErrForbidden].
func (s *SchemaService) RemoveEntityType(ctx context.Context, entityType string, opts ...CallOption) error {
	if err := notEmpty("entityType", entityType); err != nil {
		return err
	}
	return s.client.doTrue(ctx, with(newRequest("Schema.removeEntityType", http.MethodPost, "EntityManager/action/removeEntity").json(Attrs{"name": entityType}), opts))
}

// entityTypeReply has the name of a new entity type. EspoCRM 7.5 answers true: the
// name is as it was asked for.
type entityTypeReply struct{ asked, name string }

// UnmarshalJSON implements [json.Unmarshaler].
func (r *entityTypeReply) UnmarshalJSON(text []byte) error {
	switch jsontext.Value(text).Kind() {
	case 't':
		r.name = r.asked
		return nil
	case '{':
		var named struct {
			Name string `json:"name"`
		}
		err := json.Unmarshal(text, &named)
		r.name = named.Name
		return err
	}
	return nil
}

func (r *entityTypeReply) proof() string { return lacking(validID(r.name), "name") }
