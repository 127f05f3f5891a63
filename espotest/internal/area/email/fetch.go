package email

import (
	"time"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
)

// ResetFetching has the e-mails of an account fetched anew from a day on:
// POST {type}/{id}/resetFetchData.
func ResetFetching(entityType string) func(c *crm.Call) (any, *answer.Error) {
	return func(c *crm.Call) (any, *answer.Error) {
		e := c.Store.Types[entityType]
		since, ok := c.Data["fetchSince"].(string)
		if !ok {
			return nil, answer.BadRequest("No or bad 'fetchSince'.")
		}
		if _, err := time.Parse(time.DateOnly, since); err != nil {
			return nil, answer.BadRequest("Bad date.")
		}
		r, err := c.Editable(e, c.Params["id"])
		if err != nil {
			return nil, err
		}
		r.Set("fetchSince", since)
		r.Set("fetchData", map[string]any{})
		r.Set("fetchValidityNumber", int64(php.IntVal(r.Get("fetchValidityNumber"))+1))
		c.Modified(r)
		mem := c.Fetched(r)
		c.Load(mem, r)
		return c.Output(e, mem), nil
	}
}
