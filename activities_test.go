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
	me, err := client.App.CurrentUser(ctx)
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

	page, err := client.Activities.Of(parent, espo.ActivityQuery{Kind: espo.ActivityPlanned}).List(ctx, espo.Paging{MaxSize: 5})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, 1, page.Total)
	assert.Equal(t, espo.Ref{Type: "Meeting", ID: meeting}, page.Records[0].Ref())
	assert.Equal(t, "2026-11-24 20:00:00", page.Records[0].DateStart.String())
	page, err = client.Activities.Of(parent, espo.ActivityQuery{Kind: espo.ActivityHistory}).List(ctx, espo.Paging{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, espo.Ref{Type: "Call", ID: call}, page.Records[0].Ref())
	page, err = client.Activities.Of(parent, espo.ActivityQuery{Kind: espo.ActivityHistory, EntityType: "Meeting"}).List(ctx, espo.Paging{})
	require.NoError(t, err)
	assert.Empty(t, page.Records)
	page, err = client.Activities.Of(client.Contacts.Ref(contact), espo.ActivityQuery{Kind: espo.ActivityPlanned}).List(ctx, espo.Paging{})
	require.NoError(t, err)
	assert.Len(t, page.Records, 1, "a contact takes part")

	wasCalls := espo.ActivityQuery{Kind: espo.ActivityHistory, EntityType: "Call"}
	calls, err := espo.ActivityRecords[espo.Call](client, parent, wasCalls).List(ctx, espo.Query{Select: []string{"name", "direction"}})
	require.NoError(t, err)
	require.Len(t, calls.Records, 1)
	assert.Equal(t, "Inbound", string(calls.Records[0].Direction))

	page, err = client.Activities.Upcoming(espo.UpcomingQuery{}).List(ctx, espo.Paging{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, meeting, page.Records[0].ID)
	page, err = client.Activities.Upcoming(espo.UpcomingQuery{UserID: user, EntityTypes: []string{"Task"}, FutureDays: 7}).List(ctx, espo.Paging{MaxSize: 5})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, espo.Ref{Type: "Task", ID: task}, page.Records[0].Ref())

	of := espo.Ref{Type: "Meeting", ID: meeting}
	attendees, err := client.Activities.Attendees(ctx, of)
	require.NoError(t, err)
	require.Len(t, attendees, 2)
	assert.Equal(t, espo.Attendee{EntityType: "Contact", ID: contact, Name: "Doe", EmailAddress: "doe@acme.example", AcceptanceStatus: "None"}, attendees[1])
	require.NoError(t, client.Activities.SetAcceptance(ctx, of, espo.AcceptanceDeclined))
	attendees, err = client.Activities.Attendees(ctx, of)
	require.NoError(t, err)
	assert.Equal(t, espo.AcceptanceDeclined, attendees[0].AcceptanceStatus)
	require.ErrorIs(t, client.Activities.SetAcceptance(ctx, of, "Perhaps"), espo.ErrBadRequest)

	addresses, err := client.Activities.ComposeAddresses(ctx, espo.Ref{Type: "Contact", ID: contact})
	require.NoError(t, err)
	assert.Equal(t, []espo.ComposeAddress{{EmailAddress: "office@acme.example", Name: "Acme", EntityType: "Account", EntityID: account}}, addresses)

	require.NoError(t, client.Activities.SetAcceptance(ctx, of, espo.AcceptanceAccepted), "what one has declined is in no calendar")
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

	busy, err := client.Activities.BusyRanges(ctx, espo.BusyQuery{From: from, To: to, UserIDs: []string{user}})
	require.NoError(t, err)
	require.Len(t, busy[user], 1)
	assert.Equal(t, "2026-11-24 21:00:00", busy[user][0].DateEnd.String())
	busy, err = client.Activities.BusyRanges(ctx, espo.BusyQuery{From: from, To: to, UserIDs: []string{user}, Except: of})
	require.NoError(t, err)
	assert.Empty(t, busy[user])

	timeline, err := client.Activities.Timeline(ctx, espo.CalendarQuery{From: from, To: to, UserIDs: []string{user}})
	require.NoError(t, err)
	require.Len(t, timeline[user], 2)
	assert.Equal(t, "Soon", timeline[user][0].Name)
	timeline, err = client.Activities.Timeline(ctx, espo.CalendarQuery{From: from, To: to, UserIDs: []string{user}, EntityTypes: []string{"Task"}})
	require.NoError(t, err)
	require.Len(t, timeline[user], 2)
	assert.Equal(t, "Task", timeline[user][0].EntityType)
	assert.Empty(t, timeline[user][1].ID, "of the meeting there is only the time")
	assert.Equal(t, "2026-11-24 21:00:00", timeline[user][1].DateEnd.String())
	_, err = client.Activities.Timeline(ctx, espo.CalendarQuery{From: from, To: to, UserIDs: []string{"nobody"}})
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestActivityErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	account := espo.Ref{Type: "Account", ID: srv.Seed("Account", map[string]any{"name": "Acme"})[0]}
	now := espo.NewDateTime(time.Now())
	planned := espo.ActivityQuery{Kind: espo.ActivityPlanned}
	_, noKind := client.Activities.Of(account, espo.ActivityQuery{Kind: "nope"}).List(ctx, espo.Paging{})
	_, noKindOf := espo.ActivityRecords[espo.Call](client, account, espo.ActivityQuery{Kind: "nope", EntityType: "Call"}).List(ctx, espo.Query{})
	_, noType := espo.ActivityRecords[espo.Call](client, account, planned).List(ctx, espo.Query{})
	_, offset := client.Activities.Of(account, planned).List(ctx, espo.Paging{Offset: -1})
	_, days := client.Activities.Upcoming(espo.UpcomingQuery{FutureDays: -1}).List(ctx, espo.Paging{})
	_, backwards := client.Activities.Calendar(ctx, espo.CalendarQuery{From: now, To: now})
	_, nobody := client.Activities.BusyRanges(ctx, espo.BusyQuery{From: now, To: espo.NewDateTime(now.AddDate(0, 0, 1))})
	_, noTime := client.Activities.BusyRanges(ctx, espo.BusyQuery{To: now, UserIDs: []string{"x"}})
	_, halfRef := client.Activities.BusyRanges(ctx, espo.BusyQuery{From: now, To: espo.NewDateTime(now.AddDate(0, 0, 1)), UserIDs: []string{"x"}, Except: espo.Ref{ID: "1"}})
	_, nobodys := client.Activities.Timeline(ctx, espo.CalendarQuery{From: now, To: espo.NewDateTime(now.AddDate(0, 0, 1))})
	_, turned := client.Activities.Timeline(ctx, espo.CalendarQuery{From: now, To: now, UserIDs: []string{"x"}})
	_, noID := client.Activities.Attendees(ctx, espo.Ref{Type: "Meeting"})
	_, noParent := client.Activities.ComposeAddresses(ctx, espo.Ref{Type: "Account"})
	for _, err := range []error{
		noKind, noKindOf, noType, offset, days, backwards, nobody, noTime, halfRef, nobodys, turned, noID, noParent,
		client.Activities.SetAcceptance(ctx, espo.Ref{Type: "Meeting"}, espo.AcceptanceAccepted),
		client.Activities.SetAcceptance(ctx, espo.Ref{Type: "Meeting", ID: "1"}, ""),
	} {
		require.ErrorIs(t, err, espo.ErrInput)
	}
	assert.Empty(t, srv.Requests())

	_, err := client.Activities.Of(client.Accounts.Ref("000000000000000ab"), planned).List(ctx, espo.Paging{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Activities.Of(account, espo.ActivityQuery{Kind: espo.ActivityPlanned, EntityType: "Nope"}).List(ctx, espo.Paging{})
	require.ErrorIs(t, err, espo.ErrServer)
	_, err = client.Activities.Upcoming(espo.UpcomingQuery{UserID: "nobody"}).List(ctx, espo.Paging{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Activities.Attendees(ctx, espo.Ref{Type: "Meeting", ID: "000000000000000ab"})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).Activities.Of(account, planned).List(ctx, espo.Paging{})
	require.ErrorIs(t, err, espo.ErrForbidden)
}
