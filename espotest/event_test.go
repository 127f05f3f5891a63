package espotest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// Those who take part in a meeting follow it, and they alone can accept.
func TestAttendees(t *testing.T) {
	s, ctx := espotest.NewServer(t, withClerk()...), t.Context()
	user := s.ClientAs(espo.Basic(clerk, "Clerk-password-1"))
	me, err := user.App.CurrentUser(ctx)
	require.NoError(t, err)
	reminders := []any{map[string]any{"type": "Popup", "seconds": 600}, map[string]any{"type": "Email", "seconds": 0}}
	meeting, err := user.Records("Meeting").Create(ctx, espo.Record{
		"name": "M", "dateStart": "2026-01-01 10:00:00", "dateEnd": "2026-01-01 11:00:00", "usersIds": []string{me.User.ID}, "reminders": reminders,
		"assignedUserId": me.User.ID,
	})
	require.NoError(t, err)
	assert.Equal(t, []string{me.User.ID}, meeting.Strings("followersIds"))
	list, _ := meeting["reminders"].([]any)
	require.Len(t, list, 2)
	assert.Equal(t, "Email", list[0].(map[string]any)["type"], "the least seconds come first")

	ref := espo.Ref{Type: "Meeting", ID: meeting.ID()}
	require.NoError(t, user.Activities.SetAcceptance(ctx, ref, espo.AcceptanceDeclined))
	require.ErrorIs(t, user.Activities.SetAcceptance(ctx, ref, espo.AcceptanceNone), espo.ErrBadRequest)
	require.ErrorIs(t, s.Client().Activities.SetAcceptance(ctx, ref, espo.AcceptanceAccepted), espo.ErrForbidden, "it does not take part")
	require.ErrorIs(t, user.Activities.SetAcceptance(ctx, espo.Ref{Type: "Meeting", ID: "missing"}, "None such"), espo.ErrBadRequest)
}

// Which entity types are activities.
func TestActivityTypes(t *testing.T) {
	s := espotest.NewServer(t)
	id := create(t, s, "Account", map[string]any{"name": "A"})
	for path, want := range map[string]int{
		"activities/list/Task": 500, "history/list/Account": 500, "history/list/Email": 200, "activities/list/Email": 200,
		"activities?entityType=Email": 200, "activities?entityType=Task": 500,
	} {
		assert.Equal(t, want, mustCall(t, s, http.MethodGet, "Activities/Account/"+id+"/"+path, nil).status, path)
	}
}

// A task has the id of the e-mail that it was made of.
func TestTaskHasEmail(t *testing.T) {
	s := espotest.NewServer(t)
	got, err := s.Client().Records("Task").Get(t.Context(), s.Seed("Task", map[string]any{"name": "T", "assignedUserId": userOf(t, s)})[0])
	require.NoError(t, err)
	assert.True(t, got.IsNull("emailId"))
}

// userOf is the id of the user of the default client.
func userOf(t *testing.T, s *espotest.Server) string {
	t.Helper()
	me, err := s.Client().App.CurrentUser(t.Context())
	require.NoError(t, err)
	return me.User.ID
}

// Calendars show what takes place and what does not, and busy times what takes
// place, those that overlap as one.
func TestCalendars(t *testing.T) {
	now := time.Date(2030, 5, 6, 12, 0, 0, 0, time.UTC)
	s, ctx := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now })), t.Context()
	me, ids := userOf(t, s), map[string]string{}
	add := func(entityType, name string, attrs espo.Attrs) {
		attrs["name"], attrs["assignedUserId"] = name, me
		got, err := s.Client().Records(entityType).Create(ctx, espo.Record(attrs))
		require.NoError(t, err)
		ids[name] = got.ID()
	}
	add("Meeting", "early", espo.Attrs{"dateStart": "2030-05-06 08:00:00", "dateEnd": "2030-05-06 09:00:00"})
	add("Meeting", "late", espo.Attrs{"dateStart": "2030-05-07 10:00:00", "dateEnd": "2030-05-07 11:00:00"})
	add("Call", "overlapping", espo.Attrs{"dateStart": "2030-05-07 10:30:00", "dateEnd": "2030-05-07 11:30:00"})
	add("Meeting", "not held", espo.Attrs{"dateStart": "2030-05-07 12:00:00", "dateEnd": "2030-05-07 13:00:00", "status": "Not Held"})
	add("Meeting", "declined", espo.Attrs{"dateStart": "2030-05-07 14:00:00", "dateEnd": "2030-05-07 15:00:00"})
	require.NoError(t, s.Client().Activities.SetAcceptance(ctx, espo.Ref{Type: "Meeting", ID: ids["declined"]}, espo.AcceptanceDeclined))
	add("Task", "open", espo.Attrs{})
	add("Task", "due", espo.Attrs{"dateEnd": "2030-05-12 10:00:00"})
	add("Task", "far", espo.Attrs{"dateEnd": "2030-05-20 10:00:00"})
	from, to := espo.NewDateTime(now.AddDate(0, 0, -1)), espo.NewDateTime(now.AddDate(0, 0, 10))

	events, err := s.Client().Activities.Calendar(ctx, espo.CalendarQuery{From: from, To: to})
	require.NoError(t, err)
	names := map[string]bool{}
	for _, e := range events {
		names[e.Name] = true
	}
	assert.Equal(t, map[string]bool{"early": true, "late": true, "overlapping": true, "not held": true, "due": true}, names)

	busy, err := s.Client().Activities.BusyRanges(ctx, espo.BusyQuery{From: from, To: to, UserIDs: []string{me}})
	require.NoError(t, err)
	require.Len(t, busy[me], 2)
	assert.Equal(t, "2030-05-07 10:00:00", busy[me][1].DateStart.Format(time.DateTime))
	assert.Equal(t, "2030-05-07 11:30:00", busy[me][1].DateEnd.Format(time.DateTime))

	for _, c := range []struct {
		query espo.UpcomingQuery
		want  []string
	}{
		{espo.UpcomingQuery{}, []string{"early", "late", "overlapping"}},
		{espo.UpcomingQuery{EntityTypes: []string{"Task"}}, []string{"due", "open"}},
	} {
		list, err := s.Client().Activities.Upcoming(c.query).List(ctx, espo.Paging{})
		require.NoError(t, err)
		got := []string{}
		for _, r := range list.Records {
			got = append(got, r.Name)
		}
		assert.Equal(t, c.want, got)
	}
}

// Who is not an administrator learns of users who take part only that they have an
// address.
func TestAttendeesAddresses(t *testing.T) {
	s, ctx := espotest.NewServer(t, withClerk()...), t.Context()
	user := s.ClientAs(espo.Basic(clerk, "Clerk-password-1"))
	me, err := user.App.CurrentUser(ctx)
	require.NoError(t, err)
	_, err = s.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)).Records("User").Update(ctx, me.User.ID, espo.Attrs{"emailAddress": "clerk@x.example"})
	require.NoError(t, err)
	meeting, err := user.Records("Meeting").Create(ctx, espo.Record{
		"name": "M", "dateStart": "2026-01-01 10:00:00", "dateEnd": "2026-01-01 11:00:00", "usersIds": []string{me.User.ID}, "assignedUserId": me.User.ID,
	})
	require.NoError(t, err)
	list, err := user.Activities.Attendees(ctx, espo.Ref{Type: "Meeting", ID: meeting.ID()})
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, "dummy@dummy.dummy", list[0].EmailAddress)
}
