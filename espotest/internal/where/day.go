package where

import (
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // filters name time zones, on every machine

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
)

// comparison is one comparison with a date or date-time, as it stands in SQL.
type comparison struct {
	op    string // a key of the comparisons in where.go
	value any
}

// dateFilterTypes are the types that dateFilter knows.
var dateFilterTypes = []string{
	"on", "before", "after", "between",
	"today", "past", "future", "lastSevenDays", "lastXDays", "nextXDays", "olderThanXDays", "afterXDays",
	"currentMonth", "lastMonth", "nextMonth", "currentQuarter", "lastQuarter", "currentYear", "lastYear",
	"currentFiscalYear", "lastFiscalYear", "currentFiscalQuarter", "lastFiscalQuarter",
}

func isDateFilter(t string) bool { return slices.Contains(dateFilterTypes, t) }

// dateFilter turns a date filter into comparisons that must all hold. Without
// dateTime it compares with whole days in the server's time zone, and a
// date-time counts as the moment it is: "today" is then midnight only.
func dateFilter(item Item, env *Env) ([]comparison, *answer.Error) {
	if !item.DateTime {
		return dayFilter(item, env), nil
	}
	zone := time.UTC
	if item.HasTimeZone {
		var ok bool
		if zone, ok = loadZone(item.TimeZone); !ok {
			return nil, answer.BadRequest("Bad timezone")
		}
	}
	return momentFilter(item, env, zone)
}

func dayFilter(item Item, env *Env) []comparison {
	now := env.Now.In(env.zone())
	today := midnight(now)
	day := func(t time.Time) string { return t.Format(time.DateOnly) }
	days := func(n int) string { return day(today.AddDate(0, 0, n)) }
	x := php.IntVal(item.Value)
	switch item.Type {
	case "on":
		return []comparison{{"equals", item.Value}}
	case "before":
		return []comparison{{"lessThan", item.Value}}
	case "after":
		return []comparison{{"greaterThan", item.Value}}
	case "today":
		return []comparison{{"equals", days(0)}}
	case "past":
		return []comparison{{"lessThan", days(0)}}
	case "future":
		return []comparison{{"greaterThan", days(0)}}
	case "lastSevenDays":
		return []comparison{{"greaterThanOrEquals", days(-7)}, {"lessThanOrEquals", days(0)}}
	case "lastXDays":
		return []comparison{{"greaterThanOrEquals", days(-x)}, {"lessThanOrEquals", days(0)}}
	case "nextXDays":
		return []comparison{{"greaterThanOrEquals", days(0)}, {"lessThanOrEquals", days(x)}}
	case "olderThanXDays":
		return []comparison{{"lessThan", days(-x)}}
	case "afterXDays":
		return []comparison{{"greaterThan", days(x)}}
	}
	from, to := period(item.Type, today, env.FiscalYearShift)
	return []comparison{{"greaterThanOrEquals", day(from)}, {"lessThan", day(to)}}
}

