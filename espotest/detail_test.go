package espotest_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// Orders by a parent go by its entity type, select what belongs to them, and fail at
// a name that the records do not have.
func TestOrdersInDetail(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	account := s.Seed("Account", map[string]any{"name": "A"}, map[string]any{"name": "B"})
	meetings := s.Seed("Meeting",
		map[string]any{"name": "1", "dateStart": "2030-01-01 10:00:00", "dateEnd": "2030-01-01 11:00:00", "parentType": "Account", "parentId": account[1], "assignedUserId": userOf(t, s)},
		map[string]any{"name": "2", "dateStart": "2030-01-01 10:00:00", "dateEnd": "2030-01-01 11:00:00", "parentType": "Account", "parentId": account[0], "assignedUserId": userOf(t, s)},
	)
	list := func(entityType, by string) (espo.Page[espo.Record], error) {
		return s.Client().Records(entityType).List(ctx, espo.Query{OrderBy: by, Order: espo.Asc, Select: []string{"name"}})
	}
	byParent, err := list("Meeting", "parent")
	require.NoError(t, err)
	assert.Equal(t, meetings[0], byParent.Records[0].ID())
	byParentID, err := list("Meeting", "parentId")
	require.NoError(t, err)
	assert.NotContains(t, byParentID.Records[0], "parentId")
	s.Seed("Task", map[string]any{"name": "T", "assignedUserId": userOf(t, s)})
	byStart, err := list("Task", "dateStart")
	require.NoError(t, err)
	assert.Contains(t, byStart.Records[0], "dateStartDate")
	_, err = list("CampaignLogRecord", "name")
	require.ErrorIs(t, err, espo.ErrServer)
}

// Tasks of today are those that end today, at some time or none.
func TestTasksOfToday(t *testing.T) {
	now := time.Date(2030, 5, 6, 12, 0, 0, 0, time.UTC)
	s := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now }))
	for _, attrs := range []espo.Record{{"name": "day", "dateEndDate": "2030-05-06"}, {"name": "time", "dateEnd": "2030-05-06 20:00:00"}, {"name": "past", "dateEndDate": "2030-05-05"}} {
		attrs["assignedUserId"] = userOf(t, s)
		_, err := s.Client().Records("Task").Create(t.Context(), attrs)
		require.NoError(t, err)
	}
	list, err := s.Client().Records("Task").List(t.Context(), espo.Query{PrimaryFilter: "todays", OrderBy: "name", Order: espo.Asc})
	require.NoError(t, err)
	require.Len(t, list.Records, 2)
	assert.Equal(t, "day", list.Records[0].Name())
}

// Values that are stored as the server has them.
func TestValuesInDetail(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	account := s.Seed("Account", map[string]any{"name": "A", "type": "Customer"})[0]
	contact, err := s.Client().Records("Contact").Create(ctx, espo.Record{"lastName": "L", "accountId": account})
	require.NoError(t, err)
	assert.Equal(t, "Customer", contact["accountType"])

	for _, c := range []struct {
		ids    []any
		reason string
	}{
		{[]any{"0000000000000beef"}, "Can't relate with non-existing record. entity type: TargetList, link: campaigns."},
		{[]any{"a", "b"}, "Cannot set multiple IDs for link 'campaigns' as there's no link-multiple field."},
	} {
		var refused *espo.Error
		_, err := s.Client().Records("TargetList").Create(ctx, espo.Record{"name": "T", "campaignsIds": c.ids})
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, c.reason, refused.Reason)
	}

	rates := administrator(s).CurrencyRates
	require.NoError(t, rates.Set(ctx, map[string]espo.Number{"EUR": "1.123456789012"}))
	got, err := rates.Get(ctx)
	require.NoError(t, err)
	assert.EqualValues(t, "1.12345679", got["EUR"])
}

