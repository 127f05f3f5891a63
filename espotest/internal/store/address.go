package store

import (
	"maps"
	"strings"

	"github.com/go-espo/espo/espotest/internal/schema"
)

// Address is an e-mail address or a phone number. What is said of it holds for all
// records that have it.
type Address struct {
	Name            string
	OptOut, Invalid bool
	Type            any // of a phone number
}

// Address returns an address, nil when no record has ever had it.
func (st *Store) Address(f *schema.Field, name string) *Address {
	return st.addresses[f.Type+" "+strings.ToLower(name)]
}

// KeepAddress stores what is said of an address, for all records that have it.
func (st *Store) KeepAddress(f *schema.Field, address Address) {
	key := f.Type + " " + strings.ToLower(address.Name)
	old := st.addresses[key]
	st.addresses[key] = &address
	if old == nil || *old == address {
		return
	}
	for name, e := range st.Types {
		own := e.Fields[f.Name]
		if own == nil || own.Type != f.Type {
			continue
		}
		for _, r := range st.WithAddress(e.Attr(f.Name), name, []string{address.Name}) {
			r.keepAddress(f, address)
		}
	}
}

// keepAddress brings a record's own entry of an address up to date.
func (r *Record) keepAddress(f *schema.Field, address Address) {
	list, _ := r.Stored(f.Name + "Data").([]any)
	changed := make([]any, len(list))
	for i, x := range list {
		entry, _ := x.(map[string]any)
		changed[i] = entry
		if s, _ := entry[f.Name].(string); !strings.EqualFold(s, address.Name) {
			continue
		}
		entry = maps.Clone(entry)
		address.Into(f, entry)
		changed[i] = entry
		if entry["primary"] == true {
			r.Put(f.Name, address.Name)
			r.Put(f.Name+"IsOptedOut", address.OptOut)
			r.Put(f.Name+"IsInvalid", address.Invalid)
		}
	}
	r.Put(f.Name+"Data", changed)
}

// Into sets an entry of a record's list to what is said of the address.
func (a Address) Into(f *schema.Field, entry map[string]any) {
	entry[f.Name], entry["optOut"], entry["invalid"] = a.Name, a.OptOut, a.Invalid
	if f.Type == "phone" {
		entry["type"] = a.Type
	}
}
