package store

import (
	"cmp"
	"slices"
	"sort"
	"sync"

	"github.com/go-espo/espo/espotest/internal/collation"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// place is where the record with the id is among all, or would be.
func (t *collection) place(id string) (i int, ok bool) {
	i = sort.Search(len(t.order), func(i int) bool { return t.order[i].ID >= id })
	return i, i < len(t.order) && t.order[i].ID == id
}

// note keeps what finds a record by a value that is stored.
func (t *collection) note(r *Record, a *schema.Attribute, v any) {
	if a.Kind == schema.KindLink {
		if s, ok := v.(string); ok && !PlainID(s) {
			t.odd[a.Name] = true
		}
		return
	}
	t.duplicates.note(r, a, v)
	t.addresses.note(r, a, v)
}

// valueIndex finds records by the values of some attributes. It may find more
// than it should, such as records that had a value once.
type valueIndex struct {
	attrs []*schema.Attribute
	keys  func(*schema.Attribute, any) []string // of a value; none of what is not indexed

	mu sync.Mutex // guards the making: the index is made when it is first asked, by a reader
	by map[string][]*Record
}

func newValueIndex(e *schema.EntityType, keys func(*schema.Attribute, any) []string) *valueIndex {
	return &valueIndex{attrs: e.AttrList, keys: keys}
}

// note adds a record to those with a value.
func (x *valueIndex) note(r *Record, a *schema.Attribute, v any) {
	if x.by == nil || v == nil {
		return
	}
	const latest = 16 // a value may come back to a record, and mostly soon
	for _, key := range x.keys(a, v) {
		list := x.by[key]
		if !slices.Contains(list[max(0, len(list)-latest):], r) {
			x.by[key] = append(list, r)
		}
	}
}

// find returns the records among all that have the value.
func (x *valueIndex) find(all []*Record, a *schema.Attribute, v any) []*Record {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.by == nil {
		x.by = map[string][]*Record{}
		for _, a := range x.attrs {
			for _, r := range all {
				if v := r.slot(a); v != Absent {
					x.note(r, a, v)
				}
			}
		}
	}
	var records []*Record
	for _, key := range x.keys(a, v) {
		records = append(records, x.by[key]...)
	}
	return records
}

func duplicateKeys(a *schema.Attribute, v any) []string {
	if !a.FindsDuplicates {
		return nil
	}
	keys := valuesOf(a.Field, v, v)
	for i, s := range keys {
		keys[i] = fold(s)
	}
	return keys
}

func addressKeys(a *schema.Attribute, v any) []string {
	f := a.Field
	if f == nil || f.Type != "email" && f.Type != "phone" || a.Name != f.Name && a.Name != f.Name+"Data" {
		return nil
	}
	keys := valuesOf(f, v, v)
	for i, s := range keys {
		keys[i] = f.Name + " " + collation.Key(s)
	}
	return keys
}

// PlainID reports whether a string is made of digits and small letters, as the
// ids are that the store gives. Such strings compare byte by byte.
func PlainID(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return s != ""
}

// Between returns the records whose ids are from one to another, without the
// second; an empty one is not a bound. The caller must not change the slice, nor
// keep it beyond the lock.
func (st *Store) Between(entity, from, to string) []*Record {
	t := st.tables[entity]
	first, last := 0, len(t.order)
	if from != "" {
		first, _ = t.place(from)
	}
	if to != "" {
		last, _ = t.place(to)
	}
	return t.order[first:max(first, last)]
}

// WithIDs returns the records that have one of the ids.
func (st *Store) WithIDs(entity string, ids []string) []*Record {
	t := st.tables[entity]
	var records []*Record
	for _, id := range ids {
		if i, ok := t.place(id); ok {
			records = append(records, t.order[i])
		}
	}
	return inOrder(records)
}

// WithLink returns the records whose link attribute holds one of the ids. ok is
// false when they cannot be told without looking at all records.
func (st *Store) WithLink(a *schema.Attribute, entity string, ids []string) (records []*Record, ok bool) {
	t := st.tables[entity]
	if a.Kind != schema.KindLink || a.NotStorable || a.Field.Type == "linkOne" || t.odd[a.Name] {
		return nil, false
	}
	for _, id := range ids {
		records = append(records, t.index[a.Name][id]...)
	}
	return inOrder(t.listed(records)), true
}

// WithAddress returns the records that have, or have had, one of the e-mail
// addresses or phone numbers.
func (st *Store) WithAddress(a *schema.Attribute, entity string, addresses []string) []*Record {
	t := st.tables[entity]
	records := make([]*Record, 0, len(addresses))
	for _, s := range addresses {
		records = append(records, t.addresses.find(t.order, a, s)...)
	}
	return inOrder(t.listed(records))
}

// listed leaves those of the records that All has.
func (t *collection) listed(records []*Record) []*Record {
	return slices.DeleteFunc(records, func(r *Record) bool { _, ok := t.place(r.ID); return !ok })
}

// inOrder sorts records by id, and drops what is there twice.
func inOrder(records []*Record) []*Record {
	slices.SortFunc(records, func(a, b *Record) int { return cmp.Compare(a.ID, b.ID) })
	return slices.Compact(records)
}
