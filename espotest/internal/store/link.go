package store

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/schema"
)

// relation is a many-to-many relation between two entity types, with columns.
type relation struct {
	ends    [2]map[string][]string // ids at the other end, by id, in the order they were linked
	columns map[[2]string]map[string]any
}

// LinkShape says where a link is kept.
type LinkShape uint8

// The places where links are kept.
const (
	shapeNone     LinkShape = iota
	ShapeOne                // belongsTo: in this record's xId
	ShapeParent             // belongsToParent: in this record's xId and xType
	shapeOneBack            // hasOne: in the other record's xId
	ShapeManyBack           // hasMany with a belongsTo at the other end: in the other records' xId
	ShapeChildren           // hasChildren: in the other records' parentId and parentType
	ShapeMany               // many to many: in a relation
)

// Shape returns where a link is kept.
func (st *Store) Shape(l *schema.Link) LinkShape {
	switch l.Type {
	case "belongsTo":
		return ShapeOne
	case "belongsToParent":
		return ShapeParent
	case "hasOne":
		return shapeOneBack
	case "hasChildren":
		return ShapeChildren
	case "hasMany", "manyMany":
		if back := st.Foreign(l); back != nil && back.Type == "belongsTo" {
			return ShapeManyBack
		}
		return ShapeMany
	}
	return shapeNone
}

// Foreign returns the link at the other end, or nil.
func (st *Store) Foreign(l *schema.Link) *schema.Link {
	to := st.Types[l.Entity]
	if to == nil || l.Foreign == "" {
		return nil
	}
	return to.Links[l.Foreign]
}

// relation returns the relation of a many-to-many link and which of its ends
// the entity type is.
func (st *Store) relation(e *schema.EntityType, l *schema.Link) (*relation, int) {
	key, end := relationKey(e, l)
	return st.relations[key], end
}

func (st *Store) addRelation(e *schema.EntityType, l *schema.Link) {
	if key, _ := relationKey(e, l); st.relations[key] == nil {
		st.relations[key] = &relation{ends: [2]map[string][]string{{}, {}}, columns: map[[2]string]map[string]any{}}
	}
}

// relationKey names a relation by its two ends, the same from both.
func relationKey(e *schema.EntityType, l *schema.Link) (key string, end int) {
	a, b := e.Name+"."+l.Name, l.Entity+"."+l.Foreign
	if l.Foreign != "" && b < a {
		return b + " " + a, 1
	}
	return a + " " + b, 0
}

// LinkedOne returns the record at the other end of a link to one.
func (st *Store) LinkedOne(r *Record, name string) *Record {
	l := r.Entity.Links[name]
	if l == nil {
		// Files have no link of their own.
		if f := r.Entity.Fields[name]; f != nil && (f.Type == "file" || f.Type == "image") {
			return st.Find("Attachment", r.Str(name+"Id"))
		}
		return nil
	}
	switch st.Shape(l) {
	case ShapeOne:
		return st.Find(l.Entity, r.Str(name+"Id"))
	case ShapeParent:
		return st.Find(r.Str(name+"Type"), r.Str(name+"Id"))
	default:
		if ids := st.Linked(r, name); len(ids) > 0 {
			return st.Find(l.Entity, ids[0])
		}
	}
	return nil
}

// Linked returns the ids of the records at the other end of a link.
func (st *Store) Linked(r *Record, name string) []string {
	l := r.Entity.Links[name]
	if l == nil {
		return nil
	}
	var ids []string
	live := func(id string) {
		if st.Find(l.Entity, id) != nil {
			ids = append(ids, id)
		}
	}
	switch shape := st.Shape(l); shape {
	case ShapeOne, ShapeParent:
		if to := st.LinkedOne(r, name); to != nil {
			ids = append(ids, to.ID)
		}
	case shapeOneBack, ShapeManyBack, ShapeChildren:
		attr := l.Foreign + "Id"
		for _, to := range st.Referring(l.Entity, attr, r.ID) {
			if shape != ShapeChildren || to.Str(l.Foreign+"Type") == r.Entity.Name {
				live(to.ID)
			}
		}
		if shape == shapeOneBack && len(ids) > 1 {
			ids = ids[:1]
		}
	case ShapeMany:
		rel, end := st.relation(r.Entity, l)
		for _, id := range rel.ends[end][r.ID] {
			live(id)
		}
	}
	return ids
}

// LinkedByName returns the ids of linked records as records show them: by name,
// people by first and last name.
func (st *Store) LinkedByName(r *Record, name string) []string {
	ids := st.Linked(r, name)
	if len(ids) < 2 {
		return ids
	}
	to := st.Types[r.Entity.Links[name].Entity]
	by := OrderAttributes(to, "name")
	ids = slices.Clone(ids)
	slices.SortStableFunc(ids, func(a, b string) int {
		x, y := st.Find(to.Name, a), st.Find(to.Name, b)
		for _, attr := range by {
			if n := CompareValues(x.Get(attr), y.Get(attr)); n != 0 {
				return n
			}
		}
		return 0
	})
	return ids
}

// ColumnsOf returns the columns of a link between two records; nil when they
// are not linked.
func (st *Store) ColumnsOf(r *Record, name, id string) map[string]any {
	l := r.Entity.Links[name]
	if l == nil || st.Shape(l) != ShapeMany {
		return nil
	}
	rel, end := st.relation(r.Entity, l)
	return rel.columns[pairOf(end, r.ID, id)]
}

// linkMap returns xNames, xColumns or xTypes.
func (st *Store) linkMap(r *Record, a *schema.Attribute) map[string]any {
	out := map[string]any{}
	for _, id := range st.Linked(r, a.Link) {
		to := st.Find(r.Entity.Links[a.Link].Entity, id)
		switch a.Kind {
		case schema.KindLinkNames:
			out[id] = to.Get("name")
		case schema.KindLinkTypes:
			out[id] = to.Get("type")
		case schema.KindLinkColumns:
			out[id] = st.linkColumns(r, a, to)
		}
	}
	return out
}

// linkColumns returns the columns of one linked record in xColumns: those of
// the relation and, where it has none of that name, the other record's own
// attribute.
func (st *Store) linkColumns(r *Record, a *schema.Attribute, to *Record) map[string]any {
	columns := make(map[string]any, len(a.Field.Columns))
	own := st.ColumnsOf(r, a.Link, to.ID)
	for name, attr := range a.Field.Columns {
		if v, ok := own[name]; ok {
			columns[name] = v
		} else {
			columns[name] = to.Get(attr)
		}
	}
	return columns
}

// LinkAttributes maps the attributes that a linked record has for the columns of
// the link it is listed through to these columns.
func (st *Store) LinkAttributes(l *schema.Link) map[string]string {
	back := st.Foreign(l)
	if back == nil {
		return nil
	}
	columns := make(map[string]string, len(back.ColumnAttributes))
	for column, attr := range back.ColumnAttributes {
		columns[attr] = column
	}
	return columns
}
