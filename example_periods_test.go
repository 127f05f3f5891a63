package espo_test

import (
	"fmt"
	"log"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// dealsOn starts a fake server on which it is the 24th of November 2026, with
// an opportunity for each of the days, which is its name.
func dealsOn(days ...string) (*espotest.Server, *espo.Client) {
	now := time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)
	srv, err := espotest.Start(espotest.WithClock(func() time.Time { return now }))
	if err != nil {
		log.Fatal(err)
	}
	for _, day := range days {
		srv.Seed("Opportunity", espo.Attrs{"name": day, "closeDate": day, "amount": 100})
	}
	return srv, srv.Client()
}

func ExampleBefore() {
	srv, client := dealsOn("2026-11-22", "2026-11-24", "2026-11-27")
	defer srv.Close()
	day := espo.NewDate(2026, time.November, 24)

	printNames(client, "Opportunity", espo.Before("closeDate", day).Date())
	printNames(client, "Opportunity", espo.On("closeDate", day).Date())
	printNames(client, "Opportunity", espo.After("closeDate", day).Date())
	printNames(client, "Opportunity", espo.NotOn("closeDate", day).Date())
	// Output:
	// 2026-11-22
	// 2026-11-24
	// 2026-11-27
	// 2026-11-22, 2026-11-27
}

// What is overdue, and what is still to come.
func ExamplePast() {
	srv, client := dealsOn("2026-11-22", "2026-11-24", "2026-11-27")
	defer srv.Close()

	printNames(client, "Opportunity", espo.Past("closeDate").Date())
	printNames(client, "Opportunity", espo.Future("closeDate").Date())
	printNames(client, "Opportunity", espo.Ever("closeDate"))
	// Output:
	// 2026-11-22
	// 2026-11-27
	// 2026-11-22, 2026-11-24, 2026-11-27
}

// A number of days before and after today.
func ExampleOlderThanDays() {
	srv, client := dealsOn("2026-11-01", "2026-11-20", "2026-11-26", "2026-12-24")
	defer srv.Close()

	printNames(client, "Opportunity", espo.OlderThanDays("closeDate", 10).Date())
	printNames(client, "Opportunity", espo.LastSevenDays("closeDate").Date())
	printNames(client, "Opportunity", espo.NextDays("closeDate", 7).Date())
	printNames(client, "Opportunity", espo.AfterDays("closeDate", 7).Date())
	// Output:
	// 2026-11-01
	// 2026-11-20
	// 2026-11-26
	// 2026-12-24
}

func ExampleCurrentMonth() {
	srv, client := dealsOn("2026-10-05", "2026-11-05", "2026-12-05")
	defer srv.Close()

	printNames(client, "Opportunity", espo.LastMonth("closeDate").Date())
	printNames(client, "Opportunity", espo.CurrentMonth("closeDate").Date())
	printNames(client, "Opportunity", espo.NextMonth("closeDate").Date())
	// Output:
	// 2026-10-05
	// 2026-11-05
	// 2026-12-05
}

func ExampleCurrentQuarter() {
	srv, client := dealsOn("2025-12-31", "2026-09-30", "2026-10-01")
	defer srv.Close()

	printNames(client, "Opportunity", espo.LastQuarter("closeDate").Date())
	printNames(client, "Opportunity", espo.CurrentQuarter("closeDate").Date())
	printNames(client, "Opportunity", espo.LastYear("closeDate").Date())
	printNames(client, "Opportunity", espo.CurrentYear("closeDate").Date())
	// Output:
	// 2026-09-30
	// 2026-10-01
	// 2025-12-31
	// 2026-09-30, 2026-10-01
}

// The fiscal year begins in the month that the settings of the server say.
func ExampleCurrentFiscalYear() {
	now := time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)
	srv, err := espotest.Start(
		espotest.WithClock(func() time.Time { return now }),
		espotest.WithSettings(espo.Attrs{"fiscalYearShift": 6})) // July
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client := srv.Client()
	for _, day := range []string{"2026-06-30", "2026-07-01", "2026-10-01"} {
		srv.Seed("Opportunity", espo.Attrs{"name": day, "closeDate": day, "amount": 100})
	}

	fmt.Print("this year: ")
	printNames(client, "Opportunity", espo.CurrentFiscalYear("closeDate").Date())
	fmt.Print("last year: ")
	printNames(client, "Opportunity", espo.LastFiscalYear("closeDate").Date())
	fmt.Print("this quarter: ")
	printNames(client, "Opportunity", espo.CurrentFiscalQuarter("closeDate").Date())
	fmt.Print("last quarter: ")
	printNames(client, "Opportunity", espo.LastFiscalQuarter("closeDate").Date())
	// Output:
	// this year: 2026-07-01, 2026-10-01
	// last year: 2026-06-30
	// this quarter: 2026-10-01
	// last quarter: 2026-07-01
}
