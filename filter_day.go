package espo

import (
	"strconv"
	"time"
)

// DayFilter is a filter by day that does not know yet what kind of attribute
// it is about. It becomes a [Filter] by saying so:
//
//	espo.Today("closeDate").Date()                  // a date
//	espo.LastDays("createdAt", 30).In(kyiv)         // a date-time, days as in Kyiv
//	espo.On("createdAt", day).InZone("Europe/Kyiv") // the same, by the name of the zone
//
// EspoCRM must be told, and does not notice when it is told wrong: taken for a
// date, a date-time such as createdAt is today at midnight only; taken for a
// date-time, a date of next month can be one of this month, too.
type DayFilter struct{ filter Filter }

// Date makes the filter of an attribute that is a date, a [Date] in a struct,
// such as closeDate of an opportunity. Which day is today is then decided by
// the time zone in the settings of the server.
func (f DayFilter) Date() Filter {
	f.filter.ofDate = true
	return f.filter
}

// In makes the filter of an attribute that is a date-time, a [DateTime] in a
// struct, such as createdAt, or dateStart of a meeting. Days begin at midnight
// in the zone, and today is what is today there.
//
// The server is told the name of the zone in the IANA database. So zone must
// be time.UTC or come from [time.LoadLocation]; nil, time.Local and a zone of
// [time.FixedZone] that is not a zone of that database make the query an
// [InputError].
func (f DayFilter) In(zone *time.Location) Filter {
	name, problem := zoneName(zone)
	return f.inZone(name, problem)
}

// InZone is In with the name of the zone, such as "Europe/Kyiv", for programs
// that have no time zone database. A name that the server does not know is
// [ErrBadRequest].
func (f DayFilter) InZone(name string) Filter { return f.inZone(name, "") }

func (f DayFilter) inZone(name, problem string) Filter {
	in := f.filter
	in.DateTime, in.TimeZone, in.problem = true, name, problem
	if in.Type != "notOn" || problem != "" {
		return in
	}
	// The server has no time zone for notOn.
	before, after := in, in
	before.Type, after.Type = "before", "after"
	return Or(before, after)
}

// zoneName returns the name of a zone in the IANA database, or what is wrong
// with the zone.
func zoneName(zone *time.Location) (name, problem string) {
	if zone == nil {
		return "", "the time zone is nil; UTC is time.UTC"
	}
	name = zone.String()
	switch name {
	case "":
		return "", "the time zone has no name; the server needs one of the IANA database"
	case "Local":
		return "", "time.Local does not know the name of its time zone: load the zone by name, or use InZone"
	}
	// A zone of time.FixedZone can have any name, which is then also the
	// abbreviation of its time. A zone of the database has others, with few
	// exceptions such as UTC.
	winter := time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC).In(zone)
	summer := time.Date(2025, time.July, 1, 0, 0, 0, 0, time.UTC).In(zone)
	if winter.Format("MST") != name || summer.Format("MST") != name {
		return name, ""
	}
	known, err := time.LoadLocation(name)
	if err != nil {
		return "", "the time zone is named " + strconv.Quote(name) + ", which is not in the IANA database: the server knows no other names"
	}
	const clock = "-07:00"
	if winter.Format(clock) != winter.In(known).Format(clock) || summer.Format(clock) != summer.In(known).Format(clock) {
		return "", "the time zone is named " + strconv.Quote(name) + ", but has another offset than the one of that name in the IANA database"
	}
	return name, ""
}

func onDay(kind, attribute string, day Date) DayFilter {
	return DayFilter{Filter{Type: kind, Attribute: attribute, Value: day}}
}

func inPeriod(kind, attribute string) DayFilter {
	return DayFilter{Filter{Type: kind, Attribute: attribute}}
}

func fromToday(kind, attribute string, n int) DayFilter {
	return DayFilter{Filter{Type: kind, Attribute: attribute, Value: n}}
}

// On holds on that day.
func On(attribute string, day Date) DayFilter { return onDay("on", attribute, day) }

