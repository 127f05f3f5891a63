package main

import (
	"context"
	"slices"
	"time"

	"github.com/go-espo/espo"
)

// workActivities plans a meeting with the client's user, and looks for it
// wherever it should be.
func (w *worker) workActivities() {
	account := w.some(accounts)
	if account == nil {
		return
	}
	start := espo.NewDateTime(time.Date(2031, time.Month(1+w.rng.IntN(12)), 1+w.rng.IntN(28), 9, 0, 0, 0, time.UTC))
	mark, user := w.mark(), w.client.userID
	var made espo.Meeting
	r := w.do("Meetings.Create", func(ctx context.Context) (err error) {
		made, err = w.client.Meetings.Create(ctx, espo.Meeting{
			Name: mark, DateStart: start, DateEnd: espo.NewDateTime(start.Add(time.Hour)), Status: espo.MeetingStatusPlanned,
			ParentType: "Account", ParentID: account.id, AssignedUserID: user, UsersIDs: []string{user},
		})
		return err
	})
	it := w.created(r, "Meeting", "name", mark, made.ID, map[string]any{"parentId": account.id, "assignedUserId": user, "dateStart": start})
	if it == nil {
		return
	}
	defer w.discard(it)
	w.planned(account, it)
	w.calendar(it, start)
	accepted := func() bool {
		for _, v := range w.truth.attendees(it.id) {
			if v.id() == user {
				return v.text("acceptanceStatus") == "Declined"
			}
		}
		return false
	}
	own := w.client.Activities
	w.toggles("meeting "+it.id, toggle{"Activities.SetAcceptance", func(ctx context.Context) error {
		return own.SetAcceptance(ctx, it.ref(), "Declined")
	}, accepted, true})
	var attendees []espo.Attendee
	if r, ok := w.read("Activities.Attendees", func(ctx context.Context) (err error) {
		attendees, err = own.Attendees(ctx, it.ref())
		return err
	}); ok && (len(attendees) != 1 || attendees[0].ID != user) {
		w.wrong(r, "the attendees of %s are %v", it.id, attendees)
	}
	_, _ = w.read("Activities.ComposeAddresses", func(ctx context.Context) error { _, err := own.ComposeAddresses(ctx, it.ref()); return err })
}

// planned looks for a meeting among the activities of its account.
func (w *worker) planned(account, meeting *item) {
	is := func(a espo.Activity) bool { return a.Ref() == meeting.ref() }
	for kind, want := range inOrder(map[espo.ActivityKind]bool{espo.ActivityPlanned: true, espo.ActivityHistory: false}) {
		var page espo.Page[espo.Activity]
		if r, ok := w.read("Activities.Of", func(ctx context.Context) (err error) {
			page, err = w.client.Activities.Of(account.ref(), espo.ActivityQuery{Kind: kind, EntityType: "Meeting"}).List(ctx, espo.Paging{MaxSize: 100})
			return err
		}); ok && slices.ContainsFunc(page.Records, is) != want {
			w.wrong(r, "%s among the %s of %s: %t", meeting.id, kind, account.id, !want)
		}
	}
	var records espo.Page[espo.Meeting]
	meetings := espo.ActivityRecords[espo.Meeting](w.client.Client, account.ref(), espo.ActivityQuery{Kind: espo.ActivityPlanned, EntityType: "Meeting"})
	if r, ok := w.read("ActivityRecords", func(ctx context.Context) (err error) {
		records, err = meetings.List(ctx, espo.Query{Select: []string{"name"}, MaxSize: 100})
		return err
	}); ok && !slices.ContainsFunc(records.Records, func(m espo.Meeting) bool { return m.ID == meeting.id }) {
		w.wrong(r, "%s is not among the meetings of %s", meeting.id, account.id)
	}
}

// calendar looks for a meeting in the calendar of its user.
func (w *worker) calendar(meeting *item, start espo.DateTime) {
	from, to := espo.NewDateTime(start.Add(-time.Hour)), espo.NewDateTime(start.Add(2*time.Hour))
	q := espo.CalendarQuery{From: from, To: to, EntityTypes: []string{"Meeting"}}
	user, c := w.client.userID, w.client.Activities
	is := func(e espo.CalendarEvent) bool { return e.ID == meeting.id }
	var events []espo.CalendarEvent
	if r, ok := w.read("Activities.Calendar", func(ctx context.Context) (err error) {
		events, err = c.Calendar(ctx, q)
		return err
	}); ok && !slices.ContainsFunc(events, is) {
		w.wrong(r, "%s is not in the calendar of %s", meeting.id, user)
	}
	q.UserIDs = []string{user}
	var lines map[string][]espo.CalendarEvent
	if r, ok := w.read("Activities.Timeline", func(ctx context.Context) (err error) {
		lines, err = c.Timeline(ctx, q)
		return err
	}); ok && !slices.ContainsFunc(lines[user], is) {
		w.wrong(r, "%s is not in the time line of %s", meeting.id, user)
	}
	var busy map[string][]espo.BusyRange
	if r, ok := w.read("Activities.BusyRanges", func(ctx context.Context) (err error) {
		busy, err = c.BusyRanges(ctx, espo.BusyQuery{From: from, To: to, UserIDs: []string{user}})
		return err
	}); ok && len(busy[user]) == 0 {
		w.wrong(r, "%s is not busy at %s", user, start)
	}
	_, _ = w.read("Activities.Upcoming", func(ctx context.Context) error {
		_, err := c.Upcoming(espo.UpcomingQuery{EntityTypes: []string{"Meeting"}}).List(ctx, espo.Paging{MaxSize: 5})
		return err
	})
}

// workKanban reads the board of the worker's deals, and puts them into an order.
func (w *worker) workKanban() {
	items := w.batch(opportunities)
	if items == nil {
		return
	}
	mine := espo.Query{Where: espo.Where(espo.StartsWith("name", w.prefix())), Select: []string{"name", "stage"}, MaxSize: 100}
	read := func() (board espo.Board[espo.Opportunity], r result, ok bool) {
		r, ok = w.read("Opportunities.Kanban", func(ctx context.Context) (err error) {
			board, err = w.client.Opportunities.Kanban(ctx, mine)
			return err
		})
		return board, r, ok
	}
	if board, r, ok := read(); ok {
		var ids []string
		for _, group := range board.Groups {
			for _, o := range group.Records {
				ids = append(ids, o.ID)
				if string(o.Stage) != group.Name {
					w.wrong(r, "%s of the stage %s is in the group %s", o.ID, o.Stage, group.Name)
				}
			}
		}
		if problem := judgeIDs(w.book.ids("Opportunity"), ids); problem != "" {
			w.wrong(r, "the board is wrong: %s", problem)
		}
	}
	first := items[len(items)-1]
	var stage string
	decode(first.want["stage"], &stage)
	r := w.do("Opportunities.SetKanbanOrder", func(ctx context.Context) error {
		return w.client.Opportunities.SetKanbanOrder(ctx, stage, []string{first.id})
	})
	board, read2, ok := read()
	if !ok || r.outcome != done {
		return
	}
	for _, group := range board.Groups {
		if group.Name == stage && (len(group.Records) == 0 || group.Records[0].ID != first.id) {
			w.wrong(read2, "%s is not the first of %s", first.id, stage)
		}
	}
}
