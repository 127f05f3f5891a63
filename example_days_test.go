package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// dayExample starts a fake server on which it is half past midnight on the
// 24th of November in Kyiv, and still the 23rd in UTC. It has three meetings.
func dayExample() (*espotest.Server, *espo.Client) {
	now := time.Date(2026, time.November, 23, 22, 30, 0, 0, time.UTC)
	srv, err := espotest.Start(espotest.WithClock(func() time.Time { return now }))
	if err != nil {
		log.Fatal(err)
	}
	user := srv.Seed("User", map[string]any{"userName": "olena", "lastName": "Koval", "type": "regular"})[0]
	for name, start := range map[string]string{
		"breakfast": "2026-11-23 07:00:00", "tea": "2026-11-23 22:15:00", "lunch": "2026-11-24 11:00:00",
	} {
		srv.Seed("Meeting", map[string]any{"name": name, "dateStart": start, "dateEnd": start, "assignedUserId": user})
	}
	return srv, srv.Client()
}

// printMeetings prints the names of the meetings that a filter matches.
func printMeetings(client *espo.Client, filter espo.Filter) {
	q := espo.Query{Where: espo.Where(filter), OrderBy: "dateStart"}
	for meeting, err := range client.Meetings.All(context.Background(), q) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(meeting.Name)
	}
}

func ExampleDayFilter() {
	srv, client := dayExample()
	defer srv.Close()
	ctx := context.Background()
	srv.Seed("Opportunity", map[string]any{"name": "Roof", "amount": 100, "closeDate": "2026-11-24"})

	// createdAt is a date-time, closeDate a date.
	filter := espo.Today("createdAt").In(time.UTC)
	n, err := client.Opportunities.Count(ctx, espo.Query{Where: espo.Where(filter)})
	fmt.Println(n, err)
	filter = espo.NextDays("closeDate", 7).Date()
	n, err = client.Opportunities.Count(ctx, espo.Query{Where: espo.Where(filter)})
	fmt.Println(n, err)

	// Said wrongly, it is an error where records are read into a struct.
	filter = espo.Today("createdAt").Date()
	_, err = client.Opportunities.Count(ctx, espo.Query{Where: espo.Where(filter)})
	var input *espo.InputError
	fmt.Println(errors.As(err, &input), input.Problem)
	// Output:
	// 1 <nil>
	// 1 <nil>
	// true createdAt is a date-time: end the filter with In or InZone, not with Date
}

func ExampleDayFilter_Date() {
	srv, client := dayExample()
	defer srv.Close()
	ctx := context.Background()
	srv.Seed("Opportunity",
		map[string]any{"name": "Roof", "amount": 100, "closeDate": "2026-11-23"},
		map[string]any{"name": "Wall", "amount": 100, "closeDate": "2026-11-21"},
		map[string]any{"name": "Floor", "amount": 100, "closeDate": "2026-11-20"})

	for _, filter := range []espo.DayFilter{
		espo.Today("closeDate"),
		espo.LastDays("closeDate", 2), // today and the two days before
		espo.BetweenDays("closeDate", espo.NewDate(2026, time.November, 20), espo.NewDate(2026, time.November, 21)),
	} {
		page, err := client.Opportunities.List(ctx, espo.Query{Where: espo.Where(filter.Date()), OrderBy: "name"})
		if err != nil {
			log.Fatal(err)
		}
		var names []string
		for _, o := range page.Records {
			names = append(names, o.Name)
		}
		fmt.Println(filter.Date().Type, names)
	}
	// Output:
	// today [Roof]
	// lastXDays [Roof Wall]
	// between [Floor Wall]
}

func ExampleDayFilter_In() {
	srv, client := dayExample()
	defer srv.Close()
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		log.Fatal(err)
	}

	fmt.Println("today in Kyiv:")
	printMeetings(client, espo.Today("dateStart").In(kyiv))
	fmt.Println("today in UTC:")
	printMeetings(client, espo.Today("dateStart").In(time.UTC))
	// Output:
	// today in Kyiv:
	// tea
	// lunch
	// today in UTC:
	// breakfast
	// tea
}

func ExampleDayFilter_InZone() {
	filter := espo.On("createdAt", espo.NewDate(2026, time.November, 24)).InZone("Europe/Kyiv")
	fmt.Println(filter.Type, filter.Attribute, filter.Value, filter.TimeZone)
	// Output: on createdAt 2026-11-24 Europe/Kyiv
}

func ExampleLastDays() {
	srv, client := dayExample()
	defer srv.Close()

	// The 23rd in Kyiv, and what has begun of the 24th.
	printMeetings(client, espo.LastDays("dateStart", 1).InZone("Europe/Kyiv"))
	// Output:
	// breakfast
	// tea
}

func ExampleBetweenDays() {
	srv, client := dayExample()
	defer srv.Close()

	from, to := espo.NewDate(2026, time.November, 22), espo.NewDate(2026, time.November, 23)
	printMeetings(client, espo.BetweenDays("dateStart", from, to).InZone("Europe/Kyiv"))
	// Output: breakfast
}

// A filter over a link takes two steps.
func ExampleFilter_link() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	farm := srv.Seed("Account", map[string]any{"name": "Farm", "industry": "Agriculture"})[0]
	srv.Seed("Opportunity",
		map[string]any{"name": "Tractor", "amount": 100, "closeDate": "2026-11-24", "accountId": farm},
		map[string]any{"name": "Roof", "amount": 100, "closeDate": "2026-11-24"})

	var ids []string
	farms := espo.Query{Where: espo.Where(espo.Equal("industry", "Agriculture")), Select: []string{"id"}}
	for account, err := range client.Accounts.All(ctx, farms) {
		if err != nil {
			log.Fatal(err)
		}
		ids = append(ids, account.ID)
	}
	for o, err := range client.Opportunities.All(ctx, espo.Query{Where: espo.Where(espo.In("accountId", ids...))}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(o.Name)
	}
	// Output: Tractor
}
