package store

import (
	"cmp"

	"github.com/go-espo/espo/espotest/internal/collation"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// OrderAttributes returns the attributes that ordering by a field means.
func OrderAttributes(e *schema.EntityType, by string) []string {
	f := e.Fields[by]
	if f == nil {
		return []string{by}
	}
	switch f.Type {
	case "personName":
		return []string{"firstName", "lastName"}
	case "link", "linkOne", "file", "image":
		return []string{by + "Name"}
	case "linkParent":
		return []string{by + "Type"}
	case "currency":
		return []string{by + "Converted"}
	case "address":
		return []string{by + "Country", by + "City"}
	}
	return []string{by}
}

// CompareValues orders as the database does: null first, text without regard
// to case.
func CompareValues(a, b any) int {
	if a == nil || b == nil {
		switch {
		case a == nil && b == nil:
			return 0
		case a == nil:
			return -1
		}
		return 1
	}
	if x, ok := php.Number(a); ok {
		y, _ := php.Number(b)
		return cmp.Compare(x, y)
	}
	if x, ok := a.(bool); ok {
		y, _ := b.(bool)
		return BoolRank(x) - BoolRank(y)
	}
	x, _ := a.(string)
	y, _ := b.(string)
	return collation.Compare(x, y)
}

// BoolRank returns the place of a value in an ascending order: 0 for false, 1
// for true.
func BoolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}
