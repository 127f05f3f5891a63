package differ

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/go-espo/espo"
)

func calendar(r *run) {
	account := r.create("account", r.user, "Account", rec{"name": "Active account"})
	contact := r.create("contact", r.user, "Contact", rec{"lastName": "Attendee", "emailAddress": "attendee@differ.example", "accountId": account})
	of := ref("Account", account)
	var meetings []string
	for i, m := range []rec{
		{"dateStart": r.at(1, "10:00:00"), "dateEnd": r.at(1, "11:00:00"), "usersIds": []string{r.userID, r.limitedID}},
		{"dateStart": r.at(2, "10:00:00"), "dateEnd": r.at(2, "11:00:00"), "contactsIds": []string{contact}},
		{"dateStart": r.at(-2, "10:00:00"), "dateEnd": r.at(-2, "11:00:00"), "status": "Held"},
		{"isAllDay": true, "dateStartDate": r.day(3), "dateEndDate": r.day(4)}, {"dateStartDate": r.day(5), "dateEndDate": r.day(5)},
		{"dateStart": r.at(1, "12:00:00")}, {"dateStart": r.at(1, "12:30:00"), "dateEnd": r.at(1, "11:00:00")}, {}, {"dateStart": r.at(1, "14:00:00"), "duration": 3600},
		{"dateStart": r.at(6, "14:00:00"), "dateEnd": r.at(6, "15:00:00"), "reminders": []any{map[string]any{"type": "Popup", "seconds": 600}, map[string]any{"type": "Email", "seconds": 0}}},
		{"dateStart": r.at(1, "16:00:00"), "dateEnd": r.at(1, "17:00:00"), "usersIds": []string{r.limitedID}, "usersColumns": map[string]any{r.limitedID: map[string]any{"status": "Declined"}}},
		{"dateStart": r.at(1, "18:00:00"), "dateEnd": r.at(1, "19:00:00"), "contactsIds": []string{missing}},
	} {
		m["name"], m["assignedUserId"], m["parentType"], m["parentId"] = fmt.Sprintf("Active meeting %02d", i), r.userID, "Account", account
		meetings = append(meetings, r.create(fmt.Sprintf("meeting.%02d", i), r.user, "Meeting", m))
		r.get(fmt.Sprintf("meeting.get.%02d", i), r.user, "Meeting", meetings[i])
		delete(m, "isAllDay")
		if _, timed := m["dateStart"]; timed {
			m["name"] = fmt.Sprintf("Active call %02d", i)
			for _, name := range []string{"dateStart", "dateEnd"} { // lists are in order of time, and of nothing else
				if s, ok := m[name].(string); ok {
					m[name] = s[:14] + "05" + s[16:]
				}
			}
			r.create(fmt.Sprintf("call.%02d", i), r.user, "Call", m)
		}
	}
	for i, m := range []rec{{"dateEnd": r.at(1, "10:00:00")}, {"dateEndDate": r.day(1)}, {"dateStart": r.at(1, "10:00:00"), "dateEndDate": r.day(2)}, {"status": "Completed"}, {}, {"dateEnd": r.at(-3, "10:00:00")}} {
		m["name"], m["assignedUserId"], m["parentType"], m["parentId"] = fmt.Sprintf("Active task %02d", i), r.userID, "Account", account
		id := r.create(fmt.Sprintf("task.%02d", i), r.user, "Task", m)
		r.get(fmt.Sprintf("task.get.%02d", i), r.user, "Task", id)
		r.update(fmt.Sprintf("task.done.%02d", i), r.user, "Task", id, attrs{"status": "Completed"})
		if i != 4 {
			r.update(fmt.Sprintf("task.undone.%02d", i), r.user, "Task", id, attrs{"status": "Started"})
		}
	}
	for _, t := range []string{"", "Meeting", "Call", "Task", "Email", "Account", "NoSuchType"} {
		for _, kind := range []espo.ActivityKind{espo.ActivityPlanned, espo.ActivityHistory} {
			say := fmt.Sprintf("of.%s.%s", kind, t)
			r.do(say, func() (any, error) {
				return r.user.Activities.Of(of, espo.ActivityQuery{Kind: kind, EntityType: t}).List(r.ctx, espo.Paging{MaxSize: 30})
			})
			r.do(say+".limited", func() (any, error) {
				return r.limited.Activities.Of(of, espo.ActivityQuery{Kind: kind, EntityType: t}).List(r.ctx, espo.Paging{MaxSize: 30})
			})
			if t != "" {
				r.do(say+".records", func() (any, error) {
					return espo.ActivityRecords[espo.Record](r.user, of, espo.ActivityQuery{Kind: kind, EntityType: t}).List(r.ctx, espo.Query{OrderBy: "name", Order: espo.Asc, MaxSize: 3})
				})
			}
		}
	}
	r.do("of.contact", func() (any, error) {
		return r.user.Activities.Of(ref("Contact", contact), espo.ActivityQuery{Kind: espo.ActivityPlanned}).List(r.ctx, espo.Paging{})
	})
	r.do("of.missing", func() (any, error) {
		return r.user.Activities.Of(ref("Account", missing), espo.ActivityQuery{Kind: espo.ActivityPlanned}).List(r.ctx, espo.Paging{})
	})
	for i, q := range []espo.UpcomingQuery{{}, {FutureDays: 10}, {EntityTypes: []string{"Meeting"}, FutureDays: 3}, {UserID: r.limitedID, FutureDays: 5}, {UserID: missing}, {EntityTypes: []string{"Task"}, FutureDays: 5}, {EntityTypes: []string{"Account"}}} {
		r.do(fmt.Sprintf("upcoming.%d", i), func() (any, error) { return r.user.Activities.Upcoming(q).List(r.ctx, espo.Paging{MaxSize: 10}) })
		r.do(fmt.Sprintf("upcoming.%d.limited", i), func() (any, error) { return r.limited.Activities.Upcoming(q).List(r.ctx, espo.Paging{MaxSize: 2}) })
	}
	from, to := espo.NewDateTime(r.base), espo.NewDateTime(r.base.AddDate(0, 0, 7))
	for i, q := range []espo.CalendarQuery{{From: from, To: to}, {From: from, To: to, EntityTypes: []string{"Meeting"}}, {From: from, To: to, UserIDs: []string{r.limitedID}}, {From: from, To: to, EntityTypes: []string{"Task", "Call"}}, {From: to, To: from}, {From: from, To: to, UserIDs: []string{missing}}} {
		r.do(fmt.Sprintf("calendar.%d", i), func() (any, error) { return byName(r.user.Activities.Calendar(r.ctx, q)) })
		r.do(fmt.Sprintf("timeline.%d", i), func() (any, error) {
			if len(q.UserIDs) == 0 {
				q.UserIDs = []string{r.userID}
			}
			line, err := r.user.Activities.Timeline(r.ctx, q)
			for id := range line {
				line[id], _ = byName(line[id], nil)
			}
			return line, err
		})
		r.do(fmt.Sprintf("calendar.limited.%d", i), func() (any, error) { return byName(r.limited.Activities.Calendar(r.ctx, q)) })
	}
	r.do("busy", func() (any, error) {
		return r.user.Activities.BusyRanges(r.ctx, espo.BusyQuery{From: from, To: to, UserIDs: []string{r.userID, r.limitedID}})
	})
	r.do("busy.except", func() (any, error) {
		return r.user.Activities.BusyRanges(r.ctx, espo.BusyQuery{From: from, To: to, UserIDs: []string{r.limitedID}, Except: ref("Meeting", meetings[0])})
	})
	for i, id := range append(meetings[:3:3], missing) {
		r.do(fmt.Sprintf("attendees.%d", i), func() (any, error) { return r.user.Activities.Attendees(r.ctx, ref("Meeting", id)) })
		r.do(fmt.Sprintf("compose.%d", i), func() (any, error) { return r.user.Activities.ComposeAddresses(r.ctx, ref("Meeting", id)) })
		for _, status := range []espo.AcceptanceStatus{"Accepted", "Declined", "NoSuch", "None"} {
			r.do(fmt.Sprintf("accept.%d.%s", i, status), func() (any, error) { return nil, r.user.Activities.SetAcceptance(r.ctx, ref("Meeting", id), status) })
			r.do(fmt.Sprintf("accept.limited.%d.%s", i, status), func() (any, error) { return nil, r.limited.Activities.SetAcceptance(r.ctx, ref("Meeting", id), status) })
			r.do(fmt.Sprintf("accept.admin.%d.%s", i, status), func() (any, error) { return nil, r.admin.Activities.SetAcceptance(r.ctx, ref("Meeting", id), status) })
		}
		r.get(fmt.Sprintf("accepted.%d", i), r.user, "Meeting", id)
	}
	r.do("compose.account", func() (any, error) { return r.user.Activities.ComposeAddresses(r.ctx, of) })
	r.do("attendees.account", func() (any, error) { return r.user.Activities.Attendees(r.ctx, of) })
	for _, action := range []string{"massSetHeld", "massSetNotHeld", "sendInvitations", "sendCancellation"} {
		body := attrs{"ids": []string{meetings[0], missing}}
		if action[0] == 's' {
			body = attrs{"id": meetings[1]}
		}
		r.do("action."+action, func() (any, error) {
			var out any
			err := r.user.Do(r.ctx, espo.Request{Method: "POST", Path: []string{"Meeting", "action", action}, Body: body}, &out)
			return out, err
		})
		r.get("action."+action+".get", r.user, "Meeting", meetings[0])
	}
}

