package where

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Order is how a list is ordered.
type Order struct {
	attrs []*schema.Attribute
	sign  int  // -1 for descending
	dates bool // the values are dates, which compare byte by byte
	// ranks are the places of an enum's options. What is none of them comes
	// last, whether ascending or descending.
	ranks map[any]int
}

// OrderOf returns how the list is ordered, and sets the default order in the
// parameters where they have none.
func OrderOf(of release.Release, e *schema.EntityType, sp *Params) (*Order, *answer.Error) {
	by, order := sp.OrderBy, sp.Order
	if by == "" {
		by = e.Collection.OrderBy
		if order == "" {
			order = strings.ToLower(e.Collection.Order)
		}
	}
	by, order = cmp.Or(by, "id"), cmp.Or(order, "asc")
	f := e.Fields[by]
	if err := checkOrder(of, e, f, by); err != nil {
		return nil, err
	}
	sp.OrderBy, sp.Order = by, order
	o := &Order{sign: 1}
	for _, name := range store.OrderAttributes(e, by) {
		if a := e.Attr(name); a != nil {
			o.attrs = append(o.attrs, a)
			o.dates = a.Kind == schema.KindDate || a.Kind == schema.KindDateTime
		}
	}
	if order == "desc" {
		o.sign = -1
	}
	if f != nil && f.Type == "enum" && len(f.Options) > 0 {
		o.ranks = map[any]int{}
		for i, option := range f.Options {
			o.ranks[option] = o.sign * i
		}
	}
	return o, nil
}

// checkOrder refuses an order that there is not.
func checkOrder(of release.Release, e *schema.EntityType, f *schema.Field, by string) *answer.Error {
	switch {
	case strings.ContainsAny(by, ".:"):
		return answer.Refused("Complex expressions are forbidden in 'orderBy'.")
	case f != nil && f.OrderDisabled:
		return answer.Refused("Order by the field '%s' is disabled.", by)
	case f == nil && by == "name" && !e.HasExtra(by) && e.Attr(by) == nil: // the database has no such column
		return answer.ServerError()
	case f == nil && e.Attr(by) == nil && !e.HasExtra(by), f != nil && f.Type == "linkMultiple" && e.Links[by] != nil && of.Has(release.OrderByMany):
		return answer.BadRequest("Order by non-existing field '%s'.", by)
	}
	return nil
}

// Ordering returns the order as a comparison of records.
func Ordering(of release.Release, e *schema.EntityType, sp *Params) (func(a, b *store.Record) int, *answer.Error) {
	o, err := OrderOf(of, e, sp)
	if err != nil {
		return nil, err
	}
	if !Sortable(e, *sp) {
		return nil, answer.ServerError()
	}
	return func(a, b *store.Record) int { return o.compare(o.keyed(a), o.keyed(b)) }, nil
}

// ByID reports whether the order is that of ids alone.
func (o *Order) ByID() bool { return len(o.attrs) == 1 && o.attrs[0].Kind == schema.KindID }

// Descending reports whether the greatest come first.
func (o *Order) Descending() bool { return o.sign < 0 }

// keyed is a record with the values that it is ordered by.
type keyed struct {
	*store.Record
	keys [2]any
}

func (o *Order) keyed(r *store.Record) keyed {
	k := keyed{Record: r}
	for i, a := range o.attrs {
		k.keys[i] = r.At(a)
	}
	return k
}

func (o *Order) compare(a, b keyed) int {
	for i := range o.attrs {
		var n int
		switch {
		case o.ranks != nil:
			n = cmp.Compare(o.rank(a.keys[i]), o.rank(b.keys[i]))
		case o.dates:
			x, _ := a.keys[i].(string) // "" for null, which is first
			y, _ := b.keys[i].(string)
			n = o.sign * cmp.Compare(x, y)
		default:
			n = o.sign * store.CompareValues(a.keys[i], b.keys[i])
		}
		if n != 0 {
			return n
		}
	}
	return o.sign * cmp.Compare(a.ID, b.ID)
}

func (o *Order) rank(v any) int {
	if n, ok := o.ranks[v]; ok {
		return n
	}
	return math.MaxInt
}

// First returns the first n records in order. Of many it sorts only a few: the
// fewer the sooner it meets them, so that it begins with the newest if those
// are to come first.
func (o *Order) First(records []*store.Record, n int) []*store.Record {
	n = min(n, len(records))
	if n == 0 {
		return nil
	}
	best := make([]keyed, 0, min(2*n, len(records)))
	full := false // the first n of best are in order, and better than all dropped
	for i := range records {
		if o.sign < 0 {
			i = len(records) - 1 - i
		}
		r := records[i]
		k := o.keyed(r)
		if full && o.compare(k, best[n-1]) >= 0 {
			continue
		}
		if best = append(best, k); len(best) == cap(best) {
			slices.SortFunc(best, o.compare)
			best, full = best[:n], true
		}
	}
	slices.SortFunc(best, o.compare)
	out := make([]*store.Record, n)
	for i := range out {
		out[i] = best[i].Record
	}
	return out
}

// Sortable reports whether the database has a column to order by.
func Sortable(e *schema.EntityType, sp Params) bool {
	by := sp.OrderBy
	if f := e.Fields[by]; f != nil {
		return f.Type != "linkMultiple" && f.Type != "attachmentMultiple"
	}
	a := e.Attr(by)
	if a == nil {
		return false
	}
	switch a.Kind {
	case schema.KindLinkMultiple, schema.KindLinkNames, schema.KindLinkColumns, schema.KindLinkTypes, schema.KindJSON:
		return false
	case schema.KindLink:
		return !a.NotStorable
	case schema.KindLinkName:
		// It takes a join, which only what is selected makes.
		sp.OrderBy = "id"
		return a.Selected && (!sp.HasSelect || slices.Contains(selected(e, sp), by))
	}
	return !a.NotStorable || a.Selected || a.Field.Type == "currencyConverted"
}
