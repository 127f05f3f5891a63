package espo_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// event has each kind of attribute that a filter by day can be about, under
// each type that reads it.
type event struct {
	ID      string        `json:"id,omitzero"`
	Name    string        `json:"name,omitzero"`
	Day     espo.Date     `json:"day,omitzero"`
	DueDay  *espo.Date    `json:"dueDay,omitzero"`
	At      espo.DateTime `json:"at,omitzero"`
	EndedAt time.Time     `json:"endedAt,omitzero"`
	SeenAt  *time.Time    `json:"seenAt,omitzero"`
	stamps
}

type stamps struct {
	CreatedAt espo.DateTime `json:"createdAt,omitzero"`
}

// What a list of events is refused, and what it is not.
var kindRows = map[string]struct {
	filter espo.Filter
	cure   string // in the error; empty where there is none
}{
	"a date as a date":               {filter: espo.Today("day").Date()},
	"a date as a date-time":          {espo.Today("day").In(time.UTC), "Date"},
	"by the name of a zone":          {espo.LastDays("day", 3).InZone("UTC"), "Date"},
	"a pointer to a date":            {espo.Today("dueDay").In(time.UTC), "Date"},
	"days between":                   {espo.BetweenDays("day", someDay, someDay).In(time.UTC), "Date"},
	"not on a day, of a date":        {espo.NotOn("day", someDay).In(time.UTC), "Date"},
	"not on a day, rightly":          {filter: espo.NotOn("day", someDay).Date()},
	"a date-time as a date-time":     {filter: espo.Today("at").In(time.UTC)},
	"a date-time as a date":          {espo.Today("at").Date(), "In or InZone"},
	"on a day":                       {espo.On("at", someDay).Date(), "In or InZone"},
	"not on a day, of a date-time":   {espo.NotOn("at", someDay).Date(), "In or InZone"},
	"not on a day, in a zone":        {filter: espo.NotOn("at", someDay).In(time.UTC)},
	"days between, of a date-time":   {espo.BetweenDays("at", someDay, someDay).Date(), "In or InZone"},
	"a time.Time":                    {espo.Today("endedAt").Date(), "In or InZone"},
	"a pointer to a time.Time":       {espo.Today("seenAt").Date(), "In or InZone"},
	"an embedded struct's":           {espo.Today("createdAt").Date(), "In or InZone"},
	"in an Or":                       {espo.Or(espo.IsNull("at"), espo.Today("at").Date()), "In or InZone"},
	"deep inside":                    {espo.And(espo.Or(espo.IsNull("at"), espo.And(espo.Today("day").In(time.UTC)))), "Date"},
	"ever":                           {filter: espo.And(espo.Ever("day"), espo.Ever("at"))},
	"null":                           {filter: espo.And(espo.IsNull("day"), espo.IsNotNull("at"))},
	"what the struct does not name":  {filter: espo.And(espo.Today("other").Date(), espo.Today("other").In(time.UTC))},
	"what an extension has added":    {filter: espo.CustomFilter(espo.Filter{Type: "added", Attribute: "at", Value: someDay})},
	"a text like a day, of a text":   {filter: espo.Equal("name", "2026-11-20")},
	"a date with a day":              {filter: espo.Equal("day", someDay)},
	"a date with a text":             {filter: espo.In("day", "2026-11-20", "2026-11-21")},
	"a date with a moment":           {espo.Equal("day", someMoment), "use a Date"},
	"a date with a DateTime":         {espo.GreaterThan("day", espo.NewDateTime(someMoment)), "use a Date"},
	"a date with a pointer":          {espo.LessThan("day", &someMoment), "use a Date"},
	"a date among moments":           {espo.In("day", someMoment), "use a Date"},
	"a date between moments":         {espo.Between("day", someMoment, someMoment), "use a Date"},
	"a date with a moment as a text": {espo.GreaterOrEqual("day", "2026-11-20 10:00:00"), "use a Date"},
	"a date-time with a moment":      {filter: espo.GreaterThan("at", someMoment)},
	"a date-time between moments":    {filter: espo.Between("at", someMoment, someMoment)},
	"a date-time equal to a day":     {espo.Equal("at", someDay), "use a DateTime, or On"},
	"a date-time not equal to a day": {espo.NotEqual("at", someDay), "use a DateTime, or On"},
	"a date-time after a day":        {espo.GreaterThan("createdAt", someDay), "use a DateTime, or On"},
	"a date-time before a pointer":   {espo.LessOrEqual("at", &someDay), "use a DateTime, or On"},
	"a date-time among days":         {espo.In("at", someDay), "use a DateTime, or On"},
	"a date-time among others":       {espo.NotIn[any]("at", someMoment, someDay), "use a DateTime, or On"},
	"a date-time with a day as text": {espo.LessThan("at", "2026-11-20"), "use a DateTime, or On"},
	"a date-time from a day as text": {espo.Between("at", "2026-11-20", "2026-11-21 10:00:00"), "use a DateTime, or On"},
}

var (
	someDay    = espo.NewDate(2026, time.November, 20)
	someMoment = time.Date(2026, time.November, 20, 10, 0, 0, 0, time.UTC)
)

// silent is a client whose server has nothing, and how often it was asked.
func silent(t *testing.T) (*espo.Client, *tally) {
	t.Helper()
	asked := &tally{}
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.add()
		reply(w, 200, `{"total":0,"list":[]}`)
	})
	return client, asked
}