// NotOn holds on any other day; it does not hold where the attribute is null.
// With [DayFilter.In] it is sent as an Or of Before and After, since EspoCRM
// knows no time zone for it.
func NotOn(attribute string, day Date) DayFilter { return onDay("notOn", attribute, day) }

// Before holds before that day.
func Before(attribute string, day Date) DayFilter { return onDay("before", attribute, day) }

// After holds after that day.
func After(attribute string, day Date) DayFilter { return onDay("after", attribute, day) }

// BetweenDays holds from one day to another, both included. A day from that
// is after to makes the query an [InputError].
func BetweenDays(attribute string, from, to Date) DayFilter {
	return DayFilter{list("between", attribute, []Date{from, to})}
}

// Today holds today.
func Today(attribute string) DayFilter { return inPeriod("today", attribute) }

// Past holds before today, or before this moment for a date-time.
func Past(attribute string) DayFilter { return inPeriod("past", attribute) }

// Future holds after today, or after this moment for a date-time.
func Future(attribute string) DayFilter { return inPeriod("future", attribute) }

// LastSevenDays holds today and in the seven days before it. A date-time
// later than this moment does not match.
func LastSevenDays(attribute string) DayFilter { return inPeriod("lastSevenDays", attribute) }

// CurrentMonth holds in this month. Of date-times, this and the other filters
// by month, quarter and year also match the first second after the end.
func CurrentMonth(attribute string) DayFilter { return inPeriod("currentMonth", attribute) }

// LastMonth holds in the month before this one.
func LastMonth(attribute string) DayFilter { return inPeriod("lastMonth", attribute) }

// NextMonth holds in the month after this one.
func NextMonth(attribute string) DayFilter { return inPeriod("nextMonth", attribute) }

// CurrentQuarter holds in this quarter.
func CurrentQuarter(attribute string) DayFilter { return inPeriod("currentQuarter", attribute) }

// LastQuarter holds in the quarter before this one.
func LastQuarter(attribute string) DayFilter { return inPeriod("lastQuarter", attribute) }

// CurrentYear holds in this year.
func CurrentYear(attribute string) DayFilter { return inPeriod("currentYear", attribute) }

// LastYear holds in the year before this one.
func LastYear(attribute string) DayFilter { return inPeriod("lastYear", attribute) }

// CurrentFiscalYear holds in this fiscal year, whose first month is a setting
// of the server.
func CurrentFiscalYear(attribute string) DayFilter { return inPeriod("currentFiscalYear", attribute) }

// LastFiscalYear holds in the fiscal year before this one.
func LastFiscalYear(attribute string) DayFilter { return inPeriod("lastFiscalYear", attribute) }

// CurrentFiscalQuarter holds in this quarter of the fiscal year.
func CurrentFiscalQuarter(attribute string) DayFilter {
	return inPeriod("currentFiscalQuarter", attribute)
}

// LastFiscalQuarter holds in the fiscal year's quarter before this one.
func LastFiscalQuarter(attribute string) DayFilter {
	return inPeriod("lastFiscalQuarter", attribute)
}

// LastDays holds today and in the n days before it: with 0 today only. A
// date-time later than this moment does not match.
func LastDays(attribute string, n int) DayFilter { return fromToday("lastXDays", attribute, n) }

// NextDays holds today and in the n days after it: with 0 today only. A
// date-time before this moment does not match; one in the first hour after
// the last of the days does, since the server counts that hour in.
func NextDays(attribute string, n int) DayFilter { return fromToday("nextXDays", attribute, n) }

// OlderThanDays holds more than n days before today: what LastDays with the
// same n leaves out of the past.
func OlderThanDays(attribute string, n int) DayFilter {
	return fromToday("olderThanXDays", attribute, n)
}

// AfterDays holds more than n days after today. Of date-times the server also
// counts in the day that is n days from today, but for its first second.
func AfterDays(attribute string, n int) DayFilter { return fromToday("afterXDays", attribute, n) }
