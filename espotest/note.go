package espotest

import (
	"cmp"
	"regexp"
	"slices"
)

func init() { // after that of the other hooks, which makes the map
	hooks["Note"] = entityHooks{load: noteLoad}
	hooks["Attachment"] = entityHooks{load: attachmentLoad}
}

// noteLoad adds what the stream knows about a note.
func noteLoad(c *call, mem map[string]any, n *record) {
	mem["reactionCounts"], mem["myReactions"] = c.reactionsOf(n)
}

// mayReadNote reports whether the user may read the stream that a note is in.
func (c *call) mayReadNote(n *record) bool {
	if c.user.admin() || n.str("createdById") == c.user.rec.ID || n.get("isGlobal") == true {
		return true
	}
	if parent := c.store.find(n.str("parentType"), n.str("parentId")); parent != nil {
		return c.user.may(actionRead, parent) && c.user.may(actionStream, parent)
	}
	return slices.Contains(c.store.linked(n, "users"), c.user.rec.ID)
}

// note returns the note of the path, for what is no reading of it.
func (c *call) note(noAccess string) (*record, *apiError) {
	n := c.store.find("Note", c.params["id"])
	switch {
	case n == nil:
		return nil, notFound("")
	case !c.mayReadNote(n):
		return nil, forbidden("%s", noAccess)
	}
	return n, nil
}

func (c *call) readNote() (any, error) {
	id := c.params["id"]
	n := c.store.find("Note", id)
	switch {
	case n == nil:
		return nil, notFound("Record %s does not exist.", id)
	case !c.mayReadNote(n):
		return nil, forbidden("No 'read' access.")
	}
	return c.output(n.entity, c.loadedNote(n)), nil
}

func (c *call) loadedNote(n *record) map[string]any {
	mem := c.fetched(n)
	c.load(mem, n)
	mem["superParentId"], mem["superParentType"] = n.stored("superParentId"), n.stored("superParentType")
	if !isPost(n) {
		for _, suffix := range []string{"Ids", "Names", "Types"} {
			delete(mem, "attachments"+suffix)
		}
	}
	return mem
}

// createNote writes a post; users can write no other notes.
func (c *call) createNote() (any, error) {
	e := c.store.types["Note"]
	in := c.input(e, c.data, true)
	data := map[string]any{}
	mentioned := c.mentions(in["post"], data)
	in["type"], in["data"] = "Post", data
	parentType, _ := in["parentType"].(string)
	parentID, _ := in["parentId"].(string)
	var parent *record
	if parentType != "" && parentID != "" {
		if c.store.types[parentType] == nil {
			return nil, invalid("Note", "parent", "valid")
		}
		parent = c.store.find(parentType, parentID)
		if parent == nil || !c.user.may(actionRead, parent) || !c.user.may(actionStream, parent) {
			return nil, forbidden("No create access.")
		}
	}
	if target := in["targetType"]; (target == "all" || target == "teams") &&
		c.user.permission("messagePermission") == No {
		return nil, forbidden("Not permitted to post to anybody except self.")
	}
	if in["targetType"] == "self" {
		in["usersIds"] = []any{c.user.rec.ID}
	}
	n, mem, err := c.create(e, in, true)
	if err != nil {
		return nil, err
	}
	// Neither the request nor the answer has what only the server sets.
	n.set("type", "Post")
	n.set("data", data)
	mem["type"], mem["data"] = "Post", data
	if n.set("isGlobal", in["targetType"] == "all"); in["targetType"] == "all" {
		mem["isGlobal"] = true
	} else {
		delete(mem, "isGlobal")
	}
	for _, name := range []string{"isPinned", "number", "createdByGender"} {
		delete(mem, name)
	}
	if parent != nil {
		c.touchStream(parent)
	}
	c.load(mem, n)
	mem["attachmentsIds"], mem["attachmentsNames"] = n.get("attachmentsIds"), n.get("attachmentsNames")
	if in["targetType"] == "self" || parent == nil && in["targetType"] == nil {
		mem["usersIds"], mem["usersNames"] = n.get("usersIds"), n.get("usersNames")
	}
	if parent == nil && in["targetType"] == nil {
		mem["teamsIds"], mem["teamsNames"] = []any{}, map[string]any{}
	}
	mem["relatedName"] = nil
	if ids := c.notified(mentioned, parent); len(ids) > 0 {
		mem["notifiedUserIdList"] = ids
	}
	return c.output(e, mem), nil
}

