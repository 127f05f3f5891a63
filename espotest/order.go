package espotest

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// ordering returns how the list is ordered, and sets the default order in the
// parameters where they have none.
func (c *call) ordering(e *entityType, sp *searchParams) (func(a, b *record) int, *apiError) {
	by, order := sp.orderBy, sp.order
	if by == "" {
		by = e.Collection.OrderBy
		if order == "" {
			order = strings.ToLower(e.Collection.Order)
		}
	}
	if by == "" {
		by, order = "id", cmp.Or(order, "asc")
	}
	order = cmp.Or(order, "asc")
	if by != "id" && !e.hasField(by) && e.attr(by) == nil {
		return nil, badRequest("Order by non-existing field '%s'.", by)
	}
	if !sortable(e, by) {
		return nil, serverError()
	}
	sp.orderBy, sp.order = by, order
	sign := 1
	if order == "desc" {
		sign = -1
	}
	attrs := orderAttributes(e, by)
	var ranks map[any]int
	if f := e.Fields[by]; f != nil && f.Type == "enum" && len(f.Options) > 0 {
		// By the order of the options. What is none of them comes last, however
		// the list is ordered.
		ranks = map[any]int{}
		for i, o := range f.Options {
			ranks[o] = sign * i
		}
	}
	return func(a, b *record) int {
		for _, name := range attrs {
			x, y := a.get(name), b.get(name)
			var n int
			if ranks != nil {
				n = cmp.Compare(rank(ranks, x), rank(ranks, y))
			} else {
				n = sign * compareValues(x, y)
			}
			if n != 0 {
				return n
			}
		}
		return sign * cmp.Compare(a.ID, b.ID)
	}, nil
}

// sortable reports whether the database has a column to order by.
func sortable(e *entityType, by string) bool {
	if f := e.Fields[by]; f != nil && (f.Type == "linkMultiple" || f.Type == "attachmentMultiple") {
		return false
	}
	a := e.attr(by)
	return a == nil || a.Kind != kindLinkName || a.Field.Type != "linkParent"
}

func rank(ranks map[any]int, v any) int {
	if n, ok := ranks[v]; ok {
		return n
	}
	return math.MaxInt
}

// orderAttributes returns the attributes that ordering by a field means.
func orderAttributes(e *entityType, by string) []string {
	f := e.Fields[by]
	if f == nil {
		return []string{by}
	}
	switch f.Type {
	case "personName":
		return []string{"firstName", "lastName"}
	case "link", "linkOne", "file", "image":
		return []string{by + "Name"}
	case "linkParent":
		return []string{by + "Type", by + "Id"}
	case "currency":
		return []string{by + "Converted"}
	case "address":
		return []string{by + "Country", by + "City", by + "Street"}
	}
	return []string{by}
}

// compareValues orders as the database does: null first, text without regard
// to case.
func compareValues(a, b any) int {
	if a == nil || b == nil {
		switch {
		case a == nil && b == nil:
			return 0
		case a == nil:
			return -1
		}
		return 1
	}
	if x, ok := number(a); ok {
		y, _ := number(b)
		return cmp.Compare(x, y)
	}
	if x, ok := a.(bool); ok {
		y, _ := b.(bool)
		return boolRank(x) - boolRank(y)
	}
	x, _ := a.(string)
	y, _ := b.(string)
	return cmp.Compare(strings.ToLower(x), strings.ToLower(y))
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// listAttributes returns the attributes of the items of a list, in the order
// of the entity type's: all, or the selected and what comes along with them.
func (c *call) listAttributes(e *entityType, sp searchParams) []*attribute {
	selected := c.selection(e, sp)
	all := !sp.hasSelect || e.SelectAll
	var attrs []*attribute
	for _, name := range e.attrNames {
		a := e.attrs[name]
		if c.visible(a) && (all && a.Selected || slices.Contains(selected, name)) {
			attrs = append(attrs, a)
		}
	}
	return attrs
}

// checkSelect refuses a field or link that is no attribute: it becomes a column
// that the database does not have.
func checkSelect(e *entityType, sp searchParams) *apiError {
	for _, name := range sp.selectList {
		if e.attr(name) == nil && (e.hasField(name) || e.Links[name] != nil) {
			return serverError()
		}
	}
	return nil
}

// selection returns the names of the attributes that come along whatever is
// selected and, with a select, those that it means.
func (c *call) selection(e *entityType, sp searchParams) []string {
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
		a := e.attr(name)
		switch {
		case a == nil:
		case a.Kind == kindLinkMultiple || a.Kind == kindLinkNames:
			names = append(names, multipleSelect(a)...)
		case a.Selected || a.Name == "acceptanceStatus" || a.Kind == kindLinkName:
			names = append(names, name)
			names = append(names, a.dependees()...)
		}
	}
	names = append(names, "id")
	names = append(names, e.MandatoryAttributes...)
	for _, name := range []string{"createdById", "assignedUserId"} {
		if a := e.attr(name); a != nil && a.Selected {
			names = append(names, name)
		}
	}
	by := sp.orderBy
	if by == "" {
		by = e.Collection.OrderBy
	}
	names = append(names, selectOfOrder(e, by)...)
	// The server joins first and last name as soon as it has both; of users it
	// takes the user name until then.
	if slices.Contains(names, "firstName") && slices.Contains(names, "lastName") || e.Name == "User" {
		names = append(names, "name")
	}
	return names
}

// dependees are attributes that selecting this one selects, too.
func (a *attribute) dependees() []string {
	if a.Field == nil || a.Name != a.Field.Name {
		return nil
	}
	return a.Field.Dependees
}

// multipleSelect returns what selecting xIds or xNames means.
func multipleSelect(a *attribute) []string {
	var names []string
	for _, suffix := range []string{"Ids", "Names", "Columns", "Types"} {
		names = append(names, a.Field.Name+suffix)
	}
	if a.Field.PrimaryLink != "" && a.Kind == kindLinkMultiple {
		names = append(names, a.Field.PrimaryLink+"Id")
	}
	return names
}

// selectOfOrder returns the attributes that an order adds to a select.
func selectOfOrder(e *entityType, by string) []string {
	f := e.Fields[by]
	if by == "deleted" {
		return nil
	}
	if f == nil {
		return []string{by}
	}
	switch f.Type {
	case "personName":
		return append([]string{by}, nameParts(by)...)
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
func hasParent(attrs []*attribute, name string) bool {
	n := 0
	for _, a := range attrs {
		if a.Name == name+"Id" || a.Name == name+"Type" {
			n++
		}
	}
	return n == 2
}

func hasPersonName(attrs []*attribute) bool {
	return slices.ContainsFunc(attrs, func(a *attribute) bool { return a.Name == "firstName" }) &&
		slices.ContainsFunc(attrs, func(a *attribute) bool { return a.Name == "lastName" })
}

// item is one record of a list.
func (c *call) item(r *record, attrs []*attribute) members {
	m := make(members, 0, len(attrs)+1)
	for _, a := range attrs {
		v := r.get(a.Name)
		switch {
		case a.Name == "name" && r.entity.Name == "User" && !hasPersonName(attrs):
			v = r.get("userName")
		case a.Name == "acceptanceStatus":
			v = c.store.columnsOf(r, "users", c.user.rec.ID)["status"]
		case a.Kind == kindLinkName && a.Field.Type == "linkParent" && !hasParent(attrs, a.Field.Name):
			v = nil
		}
		m = append(m, member{a.Name, v})
	}
	if r.entity.Stars {
		m = append(m, member{"isStarred", r.starredBy(c.user.rec.ID)})
	}
	return m
}
