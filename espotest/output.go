package espotest

import (
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// visible reports whether the user may read the attribute at all.
func (c *call) visible(a *schema.Attribute) bool {
	if a.Kind == schema.KindPassword {
		return false
	}
	return a.Field == nil || c.visibleField(a.Field)
}

func (c *call) visibleField(f *schema.Field) bool {
	if c.user.Admin() {
		return !f.Internal && !f.Forbidden
	}
	return !f.Internal && !f.Forbidden && !f.OnlyAdmin &&
		(!f.NotByRole || c.user.Level(c.store.Types["User"], rights.Read) == espo.AccessNo)
}

// output returns what the server's entity holds as the answer, in the order of
// the attributes.
func (c *call) output(e *schema.EntityType, mem map[string]any) answer.Object {
	out := make(answer.Object, 0, len(mem))
	for _, name := range e.AttrNames {
		if v, ok := mem[name]; ok && c.visible(e.Attr(name)) {
			out = append(out, answer.Member{Name: name, Value: v})
		}
	}
	for _, name := range schema.ExtraAttributes {
		if v, ok := mem[name]; ok && e.Attr(name) == nil {
			out = append(out, answer.Member{Name: name, Value: v})
		}
	}
	return out
}

// fetched returns what a record has when it comes from the database, before
// anything is loaded besides.
func (c *call) fetched(r *store.Record) map[string]any {
	mem := make(map[string]any, len(r.Entity.AttrNames)+16)
	for _, name := range r.Entity.AttrNames {
		if a := r.Entity.Attrs[name]; a.Selected {
			mem[name] = r.At(a)
		}
	}
	return mem
}

// load adds what the server loads for one record on top: names of links,
// links to many, addresses and what the stream knows.
func (c *call) load(mem map[string]any, r *store.Record) {
	e := r.Entity
	for _, name := range e.FieldNames {
		f := e.Fields[name]
		switch f.Type {
		case "link", "file", "image":
			a := e.Attr(name + "Name")
			if a.Kind != schema.KindLinkName || f.NotStorable || f.NoLoad || f.Type == "link" && e.Links[name] == nil {
				continue
			}
			_, has := mem[a.Name]
			if !has {
				mem[a.Name] = c.linkName(e, name, "", mem[name+"Id"])
			}
		case "linkParent":
			typ, _ := mem[name+"Type"].(string)
			if a := e.Attr(name + "Name"); a != nil {
				mem[a.Name] = c.linkName(e, name, typ, mem[name+"Id"])
			}
		case "linkMultiple", "attachmentMultiple":
			if f.NoLoad || f.NotStorable {
				continue
			}
			for _, suffix := range []string{"Ids", "Names", "Columns", "Types"} {
				if a := e.Attr(name + suffix); a != nil {
					mem[a.Name] = r.Derived(a)
				}
			}
		case "email", "phone":
			list, _ := r.Stored(name + "Data").([]any)
			if list == nil {
				list = []any{}
			}
			mem[name+"Data"] = list
		}
	}
	if h := c.hooks[e.Name].load; h != nil {
		h(c, mem, r)
	}
	if e.Stream {
		c.loadFollowers(mem, r)
	}
	if e.Stars {
		mem["isStarred"] = r.StarredBy(c.user.Rec.ID)
	}
}

func (c *call) loadFollowers(mem map[string]any, r *store.Record) {
	names := map[string]any{}
	ids := []any{}
	for _, id := range r.Followers {
		if u := c.store.Find("User", id); u != nil {
			ids = append(ids, id)
			names[id] = u.Get("name")
		}
	}
	mem["isFollowed"] = r.FollowedBy(c.user.Rec.ID)
	if c.user.Level(r.Entity, rights.Stream) == espo.AccessNo {
		return
	}
	mem["followersIds"], mem["followersNames"] = ids, names
}

// linkName returns the name of a linked record, nil without one. The type is
// for links to a parent.
func (c *call) linkName(e *schema.EntityType, name, typ string, id any) any {
	s, ok := id.(string)
	if !ok {
		return nil
	}
	if typ == "" {
		if l := e.Links[name]; l != nil {
			typ = l.Entity
		} else {
			typ = "Attachment"
		}
	}
	if to := c.store.Find(typ, s); to != nil {
		return to.Get("name")
	}
	return nil
}

// lower is how addresses are compared.
func lower(s string) string { return strings.ToLower(s) }
