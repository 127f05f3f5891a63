package espotest

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// putSuperParent keeps what the parent of a note belongs to.
func putSuperParent(n, parent *record) {
	entity, id := superParent(parent)
	n.put("superParentType", entity)
	n.put("superParentId", id)
}

// superParent returns the account in whose stream the notes of a record
// appear too.
func superParent(r *record) (entity, id any) {
	if r == nil || r.entity.Name == "Account" || r.entity.Attr("accountId") == nil {
		return nil, nil
	}
	if s := r.str("accountId"); s != "" {
		return "Account", s
	}
	return nil, nil
}

// writeNote adds a note of the server's own to the stream of a record.
func (c *call) writeNote(kind string, parent, related *record, data any) {
	e := c.store.types["Note"]
	n := c.store.insert(e, c.store.newID())
	for name, v := range schema.Defaults(e) {
		n.set(name, v)
	}
	now := c.store.timestamp()
	for name, v := range map[string]any{
		"number": c.store.takeNumber("Note", nil), "type": kind, "data": data, "createdAt": now, "modifiedAt": now, "createdById": c.user.rec.ID,
		"parentType": parent.entity.Name, "parentId": parent.ID,
	} {
		n.set(name, v)
	}
	if related != nil {
		n.set("relatedType", related.entity.Name)
		n.set("relatedId", related.ID)
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
func (c *call) noteSave(r *record, mem, before map[string]any) {
	e := r.entity
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
func (c *call) touchNotes(r *record) {
	for _, n := range c.store.referring("Note", "parentId", r.ID) {
		if about(n, "parent", r) && n.stored("superParentId") != nil {
			c.modified(n)
		}
	}
	for _, n := range c.store.referring("Note", "relatedId", r.ID) {
		if about(n, "related", r) {
			c.modified(n)
		}
	}
}

func (c *call) noteCreate(r *record, mem map[string]any) {
	e := r.entity
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
func (c *call) noteCreateRelated(r *record) {
	for _, name := range slices.Backward(r.entity.LinkNames) {
		l := r.entity.Links[name]
		if c.store.shape(l) == shapeParent || c.store.shape(l) == shapeOne {
			if to := c.store.linkedOne(r, name); to != nil && c.linksNoted(to, l.BackFrom(r.entity, to.entity)) {
				c.writeNote("CreateRelated", to, r, nil)
			}
			continue
		}
		for _, id := range c.store.linked(r, name) {
			if to := c.store.find(l.Entity, id); c.linksNoted(to, to.entity.Links[l.Foreign]) {
				c.writeNote("CreateRelated", to, r, nil)
			}
		}
	}
}

// noteLink writes to the streams of both records that they were linked, or
// unlinked.
func (c *call) noteLink(kind string, r *record, l *schema.Link, to *record) {
	if c.linksNoted(r, l) {
		c.writeNote(kind, r, to, nil)
	}
	if back := to.entity.Links[l.Foreign]; c.linksNoted(to, back) {
		c.writeNote(kind, to, r, nil)
	}
}

// linksNoted reports whether the record's stream tells of what is linked to it.
func (c *call) linksNoted(r *record, l *schema.Link) bool {
	return l != nil && l.Audited && r.entity.Stream
}

// noteUpdate writes one note about all audited fields that were changed.
func (c *call) noteUpdate(r *record, mem, before map[string]any) {
	e := r.entity
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
