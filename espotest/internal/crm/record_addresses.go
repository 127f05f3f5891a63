package crm

import (
	"maps"
	"slices"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// saveAddresses stores e-mail addresses or phone numbers: the list and, as the
// record's own, the primary one with its flags. What is said of an address holds for
// all records that have it.
func saveAddresses(c *Call, r *store.Record, f *schema.Field, mem, before map[string]any) {
	name := f.Name
	given := Changed(mem, before, name)
	list, hasList := mem[name+"Data"].([]any)
	listChanged := hasList && !php.Same(list, before[name+"Data"])
	asLoaded := before != nil && hasList && !listChanged
	if asLoaded && given && !c.Has(release.AddressAlone) {
		return // the list that was loaded wins
	}
	old, _ := r.Stored(name + "Data").([]any)
	if c.Has(release.PartnerAttributes) && before != nil && !listChanged {
		defer func() { mem[name+"Data"] = r.Stored(name + "Data") }()
	}
	switch {
	case listChanged:
		list = addressList(f, list)
		for _, x := range list {
			keepEntry(c, f, x.(map[string]any))
		}
	case given:
		list = replacePrimary(c, f, old, mem)
	default:
		list = old
	}
	list, first := ownPrimary(list)
	former, _ := r.Stored(name).(string)
	r.Put(name+"Data", list)
	r.Put(name+"IsOptedOut", nil)
	r.Put(name+"IsInvalid", nil)
	if first == nil {
		removePrimary(r, name, mem, given, listChanged)
		return
	}
	r.Put(name, first[name])
	saveFlags(c, r, f, first, mem, before, listChanged)
	showPrimary(c, name, first, former, mem, before, given, listChanged)
}

// showPrimary has the answer show the primary address as the server does.
func showPrimary(c *Call, name string, first map[string]any, former string, mem, before map[string]any, given, listChanged bool) {
	switch lower, ok := first["lower"].(string); {
	case before != nil && listChanged && !c.Has(release.DataShown):
		mem[name] = before[name]
	case ok && listChanged && before != nil && lower == Lower(former): // which stays as it was
	case ok && listChanged:
		mem[name] = lower
	case !given:
		mem[name] = first[name]
	}
}

// keepEntry stores what an entry of a list says of its address.
func keepEntry(c *Call, f *schema.Field, entry map[string]any) {
	s, _ := entry[f.Name].(string)
	c.Store.KeepAddress(f, store.Address{Name: s, OptOut: entry["optOut"] == true, Invalid: entry["invalid"] == true, Type: entry["type"]})
}

func removePrimary(r *store.Record, name string, mem map[string]any, given, listChanged bool) {
	switch {
	case mem[name] == "":
	case given:
		mem[name] = nil
	case listChanged:
		delete(mem, name)
	}
	r.Put(name, nil)
}

// saveFlags stores those of the primary address, which may also be set on their
// own.
func saveFlags(c *Call, r *store.Record, f *schema.Field, first, mem, before map[string]any, listChanged bool) {
	name, changed := f.Name, false
	for flag, key := range map[string]string{"IsOptedOut": "optOut", "IsInvalid": "invalid"} {
		if v, ok := mem[name+flag].(bool); ok && before != nil && before[name+flag] != v && !listChanged {
			first[key], changed = v, true
			mem[name+"Data"] = before[name+"Data"] // the answer shows the list as it was
		}
		r.Put(name+flag, first[key])
	}
	if changed {
		keepEntry(c, f, first)
	}
}

// ownPrimary returns a copy of the list, and the primary entry in it, which is
// a copy as well.
func ownPrimary(list []any) (copied []any, first map[string]any) {
	copied = slices.Clone(list)
	for i, x := range copied {
		if m := maps.Clone(x.(map[string]any)); m["primary"] == true {
			copied[i], first = m, m
		}
	}
	return copied, first
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
		m["lower"] = Lower(address)
	}
	return m
}

// replacePrimary returns the list with another primary address, or without one
// when that is empty; the former one is gone.
func replacePrimary(c *Call, f *schema.Field, old []any, mem map[string]any) []any {
	address, _ := mem[f.Name].(string)
	rest := []any{}
	for _, x := range old {
		m := x.(map[string]any)
		if s, _ := m[f.Name].(string); m["primary"] != true && Lower(s) != Lower(address) {
			rest = append(rest, m)
		}
	}
	if address == "" {
		if c.Has(release.PartnerAttributes) && len(rest) > 0 {
			next := maps.Clone(rest[0].(map[string]any))
			next["primary"], rest[0] = true, next
		}
		return rest
	}
	entry := newAddress(f, address)
	if known := c.Store.Address(f, address); known != nil {
		known.Into(f, entry)
	}
	for flag, key := range map[string]string{"IsOptedOut": "optOut", "IsInvalid": "invalid"} {
		if v, ok := mem[f.Name+flag]; ok {
			entry[key] = v == true
		}
	}
	keepEntry(c, f, entry)
	entry["primary"] = true
	return append([]any{entry}, rest...)
}
