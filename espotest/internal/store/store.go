package store

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// Store holds every record and every link between records. Its methods need
// the server's lock.
type Store struct {
	Release   release.Release
	Types     map[string]*schema.EntityType
	tables    map[string]*collection
	relations map[string]*relation
	Now       func() time.Time
	Settings  map[string]any
	Rates     map[string]float64 // of each currency, in the base currency
	addresses map[string]*Address
	lastID    int64 // in microseconds
	Metadata  func() map[string]any
}

// collection holds the records of one entity type.
type collection struct {
	byID  map[string]*Record
	order []*Record // by id, without the deleted
	// index finds the records whose link attribute holds an id.
	index map[string]map[string][]*Record
	// next is the next number of the autoincrement fields.
	next int64
	// numbers are the next ones of the fields of type number.
	numbers map[string]int64
	// odd are the link attributes that have ever held what is not a plain id, and
	// that the index is not exact for.
	odd map[string]bool
	// duplicates finds records by values, folded, of the attributes by which
	// duplicates are found; addresses by e-mail addresses and phone numbers.
	duplicates, addresses *valueIndex
}

// New returns an empty store of a server of a release.
func New(r release.Release, types map[string]*schema.EntityType, settings map[string]any, now func() time.Time) *Store {
	st := &Store{
		Release: r, Types: types, tables: map[string]*collection{}, relations: map[string]*relation{}, Now: now, Settings: settings,
		Rates: map[string]float64{"USD": 1, "EUR": 1, "UAH": 1}, addresses: map[string]*Address{},
	}
	st.Metadata = sync.OnceValue(func() map[string]any { return schema.Metadata(r, types) })
	// Nothing is made later, so that reading needs no more than a read lock.
	for name, e := range types {
		st.tables[name] = newCollection(e)
		for _, l := range e.Links {
			if st.Shape(l) == ShapeMany {
				st.addRelation(e, l)
			}
		}
	}
	return st
}

func newCollection(e *schema.EntityType) *collection {
	return &collection{
		byID: map[string]*Record{}, index: map[string]map[string][]*Record{}, next: 1, odd: map[string]bool{}, numbers: map[string]int64{},
		duplicates: newValueIndex(e, duplicateKeys), addresses: newValueIndex(e, addressKeys),
	}
}

// NewID returns an id of 17 hexadecimal digits that is greater than any before.
func (st *Store) NewID() string {
	micros := max(st.Now().UnixMicro(), st.lastID+1)
	st.lastID = micros
	// The server's last digits are random; these only look so.
	mix := uint64(micros) * 0x9E3779B97F4A7C15
	return fmt.Sprintf("%08x%05x%04x", micros/1e6, micros%1e6, mix>>48)
}

// Timestamp returns the time now as the server stores date-times.
func (st *Store) Timestamp() string { return st.Now().UTC().Format(time.DateTime) }

// Find returns the record unless it is missing or deleted.
func (st *Store) Find(entity, id string) *Record {
	t := st.tables[entity]
	if t == nil {
		return nil
	}
	r := t.byID[id]
	if r == nil || r.Deleted {
		return nil
	}
	return r
}

// FindDeleted is find for those who see deleted records, too.
func (st *Store) FindDeleted(entity, id string) *Record {
	if t := st.tables[entity]; t != nil {
		return t.byID[id]
	}
	return nil
}

// Referring returns the records whose link attribute holds the id.
func (st *Store) Referring(entity, attr, id string) []*Record {
	return st.tables[entity].index[attr][id]
}

// TakeNumber returns the next number of the entity type's autoincrement fields,
// or the given one, which the next is then greater than.
func (st *Store) TakeNumber(entity string, given any) int64 {
	t := st.tables[entity]
	n, ok := given.(int64)
	if !ok {
		n = t.next
	}
	t.next = max(t.next, n+1)
	return n
}

// TakeText returns the next value of a field of type number.
func (st *Store) TakeText(entity string, f *schema.Field) string {
	t := st.tables[entity]
	n := cmp.Or(t.numbers[f.Name], f.NextNumber, 1)
	t.numbers[f.Name] = n + 1
	return fmt.Sprintf("%s%0*d", f.Prefix, cmp.Or(f.PadLength, 5), n)
}

// All returns the records of an entity type by id, which is oldest first. The
// caller must not change the slice, nor keep it beyond the lock.
func (st *Store) All(entity string) []*Record {
	if t := st.tables[entity]; t != nil {
		return t.order
	}
	return nil
}

// Insert adds an empty record.
func (st *Store) Insert(e *schema.EntityType, id string) *Record {
	t := st.tables[e.Name]
	r := &Record{ID: id, Entity: e, Store: st, places: make([]uint16, len(e.AttrNames)), Version: 1}
	if n := len(t.order); n > 0 { // records of a type mostly have as many values
		r.values = make([]any, 0, len(t.order[n-1].values))
	}
	t.byID[id] = r
	if n := len(t.order); n == 0 || t.order[n-1].ID < id {
		t.order = append(t.order, r)
	} else {
		i, _ := t.place(id)
		t.order = slices.Insert(t.order, i, r)
	}
	return r
}

// Restore brings a deleted record back.
func (st *Store) Restore(r *Record) {
	r.Deleted = false
	t := st.tables[r.Entity.Name]
	if i, ok := t.place(r.ID); !ok {
		t.order = slices.Insert(t.order, i, r)
	}
}

// Remove deletes a record. Its links stay, as they do in the server's
// database, but no longer count.
func (st *Store) Remove(r *Record) {
	r.Deleted = true
	t := st.tables[r.Entity.Name]
	if i, ok := t.place(r.ID); ok {
		t.order = slices.Delete(t.order, i, i+1)
	}
}

// Erase takes a deleted record away for good.
func (st *Store) Erase(r *Record) { delete(st.tables[r.Entity.Name].byID, r.ID) }
