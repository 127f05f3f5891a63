package main

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"github.com/go-espo/espo"
)

// attributes are those that are kept in step.
var attributes = []string{"name", "website", "emailAddress", "phoneNumber", "description"}

// values are an account's attributes. One that is missing is empty.
type values map[string]string

// valuesOf are those of EspoCRM's record.
func valuesOf(r espo.Record) values {
	v := values{}
	for _, name := range attributes {
		if text := r.String(name); text != "" {
			v[name] = text
		}
	}
	return v
}

// write sets what differs in EspoCRM's record; what is empty becomes null.
func (v values) write(r espo.Record) {
	for _, name := range attributes {
		switch {
		case v[name] == r.String(name):
		case v[name] == "":
			r[name] = nil
		default:
			r[name] = v[name]
		}
	}
}

// merge brings together what both sides have made of base. Where both have
// changed an attribute, EspoCRM wins.
func merge(base, here, there values) (agreed values, conflicts []conflict) {
	agreed = values{}
	for _, name := range attributes {
		value := here[name]
		if value == base[name] {
			value = there[name]
		} else if there[name] != base[name] && there[name] != value {
			conflicts = append(conflicts, conflict{name, value, there[name]})
			value = there[name]
		}
		if value != "" {
			agreed[name] = value
		}
	}
	return agreed, conflicts
}

// Value implements driver.Valuer: JSON, or null for nil.
func (v values) Value() (driver.Value, error) {
	if v == nil {
		return nil, nil
	}
	text, err := json.Marshal(map[string]string(v)) // in the order of the names
	return string(text), err
}

// Scan implements sql.Scanner.
func (v *values) Scan(src any) error {
	*v = nil
	switch src := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(src), (*map[string]string)(v))
	}
	return fmt.Errorf("%T is not JSON", src)
}
