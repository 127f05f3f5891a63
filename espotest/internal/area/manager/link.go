package manager

import (
	"regexp"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// The endpoints of links.
var (
	CreateLink = forAdmins(createLink)
	UpdateLink = forAdmins(updateLink)
	RemoveLink = forAdmins(removeLink)
)

// ends are the two ends of each type of links: the type of the link, and that of
// its field, if it has one.
var ends = map[string][2][2]string{
	"oneToMany":     {{"hasMany", ""}, {"belongsTo", "link"}},
	"manyToOne":     {{"belongsTo", "link"}, {"hasMany", ""}},
	"manyToMany":    {{"hasMany", ""}, {"hasMany", ""}},
	"oneToOneRight": {{"belongsTo", "link"}, {"hasOne", "linkOne"}},
	"oneToOneLeft":  {{"hasOne", "linkOne"}, {"belongsTo", "link"}},
}

var linkName = regexp.MustCompile(`^[a-z][A-Za-z0-9_]*$`)

// newLink is a link that is to be made.
type newLink struct {
	call           *crm.Call
	from, to       *schema.EntityType // to is nil of a link to parents
	link, foreign  string
	kind           string
	relation       string
	fromEnd, toEnd [2]string
	custom         *schema.Custom
}

// createLink makes one: POST EntityManager/action/createLink.
func createLink(c *crm.Call) (any, *answer.Error) {
	n := &newLink{call: c, kind: text(c, "linkType"), custom: c.Custom.Clone()}
	if err := n.read(); err != nil {
		return nil, err
	}
	if err := n.check(); err != nil {
		return nil, err
	}
	if n.to == nil {
		n.addParent()
	} else {
		n.add()
	}
	if err := rebuild(c, n.custom); err != nil {
		return nil, err
	}
	return true, nil
}

// read takes the link from the body.
func (n *newLink) read() *answer.Error {
	c := n.call
	pair, known := ends[n.kind]
	n.fromEnd, n.toEnd = pair[0], pair[1]
	toParent := n.kind == "childrenToParent"
	required := []string{"entity", "link", "linkForeign", "label"}
	if !toParent {
		required = append(required, "entityForeign", "labelForeign")
	}
	for _, name := range required {
		if text(c, name) == "" {
			return answer.BadRequest("")
		}
	}
	if !known && !toParent {
		return answer.BadRequest("")
	}
	for _, end := range []struct {
		name string
		to   **schema.EntityType
	}{{"entity", &n.from}, {"entityForeign", &n.to}} {
		name := text(c, end.name)
		if *end.to = c.Store.Types[name]; *end.to == nil && name != "" {
			return answer.FailedWith("Entity type '%s' is not customizable.", name)
		}
	}
	n.link, n.foreign = prefixed(c, n.from, text(c, "link")), text(c, "linkForeign")
	switch {
	case n.to != nil:
		n.foreign = prefixed(c, n.to, n.foreign)
	case c.Has(release.CustomPrefix):
		n.foreign = "c" + upper(n.foreign)
	}
	if n.kind == "manyToMany" {
		if n.relation = text(c, "relationName"); n.relation == "" {
			n.relation = lower(n.from.Name) + n.to.Name
		}
	}
	return nil
}

// check refuses names that there are already, or that cannot be.
func (n *newLink) check() *answer.Error {
	c := n.call
	if n.relation != "" {
		for _, e := range c.Store.Types {
			for _, l := range e.Links {
				if l.RelationName == n.relation {
					return taken(c, "", "", nil, "Relationship with the same name '%s' exists.", n.relation)
				}
			}
		}
	}
	if n.from == n.to && n.link == n.foreign {
		return taken(c, "", "", nil, "Link names %s, %s conflict.", n.from.Name, n.link)
	}
	for _, end := range []struct {
		of   *schema.EntityType
		name string
	}{{n.from, n.link}, {n.to, n.foreign}} {
		switch {
		case end.of == nil:
		case !linkName.MatchString(end.name):
			return answer.FailedWith("Bad link name.")
		case end.of.Links[end.name] != nil:
			return taken(c, "", "", nil, "Link %s::%s already exists.", end.of.Name, end.name)
		case end.of.HasField(end.name) && c.Has(release.LinkFieldsChecked):
			return taken(c, "", "", nil, "Field %s::%s already exists.", end.of.Name, end.name)
		}
	}
	return nil
}

func (n *newLink) add() {
	n.addEnd(n.from, n.link, n.fromEnd, schema.Params{"entity": n.to.Name, "foreign": n.foreign, "audited": php.Truthy(n.call.Data["auditedForeign"])}, "linkMultipleField")
	n.addEnd(n.to, n.foreign, n.toEnd, schema.Params{"entity": n.from.Name, "foreign": n.link, "audited": php.Truthy(n.call.Data["audited"])}, "linkMultipleFieldForeign")
	n.label(n.from.Name, n.link, "label")
	n.label(n.to.Name, n.foreign, "labelForeign")
}

func (n *newLink) addEnd(e *schema.EntityType, name string, end [2]string, params schema.Params, multiple string) {
	params["type"], params["isCustom"] = end[0], true
	if n.relation != "" {
		params["relationName"] = n.relation
	}
	fieldType := end[1]
	if fieldType == "" && php.Truthy(n.call.Data[multiple]) {
		fieldType = "linkMultiple"
	}
	if fieldType != "" && !e.HasField(name) {
		schema.Lay(schema.Of(n.custom.Fields, e.Name), name, schema.Params{"type": fieldType})
	}
	schema.Of(n.custom.Links, e.Name)[name] = params
}

// addParent makes a link to a parent, and those of the parents to their children.
func (n *newLink) addParent() {
	link := schema.Params{"type": "belongsToParent", "foreign": n.foreign, "isCustom": true}
	schema.Of(n.custom.Links, n.from.Name)[n.link] = link
	field := schema.Params{"type": "linkParent"}
	if list, ok := n.call.Data["parentEntityTypeList"].([]any); ok {
		field["entityList"], link["entityList"] = list, list
	}
	schema.Lay(schema.Of(n.custom.Fields, n.from.Name), n.link, field)
	n.label(n.from.Name, n.link, "label")
	parents, _ := n.call.Data["foreignLinkEntityTypeList"].([]any)
	for _, v := range parents {
		name, _ := v.(string)
		if n.call.Store.Types[name] != nil {
			schema.Of(n.custom.Links, name)[n.foreign] = schema.Params{"type": "hasChildren", "entity": n.from.Name, "foreign": n.link, "isCustom": true}
		}
	}
}

func (n *newLink) label(entity, name, from string) {
	if label := text(n.call, from); label != "" {
		n.custom.Labels[entity+"."+name] = label
	}
}

// updateLink changes one: POST EntityManager/action/updateLink.
func updateLink(c *crm.Call) (any, *answer.Error) {
	for _, name := range []string{"entity", "link", "entityForeign", "linkForeign"} {
		if text(c, name) == "" {
			return nil, answer.BadRequest("")
		}
	}
	custom := c.Custom.Clone()
	for _, end := range []struct{ entity, link, label, audited, multiple string }{
		{text(c, "entity"), text(c, "link"), "label", "audited", "linkMultipleField"},
		{text(c, "entityForeign"), text(c, "linkForeign"), "labelForeign", "auditedForeign", "linkMultipleFieldForeign"},
	} {
		if label := text(c, end.label); label != "" {
			custom.Labels[end.entity+"."+end.link] = label
		}
		params := custom.Links[end.entity][end.link]
		if params == nil {
			continue
		}
		if v, ok := c.Data[end.audited]; ok {
			params["audited"] = php.Truthy(v)
		}
		switch v, ok := c.Data[end.multiple]; {
		case !ok || params["type"] != "hasMany":
		case php.Truthy(v):
			schema.Lay(schema.Of(custom.Fields, end.entity), end.link, schema.Params{"type": "linkMultiple"})
		default:
			delete(custom.Fields[end.entity], end.link)
		}
	}
	if err := rebuild(c, custom); err != nil {
		return nil, err
	}
	return true, nil
}

// removeLink removes one that was made by the API:
// POST EntityManager/action/removeLink.
func removeLink(c *crm.Call) (any, *answer.Error) {
	entity, link := text(c, "entity"), text(c, "link")
	custom := c.Custom.Clone()
	params := custom.Links[entity][link]
	if params["isCustom"] != true {
		return nil, answer.FailedWith("Could not delete link %s.%s. Not isCustom.", entity, link)
	}
	removeEnd(custom, entity, link)
	if to, ok := params["entity"].(string); ok {
		foreign, _ := params["foreign"].(string)
		removeEnd(custom, to, foreign)
	}
	for other, links := range custom.Links { // those of parents
		for name, p := range links {
			if p["type"] == "hasChildren" && p["entity"] == entity && p["foreign"] == link {
				removeEnd(custom, other, name)
			}
		}
	}
	if err := rebuild(c, custom); err != nil {
		return nil, err
	}
	return true, nil
}

// removeEnd removes one end of a link, with its field.
func removeEnd(custom *schema.Custom, entity, link string) {
	delete(custom.Links[entity], link)
	if fieldType, _ := custom.Fields[entity][link]["type"].(string); isLinkField(fieldType) {
		delete(custom.Fields[entity], link)
	}
	delete(custom.Labels, entity+"."+link)
}
