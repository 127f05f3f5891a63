package crm

import (
	"math"
	"slices"
	"time"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Save stores what a record holds, new or changed. It completes mem with what
// the server works out as it saves.
func (c *Call) Save(r *store.Record, mem, before map[string]any, isNew bool) {
	h := c.hooks[r.Entity.Name]
	if h.BeforeSave != nil {
		h.BeforeSave(c, mem, before)
	}
	saveSpecial(c, r, mem, before, isNew)
	saveAttributes(r, mem)
	for _, f := range r.Entity.FieldList {
		workOut(c, r, f, mem, before)
	}
	autoFollow(c, r, mem, before)
	if h.AfterSave != nil {
		h.AfterSave(c, r, mem, before)
	}
	takeFiles(c, r, mem, before)
	noteSave(c, r, mem, before)
}

// saveSpecial is for the fields whose values depend on others, or are kept in a
// way of their own.
func saveSpecial(c *Call, r *store.Record, mem, before map[string]any, isNew bool) {
	for _, f := range r.Entity.FieldList {
		switch f.Type {
		case "personName":
			joinName(c, f, mem, before)
		case "email", "phone":
			saveAddresses(c, r, f, mem, before)
		case "autoincrement":
			if isNew {
				r.Set(f.Name, c.Store.TakeNumber(r.Entity.Name, mem[f.Name]))
			}
		case "number":
			if isNew {
				mem[f.Name] = c.Store.TakeText(r.Entity.Name, f)
			}
		case "datetimeOptional":
			wholeDay(f, mem, c.location())
		}
	}
}

// joinName makes a name of its parts, when one of them changes.
func joinName(c *Call, f *schema.Field, mem, before map[string]any) {
	parts := schema.NameParts(f.Name)
	_, first := mem[parts[1]]
	_, last := mem[parts[3]]
	changed := before == nil || Changed(mem, before, parts[1], parts[3])
	if !c.Has(release.NameOfBothParts) {
		first, last = first || last, true
	}
	if first && last && changed {
		mem[f.Name] = schema.JoinName(f, func(part string) any { return mem[part] })
	}
}

// saveAttributes stores the attributes that have a column of their own.
func saveAttributes(r *store.Record, mem map[string]any) {
	e := r.Entity
	for _, a := range e.AttrList {
		if a.NotStorable || isDerived(a) || a.Field.Type == "autoincrement" {
			continue
		}
		if v, ok := mem[a.Name]; ok {
			r.SetAt(a, stored(a, v))
		}
	}
	if f := e.Fields["name"]; f != nil && f.Type == "personName" {
		if name := schema.JoinName(f, r.Get); name != nil || e.Name != "Lead" {
			r.Set("name", name)
		}
	}
}

// workOut sets what follows from the value of a field that has been stored.
func workOut(c *Call, r *store.Record, f *schema.Field, mem, before map[string]any) {
	e, name := r.Entity, f.Name
	switch f.Type {
	case "currency":
		convert(c, r, f, mem, before)
	case "link":
		a := e.Attr(name + "Name")
		if c.Has(release.NamesLoaded) && a.Kind == schema.KindLinkName && a.Selected && Changed(mem, before, name+"Id") {
			mem[a.Name] = c.LinkName(e, name, "", mem[name+"Id"])
		}
	case "linkParent":
		if before != nil && Changed(mem, before, name+"Id", name+"Type") {
			typ, _ := mem[name+"Type"].(string)
			mem[name+"Name"] = c.LinkName(e, name, typ, mem[name+"Id"])
		}
	case "foreign":
		if _, ok := mem[f.Link+"Id"]; c.Has(release.ForeignShown) && ok && Changed(mem, before, f.Link+"Id") {
			mem[name] = foreign(r, f, before == nil)
		}
	case "linkMultiple", "attachmentMultiple":
		saveLinks(c, r, f, mem, before)
	}
}

// foreign is the value of a field that shows one of a linked record. That of a
// contact's other account the server reads only when the contact is read next.
func foreign(r *store.Record, f *schema.Field, isNew bool) any {
	if r.Entity.Name == "Contact" && f.Link == "account" && !isNew {
		return nil
	}
	return r.Derived(r.Entity.Attr(f.Name))
}

// convert works out an amount in the base currency.
func convert(c *Call, r *store.Record, f *schema.Field, mem, before map[string]any) {
	name := f.Name
	a := r.Entity.Attr(name + "Converted")
	if _, given := mem[name]; given && a != nil && before == nil && mem[name] == nil {
		mem[a.Name] = nil
	}
	if a == nil || f.NotStorable || !Changed(mem, before, name, name+"Currency") {
		return
	}
	mem[a.Name] = r.Converted(a.Name)
	if n, ok := mem[a.Name].(float64); ok && mem[name+"Currency"] != c.Store.Settings["baseCurrency"] {
		mem[a.Name] = Cents(n)
	}
}

// Cents rounds an amount as the server does when it saves.
func Cents(n float64) float64 { return math.Round(n*100) / 100 }

// Changed reports whether one of the attributes has another value than before.
func Changed(mem, before map[string]any, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return !php.Same(mem[name], before[name]) })
}

// isDerived reports whether the attribute is read from elsewhere, whatever a
// record's values say.
func isDerived(a *schema.Attribute) bool {
	switch a.Kind {
	case schema.KindID, schema.KindLinkName, schema.KindLinkMultiple, schema.KindLinkNames, schema.KindLinkColumns, schema.KindLinkTypes, schema.KindForeign:
		return true
	}
	return a.Field == nil || a.Field.Type == "currencyConverted" || a.Field.Type == "email" || a.Field.Type == "phone"
}

// stored brings a value into the form of the database.
func stored(a *schema.Attribute, v any) any {
	if a.Kind == schema.KindVarchar && !php.IsList(v) && v != nil {
		if s, ok := php.Text(v); ok {
			v = s
		}
	}
	const noSeconds = "2006-01-02 15:04"
	if s, ok := v.(string); ok && len(s) == len(noSeconds) && (a.Kind == schema.KindDateTime || a.Kind == schema.KindDateTimeOptional) {
		if t, err := time.Parse(noSeconds, s); err == nil {
			return t.Format(time.DateTime)
		}
	}
	return v
}

func (c *Call) location() *time.Location {
	name, _ := c.Store.Settings["timeZone"].(string)
	if loc, err := time.LoadLocation(name); err == nil {
		return loc
	}
	return time.UTC
}

// wholeDay sets a date-time from its whole day: the start of it or, for an
// end, the start of the next.
func wholeDay(f *schema.Field, mem map[string]any, loc *time.Location) {
	day, ok := mem[f.Name+"Date"].(string)
	if !ok {
		return
	}
	t, err := time.ParseInLocation(time.DateOnly, day, loc)
	if err != nil {
		return
	}
	if f.Name == "dateEnd" {
		t = t.AddDate(0, 0, 1)
	}
	mem[f.Name] = t.UTC().Format(time.DateTime)
}
