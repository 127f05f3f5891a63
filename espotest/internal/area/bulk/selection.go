package bulk

import (
	"net/url"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// selection is which records a mass action or an export is about.
type selection struct {
	ids   []string
	byID  bool
	sp    where.Params
	given bool
}

// parseSelection reads params. A filter wins over ids.
func parseSelection(params map[string]any) (selection, *answer.Error) {
	var sel selection
	filter, hasWhere := params["where"]
	search, hasSearch := params["searchParams"].(map[string]any)
	switch {
	case hasWhere && filter != nil:
		if _, ok := filter.([]any); !ok {
			return sel, answer.BadRequest("Bad 'where'.")
		}
		search = map[string]any{"where": filter}
	case hasSearch:
	case params["ids"] != nil:
		list, ok := params["ids"].([]any)
		if !ok {
			return sel, answer.BadRequest("Bad 'ids'.")
		}
		if len(list) == 0 {
			return sel, answer.ServerError()
		}
		sel.ids, sel.byID, sel.given = where.IDs(list), true, true
		return sel, nil
	default:
		return sel, nil
	}
	raw, err := json.Marshal(search, json.Deterministic(true))
	if err != nil {
		return sel, answer.ServerError()
	}
	var apiErr *answer.Error
	sel.sp, apiErr = where.Parse("searchParams=" + url.QueryEscape(string(raw)))
	sel.given = true
	return sel, apiErr
}

// selected returns the records, ids in their order and without repetition.
func selected(c *crm.Call, e *schema.EntityType, sel selection) ([]*store.Record, *answer.Error) {
	if sel.byID {
		var records []*store.Record
		for _, id := range sel.ids {
			if r := c.Store.Find(e.Name, id); r != nil && !slices.Contains(records, r) && c.User.May(rights.Read, r) {
				records = append(records, r)
			}
		}
		return records, nil
	}
	page, err := c.Search(e, sel.sp.WithoutPage(), c.Store.All(e.Name))
	if err != nil {
		return nil, err
	}
	return page.Records, nil
}