func TestDayFiltersFitTheStruct(t *testing.T) {
	for name, row := range kindRows {
		t.Run(name, func(t *testing.T) {
			client, asked := silent(t)
			q := espo.Query{Where: espo.Where(espo.IsNotNull("name"), row.filter)}
			_, err := espo.Records[event](client, "CEvent").List(t.Context(), q)
			_, ofPointers := espo.Records[*event](client, "CEvent").List(t.Context(), q)
			if row.cure == "" {
				require.NoError(t, err)
				require.NoError(t, ofPointers)
				return
			}
			var input *espo.InputError
			require.ErrorAs(t, err, &input)
			assert.Contains(t, input.Problem, row.cure)
			assert.Regexp(t, `^(day|dueDay|at|endedAt|seenAt|createdAt) is a date`, input.Problem)
			require.ErrorAs(t, ofPointers, &input)
			assert.Zero(t, asked.count(), "something was sent")

			_, err = client.Records("CEvent").List(t.Context(), q)
			require.NoError(t, err, "a Record cannot be checked")
		})
	}
}

// Whatever lists records of a struct refuses what does not fit it.
func TestDayFiltersFitWhateverIsListed(t *testing.T) {
	wrong := espo.Query{Where: espo.Where(espo.Today("createdAt").Date())}
	type call = func(context.Context, *espo.Client) error
	opportunities := func(c *espo.Client) *espo.RelatedService[espo.Opportunity] {
		return c.Accounts.Opportunities("1")
	}
	for name, do := range map[string]call{
		"List":  func(ctx context.Context, c *espo.Client) error { _, err := c.Accounts.List(ctx, wrong); return err },
		"First": func(ctx context.Context, c *espo.Client) error { _, err := c.Accounts.First(ctx, wrong); return err },
		"Count": func(ctx context.Context, c *espo.Client) error { _, err := c.Accounts.Count(ctx, wrong); return err },
		"All": func(ctx context.Context, c *espo.Client) error {
			_, err := espo.Collect(c.Accounts.All(ctx, wrong))
			return err
		},
		"Kanban": func(ctx context.Context, c *espo.Client) error { _, err := c.Leads.Kanban(ctx, wrong); return err },
		"Upsert by a date-time": func(ctx context.Context, c *espo.Client) error {
			_, _, err := c.Accounts.Upsert(ctx, espo.Upsert{Match: espo.Attrs{"createdAt": someDay}})
			return err
		},
		"Upsert by a date": func(ctx context.Context, c *espo.Client) error {
			_, _, err := c.Opportunities.Upsert(ctx, espo.Upsert{Match: espo.Attrs{"name": "a", "closeDate": someMoment}})
			return err
		},
		"Related.List": func(ctx context.Context, c *espo.Client) error {
			_, err := opportunities(c).List(ctx, wrong)
			return err
		},
		"Related.All": func(ctx context.Context, c *espo.Client) error {
			_, err := espo.Collect(opportunities(c).All(ctx, wrong))
			return err
		},
		"Related.Count": func(ctx context.Context, c *espo.Client) error {
			_, err := opportunities(c).Count(ctx, wrong)
			return err
		},
		"Related.LinkWhere": func(ctx context.Context, c *espo.Client) error {
			return opportunities(c).LinkWhere(ctx, wrong.Where)
		},
		"Notifications": func(ctx context.Context, c *espo.Client) error {
			_, err := c.Notifications.List(ctx, wrong)
			return err
		},
		"Followers": func(ctx context.Context, c *espo.Client) error {
			_, err := c.Stream.Followers(c.Accounts.Ref("1")).List(ctx, wrong)
			return err
		},
		"Followers.All": func(ctx context.Context, c *espo.Client) error {
			_, err := espo.Collect(c.Stream.Followers(c.Accounts.Ref("1")).All(ctx, wrong))
			return err
		},
		"ActivityRecords": func(ctx context.Context, c *espo.Client) error {
			q := espo.ActivityQuery{Kind: espo.ActivityHistory, EntityType: "Call"}
			_, err := espo.ActivityRecords[espo.Call](c, c.Accounts.Ref("1"), q).List(ctx, wrong)
			return err
		},
		"stream's attachments": func(ctx context.Context, c *espo.Client) error {
			_, err := c.Stream.Attachments(c.Accounts.Ref("1")).List(ctx, wrong)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, asked := silent(t)
			var input *espo.InputError
			require.ErrorAs(t, do(t.Context(), client), &input)
			assert.Contains(t, input.Problem, " is a date")
			assert.Zero(t, asked.count(), "something was sent")
		})
	}
}

// A meeting begins at a moment or on a day, each an attribute of its own kind.
func TestDayFiltersOfWhatMayBeADay(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	srv := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now }))
	client := srv.Client()
	me, err := client.App.CurrentUser(t.Context())
	require.NoError(t, err)
	srv.Seed("Meeting",
		map[string]any{"name": "at ten", "dateStart": "2026-11-24 10:00:00", "dateEnd": "2026-11-24 11:00:00", "assignedUserId": me.User.ID},
		map[string]any{"name": "all day", "dateStartDate": "2026-11-24", "dateEndDate": "2026-11-24", "assignedUserId": me.User.ID})
	for _, c := range []struct {
		want   string
		filter espo.Filter
	}{
		{"at ten", espo.And(espo.Today("dateStart").In(time.UTC), espo.IsNull("dateStartDate"))},
		{"all day", espo.Today("dateStartDate").Date()},
	} {
		page, err := client.Meetings.List(t.Context(), espo.Query{Where: espo.Where(c.filter)})
		require.NoError(t, err)
		require.Len(t, page.Records, 1)
		assert.Equal(t, c.want, page.Records[0].Name)
	}
	for _, f := range []espo.Filter{espo.Today("dateStart").Date(), espo.Today("dateStartDate").In(time.UTC)} {
		_, err := client.Meetings.List(t.Context(), espo.Query{Where: espo.Where(f)})
		require.ErrorIs(t, err, espo.ErrInput)
	}
}
