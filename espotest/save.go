package espotest

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// save stores what a record holds, new or changed. It completes mem with what
// the server works out as it saves.
func (c *call) save(r *store.Record, mem, before map[string]any, isNew bool) {
	e := r.Entity
	if h := c.hooks[e.Name].beforeSave; h != nil {
		h(c, mem, before)
	}
	for _, name := range e.FieldNames {
		f := e.Fields[name]
		switch f.Type {
		case "personName":
			parts := schema.NameParts(name)
			_, first := mem[parts[1]]
			_, last := mem[parts[3]]
			changed := before == nil || mem[parts[1]] != before[parts[1]] || mem[parts[3]] != before[parts[3]]
			if first && last && changed {
				mem[name] = schema.JoinName(f, func(part string) any { return mem[part] })
			}
		case "email", "phone":
			c.saveAddresses(r, f, mem, before)
		case "autoincrement":
			if isNew {
				r.Set(name, c.store.TakeNumber(e.Name, mem[name]))
			}
		case "datetimeOptional":
			wholeDay(f, mem, c.location())
		}
	}
	for _, name := range e.AttrNames {
		a := e.Attrs[name]
		v, ok := mem[name]
		if !ok || a.NotStorable || isDerived(a) || a.Field.Type == "autoincrement" {
			continue
		}
		r.Set(name, stored(a, v))
	}
	if f := e.Fields["name"]; f != nil && f.Type == "personName" {
		if name := schema.JoinName(f, r.Get); name != nil || e.Name != "Lead" {
			r.Set("name", name)
		}
	}
	for _, name := range e.FieldNames {
		f := e.Fields[name]
		switch f.Type {
		case "currency":
			a := e.Attr(name + "Converted")
			if a == nil || f.NotStorable || php.Same(mem[name], before[name]) && php.Same(mem[name+"Currency"], before[name+"Currency"]) {
				continue
			}
			mem[a.Name] = r.Converted(a.Name)
			if n, ok := mem[a.Name].(float64); ok && mem[name+"Currency"] != c.store.Settings["baseCurrency"] {
				mem[a.Name] = cents(n)
			}
		case "link":
			a := e.Attr(name + "Name")
			id := mem[name+"Id"]
			if a.Kind == schema.KindLinkName && a.Selected && id != before[name+"Id"] {
				mem[a.Name] = c.linkName(e, name, "", id)
			}
		case "linkParent":
			if id, typ := mem[name+"Id"], mem[name+"Type"]; before != nil && (id != before[name+"Id"] || typ != before[name+"Type"]) {
				s, _ := typ.(string)
				mem[name+"Name"] = c.linkName(e, name, s, id)
			}
		case "foreign":
			// The server reads it only when the record is read next.
			if id, ok := mem[f.Link+"Id"]; ok && id != before[f.Link+"Id"] {
				mem[name] = nil
			}
		case "linkMultiple", "attachmentMultiple":
			c.saveLinks(r, f, mem, before)
		}
	}
	c.autoFollow(r, mem, before)
	if h := c.hooks[e.Name].afterSave; h != nil {
		h(c, r, mem, before)
	}
	c.takeFiles(r, mem, before)
	c.noteSave(r, mem, before)
}

// cents rounds an amount as the server does when it saves.
func cents(n float64) float64 { return math.Round(n*100) / 100 }

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
	if s, ok := v.(string); ok && (a.Kind == schema.KindDateTime || a.Kind == schema.KindDateTimeOptional) {
		if t, err := time.Parse("2006-01-02 15:04", s); err == nil {
			return t.Format(time.DateTime)
		}
	}
	return v
}

