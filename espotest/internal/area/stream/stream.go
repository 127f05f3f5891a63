package stream

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// streamed returns the record of the path, whose stream the user may read.
func streamed(c *crm.Call) (*store.Record, *answer.Error) {
	e := c.Store.Types[c.Params["controller"]]
	if e == nil {
		return nil, answer.ServerError()
	}
	r := c.Store.Find(e.Name, c.Params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("Record not found.")
	case !c.User.May(rights.Stream, r):
		return nil, answer.Forbidden("No stream access.")
	case !c.User.May(rights.Read, r):
		return nil, answer.Forbidden("No 'read' access.")
	}
	return r, nil
}

// RecordStream lists the notes about a record and what belongs to it, with
// those that are pinned:
// GET {type}/{id}/stream.
func RecordStream(c *crm.Call) (any, *answer.Error) {
	r, err := streamed(c)
	if err != nil {
		return nil, err
	}
	keep := func(n *store.Record) bool {
		return (crm.About(n, "parent", r) || crm.About(n, "superParent", r)) && mayFollow(c, c.User, n, r)
	}
	out, err := notes(c, keep, noteList{of: r, counted: true, filtered: true})
	if err == nil && !c.Has(release.RoutePins) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	pinned := []answer.Object{}
	notes := c.Store.All("Note")
	for _, n := range slices.Backward(notes) {
		if crm.About(n, "parent", r) && n.Get("isPinned") == true {
			pinned = append(pinned, noteItem(c, n, noteList{of: r}))
		}
	}
	return append(out, answer.Member{Name: "pinnedList", Value: pinned}), nil
}

// mayFollow reports whether a note in the stream of a record is about what the user
// may read: what belongs to the record, or is linked to it, may be another's.
func mayFollow(c *crm.Call, u *rights.User, n, r *store.Record) bool {
	for _, link := range []string{"parent", "related"} {
		of := c.Store.Find(n.Str(link+"Type"), n.Str(link+"Id"))
		if of != nil && of != r && of.Entity.ACL != nil && of.Entity.ACL != false && !u.May(rights.Read, of) {
			return false
		}
	}
	return true
}

// RecordPosts lists the posts about a record: GET {type}/{id}/posts.
func RecordPosts(c *crm.Call) (any, *answer.Error) {
	r, err := streamed(c)
	if err != nil {
		return nil, err
	}
	return recordNotes(c, r, isPost)
}

// RecordUpdates needs the right to audit, and none to the stream.
func RecordUpdates(c *crm.Call) (any, *answer.Error) {
	if c.User.Permission("auditPermission") == rights.LevelNo {
		return nil, answer.Forbidden("")
	}
	e := c.Store.Types[c.Params["controller"]]
	if e == nil {
		return nil, answer.ServerError()
	}
	r, err := c.Subject(e, c.Params["id"])
	if err != nil {
		return nil, err
	}
	if e.Name == "User" && !c.User.Admin() {
		return nil, answer.Forbidden("")
	}
	return recordNotes(c, r, isUpdate)
}

func recordNotes(c *crm.Call, r *store.Record, which func(*store.Record) bool) (any, *answer.Error) {
	return notes(c, func(n *store.Record) bool { return crm.About(n, "parent", r) && which(n) }, noteList{of: r, counted: true})
}

func isPost(n *store.Record) bool { return n.Str("type") == "Post" }

func isUpdate(n *store.Record) bool { return n.Str("type") == "Update" || n.Str("type") == "Status" }

// MyStream lists the stream of the user: GET Stream.
func MyStream(c *crm.Call) (any, *answer.Error) { return streamOf(c, c.User.Rec.ID) }

// UserStream lists the stream of a user: GET User/{id}/stream.
func UserStream(c *crm.Call) (any, *answer.Error) {
	if err := checkUserStream(c); err != nil {
		return nil, err
	}
	return streamOf(c, c.Params["id"])
}

// UserPosts is the posts of what a user follows, and what was posted to it.
func UserPosts(c *crm.Call) (any, *answer.Error) {
	if err := checkUserStream(c); err != nil {
		return nil, err
	}
	keep := streamedTo(c, c.Params["id"])
	return notes(c, func(n *store.Record) bool { return isPost(n) && keep(n) }, noteList{})
}

// streamOf is what a user follows, and what was posted to it.
func streamOf(c *crm.Call, userID string) (any, *answer.Error) {
	out, err := notes(c, streamedTo(c, userID), noteList{filtered: true})
	if err == nil && !c.Has(release.Reactions) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	return append(out, answer.Member{Name: "reactionsCheckDate", Value: c.Store.Timestamp()}, answer.Member{Name: "updatedReactions", Value: []any{}}), nil
}

// streamedTo returns what decides whether a note is in a user's stream. What
// is posted to all does not reach API users.
func streamedTo(c *crm.Call, userID string) func(*store.Record) bool {
	u := c.Users[userID]
	return func(n *store.Record) bool {
		for _, link := range []string{"parent", "superParent"} {
			if r := c.Store.Find(n.Str(link+"Type"), n.Str(link+"Id")); r != nil && r.FollowedBy(userID) && (u == nil || mayFollow(c, u, n, r)) {
				return true
			}
		}
		return n.Get("isGlobal") == true && u != nil && u.Type != "api" ||
			slices.Contains(c.Store.Linked(n, "users"), userID) || n.Get("targetType") == "teams" && u != nil && u.SharesTeam(n) ||
			n.Str("parentId") == "" && n.Str("createdById") == userID
	}
}

// OwnStream lists the notes that a user has made: GET User/{id}/stream/own.
func OwnStream(c *crm.Call) (any, *answer.Error) {
	if err := checkUserStream(c); err != nil {
		return nil, err
	}
	id := c.Params["id"]
	return notes(c, func(n *store.Record) bool { return n.Str("createdById") == id && c.MayReadNote(n) }, noteList{})
}

func checkUserStream(c *crm.Call) *answer.Error {
	switch id := c.Params["id"]; {
	case c.Store.Find("User", id) == nil:
		return answer.NotFound("")
	case id != c.User.Rec.ID && c.User.Permission("userPermission") == rights.LevelNo:
		return answer.Forbidden("No user permission access.")
	}
	return nil
}

// GlobalStream lists the notes about all records that the user may read:
// GET GlobalStream.
func GlobalStream(c *crm.Call) (any, *answer.Error) {
	if !c.User.Allows("GlobalStream") {
		return nil, answer.Forbidden("")
	}
	keep := func(n *store.Record) bool {
		return n.Str("parentId") != "" && c.Store.Find(n.Str("parentType"), n.Str("parentId")) != nil && c.MayReadNote(n)
	}
	return notes(c, keep, noteList{scope: true})
}
