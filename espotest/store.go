package espotest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// store holds every record and every link between records. Its methods need
// the server's lock.
type store struct {
	types     map[string]*schema.EntityType
	tables    map[string]*collection
	relations map[string]*relation
	now       func() time.Time
	settings  map[string]any
	rates     map[string]float64 // of each currency, in the base currency
	lastID    int64              // in microseconds
	metadata  func() map[string]any
}

// collection holds the records of one entity type.
type collection struct {
	byID  map[string]*record
	order []*record // as created, without the deleted
	// index finds the records whose link attribute holds an id.
	index map[string]map[string][]*record
	// next is the next number of the autoincrement fields.
	next int64
	// seen has every value, folded, that the attributes which duplicates are
	// found by have ever had: without one of them there is no duplicate.
	seen map[string]bool
}

func newStore(types map[string]*schema.EntityType, settings map[string]any, now func() time.Time) *store {
	st := &store{
		types: types, tables: map[string]*collection{}, relations: map[string]*relation{}, now: now, settings: settings,
		rates: map[string]float64{"USD": 1, "EUR": 1, "UAH": 1},
	}
	st.metadata = sync.OnceValue(func() map[string]any { return schema.Metadata(types) })
	// Nothing is made later, so that reading needs no more than a read lock.
	for name, e := range types {
		st.tables[name] = &collection{byID: map[string]*record{}, index: map[string]map[string][]*record{}, next: 1, seen: map[string]bool{}}
		for _, l := range e.Links {
			if st.shape(l) == shapeMany {
				st.addRelation(e, l)
			}
		}
	}
	return st
}

// newID returns an id of 17 hexadecimal digits that is greater than any before.
func (st *store) newID() string {
	micros := max(st.now().UnixMicro(), st.lastID+1)
	st.lastID = micros
	// The server's last digits are random; these only look so.
	mix := uint64(micros) * 0x9E3779B97F4A7C15
	return fmt.Sprintf("%08x%05x%04x", micros/1e6, micros%1e6, mix>>48)
}

// timestamp returns the time now as the server stores date-times.
func (st *store) timestamp() string { return st.now().UTC().Format(time.DateTime) }

// find returns the record unless it is missing or deleted.
func (st *store) find(entity, id string) *record {
	t := st.tables[entity]
	if t == nil {
		return nil
	}
	r := t.byID[id]
	if r == nil || r.deleted {
		return nil
	}
	return r
}

// findDeleted is find for those who see deleted records, too.
func (st *store) findDeleted(entity, id string) *record {
	if t := st.tables[entity]; t != nil {
		return t.byID[id]
	}
	return nil
}

// referring returns the records whose link attribute holds the id.
func (st *store) referring(entity, attr, id string) []*record {
	return st.tables[entity].index[attr][id]
}

// takeNumber returns the next number of the entity type's autoincrement fields,
// or the given one, which the next is then greater than.
func (st *store) takeNumber(entity string, given any) int64 {
	t := st.tables[entity]
	n, ok := given.(int64)
	if !ok {
		n = t.next
	}
	t.next = max(t.next, n+1)
	return n
}

// all returns the records of an entity type, oldest first. The caller must not
// keep the slice beyond the lock.
func (st *store) all(entity string) []*record {
	if t := st.tables[entity]; t != nil {
		return t.order
	}
	return nil
}

// insert adds an empty record.
func (st *store) insert(e *schema.EntityType, id string) *record {
	t := st.tables[e.Name]
	r := &record{ID: id, entity: e, st: st, slots: slices.Repeat([]any{absent}, len(e.AttrNames)), version: 1}
	t.byID[id] = r
	t.order = append(t.order, r)
	return r
}

// remove deletes a record. Its links stay, as they do in the server's
// database, but no longer count.
func (st *store) remove(r *record) {
	r.deleted = true
	t := st.tables[r.entity.Name]
	if i := slices.Index(t.order, r); i >= 0 {
		t.order = slices.Delete(t.order, i, i+1)
	}
}

