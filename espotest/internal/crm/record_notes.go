package crm

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// MayReadNote reports whether the user may read the stream that a note is in.
func (c *Call) MayReadNote(n *store.Record) bool {
	if c.User.Admin() || n.Str("createdById") == c.User.Rec.ID || n.Get("isGlobal") == true {
		return true
	}
	if parent := c.Store.Find(n.Str("parentType"), n.Str("parentId")); parent != nil {
		return c.User.May(rights.Read, parent) && c.User.May(rights.Stream, parent)
	}
	return slices.Contains(c.Store.Linked(n, "users"), c.User.Rec.ID)
}

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
func writeNote(c *Call, kind string, parent, related *store.Record, data any) {
	e := c.Store.Types["Note"]
	n := c.Store.Insert(e, c.Store.NewID())
	for name, v := range schema.Defaults(e) {
		n.Set(name, v)
	}
	now := c.Store.Timestamp()
	n.Set("number", c.Store.TakeNumber("Note", nil))
	n.Set("type", kind)
	n.Set("data", data)
	n.Set("createdAt", now)
	n.Set("modifiedAt", now)
	n.Set("createdById", c.User.Rec.ID)
	n.Set("parentType", parent.Entity.Name)
	n.Set("parentId", parent.ID)
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
	c.TouchStream(parent)
}

// noteSave writes the notes that go with the save of a record.
func noteSave(c *Call, r *store.Record, mem, before map[string]any) {
	e := r.Entity
	if before == nil {
		if e.Stream {
			noteCreate(c, r, mem)
		}
		noteCreateRelated(c, r)
		return
	}
	if !e.Stream {
		return
	}
	assigned := Changed(mem, before, "assignedUserId")
	if assigned {
		data := map[string]any{"assignedUserId": nil}
		if id, _ := mem["assignedUserId"].(string); id != "" {
			data = map[string]any{"assignedUserId": id, "assignedUserName": c.LinkName(e, "assignedUser", "", id)}
		}
		writeNote(c, "Assign", r, nil, data)
	}
	var status any
	f := e.Fields[e.StatusField]
	if f != nil && Changed(mem, before, f.Name) {
		status = mem[f.Name]
	}
	noteUpdate(c, r, mem, before, status)
	if status != nil && !c.Has(release.StatusInUpdates) {
		writeNote(c, "Status", r, nil, map[string]any{"field": f.Name, "value": status, "style": f.StyleOf(status)})
	}
	if assigned {
		touchNotes(c, r)
	}
}

// touchNotes marks as modified the notes about a record that the streams of others
// show: who may read them is worked out anew.
func touchNotes(c *Call, r *store.Record) {
	for _, n := range c.Store.Referring("Note", "parentId", r.ID) {
		if About(n, "parent", r) && n.Stored("superParentId") != nil {
			c.Modified(n)
		}
	}
	for _, n := range c.Store.Referring("Note", "relatedId", r.ID) {
		if About(n, "related", r) {
			c.Modified(n)
		}
	}
}

func noteCreate(c *Call, r *store.Record, mem map[string]any) {
	e := r.Entity
	data := map[string]any{}
	if id, _ := mem["assignedUserId"].(string); id != "" {
		data["assignedUserId"], data["assignedUserName"] = id, c.LinkName(e, "assignedUser", "", id)
		mem["assignedUserName"] = data["assignedUserName"]
	}
	if f := e.Fields[e.StatusField]; f != nil && mem[f.Name] != nil {
		data["statusField"], data["statusValue"] = f.Name, mem[f.Name]
		if !c.Has(release.StatusInUpdates) {
			data["statusStyle"] = f.StyleOf(mem[f.Name])
		}
	}
	writeNote(c, "Create", r, nil, data)
}

// noteCreateRelated writes to the streams of the records that a new one is
// linked to, if their link is one to write about.
func noteCreateRelated(c *Call, r *store.Record) {
	for _, name := range slices.Backward(r.Entity.LinkNames) {
		l := r.Entity.Links[name]
		if c.Store.Shape(l) == store.ShapeParent || c.Store.Shape(l) == store.ShapeOne {
			if to := c.Store.LinkedOne(r, name); to != nil && linksNoted(to, l.BackFrom(r.Entity, to.Entity)) {
				writeNote(c, "CreateRelated", to, r, nil)
			}
			continue
		}
		if back := c.Store.Foreign(l); back == nil || !back.Audited {
			continue
		}
		for _, id := range c.Store.Linked(r, name) {
			if to := c.Store.Find(l.Entity, id); linksNoted(to, to.Entity.Links[l.Foreign]) {
				writeNote(c, "CreateRelated", to, r, nil)
			}
		}
	}
}

// NoteLink writes to the streams of both records that they were linked, or
// unlinked.
func (c *Call) NoteLink(kind string, r *store.Record, l *schema.Link, to *store.Record) {
	if linksNoted(r, l) {
		writeNote(c, kind, r, to, nil)
	}
	if back := to.Entity.Links[l.Foreign]; linksNoted(to, back) {
		writeNote(c, kind, to, r, nil)
	}
}

// linksNoted reports whether the record's stream shows what is linked to it.
func linksNoted(r *store.Record, l *schema.Link) bool {
	return l != nil && l.Audited && r.Entity.Stream
}

// noteUpdate writes one note about all audited fields that were changed and, from
// some version on, about the status that it has now.
func noteUpdate(c *Call, r *store.Record, mem, before map[string]any, status any) {
	e := r.Entity
	fields := []any{}
	was, became := map[string]any{}, map[string]any{}
	for _, name := range e.FieldNames {
		f := e.Fields[name]
		if !f.Audited || name == e.StatusField || name == "assignedUser" {
			continue
		}
		attrs := schema.AuditedAttributes(f)
		if !slices.ContainsFunc(attrs, func(a string) bool { _, ok := mem[a]; return ok && Changed(mem, before, a) }) {
			continue
		}
		fields = append(fields, name)
		for _, a := range attrs {
			was[a], became[a] = before[a], mem[a]
		}
	}
	data := map[string]any{"fields": fields, "attributes": map[string]any{"was": was, "became": became}}
	if status != nil && c.Has(release.StatusInUpdates) {
		data["value"] = status
	}
	if len(fields) > 0 || data["value"] != nil {
		writeNote(c, "Update", r, nil, data)
	}
}

// About reports whether the note's parent (or other link) is the record.
func About(n *store.Record, link string, r *store.Record) bool {
	return n.Str(link+"Id") == r.ID && n.Str(link+"Type") == r.Entity.Name
}

// TouchStream notes when the record's stream got its last note.
func (c *Call) TouchStream(r *store.Record) {
	if r.Entity.Attr("streamUpdatedAt") != nil {
		r.Set("streamUpdatedAt", c.Store.Timestamp())
	}
}
