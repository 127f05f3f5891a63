package crm

import (
	"strings"

	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Fetched returns what a record has when it comes from the database, before
// anything is loaded besides.
func (c *Call) Fetched(r *store.Record) map[string]any {
	mem := make(map[string]any, len(r.Entity.AttrNames)+16)
	for _, a := range r.Entity.AttrList {
		if a.Selected {
			mem[a.Name] = fetched(c, r, a)
		}
	}
	return mem
}

// fetched is a value as it comes from the database.
func fetched(c *Call, r *store.Record, a *schema.Attribute) any {
	v := r.At(a)
	if v == nil && a.Kind == schema.KindArray && c.Has(release.ArraysEmpty) {
		return []any{}
	}
	return v
}

// Load adds what the server loads for one record on top: names of links,
// links to many, addresses and what the stream knows.
func (c *Call) Load(mem map[string]any, r *store.Record) {
	e := r.Entity
	for _, f := range e.FieldList {
		c.loadField(mem, r, f)
	}
	if h := c.hooks[e.Name].Load; h != nil {
		h(c, mem, r)
	}
	if e.Stream {
		loadFollowers(c, mem, r)
	}
	if e.Stars {
		mem["isStarred"] = r.StarredBy(c.User.Rec.ID)
	}
}

// loadField adds what is loaded for one field.
func (c *Call) loadField(mem map[string]any, r *store.Record, f *schema.Field) {
	e, name := r.Entity, f.Name
	switch f.Type {
	case "link", "file", "image":
		a := e.Attr(name + "Name")
		if a.Kind != schema.KindLinkName || f.NotStorable || f.NoLoad || f.Type == "link" && e.Links[name] == nil {
			return
		}
		if a.Selected && !c.Has(release.NamesLoaded) {
			return
		}
		if _, has := mem[a.Name]; !has {
			mem[a.Name] = c.LinkName(e, name, "", mem[name+"Id"])
		}
	case "linkParent":
		typ, _ := mem[name+"Type"].(string)
		if a := e.Attr(name + "Name"); a != nil {
			mem[a.Name] = c.LinkName(e, name, typ, mem[name+"Id"])
		}
	case "linkMultiple", "attachmentMultiple":
		if f.NoLoad || f.NotStorable {
			return
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

func loadFollowers(c *Call, mem map[string]any, r *store.Record) {
	names := map[string]any{}
	ids := []any{}
	for _, id := range r.Followers {
		if u := c.Store.Find("User", id); u != nil {
			ids = append(ids, id)
			names[id] = u.Get("name")
		}
	}
	mem["isFollowed"] = r.FollowedBy(c.User.Rec.ID)
	if c.User.Portal != nil || !c.User.May(rights.Stream, r) {
		return
	}
	mem["followersIds"], mem["followersNames"] = ids, names
}

// LinkName returns the name of a linked record, nil without one. The type is
// for links to a parent.
func (c *Call) LinkName(e *schema.EntityType, name, typ string, id any) any {
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
	if to := c.Store.Find(typ, s); to != nil {
		return to.Get("name")
	}
	return nil
}

// Lower is how addresses are compared.
func Lower(s string) string { return strings.ToLower(s) }
