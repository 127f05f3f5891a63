package espo

// On holds on that day.
func On(attribute string, day Date) Filter { return compare("on", attribute, day) }

// NotOn holds on any other day.
func NotOn(attribute string, day Date) Filter { return compare("notOn", attribute, day) }

// Before holds before that day.
func Before(attribute string, day Date) Filter { return compare("before", attribute, day) }

// After holds after that day.
func After(attribute string, day Date) Filter { return compare("after", attribute, day) }

// Between holds from one value to another, both included: days, or numbers.
func Between[V any](attribute string, from, to V) Filter {
	return list("between", attribute, []V{from, to})
}

func dated(kind, attribute string) Filter { return Filter{Type: kind, Attribute: attribute} }

// Ever holds where there is a date at all.
func Ever(attribute string) Filter { return dated("ever", attribute) }

// Today holds today.
func Today(attribute string) Filter { return dated("today", attribute) }

// Past holds before today, or before now for a date-time.
func Past(attribute string) Filter { return dated("past", attribute) }

// Future holds after today, or after now for a date-time.
func Future(attribute string) Filter { return dated("future", attribute) }

// LastSevenDays holds in the last seven days, today included.
func LastSevenDays(attribute string) Filter { return dated("lastSevenDays", attribute) }

// CurrentMonth holds in this month.
func CurrentMonth(attribute string) Filter { return dated("currentMonth", attribute) }

// LastMonth holds in the month before this one.
func LastMonth(attribute string) Filter { return dated("lastMonth", attribute) }

// NextMonth holds in the month after this one.
func NextMonth(attribute string) Filter { return dated("nextMonth", attribute) }

// CurrentQuarter holds in this quarter.
func CurrentQuarter(attribute string) Filter { return dated("currentQuarter", attribute) }

// LastQuarter holds in the quarter before this one.
func LastQuarter(attribute string) Filter { return dated("lastQuarter", attribute) }

// CurrentYear holds in this year.
func CurrentYear(attribute string) Filter { return dated("currentYear", attribute) }

// LastYear holds in the year before this one.
func LastYear(attribute string) Filter { return dated("lastYear", attribute) }

// CurrentFiscalYear holds in this fiscal year, whose first month is a setting
// of the server.
func CurrentFiscalYear(attribute string) Filter { return dated("currentFiscalYear", attribute) }

// LastFiscalYear holds in the fiscal year before this one.
func LastFiscalYear(attribute string) Filter { return dated("lastFiscalYear", attribute) }

// CurrentFiscalQuarter holds in this quarter of the fiscal year.
func CurrentFiscalQuarter(attribute string) Filter {
	return dated("currentFiscalQuarter", attribute)
}

// LastFiscalQuarter holds in the fiscal year's quarter before this one.
func LastFiscalQuarter(attribute string) Filter { return dated("lastFiscalQuarter", attribute) }

// LastDays holds in the last n days.
func LastDays(attribute string, n int) Filter { return compare("lastXDays", attribute, n) }

// NextDays holds in the next n days.
func NextDays(attribute string, n int) Filter { return compare("nextXDays", attribute, n) }

// OlderThanDays holds more than n days ago.
func OlderThanDays(attribute string, n int) Filter { return compare("olderThanXDays", attribute, n) }

// AfterDays holds more than n days from now.
func AfterDays(attribute string, n int) Filter { return compare("afterXDays", attribute, n) }
