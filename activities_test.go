package espo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestActivities(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	srv := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now }))
	client, ctx := srv.Client(), t.Context()
	me, err := client.App.User(ctx)
	require.NoError(t, err)
	user := me.User.ID
	account := srv.Seed("Account", map[string]any{"name": "Acme", "emailAddress": "office@acme.example"})[0]
	contact := srv.Seed("Contact", map[string]any{"lastName": "Doe", "accountId": account, "emailAddress": "doe@acme.example"})[0]
	meeting := srv.Seed("Meeting", map[string]any{
		"name": "Soon", "dateStart": "2026-11-24 20:00:00", "dateEnd": "2026-11-24 21:00:00", "assignedUserId": user,
		"parentType": "Account", "parentId": account, "usersIds": []any{user}, "contactsIds": []any{contact},
	})[0]
	call := srv.Seed("Call", map[string]any{
		"name": "Was", "status": "Held", "direction": "Inbound", "dateStart": "2026-01-01 10:00:00", "dateEnd": "2026-01-01 10:30:00",
		"parentType": "Account", "parentId": account, "assignedUserId": user,
	})[0]
	task := srv.Seed("Task", map[string]any{"name": "Do", "assignedUserId": user, "dateEnd": "2026-11-27 12:00:00"})[0]
	parent := espo.Ref{Type: "Account", ID: account}

	page, err := client.Activities.List(ctx, parent, espo.ActivityPlanned, "", espo.Paging{MaxSize: 5})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, 1, page.Total)
	assert.Equal(t, espo.Ref{Type: "Meeting", ID: meeting}, page.Records[0].Ref())
	assert.Equal(t, "2026-11-24 20:00:00", page.Records[0].DateStart.String())
	page, err = client.Activities.List(ctx, parent, espo.ActivityHistory, "", espo.Paging{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, espo.Ref{Type: "Call", ID: call}, page.Records[0].Ref())
	page, err = client.Activities.List(ctx, parent, espo.ActivityHistory, "Meeting", espo.Paging{})
	require.NoError(t, err)
	assert.Empty(t, page.Records)
	page, err = client.Activities.List(ctx, espo.Ref{Type: "Contact", ID: contact}, espo.ActivityPlanned, "", espo.Paging{})
	require.NoError(t, err)
	assert.Len(t, page.Records, 1, "a contact takes part")

	calls, err := client.Activities.Records(ctx, parent, espo.ActivityHistory, "Call", espo.Query{Select: []string{"name", "direction"}})
	require.NoError(t, err)
	require.Len(t, calls.Records, 1)
	assert.Equal(t, "Inbound", calls.Records[0].String("direction"))

	page, err = client.Activities.Upcoming(ctx, espo.UpcomingQuery{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, meeting, page.Records[0].ID)
	page, err = client.Activities.Upcoming(ctx, espo.UpcomingQuery{UserID: user, EntityTypes: []string{"Task"}, FutureDays: 7, MaxSize: 5})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, espo.Ref{Type: "Task", ID: task}, page.Records[0].Ref())

	of := espo.Ref{Type: "Meeting", ID: meeting}
	attendees, err := client.Activities.Attendees(ctx, of)
	require.NoError(t, err)
	require.Len(t, attendees, 2)
	assert.Equal(t, espo.Attendee{EntityType: "Contact", ID: contact, Name: "Doe", EmailAddress: "doe@acme.example", AcceptanceStatus: "None"}, attendees[1])
	require.NoError(t, client.Activities.SetAcceptance(ctx, of, "Declined"))
	attendees, err = client.Activities.Attendees(ctx, of)
	require.NoError(t, err)
	assert.Equal(t, "Declined", attendees[0].AcceptanceStatus)
	require.ErrorIs(t, client.Activities.SetAcceptance(ctx, of, "Perhaps"), espo.ErrBadRequest)

	addresses, err := client.Activities.ComposeAddresses(ctx, espo.Ref{Type: "Contact", ID: contact})
	require.NoError(t, err)
	assert.Equal(t, []espo.ComposeAddress{{EmailAddress: "office@acme.example", Name: "Acme", EntityType: "Account", EntityID: account}}, addresses)

	from, to := espo.NewDateTime(now), espo.NewDateTime(now.AddDate(0, 0, 7))
	events, err := client.Activities.Calendar(ctx, espo.CalendarQuery{From: from, To: to})
	require.NoError(t, err)
	require.Len(t, events, 2)
	assert.Equal(t, "Meeting", events[0].EntityType)
	assert.Equal(t, "Soon", events[0].Name)
	events, err = client.Activities.Calendar(ctx, espo.CalendarQuery{From: from, To: to, UserIDs: []string{user}, EntityTypes: []string{"Task"}})
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, user, events[0].UserID)

	busy, err := client.Activities.BusyRanges(ctx, from, to, []string{user}, espo.Ref{})
	require.NoError(t, err)
	require.Len(t, busy[user], 1)
	assert.Equal(t, "2026-11-24 21:00:00", busy[user][0].DateEnd.String())
	busy, err = client.Activities.BusyRanges(ctx, from, to, []string{user}, of)
	require.NoError(t, err)
	assert.Empty(t, busy[user])

	timeline, err := client.Activities.Timeline(ctx, espo.CalendarQuery{From: from, To: to, UserIDs: []string{user}})
	require.NoError(t, err)
	require.Len(t, timeline[user], 2)
	assert.Equal(t, "Soon", timeline[user][0].Name)
	timeline, err = client.Activities.Timeline(ctx, espo.CalendarQuery{From: from, To: to, UserIDs: []string{user}, EntityTypes: []string{"Task"}})
	require.NoError(t, err)
	require.Len(t, timeline[user], 2)
	assert.Empty(t, timeline[user][0].ID, "of the meeting there is only the time")
	assert.Equal(t, "2026-11-24 21:00:00", timeline[user][0].DateEnd.String())
	assert.Equal(t, "Task", timeline[user][1].EntityType)
	_, err = client.Activities.Timeline(ctx, espo.CalendarQuery{From: from, To: to, UserIDs: []string{"nobody"}})
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestActivityErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	account := espo.Ref{Type: "Account", ID: srv.Seed("Account", map[string]any{"name": "Acme"})[0]}
	now := espo.NewDateTime(time.Now())
	_, noKind := client.Activities.List(ctx, account, "nope", "", espo.Paging{})
	_, noKindOf := client.Activities.Records(ctx, account, "nope", "Call", espo.Query{})
	_, offset := client.Activities.List(ctx, account, espo.ActivityPlanned, "", espo.Paging{Offset: -1})
	_, days := client.Activities.Upcoming(ctx, espo.UpcomingQuery{FutureDays: -1})
	_, backwards := client.Activities.Calendar(ctx, espo.CalendarQuery{From: now, To: now})
	_, nobody := client.Activities.BusyRanges(ctx, now, espo.NewDateTime(now.AddDate(0, 0, 1)), nil, espo.Ref{})
	_, noTime := client.Activities.BusyRanges(ctx, espo.DateTime{}, now, []string{"x"}, espo.Ref{})
	_, nobodys := client.Activities.Timeline(ctx, espo.CalendarQuery{From: now, To: espo.NewDateTime(now.AddDate(0, 0, 1))})
	_, turned := client.Activities.Timeline(ctx, espo.CalendarQuery{From: now, To: now, UserIDs: []string{"x"}})
	_, noID := client.Activities.Attendees(ctx, espo.Ref{Type: "Meeting"})
	_, noParent := client.Activities.ComposeAddresses(ctx, espo.Ref{Type: "Account"})
	for _, err := range []error{
		noKind, noKindOf, offset, days, backwards, nobody, noTime, nobodys, turned, noID, noParent,
		client.Activities.SetAcceptance(ctx, espo.Ref{Type: "Meeting"}, "Accepted"),
	} {
		require.ErrorIs(t, err, espo.ErrInput)
	}
	assert.Empty(t, srv.Requests())

	_, err := client.Activities.List(ctx, espo.Ref{Type: "Account", ID: "000000000000000ab"}, espo.ActivityPlanned, "", espo.Paging{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Activities.List(ctx, account, espo.ActivityPlanned, "Nope", espo.Paging{})
	require.ErrorIs(t, err, espo.ErrServer)
	_, err = client.Activities.Upcoming(ctx, espo.UpcomingQuery{UserID: "nobody"})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Activities.Attendees(ctx, espo.Ref{Type: "Meeting", ID: "000000000000000ab"})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).Activities.List(ctx, account, espo.ActivityPlanned, "", espo.Paging{})
	require.ErrorIs(t, err, espo.ErrForbidden)
}
