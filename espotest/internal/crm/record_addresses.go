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
// record's own, the primary one with its flags.
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
		defer func() { showPartners(r, name, mem) }()
	}
	switch {
	case listChanged:
		list = addressList(f, list)
	case given:
		list = replacePrimary(f, old, mem[name], c.Has(release.PartnerAttributes))
	default:
		list = old
	}
	list, first := ownPrimary(list)
	r.Put(name+"Data", list)
	r.Put(name+"IsOptedOut", nil)
	r.Put(name+"IsInvalid", nil)
	if first == nil {
		removePrimary(r, name, mem, given || listChanged)
		return
	}
	saveFlags(r, name, first, mem, before, listChanged)
	r.Put(name, first[name])
	switch lower, ok := first["lower"].(string); {
	case before != nil && listChanged && !c.Has(release.DataShown):
		mem[name] = before[name]
	case ok && listChanged:
		mem[name] = lower
	case !given:
		mem[name] = first[name]
	}
}

func removePrimary(r *store.Record, name string, mem map[string]any, shown bool) {
	if shown && mem[name] != "" {
		mem[name] = nil
	}
	r.Put(name, nil)
}

// saveFlags stores those of the primary address, which may also be set on their
// own.
func saveFlags(r *store.Record, name string, first, mem, before map[string]any, listChanged bool) {
	for flag, key := range map[string]string{"IsOptedOut": "optOut", "IsInvalid": "invalid"} {
		if v, ok := mem[name+flag].(bool); ok && before != nil && before[name+flag] != v && !listChanged {
			first[key] = v
			mem[name+"Data"] = before[name+"Data"] // the answer shows the list as it was
		}
		r.Put(name+flag, first[key])
	}
}

// showPartners has the answer show what the primary address has made of the list.
func showPartners(r *store.Record, name string, mem map[string]any) {
	mem[name+"Data"] = r.Stored(name + "Data")
	if mem[name] != nil {
		mem[name+"IsOptedOut"], mem[name+"IsInvalid"] = r.Get(name+"IsOptedOut"), r.Get(name+"IsInvalid")
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
func replacePrimary(f *schema.Field, old []any, primary any, promotes bool) []any {
	address, _ := primary.(string)
	if address == "" {
		rest := []any{}
		for _, x := range old {
			if m := x.(map[string]any); m["primary"] != true {
				rest = append(rest, m)
			}
		}
		if promotes && len(rest) > 0 {
			next := maps.Clone(rest[0].(map[string]any))
			next["primary"], rest[0] = true, next
		}
		return rest
	}
	entry := newAddress(f, address)
	rest := []any{}
	for _, x := range old {
		m := x.(map[string]any)
		s, _ := m[f.Name].(string)
		switch {
		case Lower(s) == Lower(address):
			entry = maps.Clone(m)
			entry[f.Name] = address
		case m["primary"] != true:
			rest = append(rest, m)
		}
	}
	entry["primary"] = true
	return append([]any{entry}, rest...)
}
