package stream

import (
	"regexp"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// NoteLoad adds what the stream knows about a note.
func NoteLoad(c *crm.Call, mem map[string]any, n *store.Record) {
	if c.Has(release.Reactions) {
		mem["reactionCounts"], mem["myReactions"] = reactionsOf(c, n)
	}
}

// NoteSuperParent adds what a note's parent belongs to.
func NoteSuperParent(_ *crm.Call, n *store.Record, item answer.Object) answer.Object {
	if !item.Has("modifiedById") {
		return item
	}
	return append(item, answer.Member{Name: "superParentId", Value: n.Stored("superParentId")}, answer.Member{Name: "superParentType", Value: n.Stored("superParentType")})
}

// note returns the note of the path, for what is not a reading of it.
func note(c *crm.Call, noAccess string) (*store.Record, *answer.Error) {
	n := c.Store.Find("Note", c.Params["id"])
	switch {
	case n == nil:
		return nil, answer.NotFound("")
	case !c.MayReadNote(n):
		return nil, answer.Forbidden("%s", noAccess)
	}
	return n, nil
}

// ReadNote reads a note: GET Note/{id}.
func ReadNote(c *crm.Call) (any, *answer.Error) {
	id := c.Params["id"]
	n := c.Store.Find("Note", id)
	switch {
	case n == nil:
		return nil, answer.NotFound("Record %s does not exist.", id)
	case !c.MayReadNote(n):
		return nil, answer.Forbidden("No 'read' access.")
	}
	return c.Output(n.Entity, loadedNote(c, n)), nil
}

func loadedNote(c *crm.Call, n *store.Record) map[string]any {
	mem := c.Fetched(n)
	c.Load(mem, n)
	mem["data"] = c.NoteData(n)
	mem["superParentId"], mem["superParentType"] = n.Stored("superParentId"), n.Stored("superParentType")
	if !isPost(n) {
		for _, suffix := range []string{"Ids", "Names", "Types"} {
			delete(mem, "attachments"+suffix)
		}
	}
	return mem
}

// CreateNote writes a post; users can write no other notes.
func CreateNote(c *crm.Call) (any, *answer.Error) {
	e := c.Store.Types["Note"]
	in := c.Input(e, c.Data, true)
	data := map[string]any{}
	mentioned := mentions(c, in["post"], data)
	in["type"], in["data"] = "Post", data
	parent, err := parentOfPost(c, in)
	if err != nil {
		return nil, err
	}
	target := in["targetType"]
	if target == "self" {
		in["usersIds"] = []any{c.User.Rec.ID}
	}
	n, mem, err := c.Create(e, in, true)
	if err != nil {
		return nil, err
	}
	n.Set("type", "Post")
	n.Set("data", data)
	n.Set("isGlobal", target == "all")
	if parent != nil {
		c.TouchStream(parent)
		followPosted(c, parent)
	}
	mem["type"], mem["data"] = "Post", data
	loadPost(c, n, mem, parent, target)
	if ids := notified(mentioned, parent); len(ids) > 0 {
		mem["notifiedUserIdList"] = ids
	}
	return c.Output(e, mem), nil
}

// NoteAfterCheck refuses a post to others by who may post to nobody else.
func NoteAfterCheck(c *crm.Call, mem, before map[string]any) *answer.Error {
	target := mem["targetType"]
	if before == nil && (target == "all" || target == "teams") && c.User.Permission("messagePermission") == rights.LevelNo {
		return answer.Forbidden("Not permitted to post to anybody except self.")
	}
	return nil
}

// followPosted makes the user follow what it posts to, unless its preferences say
// otherwise.
func followPosted(c *crm.Call, parent *store.Record) {
	follows, set := c.User.Preferences["followEntityOnStreamPost"]
	if parent.Entity.Stream && c.User.Type != "api" && (!set || follows == true) && c.User.May(rights.Stream, parent) {
		parent.Follow(c.User.Rec.ID)
	}
}

// parentOfPost returns the record that a new post is about, nil when there is
// none.
func parentOfPost(c *crm.Call, in map[string]any) (*store.Record, *answer.Error) {
	parentType, _ := in["parentType"].(string)
	parentID, _ := in["parentId"].(string)
	if parentType == "" || parentID == "" {
		return nil, nil
	}
	if c.Store.Types[parentType] == nil {
		return nil, answer.Invalid("Note", "parent", "valid")
	}
	parent := c.Store.Find(parentType, parentID)
	if c.User.Portal != nil {
		switch {
		case parent == nil:
			return nil, answer.Forbidden("Can't relate with non-existing record. entity type: Note, link: parent.")
		case !c.User.May(rights.Read, parent):
			return nil, answer.Forbidden("No foreign record access for link operation (Note:parent).")
		}
		return parent, nil
	}
	if parent == nil || !c.User.May(rights.Read, parent) || !c.User.May(rights.Stream, parent) {
		return nil, answer.Forbidden("No create access.")
	}
	if in["isInternal"] == true && c.Has(release.InternalNotesChosen) && parentType != "Case" {
		return nil, answer.Forbidden("Internal note is not allowed.")
	}
	return parent, nil
}

// loadPost adds what the answer to a new post has, and takes away what neither
// the request nor the answer has, since only the server sets it.
func loadPost(c *crm.Call, n *store.Record, mem map[string]any, parent *store.Record, target any) {
	for _, name := range []string{"isPinned", "number", "createdByGender"} {
		delete(mem, name)
	}
	if target == "all" {
		mem["isGlobal"] = true
	} else {
		delete(mem, "isGlobal")
	}
	c.Load(mem, n)
	mem["attachmentsIds"], mem["attachmentsNames"] = n.Get("attachmentsIds"), n.Get("attachmentsNames")
	if target == "self" || parent == nil && target == nil {
		mem["usersIds"], mem["usersNames"] = n.Get("usersIds"), n.Get("usersNames")
	}
	if parent == nil && target == nil {
		mem["teamsIds"], mem["teamsNames"] = []any{}, map[string]any{}
	}
	mem["relatedName"] = nil
}

var mention = regexp.MustCompile(`@[\w@.-]+`)

// mentions notes in the data of a note whom its text mentions by user name. It
// returns those among them who get a notification.
func mentions(c *crm.Call, post any, data map[string]any) []*rights.User {
	text, _ := post.(string)
	found := map[string]any{}
	var notified []*rights.User
	for _, name := range mention.FindAllString(text, -1) {
		for _, u := range c.Users {
			if "@"+u.UserName != name || !u.Active() || found[name] != nil {
				continue
			}
			found[name] = map[string]any{
				"id": u.Rec.ID, "name": u.Rec.Get("name"), "userName": u.UserName, "_scope": "User",
			}
			if u.Rec != c.User.Rec && u.Type != "api" {
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
func notified(users []*rights.User, parent *store.Record) []any {
	var ids []any
	for _, u := range users {
		if parent == nil || u.May(rights.Read, parent) && u.May(rights.Stream, parent) {
			ids = append(ids, u.Rec.ID)
		}
	}
	return ids
}

// UpdateNote changes a post, and no other note: PUT Note/{id}.
func UpdateNote(c *crm.Call) (any, *answer.Error) {
	n := c.Store.Find("Note", c.Params["id"])
	if n != nil && !isPost(n) {
		return nil, answer.Forbidden("No edit access.")
	}
	n, _, err := c.Update(c.Store.Types["Note"], c.Params["id"], c.Data)
	if err != nil {
		return nil, err
	}
	if _, changed := c.Data["post"]; changed {
		data := map[string]any{}
		mentions(c, n.Get("post"), data)
		n.Set("data", data)
	}
	return c.Output(n.Entity, loadedNote(c, n)), nil
}

// DeleteNote deletes a post, and no other note: DELETE Note/{id}.
func DeleteNote(c *crm.Call) (any, *answer.Error) {
	if n := c.Store.Find("Note", c.Params["id"]); n != nil && !isPost(n) {
		return nil, answer.Forbidden("No delete access.")
	}
	if err := c.Delete(c.Store.Types["Note"], c.Params["id"]); err != nil {
		return nil, err
	}
	return true, nil
}

// pinnable are the types of notes that can be pinned.
var pinnable = []string{"Post", "EmailReceived", "EmailSent"}

// PinNote pins a note to the stream of its parent: POST Note/{id}/pin.
func PinNote(c *crm.Call) (any, *answer.Error) { return setPinned(c, true) }

// UnpinNote takes a note off again: DELETE Note/{id}/pin.
func UnpinNote(c *crm.Call) (any, *answer.Error) { return setPinned(c, false) }

func setPinned(c *crm.Call, pinned bool) (any, *answer.Error) {
	n, err := note(c, "No read access.")
	if err != nil {
		return nil, err
	}
	parent := c.Store.Find(n.Str("parentType"), n.Str("parentId"))
	switch {
	case parent == nil || !c.User.May(rights.Edit, parent):
		return nil, answer.Forbidden("No parent edit access.")
	case pinned && !slices.Contains(pinnable, n.Str("type")):
		return nil, answer.Forbidden("Cannot pin note.")
	}
	if n.Get("isPinned") != pinned {
		n.Set("isPinned", pinned)
		n.Set("modifiedAt", c.Store.Timestamp())
		n.Set("modifiedById", c.User.Rec.ID)
	}
	return true, nil
}

// reactionsOf returns the counts, nil when there are none, and the user's own.
func reactionsOf(c *crm.Call, n *store.Record) (counts any, mine []any) {
	mine = []any{}
	all := map[string]any{}
	for _, r := range n.Reactions {
		if r.UserID == c.User.Rec.ID {
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

// React puts a reaction of the user to a note:
// POST Note/{id}/myReactions/{type}.
func React(c *crm.Call) (any, *answer.Error) {
	n, err := note(c, "")
	if err != nil {
		return nil, err
	}
	kind := c.Params["type"]
	if list, _ := c.Store.Settings["availableReactions"].([]any); !slices.Contains(list, any(kind)) {
		return nil, answer.Forbidden("Not allowed reaction '%s'.", kind)
	}
	if own := (store.Reaction{UserID: c.User.Rec.ID, Kind: kind}); !slices.Contains(n.Reactions, own) {
		n.Reactions = append(n.Reactions, own)
	}
	return true, nil
}

// Unreact takes a reaction back: DELETE Note/{id}/myReactions/{type}.
func Unreact(c *crm.Call) (any, *answer.Error) {
	n, err := note(c, "")
	if err != nil {
		return nil, err
	}
	own := store.Reaction{UserID: c.User.Rec.ID, Kind: c.Params["type"]}
	n.Reactions = slices.DeleteFunc(n.Reactions, func(r store.Reaction) bool { return r == own })
	return true, nil
}

// Reactors lists who has reacted; API users are nobody.
func Reactors(c *crm.Call) (any, *answer.Error) {
	n, err := note(c, "")
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, r := range n.Reactions {
		u := c.Store.Find("User", r.UserID)
		if r.Kind == c.Params["type"] && u != nil && u.Str("type") != "api" {
			list = append(list, map[string]any{"id": u.ID, "name": u.Get("name"), "userName": u.Get("userName")})
		}
	}
	return map[string]any{"list": list, "total": int64(len(list))}, nil
}
