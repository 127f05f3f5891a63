package activities

import (
	"cmp"
	"slices"
	"time"

	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/store"
)

// EventBeforeSave fills in the account of the parent, lets the assigned user
// attend, and keeps the duration.
func EventBeforeSave(c *crm.Call, mem, before map[string]any) {
	if _, ok := mem["isAllDay"]; ok && mem["isAllDay"] != true && c.Has(release.AllDayExplicit) {
		mem["dateStartDate"], mem["dateEndDate"] = nil, nil
	}
	crm.ParentAccount(c, mem, before)
	assignedAttends(mem, before)
	KeepDuration(c, mem, before)
}

// KeepDuration keeps the duration when only the start moves.
func KeepDuration(_ *crm.Call, mem, before map[string]any) {
	if before == nil || !crm.Changed(mem, before, "dateStart") || crm.Changed(mem, before, "dateEnd") {
		return
	}
	var times [3]time.Time
	for i, v := range []any{before["dateStart"], before["dateEnd"], mem["dateStart"]} {
		s, _ := v.(string)
		t, err := time.Parse(time.DateTime, s)
		if err != nil {
			return
		}
		times[i] = t
	}
	mem["dateEnd"] = times[2].Add(times[1].Sub(times[0])).Format(time.DateTime)
}

// assignedAttends keeps the assigned user among those who attend.
func assignedAttends(mem, before map[string]any) {
	ids, _ := mem["usersIds"].([]any)
	id := mem["assignedUserId"]
	if before == nil || id == nil || php.Same(ids, before["usersIds"]) || slices.Contains(ids, id) {
		return
	}
	mem["usersIds"] = append(slices.Clone(ids), id)
}

// EventAfterSave makes the assigned user an attendee.
func EventAfterSave(c *crm.Call, r *store.Record, mem, before map[string]any) {
	id, _ := mem["assignedUserId"].(string)
	if id != "" && id != before["assignedUserId"] {
		c.Store.Relate(r, "users", id, nil)
	}
	if before == nil && c.Store.ColumnsOf(r, "users", c.User.Rec.ID) != nil {
		c.Store.Relate(r, "users", c.User.Rec.ID, map[string]any{"status": "Accepted"})
	}
	remindersSave(c, r, mem)
}

// remindersSave keeps the reminders; API users have none.
func remindersSave(c *crm.Call, r *store.Record, mem map[string]any) {
	if c.User.Type == "api" {
		return
	}
	if v, ok := mem["reminders"].([]any); ok {
		v = slices.Clone(v)
		slices.SortStableFunc(v, func(a, b any) int { return cmp.Compare(seconds(a), seconds(b)) })
		mem["reminders"] = v
		r.Put("reminders", v)
	}
}

func seconds(reminder any) int {
	m, _ := reminder.(map[string]any)
	return php.IntVal(m["seconds"])
}

// RemindersLoad adds the reminders, which lists do not have.
func RemindersLoad(_ *crm.Call, mem map[string]any, r *store.Record) {
	if v, ok := r.Stored("reminders").([]any); ok {
		mem["reminders"] = v
	} else {
		mem["reminders"] = []any{}
	}
}

// MeetingLoad adds the reminders and the address to join at.
func MeetingLoad(c *crm.Call, mem map[string]any, r *store.Record) {
	RemindersLoad(c, mem, r)
	if _, ok := mem["joinUrl"]; !ok {
		mem["joinUrl"] = nil
	}
}

// CallLoad adds the numbers of those who are called.
func CallLoad(c *crm.Call, mem map[string]any, r *store.Record) {
	RemindersLoad(c, mem, r)
	numbers := map[string]any{}
	for _, name := range []string{"contacts", "leads"} {
		entity := r.Entity.Links[name].Entity
		for _, id := range c.Store.Linked(r, name) {
			if n := c.Store.Find(entity, id).Get("phoneNumber"); n != nil {
				numbers[entity+"_"+id] = n
			}
		}
	}
	mem["phoneNumbersMap"] = numbers
}

// TaskBeforeSave fills in the account and the contact of the parent, and when
// the task was completed.
func TaskBeforeSave(c *crm.Call, mem, before map[string]any) {
	crm.Collaborate(c, mem, before)
	crm.ParentAccount(c, mem, before)
	if id := mem["parentId"]; id != nil && crm.Changed(mem, before, "parentId") {
		mem["contactId"] = nil
		if mem["parentType"] == "Contact" {
			mem["contactId"] = id
		}
	}
	switch {
	case mem["status"] == "Completed" && (before == nil || before["status"] != "Completed"):
		mem["dateCompleted"] = c.Store.Timestamp()
	case mem["status"] != "Completed":
		mem["dateCompleted"] = nil
	}
}
