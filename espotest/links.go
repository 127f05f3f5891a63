package espotest

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/schema"
)

// relation is a many-to-many relation between two entity types, with columns.
type relation struct {
	ends    [2]map[string][]string // ids at the other end, by id, in the order they were linked
	columns map[[2]string]map[string]any
}

// linkShape says where a link is kept.
type linkShape uint8

const (
	shapeNone     linkShape = iota
	shapeOne                // belongsTo: in this record's xId
	shapeParent             // belongsToParent: in this record's xId and xType
	shapeOneBack            // hasOne: in the other record's xId
	shapeManyBack           // hasMany with a belongsTo at the other end: in the other records' xId
	shapeChildren           // hasChildren: in the other records' parentId and parentType
	shapeMany               // many to many: in a relation
)

func (st *store) shape(l *schema.Link) linkShape {
	switch l.Type {
	case "belongsTo":
		return shapeOne
	case "belongsToParent":
		return shapeParent
	case "hasOne":
		return shapeOneBack
	case "hasChildren":
		return shapeChildren
	case "hasMany", "manyMany":
		if back := st.foreign(l); back != nil && back.Type == "belongsTo" {
			return shapeManyBack
		}
		return shapeMany
	}
	return shapeNone
}

// foreign returns the link at the other end, or nil.
func (st *store) foreign(l *schema.Link) *schema.Link {
	to := st.types[l.Entity]
	if to == nil || l.Foreign == "" {
		return nil
	}
	return to.Links[l.Foreign]
}

// relation returns the relation of a many-to-many link and which of its ends
// the entity type is.
func (st *store) relation(e *schema.EntityType, l *schema.Link) (*relation, int) {
	key, end := relationKey(e, l)
	return st.relations[key], end
}

