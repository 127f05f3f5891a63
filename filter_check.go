package espo

import (
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// valueShape is what a type of filter takes as its value.
type valueShape int

const (
	noValue valueShape = iota
	oneValue
	oneDay
	wholeNumber
	listOfValues
	fromTo
	fromDayToDay
	otherFilters
)

// filterShape is what a type of filter takes.
type filterShape struct {
	value    valueShape
	days     bool // it counts days, and must know what kind of attribute it is about
	compares bool // it compares the attribute with its values
}

// filterShapes are the types of filters that EspoCRM has.
var filterShapes = map[string]filterShape{
	"equals": {value: oneValue, compares: true}, "notEquals": {value: oneValue, compares: true},
	"greaterThan": {value: oneValue, compares: true}, "lessThan": {value: oneValue, compares: true},
	"greaterThanOrEquals": {value: oneValue, compares: true}, "lessThanOrEquals": {value: oneValue, compares: true},
	"in": {value: listOfValues, compares: true}, "notIn": {value: listOfValues, compares: true},
	"between": {value: fromTo, compares: true}, // see Filter.shape
	"like":    {value: oneValue}, "notLike": {value: oneValue},
	"contains": {value: oneValue}, "notContains": {value: oneValue},
	"startsWith": {value: oneValue}, "endsWith": {value: oneValue},
	"isNull": {}, "isNotNull": {}, "isTrue": {}, "isFalse": {}, "ever": {},

	"on": {value: oneDay, days: true}, "notOn": {value: oneDay, days: true},
	"before": {value: oneDay, days: true}, "after": {value: oneDay, days: true},
	"today": {days: true}, "past": {days: true}, "future": {days: true},
	"lastSevenDays": {days: true},
	"currentMonth":  {days: true}, "lastMonth": {days: true}, "nextMonth": {days: true},
	"currentQuarter": {days: true}, "lastQuarter": {days: true},
	"currentYear": {days: true}, "lastYear": {days: true},
	"currentFiscalYear": {days: true}, "lastFiscalYear": {days: true},
	"currentFiscalQuarter": {days: true}, "lastFiscalQuarter": {days: true},
	"lastXDays": {value: wholeNumber, days: true}, "nextXDays": {value: wholeNumber, days: true},
	"olderThanXDays": {value: wholeNumber, days: true}, "afterXDays": {value: wholeNumber, days: true},

	"linkedWith": {value: listOfValues}, "notLinkedWith": {value: listOfValues}, "linkedWithAll": {value: listOfValues},
	"isLinked": {}, "isNotLinked": {}, "isUserFromTeams": {value: listOfValues},
	"inCategory": {value: listOfValues},
	"arrayAnyOf": {value: listOfValues}, "arrayNoneOf": {value: listOfValues}, "arrayAllOf": {value: listOfValues},
	"arrayIsEmpty": {}, "arrayIsNotEmpty": {},

	"and": {value: otherFilters}, "or": {value: otherFilters},
}

// shape returns what a type of filter takes, if EspoCRM has the type. Between
// is one type for two filters.
func (f Filter) shape() (shape filterShape, known bool) {
	if f.Type == "between" && (f.ofDate || f.DateTime) {
		return filterShape{value: fromDayToDay, days: true}, true
	}
	shape, known = filterShapes[f.Type]
	return shape, known
}

func validateFilters(filters []Filter) error {
	for _, f := range filters {
		if err := f.validate(); err != nil {
			return err
		}
	}
	return nil
}

func (f Filter) validate() error {
	argument := "Filter " + f.Type
	shape, known := f.shape()
	if err := f.checkType(argument, known); err != nil {
		return err
	}
	if err := f.checkDays(argument, shape); err != nil {
		return err
	}
	if shape.value == otherFilters {
		items, ok := f.Value.([]Filter)
		if !ok || len(items) == 0 || f.Attribute != "" {
			return badInput(argument, "takes one filter or more, and no attribute")
		}
		return validateFilters(items)
	}
	if f.Attribute != "" || !f.custom {
		if err := checkAttribute(argument, f.Attribute); err != nil {
			return err
		}
	}
	if f.custom {
		return nil
	}
	return shape.value.check(argument, f.Value)
}

func (f Filter) checkType(argument string, known bool) error {
	switch {
	case f.problem != "":
		return badInput(argument, "%s", f.problem)
	case f.Type == "":
		return badInput("Filter", "has no type")
	case f.Type == "not" || f.Type == "subQueryIn" || f.Type == "subQueryNotIn":
		return badInput(argument, "EspoCRM refuses it in a request; use a type such as notEquals or notIn")
	case !known && !f.custom:
		return badInput(argument, "is not a type of EspoCRM; CustomFilter makes one that an extension has added")
	case known && f.custom:
		return badInput(argument, "is a type that every server has; CustomFilter is for what an extension has added")
	}
	return nil
}

// checkDays looks at what the filter says of days and time zones.
func (f Filter) checkDays(argument string, shape filterShape) error {
	switch {
	case f.TimeZone != "" && !f.DateTime:
		return badInput(argument, "has a time zone although DateTime is not set")
	case f.DateTime && !f.custom && !shape.days:
		return badInput(argument, "does not count days and takes no time zone")
	case f.DateTime && f.Type == "notOn":
		return badInput(argument, "EspoCRM ignores its time zone; NotOn with In asks for the days before and after")
	case shape.days && !f.DateTime && !f.ofDate:
		return badInput(argument, "does not say what kind of attribute %q is: end a function such as Today or On with Date for a date, or with In or InZone for a date-time", f.Attribute)
	case f.DateTime && !f.custom && !isZoneName(f.TimeZone):
		return badInput(argument, "%q is not the name of a time zone, such as \"Europe/Kyiv\" or \"UTC\"", f.TimeZone)
	}
	return nil
}

// isZoneName reports whether a name can be one of the IANA database.
func isZoneName(name string) bool {
	letter := false // before the first digit or sign of each part
	for _, c := range []byte(name) {
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			letter = true
		case c == '/' && letter:
			letter = false
		case !letter || c != '_' && c != '-' && c != '+' && (c < '0' || c > '9'):
			return false
		}
	}
	return letter && name != "Local"
}

