package store

import (
	"math"
	"strings"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// Derived computes what is not stored.
func (r *Record) Derived(a *schema.Attribute) any {
	if a.Computed != "" {
		return r.compute(a)
	}
	switch a.Kind {
	case schema.KindID:
		return r.ID
	case schema.KindLink:
		if a.Field != nil && a.Field.Type == "linkOne" {
			if ids := r.Store.Linked(r, a.Link); len(ids) > 0 {
				return ids[0]
			}
		}
	case schema.KindLinkName:
		if to := r.Store.LinkedOne(r, a.Link); to != nil {
			return to.Get("name")
		}
	case schema.KindForeign:
		if to := r.Store.LinkedOne(r, a.Link); to != nil {
			return to.Get(a.Field.Field)
		}
	case schema.KindLinkMultiple:
		if a.Field.Type == "attachmentMultiple" {
			return php.List(r.Store.Linked(r, a.Link))
		}
		return php.List(r.Store.LinkedByName(r, a.Link))
	case schema.KindLinkNames, schema.KindLinkColumns, schema.KindLinkTypes:
		return r.Store.linkMap(r, a)
	case schema.KindFloat:
		if a.Field.Type == "currencyConverted" {
			return r.Converted(a.Name)
		}
	case schema.KindVarchar:
		if a.Field.Type == "phone" && a.Name != a.Field.Name {
			return onlyDigits(r.Stored(a.Field.Name))
		}
	}
	return nil
}

// Converted returns an amount in the base currency, for xConverted.
func (r *Record) Converted(name string) any {
	base := name[:len(name)-len("Converted")]
	value := r.Get(base)
	if s, ok := value.(string); ok { // an exact one
		value, _ = php.ParseFloat(s)
	}
	amount, ok := php.Number(value)
	if !ok {
		return nil
	}
	rate, ok := r.Store.Rates[r.Str(base+"Currency")]
	if math.IsNaN(rate) {
		rate = 0
	}
	if !ok {
		return nil
	}
	if rate == 1 {
		return value
	}
	return amount * rate
}

// onlyDigits are those of a phone number, nil without one.
func onlyDigits(v any) any {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}
