package espotest

import (
	"regexp"
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// noteLoad adds what the stream knows about a note.
func noteLoad(c *call, mem map[string]any, n *store.Record) {
	mem["reactionCounts"], mem["myReactions"] = c.reactionsOf(n)
}

// noteSuperParent adds what a note's parent belongs to.
func noteSuperParent(_ *call, n *store.Record, item answer.Object) answer.Object {
	if !item.Has("modifiedById") {
		return item
	}
	return append(item, answer.Member{Name: "superParentId", Value: n.Stored("superParentId")}, answer.Member{Name: "superParentType", Value: n.Stored("superParentType")})
}

// mayReadNote reports whether the user may read the stream that a note is in.
func (c *call) mayReadNote(n *store.Record) bool {
	if c.user.Admin() || n.Str("createdById") == c.user.Rec.ID || n.Get("isGlobal") == true {
		return true
	}
	if parent := c.store.Find(n.Str("parentType"), n.Str("parentId")); parent != nil {
		return c.user.May(rights.Read, parent) && c.user.May(rights.Stream, parent)
	}
	return slices.Contains(c.store.Linked(n, "users"), c.user.Rec.ID)
}

// note returns the note of the path, for what is no reading of it.
func (c *call) note(noAccess string) (*store.Record, *answer.Error) {
	n := c.store.Find("Note", c.params["id"])
	switch {
	case n == nil:
		return nil, answer.NotFound("")
	case !c.mayReadNote(n):
		return nil, answer.Forbidden("%s", noAccess)
	}
	return n, nil
}

func (c *call) readNote() (any, *answer.Error) {
	id := c.params["id"]
	n := c.store.Find("Note", id)
	switch {
	case n == nil:
		return nil, answer.NotFound("Record %s does not exist.", id)
	case !c.mayReadNote(n):
		return nil, answer.Forbidden("No 'read' access.")
	}
	return c.output(n.Entity, c.loadedNote(n)), nil
}

func (c *call) loadedNote(n *store.Record) map[string]any {
	mem := c.fetched(n)
	c.load(mem, n)
	mem["superParentId"], mem["superParentType"] = n.Stored("superParentId"), n.Stored("superParentType")
	if !isPost(n) {
		for _, suffix := range []string{"Ids", "Names", "Types"} {
			delete(mem, "attachments"+suffix)
		}
	}
	return mem
}

// createNote writes a post; users can write no other notes.
func (c *call) createNote() (any, *answer.Error) {
	e := c.store.Types["Note"]
	in := c.input(e, c.data, true)
	data := map[string]any{}
	mentioned := c.mentions(in["post"], data)
	in["type"], in["data"] = "Post", data
	parentType, _ := in["parentType"].(string)
	parentID, _ := in["parentId"].(string)
	var parent *store.Record
	if parentType != "" && parentID != "" {
		if c.store.Types[parentType] == nil {
			return nil, answer.Invalid("Note", "parent", "valid")
		}
		parent = c.store.Find(parentType, parentID)
		if parent == nil || !c.user.May(rights.Read, parent) || !c.user.May(rights.Stream, parent) {
			return nil, answer.Forbidden("No create access.")
		}
	}
	if target := in["targetType"]; (target == "all" || target == "teams") &&
		c.user.Permission("messagePermission") == espo.AccessNo {
		return nil, answer.Forbidden("Not permitted to post to anybody except self.")
	}
	if in["targetType"] == "self" {
		in["usersIds"] = []any{c.user.Rec.ID}
	}
	n, mem, err := c.create(e, in, true)
	if err != nil {
		return nil, err
	}
	// Neither the request nor the answer has what only the server sets.
	n.Set("type", "Post")
	n.Set("data", data)
	mem["type"], mem["data"] = "Post", data
	if n.Set("isGlobal", in["targetType"] == "all"); in["targetType"] == "all" {
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
	mem["attachmentsIds"], mem["attachmentsNames"] = n.Get("attachmentsIds"), n.Get("attachmentsNames")
	if in["targetType"] == "self" || parent == nil && in["targetType"] == nil {
		mem["usersIds"], mem["usersNames"] = n.Get("usersIds"), n.Get("usersNames")
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
func (c *call) mentions(post any, data map[string]any) []*rights.User {
	text, _ := post.(string)
	found := map[string]any{}
	var notified []*rights.User
	for _, name := range mention.FindAllString(text, -1) {
		for _, u := range c.users {
			if "@"+u.UserName != name || !u.Active() || found[name] != nil {
				continue
			}
			found[name] = map[string]any{
				"id": u.Rec.ID, "name": u.Rec.Get("name"), "userName": u.UserName, "_scope": "User",
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
func (c *call) notified(users []*rights.User, parent *store.Record) []any {
	var ids []any
	for _, u := range users {
		if parent == nil || u.May(rights.Read, parent) && u.May(rights.Stream, parent) {
			ids = append(ids, u.Rec.ID)
		}
	}
	return ids
}

func (c *call) updateNote() (any, *answer.Error) {
	n := c.store.Find("Note", c.params["id"])
	if n != nil && !isPost(n) {
		return nil, answer.Forbidden("No edit access.")
	}
	n, _, err := c.update(c.store.Types["Note"], c.params["id"], c.data)
	if err != nil {
		return nil, err
	}
	return c.output(n.Entity, c.loadedNote(n)), nil
}

func (c *call) deleteNote() (any, *answer.Error) {
	if n := c.store.Find("Note", c.params["id"]); n != nil && !isPost(n) {
		return nil, answer.Forbidden("No delete access.")
	}
	if err := c.delete(c.store.Types["Note"], c.params["id"]); err != nil {
		return nil, err
	}
	return true, nil
}

// pinnable are the types of notes that can be pinned.
var pinnable = []string{"Post", "EmailReceived", "EmailSent"}

func (c *call) pinNote() (any, *answer.Error) { return c.setPinned(true) }

func (c *call) unpinNote() (any, *answer.Error) { return c.setPinned(false) }

func (c *call) setPinned(pinned bool) (any, *answer.Error) {
	n, err := c.note("No read access.")
	if err != nil {
		return nil, err
	}
	parent := c.store.Find(n.Str("parentType"), n.Str("parentId"))
	switch {
	case parent == nil || !c.user.May(rights.Edit, parent):
		return nil, answer.Forbidden("No parent edit access.")
	case pinned && !slices.Contains(pinnable, n.Str("type")):
		return nil, answer.Forbidden("Cannot pin note.")
	}
	if n.Get("isPinned") != pinned {
		n.Set("isPinned", pinned)
		n.Set("modifiedAt", c.store.Timestamp())
		n.Set("modifiedById", c.user.Rec.ID)
	}
	return true, nil
}

// reactionsOf returns the counts, nil when there are none, and the user's own.
func (c *call) reactionsOf(n *store.Record) (counts any, mine []any) {
	mine = []any{}
	all := map[string]any{}
	for _, r := range n.Reactions {
		if r.UserID == c.user.Rec.ID {
			mine = append(mine, r.Kind)
		}
		sum, _ := all[r.Kind].(int64)
		all[r.Kind] = sum + 1
	}
	if len(all) == 0 {
		return nil, mine
	}
	return all, mine
}

func (c *call) react() (any, *answer.Error) {
	n, err := c.note("")
	if err != nil {
		return nil, err
	}
	kind := c.params["type"]
	if list, _ := c.store.Settings["availableReactions"].([]any); !slices.Contains(list, any(kind)) {
		return nil, answer.Forbidden("Not allowed reaction '%s'.", kind)
	}
	if own := (store.Reaction{UserID: c.user.Rec.ID, Kind: kind}); !slices.Contains(n.Reactions, own) {
		n.Reactions = append(n.Reactions, own)
	}
	return true, nil
}

func (c *call) unreact() (any, *answer.Error) {
	n, err := c.note("")
	if err != nil {
		return nil, err
	}
	own := store.Reaction{UserID: c.user.Rec.ID, Kind: c.params["type"]}
	n.Reactions = slices.DeleteFunc(n.Reactions, func(r store.Reaction) bool { return r == own })
	return true, nil
}

// reactors lists who has reacted; API users are nobody.
func (c *call) reactors() (any, *answer.Error) {
	n, err := c.note("")
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, r := range n.Reactions {
		u := c.store.Find("User", r.UserID)
		if r.Kind == c.params["type"] && u != nil && u.Str("type") != "api" {
			list = append(list, map[string]any{"id": u.ID, "name": u.Get("name"), "userName": u.Get("userName")})
		}
	}
	return map[string]any{"list": list, "total": int64(len(list))}, nil
}