// byName puts the events of a calendar, which are in no order, into one.
func byName(events []espo.CalendarEvent, err error) ([]espo.CalendarEvent, error) {
	slices.SortStableFunc(events, func(a, b espo.CalendarEvent) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), a.DateStart.Compare(b.DateStart.Time), a.DateEnd.Compare(b.DateEnd.Time))
	})
	return events, err
}

func trees(r *run) {
	for _, t := range []string{"DocumentFolder", "KnowledgeBaseCategory", "EmailTemplateCategory"} {
		node := func(name, parent string) string {
			record := rec{"name": name, "order": 1}
			if parent != "" {
				record["parentId"] = parent
			}
			return r.create(t+"."+name, r.user, t, record)
		}
		root := node("root", "")
		child := node("child", root)
		grand := node("grand", child)
		node("second", "")
		node("orphan", missing)
		tree := func(name string, q espo.TreeQuery) {
			r.do(t+".tree."+name, func() (any, error) { return r.user.Records(t).Tree(r.ctx, q) })
		}
		tree("all", espo.TreeQuery{})
		tree("below", espo.TreeQuery{ParentID: root})
		tree("depth", espo.TreeQuery{MaxDepth: 1})
		tree("missing", espo.TreeQuery{ParentID: missing})
		tree("filled", espo.TreeQuery{OnlyNotEmpty: true})
		r.update(t+".circle", r.user, t, root, attrs{"parentId": grand})
		r.update(t+".self", r.user, t, root, attrs{"parentId": root})
		r.update(t+".move", r.user, t, grand, attrs{"parentId": root})
		r.update(t+".rename", r.user, t, grand, attrs{"name": "grand renamed"})
		r.get(t+".moved", r.user, t, grand)
		leaf, field, link := "Document", "folderId", "folder"
		record := rec{"name": "In folder"}
		switch t {
		case "KnowledgeBaseCategory":
			leaf, field, link = "KnowledgeBaseArticle", "categoriesIds", "categories"
			record[field] = []string{child}
		case "EmailTemplateCategory":
			leaf, field, link = "EmailTemplate", "categoryId", "category"
			record[field] = child
		default:
			record[field] = child
		}
		id := r.create(t+".leaf", r.user, leaf, record)
		for _, c := range []struct{ name, id string }{{"root", root}, {"child", child}, {"grand", grand}, {"missing", missing}} {
			r.list(t+".in."+c.name, r.user, leaf, espo.Query{Where: espo.Where(espo.InCategory(link, c.id)), Select: []string{"name"}})
		}
		tree("filled.leaf", espo.TreeQuery{OnlyNotEmpty: true})
		r.remove(t+".delete.root", r.user, t, root)
		r.remove(t+".delete.child", r.user, t, child)
		r.remove(t+".delete.leaf", r.user, leaf, id)
		r.remove(t+".delete.child.again", r.user, t, child)
		r.remove(t+".delete.grand", r.user, t, grand)
		tree("after", espo.TreeQuery{})
		r.list(t+".list", r.user, t, espo.Query{OrderBy: "name", Order: espo.Asc, Where: espo.Where(espo.In("name", "root", "child", "second"))})
	}
	r.do("none", func() (any, error) { return r.user.Records("Account").Tree(r.ctx, espo.TreeQuery{}) })
}