// momentFilter is for date-times: days begin at midnight in the zone.
func momentFilter(item Item, env *Env, zone *time.Location) ([]comparison, *answer.Error) {
	now := env.Now.In(zone)
	today := midnight(now)
	moment := func(t time.Time) string { return t.UTC().Format(time.DateTime) }
	days := func(n int) time.Time { return today.AddDate(0, 0, n) }
	x := php.IntVal(item.Value)
	switch item.Type {
	case "on", "before", "after":
		from, to, err := momentValue(item.Value, zone)
		switch {
		case err != nil:
			return nil, err
		case item.Type == "before":
			return []comparison{{"lessThan", moment(from)}}, nil
		case item.Type == "after":
			return []comparison{{"greaterThan", moment(to)}}, nil
		}
		return []comparison{{"greaterThanOrEquals", moment(from)}, {"lessThanOrEquals", moment(to)}}, nil
	case "between":
		if !php.IsList(item.Value) || len(php.Values(item.Value)) < 2 {
			return nil, answer.BadRequest("Bad where item. Bad value.")
		}
		values := bounds(item.Value)
		if slices.Contains(values, nil) {
			return []comparison{{"lessThan", nil}}, nil
		}
		from, _, err := momentValue(values[0], zone)
		if err != nil {
			return nil, err
		}
		_, to, err := momentValue(values[1], zone)
		if err != nil {
			return nil, err
		}
		return []comparison{{"greaterThanOrEquals", moment(from)}, {"lessThanOrEquals", moment(to)}}, nil
	case "today":
		return []comparison{{"greaterThanOrEquals", moment(today)}, {"lessThan", moment(days(1))}}, nil
	case "past":
		return []comparison{{"lessThan", moment(now)}}, nil
	case "future":
		return []comparison{{"greaterThan", moment(now)}}, nil
	case "lastSevenDays":
		return []comparison{{"greaterThanOrEquals", moment(days(-7))}, {"lessThanOrEquals", moment(now)}}, nil
	case "lastXDays":
		return []comparison{{"greaterThanOrEquals", moment(days(-x))}, {"lessThanOrEquals", moment(now)}}, nil
	case "nextXDays":
		// The server's day ends at 24:59:59.
		return []comparison{{"greaterThanOrEquals", moment(now)}, {"lessThan", moment(days(x + 1).Add(time.Hour))}}, nil
	case "olderThanXDays":
		return []comparison{{"lessThan", moment(days(-x))}}, nil
	case "afterXDays":
		return []comparison{{"greaterThan", moment(days(x))}}, nil
	}
	// The first moment after the period belongs to it, too.
	from, to := period(item.Type, today, env.FiscalYearShift)
	return []comparison{{"greaterThanOrEquals", moment(from)}, {"lessThanOrEquals", moment(to)}}, nil
}

// period returns the first day of a period and the first day after it.
func period(filter string, today time.Time, fiscalYearShift int) (from, to time.Time) {
	year, m, _ := today.Date()
	first := func(month int) time.Time { // month 0 is this year's January
		return time.Date(year, time.January+time.Month(month), 1, 0, 0, 0, 0, today.Location())
	}
	month := int(m - time.January)
	shift := 0
	if strings.Contains(filter, "Fiscal") {
		shift = fiscalYearShift % 12
	}
	// Of what is counted from the start of the (fiscal) year.
	elapsed := (month - shift + 12) % 12
	start, length := month, 1
	switch {
	case strings.HasSuffix(filter, "Quarter"):
		start, length = month-elapsed%3, 3
	case strings.HasSuffix(filter, "Year"):
		start, length = month-elapsed, 12
	}
	switch {
	case strings.HasPrefix(filter, "last"):
		start -= length
	case strings.HasPrefix(filter, "next"):
		start += length
	}
	return first(start), first(start + length)
}

func midnight(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, t.Location())
}

// momentLayouts are the forms in which a date-time may be given.
var momentLayouts = []string{
	time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04",
	"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z0700",
}

// momentValue returns the first and the last second of what a value means: a
// day, or a moment.
func momentValue(v any, zone *time.Location) (from, to time.Time, err *answer.Error) {
	if s, ok := php.String(v); !ok {
		return from, to, answer.Crash()
	} else if !php.True(s) {
		return from, to, answer.BadRequest("Bad where item. Empty value.")
	}
	s, _ := php.String(v)
	if t, e := time.ParseInLocation(time.DateOnly, s, zone); e == nil {
		return t, t.AddDate(0, 0, 1).Add(-time.Second), nil
	}
	for _, layout := range momentLayouts {
		if t, e := time.ParseInLocation(layout, s, zone); e == nil {
			return t, t, nil
		}
	}
	return from, to, answer.BadRequest("Bad date value or timezone.")
}

// loadZone knows time zones by name and as an offset such as +03:00.
func loadZone(name string) (*time.Location, bool) {
	if name == "" || name == "Local" {
		return nil, false
	}
	if name[0] == '+' || name[0] == '-' {
		t, err := time.Parse("Z07:00", name)
		return t.Location(), err == nil
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}
