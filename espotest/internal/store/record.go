package store

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/schema"
)

// Record is one stored record. Its values are what JSON has, as the server's
// language sees it: nil, bool, int64, float64, string, []any, map[string]any.
type Record struct {
	ID      string
	Entity  *schema.EntityType
	Store   *Store
	places  []uint16       // of the values, from 1, by the index of the attribute; 0 where nothing is stored
	values  []any          // as they were first stored: few attributes have a value
	others  map[string]any // what is stored and no attribute
	Deleted bool
	Version int

	Followers []string // ids of users, in the order they began
	Starred   []string
	Reactions []Reaction // of a note
}

// Absent stands for a value that is not stored.
var Absent any = new(struct{ _ byte })

// slot returns what is stored of an attribute, or Absent.
func (r *Record) slot(a *schema.Attribute) any {
	if p := r.places[a.Index]; p > 0 {
		return r.values[p-1]
	}
	return Absent
}

func (r *Record) setSlot(a *schema.Attribute, v any) {
	if r.places[a.Index] == 0 {
		r.values = append(r.values, nil)
		r.places[a.Index] = uint16(len(r.values))
	}
	r.values[r.places[a.Index]-1] = v
}

// Get returns the value of an attribute, derived ones included.
func (r *Record) Get(name string) any {
	if a := r.Entity.Attrs[name]; a != nil {
		return r.At(a)
	}
	return r.others[name]
}

// At is get for those who have the attribute at hand.
func (r *Record) At(a *schema.Attribute) any {
	if v := r.slot(a); v != Absent {
		return v
	}
	return r.Derived(a)
}

// Stored returns a value as it is stored, nil when it is not.
func (r *Record) Stored(name string) any {
	if a := r.Entity.Attrs[name]; a != nil {
		if v := r.slot(a); v != Absent {
			return v
		}
		return nil
	}
	return r.others[name]
}

// Put stores a value, whatever it is of.
func (r *Record) Put(name string, v any) {
	if a := r.Entity.Attrs[name]; a != nil {
		r.put(a, v)
		return
	}
	if r.others == nil {
		r.others = map[string]any{}
	}
	r.others[name] = v
}

// Str returns the value as a string, "" when it is none.
func (r *Record) Str(name string) string {
	s, _ := r.Get(name).(string)
	return s
}

func (r *Record) put(a *schema.Attribute, v any) {
	r.setSlot(a, v)
	r.Store.tables[r.Entity.Name].note(r, a, v)
}

// Set stores a value and keeps the index.
func (r *Record) Set(name string, v any) {
	if a := r.Entity.Attr(name); a != nil {
		r.SetAt(a, v)
		return
	}
	r.Put(name, v)
}

// SetAt is Set for those who have the attribute at hand.
func (r *Record) SetAt(a *schema.Attribute, v any) {
	if a.Kind == schema.KindLink {
		r.relink(a, v)
	}
	r.put(a, v)
}

// relink keeps the index of those who refer to a record.
func (r *Record) relink(a *schema.Attribute, v any) {
	old, _ := r.Stored(a.Name).(string)
	id, _ := v.(string)
	if old == id {
		return
	}
	t := r.Store.tables[r.Entity.Name]
	byID := t.index[a.Name]
	if byID == nil {
		byID = map[string][]*Record{}
		t.index[a.Name] = byID
	}
	if i := slices.Index(byID[old], r); old != "" && i >= 0 {
		byID[old] = slices.Delete(byID[old], i, i+1)
	}
	if id != "" {
		byID[id] = append(byID[id], r)
	}
}
