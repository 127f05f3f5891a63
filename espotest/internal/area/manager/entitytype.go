package manager

import (
	"regexp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// The endpoints of entity types.
var (
	CreateEntityType = forAdmins(createEntityType)
	UpdateEntityType = forAdmins(updateEntityType)
	RemoveEntityType = forAdmins(removeEntityType)
)

var entityTypeName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)

// createEntityType makes one: POST EntityManager/action/createEntity.
func createEntityType(c *crm.Call) (any, *answer.Error) {
	name, template := text(c, "name"), text(c, "type")
	if name == "" || template == "" {
		return nil, answer.BadRequest("")
	}
	name = upper(name)
	if c.Has(release.CustomPrefix) {
		name = "C" + name
	}
	switch {
	case !slices.Contains(schema.Templates(), template):
		return nil, answer.FailedWith("Type '%s' does not exist.", template)
	case !entityTypeName.MatchString(name):
		return nil, answer.FailedWith("Entity name should contain only letters and numbers, start with an upper case letter.")
	case len(name) > 64:
		return nil, answer.FailedWith("Entity type name should not be longer than 64.")
	case c.Store.Types[name] != nil:
		return nil, taken(c, "nameIsAlreadyUsed", "EntityManager", map[string]any{"name": name}, "Name '%s' is already used.", name)
	}
	custom := c.Custom.Clone()
	custom.Templates[name] = template
	configure(custom, name, c.Data)
	if err := rebuild(c, custom); err != nil {
		return nil, err
	}
	if !c.Has(release.CustomPrefix) {
		return answer.Reply{Raw: jsontext.Value(`true`)}, nil
	}
	return map[string]any{"name": name}, nil
}

// kept are the parameters of an entity type that have an effect here.
var kept = []string{"stream", "stars", "statusField", "optimisticConcurrencyControl", "duplicateCheckFieldList", "updateDuplicateCheck"}

// configure sets the parameters of an entity type as a whole.
func configure(custom *schema.Custom, name string, params map[string]any) {
	for label, key := range map[string]string{"labelSingular": name, "labelPlural": name + ".plural"} {
		if s, ok := params[label].(string); ok {
			custom.Labels[key] = s
		}
	}
	set := schema.Params{}
	for _, param := range kept {
		if v := params[param]; v != nil {
			set[param] = v
		}
	}
	list := map[string]any{}
	for param, is := range map[string]string{"sortBy": "orderBy", "sortDirection": "order", "textFilterFields": "textFilterFields"} {
		if v := params[param]; v != nil {
			list[is] = v
		}
	}
	if len(list) > 0 {
		set["collection"] = list
	}
	schema.Lay(custom.Scopes, name, set)
}

// updateEntityType changes parameters: POST EntityManager/action/updateEntity.
func updateEntityType(c *crm.Call) (any, *answer.Error) {
	name := text(c, "name")
	switch {
	case name == "":
		return nil, answer.BadRequest("")
	case c.Store.Types[name] == nil:
		return nil, answer.FailedWith("Entity `%s` does not exist.", name)
	}
	custom := c.Custom.Clone()
	configure(custom, name, c.Data)
	if err := rebuild(c, custom); err != nil {
		return nil, err
	}
	return true, nil
}

// removeEntityType removes one that was made by the API, with all links to it:
// POST EntityManager/action/removeEntity.
func removeEntityType(c *crm.Call) (any, *answer.Error) {
	name := text(c, "name")
	if name == "" {
		return nil, answer.BadRequest("")
	}
	custom := c.Custom.Clone()
	if custom.Templates[name] == "" {
		return nil, answer.Forbidden("")
	}
	for entity, links := range custom.Links {
		for link, params := range links {
			if params["entity"] == name {
				removeEnd(custom, entity, link)
			}
		}
	}
	delete(custom.Templates, name)
	delete(custom.Scopes, name)
	delete(custom.Fields, name)
	delete(custom.Links, name)
	if err := rebuild(c, custom); err != nil {
		return nil, err
	}
	return true, nil
}