var mention = regexp.MustCompile(`@[\w@.-]+`)

// mentions notes in the data of a note whom its text mentions by user name. It
// returns those among them who get a notification.
func (c *call) mentions(post any, data map[string]any) []*user {
	text, _ := post.(string)
	found := map[string]any{}
	var notified []*user
	for _, name := range mention.FindAllString(text, -1) {
		for _, u := range c.users {
			if "@"+u.UserName != name || !u.active() || found[name] != nil {
				continue
			}
			found[name] = map[string]any{
				"id": u.rec.ID, "name": u.rec.get("name"), "userName": u.UserName, "_scope": "User",
			}
			if u != c.user && u.Type != "api" {
				notified = append(notified, u)
			}
		}
	}
	if len(found) > 0 {
		data["mentions"] = found
	}
	return notified
}

// notified returns the ids of the users who may read the stream of a record.
func (c *call) notified(users []*user, parent *record) []any {
	var ids []any
	for _, u := range users {
		if parent == nil || u.may(actionRead, parent) && u.may(actionStream, parent) {
			ids = append(ids, u.rec.ID)
		}
	}
	return ids
}

func (c *call) updateNote() (any, error) {
	n := c.store.find("Note", c.params["id"])
	if n != nil && !isPost(n) {
		return nil, forbidden("No edit access.")
	}
	n, _, err := c.update(c.store.types["Note"], c.params["id"], c.data)
	if err != nil {
		return nil, err
	}
	return c.output(n.entity, c.loadedNote(n)), nil
}

func (c *call) deleteNote() (any, error) {
	if n := c.store.find("Note", c.params["id"]); n != nil && !isPost(n) {
		return nil, forbidden("No delete access.")
	}
	if err := c.delete(c.store.types["Note"], c.params["id"]); err != nil {
		return nil, err
	}
	return true, nil
}

// pinnable are the types of notes that can be pinned.
var pinnable = []string{"Post", "EmailReceived", "EmailSent"}

func (c *call) pinNote() (any, error)   { return c.setPinned(true) }
func (c *call) unpinNote() (any, error) { return c.setPinned(false) }

func (c *call) setPinned(pinned bool) (any, error) {
	n, err := c.note("No read access.")
	if err != nil {
		return nil, err
	}
	parent := c.store.find(n.str("parentType"), n.str("parentId"))
	switch {
	case parent == nil || !c.user.may(actionEdit, parent):
		return nil, forbidden("No parent edit access.")
	case pinned && !slices.Contains(pinnable, n.str("type")):
		return nil, forbidden("Cannot pin note.")
	}
	if n.get("isPinned") != pinned {
		n.set("isPinned", pinned)
		n.set("modifiedAt", c.store.timestamp())
		n.set("modifiedById", c.user.rec.ID)
	}
	return true, nil
}

// reaction is what one user has put to a note.
type reaction struct{ userID, kind string }

// reactionsOf returns the counts, nil when there are none, and the user's own.
func (c *call) reactionsOf(n *record) (counts any, mine []any) {
	mine = []any{}
	all := map[string]any{}
	for _, r := range n.reactions {
		if r.userID == c.user.rec.ID {
			mine = append(mine, r.kind)
		}
		sum, _ := all[r.kind].(int64)
		all[r.kind] = sum + 1
	}
	if len(all) == 0 {
		return nil, mine
	}
	return all, mine
}

func (c *call) react() (any, error) {
	n, err := c.note("")
	if err != nil {
		return nil, err
	}
	kind := c.params["type"]
	if list, _ := c.store.settings["availableReactions"].([]any); !slices.Contains(list, any(kind)) {
		return nil, forbidden("Not allowed reaction '%s'.", kind)
	}
	if own := (reaction{c.user.rec.ID, kind}); !slices.Contains(n.reactions, own) {
		n.reactions = append(n.reactions, own)
	}
	return true, nil
}

func (c *call) unreact() (any, error) {
	n, err := c.note("")
	if err != nil {
		return nil, err
	}
	own := reaction{c.user.rec.ID, c.params["type"]}
	n.reactions = slices.DeleteFunc(n.reactions, func(r reaction) bool { return r == own })
	return true, nil
}

