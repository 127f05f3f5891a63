package espo

import (
	"slices"
)

// Selection says which records of an entity type a mass action or an export
// is about. Make one with [ByIDs], [ByFilter], [ByQuery] or [AllRecords]: an
// empty list or an empty filter is an error, and never all records.
type Selection struct {
	entityType string
	by         string // the function that made it
	ids        []string
	query      Query
}

// ByIDs selects the records with the given ids, of which there must be one at
// least. Those that do not exist are passed over.
func ByIDs(entityType string, ids ...string) Selection {
	return Selection{entityType: entityType, by: "ByIDs", ids: ids}
}

// ByFilter selects the records for which all of the filters hold, of which
// there must be one at least.
func ByFilter(entityType string, filters ...Filter) Selection {
	return Selection{entityType: entityType, by: "ByFilter", query: Query{Where: filters}}
}

// ByQuery selects what the query's Where, TextFilter, PrimaryFilter and
// BoolFilters select, of which there must be one at least. OrderBy and Order
// matter to an export. The query must have nothing else.
func ByQuery(entityType string, q Query) Selection {
	return Selection{entityType: entityType, by: "ByQuery", query: q}
}

// AllRecords selects every record of the entity type that the user may read.
func AllRecords(entityType string) Selection {
	return Selection{entityType: entityType, by: "AllRecords"}
}

// params returns the selection as the server reads it.
func (s Selection) params() (Attrs, error) {
	if s.by == "" {
		return nil, badInput("Selection", "is empty; AllRecords selects all records")
	}
	if s.entityType == "" {
		return nil, badInput(s.by, "the entity type is empty")
	}
	q := s.query
	switch s.by {
	case "ByIDs":
		if len(s.ids) == 0 || slices.Contains(s.ids, "") {
			return nil, badInput(s.by, "there is no id, or an empty one")
		}
		return Attrs{"ids": s.ids}, nil
	case "AllRecords":
		return Attrs{"where": []Filter{}}, nil
	case "ByFilter", "ByQuery":
		if len(q.Where) == 0 && q.TextFilter == "" && q.PrimaryFilter == "" && len(q.BoolFilters) == 0 {
			return nil, badInput(s.by, "there is no filter; AllRecords selects all records")
		}
	}
	if q.Offset != 0 || q.MaxSize != 0 || len(q.Select) > 0 || q.Q != "" {
		return nil, badInput(s.by, "Offset, MaxSize, Select and Q have no effect here")
	}
	if err := q.validate(); err != nil {
		return nil, err
	}
	if s.by == "ByFilter" {
		return Attrs{"where": q.Where}, nil
	}
	return Attrs{"searchParams": queryParams{
		Where: q.Where, TextFilter: q.TextFilter, PrimaryFilter: q.PrimaryFilter,
		BoolFilters: q.BoolFilters, OrderBy: q.OrderBy, Order: q.Order,
	}}, nil
}
