package espotest

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// putSuperParent keeps what the parent of a note belongs to.
func putSuperParent(n, parent *store.Record) {
	entity, id := superParent(parent)
	n.Put("superParentType", entity)
	n.Put("superParentId", id)
}

// superParent returns the account in whose stream the notes of a record
// appear too.
func superParent(r *store.Record) (entity, id any) {
	if r == nil || r.Entity.Name == "Account" || r.Entity.Attr("accountId") == nil {
		return nil, nil
	}
	if s := r.Str("accountId"); s != "" {
		return "Account", s
	}
	return nil, nil
}

// writeNote adds a note of the server's own to the stream of a record.
func (c *call) writeNote(kind string, parent, related *store.Record, data any) {
	e := c.store.Types["Note"]
	n := c.store.Insert(e, c.store.NewID())
	for name, v := range schema.Defaults(e) {
		n.Set(name, v)
	}
	now := c.store.Timestamp()
	for name, v := range map[string]any{
		"number": c.store.TakeNumber("Note", nil), "type": kind, "data": data, "createdAt": now, "modifiedAt": now, "createdById": c.user.Rec.ID,
		"parentType": parent.Entity.Name, "parentId": parent.ID,
	} {
		n.Set(name, v)
	}
	if related != nil {
		n.Set("relatedType", related.Entity.Name)
		n.Set("relatedId", related.ID)
	}
	switch kind {
	case "Create", "Status", "Assign":
		putSuperParent(n, parent)
	case "CreateRelated":
		putSuperParent(n, related)
	}
	c.touchStream(parent)
}

// noteSave writes the notes that go with the save of a record.
func (c *call) noteSave(r *store.Record, mem, before map[string]any) {
	e := r.Entity
	if before == nil {
		if e.Stream {
			c.noteCreate(r, mem)
		}
		c.noteCreateRelated(r)
		return
	}
	if !e.Stream {
		return
	}
	assigned := mem["assignedUserId"] != before["assignedUserId"]
	if assigned {
		data := map[string]any{"assignedUserId": nil}
		if id, _ := mem["assignedUserId"].(string); id != "" {
			data = map[string]any{"assignedUserId": id, "assignedUserName": c.linkName(e, "assignedUser", "", id)}
		}
		c.writeNote("Assign", r, nil, data)
	}
	c.noteUpdate(r, mem, before)
	if f := e.Fields[e.StatusField]; f != nil && mem[f.Name] != nil && mem[f.Name] != before[f.Name] {
		c.writeNote("Status", r, nil, map[string]any{
			"field": f.Name, "value": mem[f.Name], "style": f.StyleOf(mem[f.Name]),
		})
	}
	if assigned {
		c.touchNotes(r)
	}
}

// touchNotes marks as modified the notes about a record that the streams of others
// show: who may read them is worked out anew.
func (c *call) touchNotes(r *store.Record) {
	for _, n := range c.store.Referring("Note", "parentId", r.ID) {
		if about(n, "parent", r) && n.Stored("superParentId") != nil {
			c.modified(n)
		}
	}
	for _, n := range c.store.Referring("Note", "relatedId", r.ID) {
		if about(n, "related", r) {
			c.modified(n)
		}
	}
}

func (c *call) noteCreate(r *store.Record, mem map[string]any) {
	e := r.Entity
	data := map[string]any{}
	if id, _ := mem["assignedUserId"].(string); id != "" {
		data["assignedUserId"], data["assignedUserName"] = id, c.linkName(e, "assignedUser", "", id)
	}
	if f := e.Fields[e.StatusField]; f != nil && mem[f.Name] != nil {
		data["statusField"], data["statusValue"], data["statusStyle"] = f.Name, mem[f.Name], f.StyleOf(mem[f.Name])
	}
	c.writeNote("Create", r, nil, data)
}

// noteCreateRelated writes to the streams of the records that a new one is
// linked to, if their link is one to write about.
func (c *call) noteCreateRelated(r *store.Record) {
	for _, name := range slices.Backward(r.Entity.LinkNames) {
		l := r.Entity.Links[name]
		if c.store.Shape(l) == store.ShapeParent || c.store.Shape(l) == store.ShapeOne {
			if to := c.store.LinkedOne(r, name); to != nil && c.linksNoted(to, l.BackFrom(r.Entity, to.Entity)) {
				c.writeNote("CreateRelated", to, r, nil)
			}
			continue
		}
		for _, id := range c.store.Linked(r, name) {
			if to := c.store.Find(l.Entity, id); c.linksNoted(to, to.Entity.Links[l.Foreign]) {
				c.writeNote("CreateRelated", to, r, nil)
			}
		}
	}
}

// noteLink writes to the streams of both records that they were linked, or
// unlinked.
func (c *call) noteLink(kind string, r *store.Record, l *schema.Link, to *store.Record) {
	if c.linksNoted(r, l) {
		c.writeNote(kind, r, to, nil)
	}
	if back := to.Entity.Links[l.Foreign]; c.linksNoted(to, back) {
		c.writeNote(kind, to, r, nil)
	}
}

// linksNoted reports whether the record's stream tells of what is linked to it.
func (c *call) linksNoted(r *store.Record, l *schema.Link) bool {
	return l != nil && l.Audited && r.Entity.Stream
}

// noteUpdate writes one note about all audited fields that were changed.
func (c *call) noteUpdate(r *store.Record, mem, before map[string]any) {
	e := r.Entity
	fields := []any{}
	was, became := map[string]any{}, map[string]any{}
	for _, name := range e.FieldNames {
		f := e.Fields[name]
		if !f.Audited || name == e.StatusField || name == "assignedUser" {
			continue
		}
		changed := false
		attrs := schema.AuditedAttributes(f)
		for _, a := range attrs {
			v, ok := mem[a]
			changed = changed || ok && !php.Same(v, before[a])
		}
		if !changed {
			continue
		}
		fields = append(fields, name)
		for _, a := range attrs {
			was[a], became[a] = before[a], mem[a]
		}
	}
	if len(fields) > 0 {
		c.writeNote("Update", r, nil, map[string]any{
			"fields": fields, "attributes": map[string]any{"was": was, "became": became},
		})
	}
}