// reactors lists who has reacted; API users are nobody.
func (c *call) reactors() (any, error) {
	n, err := c.note("")
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, r := range n.reactions {
		u := c.store.find("User", r.userID)
		if r.kind == c.params["type"] && u != nil && u.str("type") != "api" {
			list = append(list, map[string]any{"id": u.ID, "name": u.get("name"), "userName": u.get("userName")})
		}
	}
	return map[string]any{"list": list, "total": int64(len(list))}, nil
}

// putSuperParent keeps what the parent of a note belongs to.
func putSuperParent(n, parent *record) {
	entity, id := superParent(parent)
	n.put("superParentType", entity)
	n.put("superParentId", id)
}

// superParent returns the account in whose stream the notes of a record
// appear too.
func superParent(r *record) (entity, id any) {
	if r == nil || r.entity.Name == "Account" || r.entity.attr("accountId") == nil {
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
	for name, v := range fieldDefaults(e) {
		n.set(name, v)
	}
	t := c.store.tables["Note"]
	now := c.store.timestamp()
	for name, v := range map[string]any{
		"number": t.next, "type": kind, "data": data, "createdAt": now, "modifiedAt": now, "createdById": c.user.rec.ID,
		"parentType": parent.entity.Name, "parentId": parent.ID,
	} {
		n.set(name, v)
	}
	t.next++
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
			"field": f.Name, "value": mem[f.Name], "style": f.styleOf(mem[f.Name]),
		})
	}
	if assigned {
		c.touchNotes(r)
	}
}

// touchNotes marks as modified the notes that another record's stream shows,
// too: who may read them is worked out anew.
func (c *call) touchNotes(r *record) {
	for _, n := range c.store.tables["Note"].index["parentId"][r.ID] {
		if about(n, "parent", r) && n.stored("superParentId") != nil {
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
		data["statusField"], data["statusValue"], data["statusStyle"] = f.Name, mem[f.Name], f.styleOf(mem[f.Name])
	}
	c.writeNote("Create", r, nil, data)
}

// noteCreateRelated writes to the streams of the records that a new one is
// linked to, if their link is one to write about.
func (c *call) noteCreateRelated(r *record) {
	for _, name := range slices.Backward(r.entity.LinkNames) {
		l := r.entity.Links[name]
		if c.store.shape(r.entity, l) == shapeParent || c.store.shape(r.entity, l) == shapeOne {
			if to := c.store.linkedOne(r, name); to != nil && c.linksNoted(to, l.backFrom(r.entity, to)) {
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
func (c *call) noteLink(kind string, r *record, l *link, to *record) {
	if c.linksNoted(r, l) {
		c.writeNote(kind, r, to, nil)
	}
	if back := to.entity.Links[l.Foreign]; c.linksNoted(to, back) {
		c.writeNote(kind, to, r, nil)
	}
}

// linksNoted reports whether the record's stream tells of what is linked to it.
func (c *call) linksNoted(r *record, l *link) bool {
	return l != nil && l.Audited && r.entity.Stream
}

// backFrom returns the link of the other end that leads back. That of a parent
// is any to the entity type: the stream knows links by that only.
func (l *link) backFrom(e *entityType, to *record) *link {
	if l.Type != "belongsToParent" {
		return to.entity.Links[l.Foreign]
	}
	for _, back := range to.entity.Links {
		if back.Entity == e.Name && back.Audited {
			return back
		}
	}
	return nil
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
		attrs := auditedAttributes(f)
		for _, a := range attrs {
			v, ok := mem[a]
			changed = changed || ok && !same(v, before[a])
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

// auditedAttributes are the attributes of a field that a note shows.
func auditedAttributes(f *field) []string {
	switch f.Type {
	case "currency":
		return []string{f.Name, f.Name + "Currency"}
	case "datetimeOptional":
		return []string{f.Name, f.Name + "Date"}
	case "link", "file", "image":
		return []string{f.Name + "Id", f.Name + "Name"}
	case "linkParent":
		return []string{f.Name + "Id", f.Name + "Type", f.Name + "Name"}
	}
	return []string{f.Name}
}

// styleOf is the style of a status.
func (f *field) styleOf(status any) string {
	s, _ := status.(string)
	return cmp.Or(f.Style[s], "default")
}
