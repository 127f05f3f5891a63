package espo

import (
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// filterShape is what a type of filter takes.
type filterShape struct {
	values int // 0 none, 1 a scalar, 2 a list, 3 a list of two, 4 a whole number
	items  bool
	date   bool
}

// filterShapes are the types of filters that EspoCRM has.
var filterShapes = map[string]filterShape{
	"equals": {values: 1}, "notEquals": {values: 1},
	"greaterThan": {values: 1}, "lessThan": {values: 1},
	"greaterThanOrEquals": {values: 1}, "lessThanOrEquals": {values: 1},
	"like": {values: 1}, "notLike": {values: 1},
	"contains": {values: 1}, "notContains": {values: 1},
	"startsWith": {values: 1}, "endsWith": {values: 1},
	"in": {values: 2}, "notIn": {values: 2},
	"isNull": {}, "isNotNull": {}, "isTrue": {}, "isFalse": {},
	"ever": {date: true},

	"on": {values: 1, date: true}, "notOn": {values: 1, date: true},
	"before": {values: 1, date: true}, "after": {values: 1, date: true},
	"between": {values: 3, date: true},
	"today":   {date: true}, "past": {date: true}, "future": {date: true},
	"lastSevenDays": {date: true},
	"currentMonth":  {date: true}, "lastMonth": {date: true}, "nextMonth": {date: true},
	"currentQuarter": {date: true}, "lastQuarter": {date: true},
	"currentYear": {date: true}, "lastYear": {date: true},
	"currentFiscalYear": {date: true}, "lastFiscalYear": {date: true},
	"currentFiscalQuarter": {date: true}, "lastFiscalQuarter": {date: true},
	"lastXDays": {values: 4, date: true}, "nextXDays": {values: 4, date: true},
	"olderThanXDays": {values: 4, date: true}, "afterXDays": {values: 4, date: true},

	"linkedWith": {values: 2}, "notLinkedWith": {values: 2}, "linkedWithAll": {values: 2},
	"isLinked": {}, "isNotLinked": {}, "isUserFromTeams": {values: 2},
	"arrayAnyOf": {values: 2}, "arrayNoneOf": {values: 2}, "arrayAllOf": {values: 2},
	"arrayIsEmpty": {}, "arrayIsNotEmpty": {},

	"and": {items: true}, "or": {items: true},
}

func (f Filter) validate() error {
	argument := "Filter " + f.Type
	shape, known := filterShapes[f.Type]
	switch {
	case f.Type == "":
		return badInput("Filter", "has no type")
	case f.Type == "not" || f.Type == "subQueryIn" || f.Type == "subQueryNotIn":
		return badInput(argument, "EspoCRM refuses it in a request; use a type such as notEquals or notIn")
	case !known && !f.custom:
		return badInput(argument, "is not a type of EspoCRM; Custom makes one that an extension has added")
	case f.TimeZone != "" && !f.DateTime:
		return badInput(argument, "has a time zone although DateTime is not set")
	case f.DateTime && known && !shape.date:
		return badInput(argument, "is not about dates and takes no time zone")
	}
	if shape.items {
		items, ok := f.Value.([]Filter)
		if !ok || len(items) == 0 || f.Attribute != "" {
			return badInput(argument, "takes one filter or more, and no attribute")
		}
		for _, item := range items {
			if err := item.validate(); err != nil {
				return err
			}
		}
		return nil
	}
	if f.Attribute != "" || !f.custom {
		if err := checkAttribute(argument, f.Attribute); err != nil {
			return err
		}
	}
	if f.custom {
		return nil
	}
	return shape.check(argument, f.Value)
}

func (s filterShape) check(argument string, value any) error {
	if s.values == 0 {
		if value != nil {
			return badInput(argument, "takes no value")
		}
		return nil
	}
	encoded, err := json.Marshal(value, jsonOptions)
	if err != nil {
		return badInput(argument, "%v", err)
	}
	var list []jsontext.Value
	kind := jsontext.Value(encoded).Kind()
	if kind == '[' {
		if err := json.Unmarshal(encoded, &list); err != nil {
			return badInput(argument, "%v", err)
		}
	}
	switch {
	case kind == 'n' && s.values != 2 && s.values != 3:
		return badInput(argument, "has no value; IsNull asks for null")
	case (s.values == 1 || s.values == 4) && kind == '[':
		return badInput(argument, "takes one value, not a list")
	case kind == '{':
		return badInput(argument, "%T is neither text nor a number, a date or a boolean", value)
	case s.values == 4:
		if n, err := strconv.ParseInt(string(encoded), 10, 64); err != nil || n < 0 {
			return badInput(argument, "takes a whole number that is not negative")
		}
	case s.values == 1:
	case kind != '[':
		return badInput(argument, "takes a list")
	case s.values == 2 && len(list) == 0:
		return badInput(argument, "the list is empty")
	case s.values == 3 && len(list) != 2:
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
	return nil
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
