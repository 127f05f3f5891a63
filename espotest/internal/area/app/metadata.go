package app

import (
	"maps"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// ReadMetadata answers with all of the metadata or the value at a key: a
// string bare, nothing at all for a key that is not there.
func ReadMetadata(c *crm.Call) (any, *answer.Error) {
	key := c.Req.URL.Query().Get("key")
	if key == "" || !c.Has(release.MetadataKey) {
		return shownMetadata(c), nil
	}
	switch v := schema.LookUp(shownMetadata(c), key).(type) {
	case nil:
		return answer.Reply{Raw: []byte{}}, nil
	case string:
		return answer.Reply{Raw: []byte(v)}, nil
	default:
		return v, nil
	}
}

// openTypes are entity types that the metadata has for everybody.
var openTypes = []string{"Reminder", "Pipeline", "PipelineStage"}

// shownMetadata is the metadata that the user may see: administrators all, others
// what is about entity types that they have access to.
func shownMetadata(c *crm.Call) map[string]any {
	all := c.Store.Metadata()
	if c.User.Admin() {
		return all
	}
	shown := map[string]bool{}
	for name, e := range c.Store.Types {
		shown[name] = slices.Contains(openTypes, name) || c.User.Level(e, rights.Read) != rights.LevelNo || c.User.Level(e, rights.Create) != rights.LevelNo
	}
	for _, name := range []string{"CurrencyRecord", "CurrencyRecordRate"} {
		shown[name] = shown["Currency"]
	}
	out := maps.Clone(all)
	for _, part := range []string{"entityDefs", "scopes", "clientDefs", "entityAcl", "logicDefs"} {
		if defs, ok := all[part].(map[string]any); ok {
			defs = maps.Clone(defs)
			maps.DeleteFunc(defs, func(name string, _ any) bool { return c.Store.Types[name] != nil && !shown[name] })
			out[part] = defs
		}
	}
	defs, _ := out["entityDefs"].(map[string]any)
	for name, e := range c.Store.Types {
		if def, ok := defs[name].(map[string]any); ok {
			defs[name] = shownDefinition(c, e, def, shown)
		}
	}
	return out
}

// shownDefinition is an entity type without links to entity types that the user has
// no access to. Their fields stay, unless they are forbidden.
func shownDefinition(c *crm.Call, e *schema.EntityType, def map[string]any, shown map[string]bool) map[string]any {
	def = maps.Clone(def)
	fields, _ := def["fields"].(map[string]any)
	links, _ := def["links"].(map[string]any)
	fields, links = maps.Clone(fields), maps.Clone(links)
	for name, l := range e.Links {
		if l.Entity == "" || c.Store.Types[l.Entity] == nil || shown[l.Entity] || c.User.Portal != nil && (l.Entity == "Account" || l.Entity == "Contact") {
			continue
		}
		if f := e.Fields[name]; f != nil {
			if c.VisibleField(f) {
				continue
			}
			delete(fields, name)
		}
		delete(links, name)
	}
	def["fields"], def["links"] = fields, links
	return def
}
