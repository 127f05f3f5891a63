package records

import (
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// searchedTypes are the entity types of a global search, in the order of the
// results: the setting globalSearchEntityList.
var searchedTypes = []string{"Account", "Contact", "Lead", "Opportunity"}

// GlobalSearch finds records of several entity types by a text:
// GET GlobalSearch.
func GlobalSearch(c *crm.Call) (any, *answer.Error) {
	query := c.Req.URL.Query()
	text := query.Get("q")
	if text == "" {
		return nil, answer.BadRequest("No `q` parameter.")
	}
	offset, size, err := c.PageOf()
	if err != nil {
		return nil, err
	}
	var found []answer.Object
	types := slices.Clone(searchedTypes)
	if !c.Has(release.SearchInOrder) {
		slices.Reverse(types)
	}
	for _, name := range types {
		e := c.Store.Types[name]
		if e == nil || c.User.Level(e, rights.Read) == rights.LevelNo {
			continue
		}
		keep, err := c.Filter(e, where.Params{TextFilter: text})
		if err != nil {
			return nil, err
		}
		var records []*store.Record
		for _, r := range c.Store.All(name) {
			if keep(r) {
				records = append(records, r)
			}
		}
		slices.SortStableFunc(records, func(a, b *store.Record) int {
			return strings.Compare(strings.ToLower(a.Str("name")), strings.ToLower(b.Str("name")))
		})
		for _, r := range records {
			found = append(found, searchHit(c, r))
		}
	}
	from, to := crm.PageBounds(offset, size, len(found))
	total := int64(-2)
	if to < len(found) {
		total = -1
	}
	return answer.Object{{Name: "total", Value: total}, {Name: "list", Value: append([]answer.Object{}, found[from:to]...)}}, nil
}

// searchHit is a record as a global search lists it. The name of a lead is
// made of more than its own attributes.
func searchHit(c *crm.Call, r *store.Record) answer.Object {
	hit := answer.Object{{Name: "id", Value: r.ID}, {Name: "name", Value: r.Get("name")}}
	if status := r.Entity.StatusField; status != "" && c.Has(release.SearchStatus) {
		hit = append(hit, answer.Member{Name: status, Value: r.Get(status)})
	}
	if r.Entity.Name == "Lead" {
		for _, name := range []string{"emailAddress", "phoneNumber", "accountName"} {
			hit = append(hit, answer.Member{Name: name, Value: r.Get(name)})
		}
	}
	return append(hit, answer.Member{Name: "_scope", Value: r.Entity.Name})
}