// The settings, the preferences and the webhooks of an administrator.
func TestAdministration(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	admin := administrator(s)
	settings, err := admin.App.UpdateSettings(ctx, espo.Attrs{"recordsPerPage": 25})
	require.NoError(t, err)
	assert.EqualValues(t, "25", settings.Extra["recordsPerPage"])
	_, err = admin.App.UpdateSettings(ctx, espo.Attrs{"recordsPerPage": "abc"})
	require.ErrorIs(t, err, espo.ErrBadRequest)
	preferences, err := admin.Users.Preferences(ctx, userOf(t, s))
	require.NoError(t, err)
	assert.Equal(t, []any{}, preferences["autoFollowEntityTypeList"])
	hook, err := admin.Records("Webhook").Create(ctx, espo.Record{"event": "Account.create", "url": "https://x.example/", "skipOwn": true})
	require.NoError(t, err)
	assert.False(t, hook.Bool("skipOwn"), "there is no user whose own it could be")
	_, err = admin.Records("Webhook").Update(ctx, hook.ID(), espo.Attrs{"event": "Account.delete"})
	require.ErrorIs(t, err, espo.ErrForbidden)
}

// An image must be one, and the file of an e-mail is taken for what it is.
func TestUploadsInDetail(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	_, err := s.Client().Attachments.Upload(ctx, espo.Upload{Name: "i.png", ContentType: "image/png", For: espo.InlineImage("Email", "body"), Content: strings.NewReader("\x89PNG\r\n\x1a\n")})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = s.Client().Attachments.Upload(ctx, espo.Upload{Name: "m.eml", ContentType: "message/rfc822", For: espo.FileField("ImportEml", "file"), Content: strings.NewReader("Subject: x\r\n\r\ny")})
	require.NoError(t, err)
}

// Fields of several attributes are exported with all of them.
func TestExportedColumns(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	s.Seed("Task", map[string]any{"name": "T", "assignedUserId": userOf(t, s)})
	for entityType, c := range map[string]struct{ field, want string }{
		"Account": {"emailAddress", "emailAddressIsOptedOut,emailAddressIsInvalid,emailAddress"},
		"Task":    {"dateEnd", "dateEnd,dateEndDate"},
		"Meeting": {"users", "usersIds,usersColumns,usersNames"},
	} {
		var b bytes.Buffer
		_, err := s.Client().Exports.Export(ctx, espo.ByFilter(entityType, espo.IsNotNull("id")), &b, espo.ExportOptions{Fields: []string{c.field}})
		require.NoError(t, err)
		head, _, _ := strings.Cut(b.String(), "\n")
		assert.Equal(t, c.want, strings.TrimSpace(head))
	}
}

// A whole day is compared with the days of the server, whatever the time zone of the
// filter.
func TestWholeDaysOfServer(t *testing.T) {
	now := time.Date(2030, 5, 6, 23, 0, 0, 0, time.UTC) // the 7th in Kyiv
	s, ctx := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now })), t.Context()
	_, err := s.Client().Records("Task").Create(ctx, espo.Record{"name": "T", "dateEndDate": "2030-05-06", "assignedUserId": userOf(t, s)})
	require.NoError(t, err)
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	require.NoError(t, err)
	list, err := s.Client().Records("Task").List(ctx, espo.Query{Where: espo.Where(espo.Today("dateEnd").In(kyiv))})
	require.NoError(t, err)
	assert.Len(t, list.Records, 1)
}

// The stream of a record hides what belongs to it and may not be read.
func TestStreamHidesOthers(t *testing.T) {
	s, ctx := espotest.NewServer(t, withClerk()...), t.Context()
	account, err := s.ClientAs(espo.Basic("little", "Little-password-1")).Records("Account").Create(ctx, espo.Record{"name": "A"})
	require.NoError(t, err)
	_, err = administrator(s).Records("Case").Create(ctx, espo.Record{"name": "C", "accountId": account.ID()})
	require.NoError(t, err)
	of := espo.Ref{Type: "Account", ID: account.ID()}
	all, err := administrator(s).Stream.Of(of).List(ctx, espo.FeedQuery{})
	require.NoError(t, err)
	few, err := s.ClientAs(espo.Basic("little", "Little-password-1")).Stream.Of(of).List(ctx, espo.FeedQuery{})
	require.NoError(t, err)
	assert.Greater(t, len(all.Records), len(few.Records))
}