func (c *call) location() *time.Location {
	name, _ := c.store.Settings["timeZone"].(string)
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

// saveAddresses stores e-mail addresses or phone numbers: the list and, as the
// record's own, the primary one with its flags.
func (c *call) saveAddresses(r *store.Record, f *schema.Field, mem, before map[string]any) {
	name := f.Name
	primary, given := mem[name], mem[name] != before[name]
	list, hasList := mem[name+"Data"].([]any)
	old, _ := r.Stored(name + "Data").([]any)
	listChanged := hasList && !php.Same(list, before[name+"Data"])
	switch {
	case listChanged:
		list = addressList(f, list)
	case given && primary != nil:
		list = replacePrimary(f, old, primary.(string))
	case given:
		list = []any{}
		for _, x := range old {
			if m := x.(map[string]any); m["primary"] != true {
				list = append(list, m)
			}
		}
	default:
		list = old
	}
	var first map[string]any
	list = slices.Clone(list)
	for i, x := range list {
		if m := maps.Clone(x.(map[string]any)); m["primary"] == true {
			list[i], first = m, m
		}
	}
	r.Put(name+"Data", list)
	r.Put(name+"IsOptedOut", nil)
	r.Put(name+"IsInvalid", nil)
	if first == nil {
		if given || listChanged {
			mem[name] = nil
		}
		r.Put(name, nil)
		return
	}
	// The flags may also be set on their own.
	for flag, key := range map[string]string{"IsOptedOut": "optOut", "IsInvalid": "invalid"} {
		if v, ok := mem[name+flag].(bool); ok && before != nil && before[name+flag] != v && !listChanged {
			first[key] = v
			mem[name+"Data"] = before[name+"Data"] // the answer shows the list as it was
		}
		r.Put(name+flag, first[key])
	}
	r.Put(name, first[name])
	if !given {
		mem[name] = first[name]
	}
	if s, ok := first["lower"].(string); ok && listChanged {
		mem[name] = s
	}
}

// addressList completes the entries of xData and makes one of them primary.
func addressList(f *schema.Field, list []any) []any {
	out := []any{}
	primary := false
	for _, x := range list {
		m, ok := x.(map[string]any)
		if !ok {
			continue
		}
		address, _ := m[f.Name].(string)
		if address == "" {
			continue
		}
		entry := newAddress(f, address)
		for _, key := range []string{"optOut", "invalid", "primary"} {
			if v, ok := m[key].(bool); ok {
				entry[key] = v
			}
		}
		if t, ok := m["type"].(string); ok && f.Type == "phone" {
			entry["type"] = t
		}
		primary = primary || entry["primary"] == true
		out = append(out, entry)
	}
	if !primary && len(out) > 0 {
		out[0].(map[string]any)["primary"] = true
	}
	slices.SortStableFunc(out, func(a, b any) int {
		return store.BoolRank(b.(map[string]any)["primary"] == true) - store.BoolRank(a.(map[string]any)["primary"] == true)
	})
	return out
}

func newAddress(f *schema.Field, address string) map[string]any {
	m := map[string]any{f.Name: address, "primary": false, "optOut": false, "invalid": false}
	if f.Type == "phone" {
		m["type"] = f.DefaultType
	} else {
		m["lower"] = lower(address)
	}
	return m
}

// replacePrimary returns the list with another primary address; the former one
// is gone.
func replacePrimary(f *schema.Field, old []any, address string) []any {
	entry := newAddress(f, address)
	rest := []any{}
	for _, x := range old {
		m := x.(map[string]any)
		s, _ := m[f.Name].(string)
		switch {
		case lower(s) == lower(address):
			entry = maps.Clone(m)
			entry[f.Name] = address
		case m["primary"] != true:
			rest = append(rest, m)
		}
	}
	entry["primary"] = true
	return append([]any{entry}, rest...)
}

// saveLinks links and unlinks what xIds says, and sets the columns of xColumns.
func (c *call) saveLinks(r *store.Record, f *schema.Field, mem, before map[string]any) {
	name := f.Name
	value, ok := mem[name+"Ids"]
	ids, _ := value.([]any) // null is as good as none
	if !ok || before != nil && php.Same(ids, before[name+"Ids"]) && php.Same(mem[name+"Columns"], before[name+"Columns"]) {
		return
	}
	columns, _ := mem[name+"Columns"].(map[string]any)
	keep := []string{}
	for _, id := range ids {
		s, _ := id.(string)
		keep = append(keep, s)
		own, _ := columns[s].(map[string]any)
		if c.store.Relate(r, name, s, own) && before != nil {
			c.noteLinkOf("Relate", r, name, s)
		}
	}
	for _, id := range slices.Clone(c.store.Linked(r, name)) {
		if !slices.Contains(keep, id) {
			c.store.Unrelate(r, name, id)
			c.noteLinkOf("Unrelate", r, name, id)
		}
	}
	names := map[string]any{}
	for _, id := range keep {
		if to := c.store.Find(r.Entity.Links[name].Entity, id); to != nil {
			names[id] = to.Get("name")
		}
	}
	mem[name+"Names"] = names
	if a := r.Entity.Attr(name + "Types"); a != nil {
		mem[a.Name] = r.Derived(a)
	}
}

func (c *call) noteLinkOf(kind string, r *store.Record, name, id string) {
	l := r.Entity.Links[name]
	if to := c.store.Find(l.Entity, id); to != nil {
		c.noteLink(kind, r, l, to)
	}
}

// autoFollow makes the assigned users follow the record.
func (c *call) autoFollow(r *store.Record, mem, before map[string]any) {
	if !r.Entity.Stream {
		return
	}
	var ids []any
	if id := mem["assignedUserId"]; id != nil && id != before["assignedUserId"] {
		ids = append(ids, id)
	}
	if list, ok := mem["assignedUsersIds"].([]any); ok {
		ids = append(ids, list...)
	}
	for _, id := range ids {
		s, _ := id.(string)
		if u := c.users[s]; u != nil && u.Level(r.Entity, rights.Stream) != espo.AccessNo {
			r.Follow(s)
			if before != nil && s == c.user.Rec.ID {
				mem["isFollowed"] = true
			}
		}
	}
}
