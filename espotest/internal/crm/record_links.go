package crm

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// saveLinks links and unlinks what xIds says, and sets the columns of xColumns.
func saveLinks(c *Call, r *store.Record, f *schema.Field, mem, before map[string]any) {
	name := f.Name
	value, ok := mem[name+"Ids"]
	ids, _ := value.([]any) // null is as good as none
	if !ok || before != nil && php.Same(ids, before[name+"Ids"]) && php.Same(mem[name+"Columns"], before[name+"Columns"]) {
		return
	}
	columns, _ := mem[name+"Columns"].(map[string]any)
	keep := []string{}
	for _, id := range ids {
		s, _ := id.(string)
		keep = append(keep, s)
		own, _ := columns[s].(map[string]any)
		if c.Store.Relate(r, name, s, own) && before != nil {
			noteLinkOf(c, "Relate", r, name, s)
		}
	}
	for _, id := range slices.Clone(c.Store.Linked(r, name)) {
		if !slices.Contains(keep, id) {
			c.Store.Unrelate(r, name, id)
			noteLinkOf(c, "Unrelate", r, name, id)
		}
	}
	names := map[string]any{}
	for _, id := range keep {
		if to := c.Store.Find(r.Entity.Links[name].Entity, id); to != nil {
			names[id] = to.Get("name")
		}
	}
	mem[name+"Names"] = names
	if a := r.Entity.Attr(name + "Types"); a != nil {
		mem[a.Name] = r.Derived(a)
	}
}

func noteLinkOf(c *Call, kind string, r *store.Record, name, id string) {
	l := r.Entity.Links[name]
	if to := c.Store.Find(l.Entity, id); to != nil {
		c.NoteLink(kind, r, l, to)
	}
}

// autoFollow makes the assigned users, and those who take part, follow the record.
func autoFollow(c *Call, r *store.Record, mem, before map[string]any) {
	if !r.Entity.Stream {
		return
	}
	var ids []any
	if id := mem["assignedUserId"]; id != nil && Changed(mem, before, "assignedUserId") {
		ids = append(ids, id)
	}
	if list, ok := mem["assignedUsersIds"].([]any); ok {
		ids = append(ids, list...)
	}
	if list, ok := mem["usersIds"].([]any); ok && (r.Entity.Name == "Meeting" || r.Entity.Name == "Call") && !php.Same(list, before["usersIds"]) {
		ids = append(ids, list...) // who take part
	}
	for _, id := range ids {
		s, _ := id.(string)
		if u := c.Users[s]; u != nil && u.Level(r.Entity, rights.Stream) != rights.LevelNo {
			r.Follow(s)
			if before != nil && s == c.User.Rec.ID {
				mem["isFollowed"] = true
			}
		}
	}
}
