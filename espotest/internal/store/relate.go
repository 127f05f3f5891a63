package store

import (
	"slices"
)

// Relate links a record, and sets the columns that are given. It reports
// whether the link is new.
func (st *Store) Relate(r *Record, name, id string, columns map[string]any) bool {
	l := r.Entity.Links[name]
	if l == nil {
		return false
	}
	to := st.Find(l.Entity, id)
	switch shape := st.Shape(l); shape {
	case ShapeOne:
		r.Set(name+"Id", id)
	case shapeOneBack, ShapeManyBack:
		if to == nil || to.Str(l.Foreign+"Id") == r.ID {
			return false
		}
		to.Set(l.Foreign+"Id", r.ID)
	case ShapeChildren:
		if to == nil || to.Str(l.Foreign+"Id") == r.ID && to.Str(l.Foreign+"Type") == r.Entity.Name {
			return false
		}
		to.Set(l.Foreign+"Id", r.ID)
		to.Set(l.Foreign+"Type", r.Entity.Name)
	case ShapeMany:
		rel, end := st.relation(r.Entity, l)
		pair := pairOf(end, r.ID, id)
		known := rel.columns[pair] != nil
		if !known {
			rel.columns[pair] = l.DefaultColumns()
			rel.ends[end][r.ID] = append(rel.ends[end][r.ID], id)
			rel.ends[1-end][id] = append(rel.ends[1-end][id], r.ID)
		}
		for c, v := range columns {
			if _, ok := l.Columns[c]; ok {
				rel.columns[pair][c] = v
			}
		}
		return !known
	default:
		return false
	}
	return true
}

func pairOf(end int, id, other string) [2]string {
	if end == 1 {
		return [2]string{other, id}
	}
	return [2]string{id, other}
}

// Unrelate unlinks a record, if it is linked.
func (st *Store) Unrelate(r *Record, name, id string) {
	l := r.Entity.Links[name]
	if l == nil {
		return
	}
	switch shape := st.Shape(l); shape {
	case ShapeOne:
		if r.Str(name+"Id") != id {
			return
		}
		r.Set(name+"Id", nil)
	case shapeOneBack, ShapeManyBack, ShapeChildren:
		to := st.Find(l.Entity, id)
		if to == nil || to.Str(l.Foreign+"Id") != r.ID {
			return
		}
		to.Set(l.Foreign+"Id", nil)
		if shape == ShapeChildren {
			to.Set(l.Foreign+"Type", nil)
		}
	case ShapeMany:
		rel, end := st.relation(r.Entity, l)
		pair := pairOf(end, r.ID, id)
		if rel.columns[pair] == nil {
			return
		}
		delete(rel.columns, pair)
		rel.ends[end][r.ID] = Without(rel.ends[end][r.ID], id)
		rel.ends[1-end][id] = Without(rel.ends[1-end][id], r.ID)
	}
}

// Without takes an id out of a list.
func Without(ids []string, id string) []string {
	return slices.DeleteFunc(ids, func(s string) bool { return s == id })
}
