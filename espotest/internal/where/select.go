package where

import (
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// Attributes returns the attributes of the items of a list, in the order
// of the entity type's: all, or the selected and what comes along with them.
func Attributes(e *schema.EntityType, sp Params, visible func(*schema.Attribute) bool) []*schema.Attribute {
	names := selected(e, sp)
	all := !sp.HasSelect || e.SelectAll
	var attrs []*schema.Attribute
	for _, a := range e.AttrList {
		name := a.Name
		if visible(a) && (all && a.Selected || slices.Contains(names, name)) {
			attrs = append(attrs, a)
		}
	}
	return attrs
}

// Selectable reports whether the database can select the names: in some versions a
// field that is not an attribute becomes a column that it does not have.
func Selectable(of release.Release, e *schema.EntityType, sp Params) bool {
	return !of.Has(release.SelectFails) || of.Has(release.SelectIgnores) ||
		!slices.ContainsFunc(sp.SelectList, func(name string) bool { return e.Attr(name) == nil && e.HasField(name) })
}

// selected returns the names of the attributes that come along whatever is
// selected and, with a select, those that it means.
func selected(e *schema.EntityType, sp Params) []string {
	var names []string
	for _, f := range e.Fields {
		if f.Type == "linkParent" && !f.NotStorable {
			names = append(names, f.Name+"Name")
		}
	}
	if !sp.HasSelect || e.SelectAll {
		return names
	}
	for _, name := range sp.SelectList {
		names = append(names, selectOf(e, name)...)
	}
	names = append(names, "id")
	names = append(names, e.MandatoryAttributes...)
	for _, name := range []string{"createdById", "assignedUserId"} {
		if a := e.Attr(name); a != nil && a.Selected {
			names = append(names, name)
		}
	}
	by := sp.OrderBy
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

// selectOf returns what selecting an attribute means.
func selectOf(e *schema.EntityType, name string) []string {
	a := e.Attr(name)
	switch {
	case a == nil:
		return nil
	case e.Name == "Email" && slices.Contains(schema.EmailAddresses, name):
		return schema.AddressAttributes
	case e.Name == "Email" && name == "subject":
		return []string{name, "name", "isAutoReply", "hasAttachment"}
	case a.Kind == schema.KindLinkMultiple || a.Kind == schema.KindLinkNames:
		return multipleSelect(a)
	case a.Selected || a.Name == "acceptanceStatus" || a.Kind == schema.KindLinkName:
		return append([]string{name}, a.Dependees()...)
	}
	return nil
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
		if link := strings.TrimSuffix(by, "Id"); e.Fields[link] != nil && e.Fields[link].Type == "linkParent" {
			return nil
		}
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
	if f.Type == "datetimeOptional" && (by != "dateStart" || e.Name == "Task") {
		return append([]string{by, by + "Date"}, f.Dependees...)
	}
	if by == "dateStart" && (e.Name == "Meeting" || e.Name == "Call") {
		return []string{by, "dateEnd", "dateStartDate", "dateEndDate"}
	}
	return []string{by}
}

// HasParent reports whether both halves of a link to a parent are there, from
// which the server finds its name.
func HasParent(attrs []*schema.Attribute, name string) bool {
	n := 0
	for _, a := range attrs {
		if a.Name == name+"Id" || a.Name == name+"Type" {
			n++
		}
	}
	return n == 2
}