// checkAttribute refuses what cannot be the name of an attribute.
func checkAttribute(argument, name string) error {
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' {
			continue
		}
		return badInput(argument, "%q is not the name of an attribute", name)
	}
	switch {
	case name == "":
		return badInput(argument, "the attribute is empty")
	case name[0] >= '0' && name[0] <= '9':
		return badInput(argument, "%q begins with a digit, which no attribute does", name)
	}
	return nil
}

// check looks at a filter's value as it goes on the wire.
func (s valueShape) check(argument string, value any) error {
	if s == noValue {
		if value != nil {
			return badInput(argument, "takes no value")
		}
		return nil
	}
	encoded, err := json.Marshal(value, jsonOptions)
	if err != nil {
		return badInput(argument, "%v", err)
	}
	takesList := s == listOfValues || s == fromTo || s == fromDayToDay
	switch kind := jsontext.Value(encoded).Kind(); {
	case kind == '{':
		return badInput(argument, "%T is neither text nor a number, a date or a boolean", value)
	case takesList && kind != '[':
		return badInput(argument, "takes a list")
	case takesList:
		return s.checkList(argument, encoded)
	case kind == '[':
		return badInput(argument, "takes one value, not a list")
	case kind == 'n':
		return badInput(argument, "has no value; IsNull asks for null")
	}
	return s.checkScalar(argument, encoded)
}

func (s valueShape) checkScalar(argument string, value jsontext.Value) error {
	switch s {
	case wholeNumber:
		if n, err := strconv.ParseInt(string(value), 10, 64); err != nil || n < 0 {
			return badInput(argument, "takes a whole number that is not negative")
		}
	case oneDay:
		if _, ok := dayIn(value); !ok {
			return badInput(argument, "takes a day, not %s", value)
		}
	}
	return nil
}

func (s valueShape) checkList(argument string, value jsontext.Value) error {
	var list []jsontext.Value
	if err := json.Unmarshal(value, &list); err != nil {
		return badInput(argument, "%v", err)
	}
	switch {
	case s == listOfValues && len(list) == 0:
		return badInput(argument, "the list is empty")
	case s != listOfValues && len(list) != 2:
		return badInput(argument, "takes two values, from and to")
	}
	for _, item := range list {
		switch item.Kind() {
		case 'n': // matches nothing, without a word
			return badInput(argument, "the list holds null; IsNull asks for it")
		case '[', '{':
			return badInput(argument, "the list holds a list or an object")
		}
	}
	if s == listOfValues {
		return nil
	}
	return s.checkRange(argument, list[0], list[1])
}

// checkRange looks at a range, of which not every text can be compared.
func (s valueShape) checkRange(argument string, from, to jsontext.Value) error {
	firstDay, isDay := dayIn(from)
	lastDay, areDays := dayIn(to)
	areDays = areDays && isDay
	switch {
	case s == fromDayToDay && !areDays:
		return badInput(argument, "takes two days, from and to")
	case s == fromTo && areDays:
		return badInput(argument, "%s and %s are days: BetweenDays counts them as the attribute needs it", from, to)
	}
	wrong := areDays && firstDay.Compare(lastDay) > 0
	if low, ok := momentIn(from); ok {
		high, ok := momentIn(to)
		wrong = wrong || ok && low.After(high.Time)
	}
	if from.Kind() == '0' && to.Kind() == '0' {
		low, errLow := strconv.ParseFloat(string(from), 64)
		high, errHigh := strconv.ParseFloat(string(to), 64)
		wrong = wrong || errLow == nil && errHigh == nil && low > high
	}
	if wrong {
		return badInput(argument, "nothing is between %s and %s: from is after to", from, to)
	}
	return nil
}

// dayIn returns the day that a text is.
func dayIn(v jsontext.Value) (Date, bool) {
	s, ok := textIn(v)
	if !ok || len(s) != len(dateLayout) {
		return Date{}, false
	}
	day, err := ParseDate(s)
	return day, err == nil
}

// momentIn returns the moment that a text is, which is not a bare day.
func momentIn(v jsontext.Value) (DateTime, bool) {
	s, ok := textIn(v)
	if !ok || len(s) <= len(dateLayout) {
		return DateTime{}, false
	}
	moment, err := ParseDateTime(s)
	return moment, err == nil
}

func textIn(v jsontext.Value) (string, bool) {
	if v.Kind() != '"' {
		return "", false
	}
	s, err := jsontext.AppendUnquote(nil, v)
	return string(s), err == nil
}