// record is one stored record. Its values are what JSON has, as the server's
// language sees it: nil, bool, int64, float64, string, []any, map[string]any.
type record struct {
	ID      string
	entity  *schema.EntityType
	st      *store
	slots   []any          // by the index of the attribute; absent where nothing is stored
	others  map[string]any // what is stored and no attribute
	deleted bool
	version int

	followers []string // ids of users, in the order they began
	starred   []string
	reactions []reaction // of a note
}

// absent stands for a value that is not stored.
var absent any = new(struct{ _ byte })

// get returns the value of an attribute, derived ones included.
func (r *record) get(name string) any {
	if a := r.entity.Attrs[name]; a != nil {
		return r.at(a)
	}
	return r.others[name]
}

// at is get for those who have the attribute at hand.
func (r *record) at(a *schema.Attribute) any {
	if v := r.slots[a.Index]; v != absent {
		return v
	}
	return r.derived(a)
}

// stored returns a value as it is stored, nil when it is not.
func (r *record) stored(name string) any {
	if a := r.entity.Attrs[name]; a != nil {
		if v := r.slots[a.Index]; v != absent {
			return v
		}
		return nil
	}
	return r.others[name]
}

// put stores a value, whatever it is of.
func (r *record) put(name string, v any) {
	if a := r.entity.Attrs[name]; a != nil {
		r.slots[a.Index] = v
		if a.FindsDuplicates {
			r.st.tables[r.entity.Name].see(a.Field, v)
		}
		return
	}
	if r.others == nil {
		r.others = map[string]any{}
	}
	r.others[name] = v
}

// str returns the value as a string, "" when it is none.
func (r *record) str(name string) string {
	s, _ := r.get(name).(string)
	return s
}

// set stores a value and keeps the index.
func (r *record) set(name string, v any) {
	a := r.entity.Attr(name)
	if a != nil && a.Kind == schema.KindLink {
		t := r.st.tables[r.entity.Name]
		old, _ := r.stored(name).(string)
		id, _ := v.(string)
		if old != id {
			byID := t.index[name]
			if byID == nil {
				byID = map[string][]*record{}
				t.index[name] = byID
			}
			if i := slices.Index(byID[old], r); old != "" && i >= 0 {
				byID[old] = slices.Delete(byID[old], i, i+1)
			}
			if id != "" {
				byID[id] = append(byID[id], r)
			}
		}
	}
	r.put(name, v)
}

// derived computes what is not stored.
func (r *record) derived(a *schema.Attribute) any {
	if a.Computed != "" {
		return r.compute(a)
	}
	switch a.Kind {
	case schema.KindID:
		return r.ID
	case schema.KindLink:
		if a.Field.Type == "linkOne" {
			if ids := r.st.linked(r, a.Link); len(ids) > 0 {
				return ids[0]
			}
		}
	case schema.KindLinkName:
		if to := r.st.linkedOne(r, a.Link); to != nil {
			return to.get("name")
		}
	case schema.KindForeign:
		if to := r.st.linkedOne(r, a.Link); to != nil {
			return to.get(a.Field.Field)
		}
	case schema.KindLinkMultiple:
		if a.Field.Type == "attachmentMultiple" {
			return php.List(r.st.linked(r, a.Link))
		}
		return php.List(r.st.linkedByName(r, a.Link))
	case schema.KindLinkNames, schema.KindLinkColumns, schema.KindLinkTypes:
		return r.st.linkMap(r, a)
	case schema.KindFloat:
		if a.Field.Type == "currencyConverted" {
			return r.converted(a.Name)
		}
	case schema.KindVarchar:
		if a.Field.Type == "phone" && a.Name != a.Field.Name {
			return onlyDigits(r.stored(a.Field.Name))
		}
	}
	return nil
}

// converted returns an amount in the base currency, for xConverted.
func (r *record) converted(name string) any {
	base := name[:len(name)-len("Converted")]
	amount, ok := php.Number(r.get(base))
	if !ok {
		return nil
	}
	rate, ok := r.st.rates[r.str(base+"Currency")]
	if !ok {
		return nil
	}
	if rate == 1 {
		return r.get(base)
	}
	return amount * rate
}

// onlyDigits are those of a phone number, nil without one.
func onlyDigits(v any) any {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}