func (st *store) addRelation(e *schema.EntityType, l *schema.Link) {
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

// linkedOne returns the record at the other end of a link to one.
func (st *store) linkedOne(r *record, name string) *record {
	l := r.entity.Links[name]
	if l == nil {
		// Files have no link of their own.
		if f := r.entity.Fields[name]; f != nil && (f.Type == "file" || f.Type == "image") {
			return st.find("Attachment", r.str(name+"Id"))
		}
		return nil
	}
	switch st.shape(l) {
	case shapeOne:
		return st.find(l.Entity, r.str(name+"Id"))
	case shapeParent:
		return st.find(r.str(name+"Type"), r.str(name+"Id"))
	default:
		if ids := st.linked(r, name); len(ids) > 0 {
			return st.find(l.Entity, ids[0])
		}
	}
	return nil
}

// linked returns the ids of the records at the other end of a link.
func (st *store) linked(r *record, name string) []string {
	l := r.entity.Links[name]
	if l == nil {
		return nil
	}
	var ids []string
	live := func(id string) {
		if st.find(l.Entity, id) != nil {
			ids = append(ids, id)
		}
	}
	switch shape := st.shape(l); shape {
	case shapeOne, shapeParent:
		if to := st.linkedOne(r, name); to != nil {
			ids = append(ids, to.ID)
		}
	case shapeOneBack, shapeManyBack, shapeChildren:
		attr := l.Foreign + "Id"
		for _, to := range st.referring(l.Entity, attr, r.ID) {
			if shape != shapeChildren || to.str(l.Foreign+"Type") == r.entity.Name {
				live(to.ID)
			}
		}
		if shape == shapeOneBack && len(ids) > 1 {
			ids = ids[:1]
		}
	case shapeMany:
		rel, end := st.relation(r.entity, l)
		for _, id := range rel.ends[end][r.ID] {
			live(id)
		}
	}
	return ids
}

// linkedByName returns the ids of linked records as records show them: by name,
// people by first and last name.
func (st *store) linkedByName(r *record, name string) []string {
	ids := st.linked(r, name)
	if len(ids) < 2 {
		return ids
	}
	to := st.types[r.entity.Links[name].Entity]
	by := orderAttributes(to, "name")
	ids = slices.Clone(ids)
	slices.SortStableFunc(ids, func(a, b string) int {
		x, y := st.find(to.Name, a), st.find(to.Name, b)
		for _, attr := range by {
			if n := compareValues(x.get(attr), y.get(attr)); n != 0 {
				return n
			}
		}
		return 0
	})
	return ids
}

// relate links a record, and sets the columns that are given. It reports
// whether the link is new.
func (st *store) relate(r *record, name, id string, columns map[string]any) bool {
	l := r.entity.Links[name]
	if l == nil {
		return false
	}
	to := st.find(l.Entity, id)
	switch shape := st.shape(l); shape {
	case shapeOne:
		r.set(name+"Id", id)
	case shapeOneBack, shapeManyBack:
		if to == nil || to.str(l.Foreign+"Id") == r.ID {
			return false
		}
		to.set(l.Foreign+"Id", r.ID)
	case shapeChildren:
		if to == nil || to.str(l.Foreign+"Id") == r.ID && to.str(l.Foreign+"Type") == r.entity.Name {
			return false
		}
		to.set(l.Foreign+"Id", r.ID)
		to.set(l.Foreign+"Type", r.entity.Name)
	case shapeMany:
		rel, end := st.relation(r.entity, l)
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

// unrelate unlinks a record, if it is linked.
func (st *store) unrelate(r *record, name, id string) {
	l := r.entity.Links[name]
	if l == nil {
		return
	}
	switch shape := st.shape(l); shape {
	case shapeOne:
		if r.str(name+"Id") != id {
			return
		}
		r.set(name+"Id", nil)
	case shapeOneBack, shapeManyBack, shapeChildren:
		to := st.find(l.Entity, id)
		if to == nil || to.str(l.Foreign+"Id") != r.ID {
			return
		}
		to.set(l.Foreign+"Id", nil)
		if shape == shapeChildren {
			to.set(l.Foreign+"Type", nil)
		}
	case shapeMany:
		rel, end := st.relation(r.entity, l)
		pair := pairOf(end, r.ID, id)
		if rel.columns[pair] == nil {
			return
		}
		delete(rel.columns, pair)
		rel.ends[end][r.ID] = without(rel.ends[end][r.ID], id)
		rel.ends[1-end][id] = without(rel.ends[1-end][id], r.ID)
	}
}

func without(ids []string, id string) []string {
	return slices.DeleteFunc(ids, func(s string) bool { return s == id })
}

// columnsOf returns the columns of a link between two records; nil when they
// are not linked.
func (st *store) columnsOf(r *record, name, id string) map[string]any {
	l := r.entity.Links[name]
	if l == nil || st.shape(l) != shapeMany {
		return nil
	}
	rel, end := st.relation(r.entity, l)
	return rel.columns[pairOf(end, r.ID, id)]
}

// linkMap returns xNames, xColumns or xTypes.
func (st *store) linkMap(r *record, a *schema.Attribute) map[string]any {
	out := map[string]any{}
	for _, id := range st.linked(r, a.Link) {
		to := st.find(r.entity.Links[a.Link].Entity, id)
		switch a.Kind {
		case schema.KindLinkNames:
			out[id] = to.get("name")
		case schema.KindLinkTypes:
			out[id] = to.get("type")
		case schema.KindLinkColumns:
			out[id] = st.linkColumns(r, a, to)
		}
	}
	return out
}

// linkColumns returns the columns of one linked record in xColumns: those of
// the relation and, where it has none of that name, the other record's own
// attribute.
func (st *store) linkColumns(r *record, a *schema.Attribute, to *record) map[string]any {
	columns := make(map[string]any, len(a.Field.Columns))
	own := st.columnsOf(r, a.Link, to.ID)
	for name, attr := range a.Field.Columns {
		if v, ok := own[name]; ok {
			columns[name] = v
		} else {
			columns[name] = to.get(attr)
		}
	}
	return columns
}
