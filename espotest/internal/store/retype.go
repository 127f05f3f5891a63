package store

import "github.com/go-espo/espo/espotest/internal/schema"

// Retype gives the store other entity types. The records of those that stay keep
// the values of the attributes that stay; links that stay keep what they link.
func (st *Store) Retype(types map[string]*schema.EntityType) {
	for name := range st.Types {
		if types[name] == nil {
			delete(st.tables, name)
		}
	}
	before := st.relations
	st.Types, st.relations = types, map[string]*relation{}
	for name, e := range types {
		if t := st.tables[name]; t != nil {
			t.retype(e)
		} else {
			st.tables[name] = newCollection(e)
		}
		for _, l := range e.Links {
			if st.Shape(l) != ShapeMany {
				continue
			}
			if key, _ := relationKey(e, l); before[key] != nil {
				st.relations[key] = before[key]
			}
			st.addRelation(e, l)
		}
	}
}

func (t *collection) retype(e *schema.EntityType) {
	for _, r := range t.byID {
		r.retype(e)
	}
	for name := range t.index {
		if e.Attrs[name] == nil {
			delete(t.index, name)
		}
	}
	t.duplicates, t.addresses = newValueIndex(e, duplicateKeys), newValueIndex(e, addressKeys)
}

func (r *Record) retype(e *schema.EntityType) {
	places, values := make([]uint16, len(e.AttrNames)), make([]any, 0, len(r.values))
	for _, a := range r.Entity.AttrList {
		if to, v := e.Attrs[a.Name], r.slot(a); to != nil && v != Absent {
			values = append(values, v)
			places[to.Index] = uint16(len(values))
		}
	}
	r.Entity, r.places, r.values = e, places, values
}
