package main

import (
	"errors"
	"fmt"

	"github.com/go-espo/espo"
)

// condition is a filter as the agent writes it.
type condition struct {
	Attribute string `json:"attribute" jsonschema:"of the entity type; the name of a link for linkedWith, isLinked and isNotLinked"`
	Type      string `json:"type" jsonschema:"one of equals, notEquals, greaterThan, greaterThanOrEquals, lessThan, lessThanOrEquals, between, in, notIn, contains, notContains, startsWith, endsWith, isNull, isNotNull, isTrue, isFalse, linkedWith, isLinked, isNotLinked, arrayAnyOf, arrayNoneOf"`
	Value     any    `json:"value,omitempty" jsonschema:"a text, number or boolean; a list for in, notIn, linkedWith, arrayAnyOf and arrayNoneOf; two of them in a list for between"`
}

// filters makes the filters of the conditions.
func filters(where []condition) ([]espo.Filter, error) {
	var all []espo.Filter
	for _, c := range where {
		f, err := c.filter()
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", c.Attribute, c.Type, err)
		}
		all = append(all, f)
	}
	return all, nil
}

var withoutValue = map[string]func(string) espo.Filter{
	"isNull": espo.IsNull, "isNotNull": espo.IsNotNull, "isTrue": espo.IsTrue, "isFalse": espo.IsFalse,
	"isLinked": espo.IsLinked, "isNotLinked": espo.IsNotLinked,
}

var withValue = map[string]func(string, any) espo.Filter{
	"equals": espo.Equal, "notEquals": espo.NotEqual, "greaterThan": espo.GreaterThan, "greaterThanOrEquals": espo.GreaterOrEqual,
	"lessThan": espo.LessThan, "lessThanOrEquals": espo.LessOrEqual,
}

var withText = map[string]func(attribute, text string) espo.Filter{
	"contains": espo.Contains, "notContains": espo.NotContains, "startsWith": espo.StartsWith, "endsWith": espo.EndsWith,
}

var withTexts = map[string]func(string, ...string) espo.Filter{
	"linkedWith": espo.LinkedWith, "arrayAnyOf": espo.ArrayAnyOf, "arrayNoneOf": espo.ArrayNoneOf,
}

func (c condition) filter() (espo.Filter, error) {
	if f := withoutValue[c.Type]; f != nil {
		return f(c.Attribute), nil
	}
	if c.Value == nil {
		return espo.Filter{}, errors.New("it needs a value")
	}
	if f := withValue[c.Type]; f != nil {
		return f(c.Attribute, c.Value), nil
	}
	if f := withText[c.Type]; f != nil {
		text, ok := c.Value.(string)
		if !ok {
			return espo.Filter{}, errors.New("its value must be a text")
		}
		return f(c.Attribute, text), nil
	}
	list, ok := c.Value.([]any)
	if !ok {
		list = []any{c.Value}
	}
	return c.ofList(list)
}

func (c condition) ofList(list []any) (espo.Filter, error) {
	switch c.Type {
	case "in":
		return espo.In(c.Attribute, list...), nil
	case "notIn":
		return espo.NotIn(c.Attribute, list...), nil
	case "between":
		if len(list) != 2 {
			return espo.Filter{}, errors.New("its value must be a list of two")
		}
		return espo.And(espo.GreaterOrEqual(c.Attribute, list[0]), espo.LessOrEqual(c.Attribute, list[1])), nil
	}
	f := withTexts[c.Type]
	if f == nil {
		return espo.Filter{}, errors.New("there is no such type")
	}
	var texts []string
	for _, v := range list {
		text, ok := v.(string)
		if !ok {
			return espo.Filter{}, errors.New("its value must be a list of texts")
		}
		texts = append(texts, text)
	}
	return f(c.Attribute, texts...), nil
}
