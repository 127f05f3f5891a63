package espo

import (
	"context"
	"iter"
	"slices"
	"strings"
)

// pagingRoom is what the path and the paging add to the URL of a list, at
// most.
const pagingRoom = 400

// split returns queries whose URLs are short enough and that together match
// what q matches, each record once. It splits the longest In on ids. Where
// that is not possible, it returns q alone.
func (c *Client) split(q Query) ([]Query, error) {
	fits := func(q Query) (bool, error) {
		encoded, err := q.encode(c.searchForm)
		return c.fits(len(encoded) + pagingRoom), err
	}
	if ok, err := fits(q); ok || err != nil {
		return []Query{q}, err
	}
	longest := longestIDs(q.Where)
	if longest < 0 || q.OrderBy != "" {
		return []Query{q}, nil
	}
	var parts []Query
	var add func(values []any) error
	add = func(values []any) error {
		part := q
		part.Where = slices.Clone(q.Where)
		part.Where[longest].Value = values
		ok, err := fits(part)
		if err != nil {
			return err
		}
		if ok || len(values) == 1 {
			parts = append(parts, part)
			return nil
		}
		half := len(values) / 2
		if err := add(values[:half:half]); err != nil {
			return err
		}
		return add(values[half:])
	}
	return parts, add(distinct(q.Where[longest].Value.([]any)))
}

// longestIDs returns the index of the longest In on an attribute that holds an
// id, or -1. Other attributes are not split: what the database takes for equal,
// such as é and e, could come twice.
func longestIDs(where []Filter) int {
	longest, most := -1, 1
	for i, f := range where {
		values, ok := f.Value.([]any)
		if f.Type != "in" || !ok || f.Attribute != "id" && !strings.HasSuffix(f.Attribute, "Id") {
			continue
		}
		allText := !slices.ContainsFunc(values, func(v any) bool { _, ok := v.(string); return !ok })
		if allText && len(values) > most {
			longest, most = i, len(values)
		}
	}
	return longest
}

// distinct leaves out ids that the database takes for the same.
func distinct(values []any) []any {
	seen := make(map[string]bool, len(values))
	return slices.DeleteFunc(slices.Clone(values), func(v any) bool {
		id := strings.ToLower(v.(string))
		known := seen[id]
		seen[id] = true
		return known
	})
}

// iterateParts reads a list by id, with a query that may be too long for a URL.
//
//go:noinline
func iterateParts(ctx context.Context, c *Client, q Query, opts []AllOption, list func(context.Context, Query, []CallOption) (page, error)) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		o, err := collect(opts)
		var parts []Query
		if err == nil {
			err = o.checkConcurrency(q)
		}
		if err == nil {
			parts, err = c.split(q)
		}
		if err != nil {
			yield(page{}, err)
			return
		}
		fetch := func(ctx context.Context, q Query) (page, error) { return list(ctx, q, o.shared) }
		for _, part := range parts {
			var pages iter.Seq2[page, error]
			if o.concurrency > 1 && q.MaxSize != 1 {
				pages = scan(ctx, part, o.concurrency, fetch)
			} else {
				pages = iterate(ctx, byID, part, o.shared, fetch)
			}
			for p, err := range pages {
				if !yield(p, err) || err != nil {
					return
				}
			}
		}
	}
}

// countParts is count for a query that may be too long for a URL.
func countParts(c *Client, q Query, list func(Query) (page, error)) (int, error) {
	parts, err := c.split(q)
	total := 0
	for _, part := range parts {
		n, err := count(part, list)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, err
}
