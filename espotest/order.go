package espotest

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// listOrder is how a list is ordered.
type listOrder struct {
	attrs []*schema.Attribute
	sign  int  // -1 for descending
	dates bool // the values are dates, which compare byte by byte
	// ranks are the places of an enum's options. What is none of them comes
	// last, whether ascending or descending.
	ranks map[any]int
}

// order returns how the list is ordered, and sets the default order in the
// parameters where they have none.
func orderOf(e *schema.EntityType, sp *searchParams) (*listOrder, *answer.Error) {
	by, order := sp.orderBy, sp.order
	if by == "" {
		by = e.Collection.OrderBy
		if order == "" {
			order = strings.ToLower(e.Collection.Order)
		}
	}
	by, order = cmp.Or(by, "id"), cmp.Or(order, "asc")
	f := e.Fields[by]
	switch {
	case strings.ContainsAny(by, ".:"):
		return nil, answer.Forbidden("Complex expressions are forbidden in 'orderBy'.")
	case f != nil && f.OrderDisabled:
		return nil, answer.Forbidden("Order by the field '%s' is disabled.", by)
	case f == nil && e.Attr(by) == nil && !e.HasExtra(by):
		return nil, answer.BadRequest("Order by non-existing field '%s'.", by)
	}
	sp.orderBy, sp.order = by, order
	o := &listOrder{sign: 1}
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

// ordering returns the order as a comparison of records.
func ordering(e *schema.EntityType, sp *searchParams) (func(a, b *store.Record) int, *answer.Error) {
	o, err := orderOf(e, sp)
	if err != nil {
		return nil, err
	}
	if !sortable(e, *sp) {
		return nil, answer.ServerError()
	}
	return func(a, b *store.Record) int { return o.compare(o.keyed(a), o.keyed(b)) }, nil
}

// keyed is a record with the values that it is ordered by.
type keyed struct {
	*store.Record
	keys [2]any
}

func (o *listOrder) keyed(r *store.Record) keyed {
	k := keyed{Record: r}
	for i, a := range o.attrs {
		k.keys[i] = r.At(a)
	}
	return k
}

func (o *listOrder) compare(a, b keyed) int {
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

func (o *listOrder) rank(v any) int {
	if n, ok := o.ranks[v]; ok {
		return n
	}
	return math.MaxInt
}

// first returns the first n records in order. Of many it sorts only a few: the
// fewer the sooner it meets them, so that it begins with the newest if those
// are to come first.
func (o *listOrder) first(records []*store.Record, n int) []*store.Record {
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

// sortable reports whether the database has a column to order by.
func sortable(e *schema.EntityType, sp searchParams) bool {
	by := sp.orderBy
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
		sp.orderBy = "id"
		return a.Selected && (!sp.hasSelect || slices.Contains(selected(e, sp), by))
	}
	return !a.NotStorable || a.Selected || a.Field.Type == "currencyConverted"
}

// listAttributes returns the attributes of the items of a list, in the order
// of the entity type's: all, or the selected and what comes along with them.
func listAttributes(e *schema.EntityType, sp searchParams, visible func(*schema.Attribute) bool) []*schema.Attribute {
	names := selected(e, sp)
	all := !sp.hasSelect || e.SelectAll
	var attrs []*schema.Attribute
	for _, name := range e.AttrNames {
		a := e.Attrs[name]
		if visible(a) && (all && a.Selected || slices.Contains(names, name)) {
			attrs = append(attrs, a)
		}
	}
	return attrs
}

// selectable reports whether the database can select the names: a field that is
// no attribute becomes a column that it does not have.
func selectable(e *schema.EntityType, sp searchParams) bool {
	return !slices.ContainsFunc(sp.selectList, func(name string) bool { return e.Attr(name) == nil && e.HasField(name) })
}

// selected returns the names of the attributes that come along whatever is
// selected and, with a select, those that it means.
func selected(e *schema.EntityType, sp searchParams) []string {
	var names []string
	for _, f := range e.Fields {
		if f.Type == "linkParent" && !f.NotStorable {
			names = append(names, f.Name+"Name")
		}
	}
	if !sp.hasSelect || e.SelectAll {
		return names
	}
	for _, name := range sp.selectList {
		a := e.Attr(name)
		switch {
		case a == nil:
		case e.Name == "Email" && slices.Contains(schema.EmailAddresses, name):
			names = append(names, schema.AddressAttributes...)
		case a.Kind == schema.KindLinkMultiple || a.Kind == schema.KindLinkNames:
			names = append(names, multipleSelect(a)...)
		case a.Selected || a.Name == "acceptanceStatus" || a.Kind == schema.KindLinkName:
			names = append(names, name)
			names = append(names, a.Dependees()...)
		}
	}
	names = append(names, "id")
	names = append(names, e.MandatoryAttributes...)
	for _, name := range []string{"createdById", "assignedUserId"} {
		if a := e.Attr(name); a != nil && a.Selected {
			names = append(names, name)
		}
	}
	by := sp.orderBy
	if by == "" {
		by = e.Collection.OrderBy
	}
	names = append(names, selectOfOrder(e, by)...)
	// The server joins first and last name as soon as it has both.
	if slices.Contains(names, "firstName") && slices.Contains(names, "lastName") {
		names = append(names, "name")
	}
	return names
}

// multipleSelect returns what selecting xIds or xNames means.
func multipleSelect(a *schema.Attribute) []string {
	var names []string
	for _, suffix := range []string{"Ids", "Names", "Columns", "Types"} {
		names = append(names, a.Field.Name+suffix)
	}
	if a.Field.PrimaryLink != "" && a.Kind == schema.KindLinkMultiple {
		names = append(names, a.Field.PrimaryLink+"Id")
	}
	return names
}

// selectOfOrder returns the attributes that an order adds to a select.
func selectOfOrder(e *schema.EntityType, by string) []string {
	f := e.Fields[by]
	if by == "deleted" {
		return nil
	}
	if f == nil {
		return []string{by}
	}
	switch f.Type {
	case "personName":
		return append([]string{by}, schema.NameParts(by)...)
	case "link", "linkOne", "file", "image":
		return []string{by + "Id", by + "Name"}
	case "linkParent":
		return []string{by + "Id", by + "Type"}
	case "currency":
		return []string{by, by + "Currency"}
	}
	switch f.Type {
	case "address":
		return []string{by + "Street", by + "City", by + "State", by + "Country", by + "PostalCode"}
	case "email", "phone":
		return []string{by, by + "IsOptedOut", by + "IsInvalid"}
	case "duration":
		return []string{by, "dateStart", "dateEnd"}
	}
	if f.Type == "datetimeOptional" && by != "dateStart" {
		return []string{by, by + "Date"}
	}
	if by == "dateStart" && (e.Name == "Meeting" || e.Name == "Call") {
		return []string{by, "dateEnd", "dateStartDate", "dateEndDate"}
	}
	return []string{by}
}

// hasParent reports whether both halves of a link to a parent are there, from
// which the server finds its name.
func hasParent(attrs []*schema.Attribute, name string) bool {
	n := 0
	for _, a := range attrs {
		if a.Name == name+"Id" || a.Name == name+"Type" {
			n++
		}
	}
	return n == 2
}

// item is one record of a list.
func (c *call) item(r *store.Record, attrs []*schema.Attribute) answer.Object {
	m := make(answer.Object, 0, len(attrs)+1)
	for _, a := range attrs {
		v := r.At(a)
		switch {
		case a.Name == "acceptanceStatus":
			v = c.store.ColumnsOf(r, "users", c.user.rec.ID)["status"]
		case a.Kind == schema.KindLinkName && a.Field.Type == "linkParent" && !hasParent(attrs, a.Field.Name):
			v = nil
		}
		m = append(m, answer.Member{Name: a.Name, Value: v})
	}
	if h := c.hooks[r.Entity.Name].item; h != nil {
		m = h(c, r, m)
	}
	if r.Entity.Stars {
		m = append(m, answer.Member{Name: "isStarred", Value: r.StarredBy(c.user.rec.ID)})
	}
	return m
}
