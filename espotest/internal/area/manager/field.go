package manager

import (
	"maps"
	"regexp"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// The endpoints of fields.
var (
	CreateField = forAdmins(createField)
	ReadField   = forAdmins(readField)
	UpdateField = forAdmins(updateField)
	RemoveField = forAdmins(removeField)
)

var (
	startsWithLetter = regexp.MustCompile(`^[A-Za-z]`)
	startsSmall      = regexp.MustCompile(`^[a-z]`)
	plainName        = regexp.MustCompile(`^[A-Za-z0-9]*$`)
)

// customizable returns the entity type of the path.
func customizable(c *crm.Call) (*schema.EntityType, *answer.Error) {
	name := c.Params["scope"]
	e := c.Store.Types[name]
	if e == nil {
		return nil, answer.FailedWith("Entity type %s is not customizable.", name)
	}
	return e, nil
}

// createField makes one: POST Admin/fieldManager/{scope}.
func createField(c *crm.Call) (any, *answer.Error) {
	name, fieldType := text(c, "name"), text(c, "type")
	switch {
	case name == "":
		return nil, answer.BadRequest("")
	case fieldType == "":
		return nil, answer.BadRequest("No type.")
	}
	e, err := customizable(c)
	if err != nil {
		return nil, err
	}
	plain := name
	name = prefixed(c, e, name)
	switch {
	case !startsWithLetter.MatchString(plain):
		return nil, answer.FailedWith("Field name should start with a letter.")
	case !startsSmall.MatchString(plain):
		return nil, answer.FailedWith("Field name should start with a lower case letter.")
	case !plainName.MatchString(plain):
		return nil, answer.FailedWith("Field name should contain only letters and numbers.")
	case len(name) > 50:
		return nil, answer.FailedWith("Field name should not be longer than 50.")
	case e.HasField(name):
		return nil, taken(c, "fieldAlreadyExists", "FieldManager", map[string]any{"field": name, "entityType": e.Name}, "Field '%s' already exists in '%s'.", name, e.Name)
	case name == "id" || name == "deleted":
		return nil, taken(c, "fieldNameIsNotAllowed", "FieldManager", map[string]any{"field": name}, "Field '%s' is not allowed.", name)
	}
	return saveField(c, e, name)
}

// saveField lays the parameters of the body over those of a field.
func saveField(c *crm.Call, e *schema.EntityType, name string) (any, *answer.Error) {
	custom := c.Custom.Clone()
	params := maps.Clone(c.Data)
	for _, other := range []string{"name", "label", "tooltipText"} { // kept elsewhere
		delete(params, other)
	}
	if !e.HasField(name) {
		params["isCustom"] = true
		if params["type"] == "enum" && params["maxLength"] == nil {
			params["maxLength"] = int64(100)
		}
	}
	schema.Lay(schema.Of(custom.Fields, e.Name), name, params)
	if label := text(c, "label"); label != "" {
		custom.Labels[e.Name+"."+name] = label
	}
	if err := rebuild(c, custom); err != nil {
		return nil, err
	}
	return definition(c, e.Name, name), nil
}

// definition is a field as the field manager shows it.
func definition(c *crm.Call, entity, name string) map[string]any {
	def, _ := schema.LookUp(c.Store.Metadata(), "entityDefs."+entity+".fields."+name).(map[string]any)
	if def == nil {
		return nil
	}
	def = maps.Clone(def)
	def["label"] = name
	if label := c.Store.Types[entity].Fields[name].Label; label != "" {
		def["label"] = label
	}
	return def
}

// readField reads one: GET Admin/fieldManager/{scope}/{name}.
func readField(c *crm.Call) (any, *answer.Error) {
	entity, name := c.Params["scope"], c.Params["name"]
	if e := c.Store.Types[entity]; e == nil || !e.HasField(name) {
		return nil, answer.FailedWith("Can't read field defs %s.%s.", entity, name)
	}
	return definition(c, entity, name), nil
}

// updateField changes one, or makes one: PUT Admin/fieldManager/{scope}/{name}.
func updateField(c *crm.Call) (any, *answer.Error) {
	e, err := customizable(c)
	if err != nil {
		return nil, err
	}
	name := c.Params["name"]
	if text(c, "type") == "" && (c.Has(release.FieldNeedsType) && !c.Has(release.FieldKeepsType) || !e.HasField(name)) {
		return nil, answer.ServerError()
	}
	return saveField(c, e, name)
}

// removeField removes one that was made by the API, and does nothing where there
// is none: DELETE Admin/fieldManager/{scope}/{name}.
func removeField(c *crm.Call) (any, *answer.Error) {
	e, err := customizable(c)
	if err != nil {
		return nil, err
	}
	name := c.Params["name"]
	custom := c.Custom.Clone()
	switch {
	case !e.HasField(name):
		return true, nil
	case custom.Fields[e.Name][name]["isCustom"] != true:
		return nil, answer.FailedWith("Cannot delete core field '%s' in '%s'.", name, e.Name)
	}
	delete(custom.Fields[e.Name], name)
	delete(custom.Labels, e.Name+"."+name)
	if err := rebuild(c, custom); err != nil {
		return nil, err
	}
	return true, nil
}

// isLinkField reports whether a field of the type comes with a link.
func isLinkField(fieldType string) bool {
	return slices.Contains([]string{"link", "linkOne", "linkMultiple", "linkParent"}, fieldType)
}
