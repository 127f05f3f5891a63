package crm

import (
	"math"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/validate"
)

// change is what a create or an update would make of a record.
type change struct {
	e          *schema.EntityType
	data       map[string]any // as it was sent
	in         map[string]any // what of it may be set
	mem        map[string]any // what the record will hold
	before     map[string]any // nil for a new record
	of         *store.Record  // nil for a new record
	duplicates bool           // whether they are looked for
}

// check refuses what may not be. It goes by EspoCRM's order, since the first
// refusal is the answer. Nothing has been stored yet.
func (c *Call) check(ch change) *answer.Error {
	if c.Unchecked {
		if !validate.Storable(ch.e, ch.mem) {
			return answer.ServerError()
		}
		return nil
	}
	h := c.hooks[ch.e.Name]
	for _, step := range []func() *answer.Error{
		func() *answer.Error {
			if h.BeforeCheck == nil {
				return nil
			}
			return h.BeforeCheck(c, ch.mem)
		},
		func() *answer.Error { return checkKinds(c, ch.e, ch.data, ch.of == nil) },
		func() *answer.Error {
			if ch.of == nil {
				return validate.Record(c.Store, ch.e, ch.mem, nil)
			}
			return validate.Record(c.Store, ch.e, ch.mem, ch.in)
		},
		func() *answer.Error {
			if ch.of == nil {
				return nil
			}
			return checkVersion(c, ch.of, ch.before, ch.in)
		},
		func() *answer.Error { return checkAssignment(c, ch) },
		func() *answer.Error { return checkColumns(c, ch.e, ch.in) },
		func() *answer.Error { return checkLinks(c, ch) },
		func() *answer.Error {
			if !ch.duplicates {
				return nil
			}
			return checkDuplicates(c, ch.e, ch.mem, ch.of)
		},
		func() *answer.Error {
			if h.AfterCheck == nil {
				return nil
			}
			return h.AfterCheck(c, ch.mem, ch.before)
		},
		func() *answer.Error { return checkNull(ch.e, ch.in) },
		func() *answer.Error { return checkRates(c, ch.e, ch.mem, ch.before) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// checkKinds fails where the server's program does: on a list or an object
// where a simple value belongs.
func checkKinds(c *Call, e *schema.EntityType, data map[string]any, create bool) *answer.Error {
	for _, a := range e.AttrList { // not of data, which is in no order
		v := data[a.Name]
		if !php.IsList(v) || !c.Writable(a, create) {
			continue
		}
		_, object := v.(map[string]any)
		switch a.Kind {
		case schema.KindLink:
			if !object {
				return answer.Crash()
			}
			return answer.ServerError()
		case schema.KindDate, schema.KindDateTime, schema.KindDateTimeOptional:
			if a.Kind == schema.KindDate && a.Field.Name == a.Name && c.Has(release.Sanitizers) && !isWholeDay(e, a.Name) {
				return answer.Crash()
			}
			return answer.ServerError()
		case schema.KindVarchar:
			switch {
			case a.Field.Type == "phone" && c.Has(release.Sanitizers):
				return answer.Crash()
			case a.Field.Type == "phone", a.Field.Type == "email": // which the validation refuses
			case !c.Has(release.TextOnly):
				return answer.ServerError()
			}
		}
	}
	return nil
}

// isWholeDay reports whether an attribute is the day of a date-time that need not have
// a time.
func isWholeDay(e *schema.EntityType, name string) bool {
	f := e.Fields[strings.TrimSuffix(name, "Date")]
	return f != nil && f.Type == "datetimeOptional"
}

// checkNull fails where the database does: it has no flag that is null.
func checkNull(e *schema.EntityType, in map[string]any) *answer.Error {
	for name, v := range in {
		if a := e.Attr(name); a != nil && a.Kind == schema.KindBool && v == nil && !a.NotStorable {
			return answer.ServerError()
		}
	}
	return nil
}

// checkRates fails where an amount is in a currency whose rate is not a number.
func checkRates(c *Call, e *schema.EntityType, mem, before map[string]any) *answer.Error {
	for _, f := range e.FieldList {
		currency, _ := mem[f.Name+"Currency"].(string)
		if f.Type == "currency" && Changed(mem, before, f.Name, f.Name+"Currency") && mem[f.Name] != nil && math.IsNaN(c.Store.Rates[currency]) {
			return answer.Crash()
		}
	}
	return nil
}

// checkColumns refuses columns of links whose value is none of their options.
func checkColumns(c *Call, e *schema.EntityType, in map[string]any) *answer.Error {
	for _, f := range e.FieldList {
		if len(f.Columns) == 0 {
			continue
		}
		name := f.Name
		l := e.Links[name]
		if l == nil || c.Store.Types[l.Entity] == nil {
			continue
		}
		sent, _ := in[name+"Columns"].(map[string]any)
		for _, v := range sent {
			columns, _ := v.(map[string]any)
			for column, attr := range f.Columns {
				own := c.Store.Types[l.Entity].Fields[attr]
				value := columns[column]
				if own != nil && own.Type == "enum" && value != nil && len(own.Options) > 0 && !slices.Contains(own.Options, value) {
					return answer.Invalid(e.Name, name, "columnsValid")
				}
			}
		}
	}
	return nil
}
