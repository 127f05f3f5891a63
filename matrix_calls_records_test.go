package espo_test

import (
	"errors"
	"iter"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var crudCalls = []matrixCall{
	{name: "RecordService.Get", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) { return x.client.Accounts.Get(x.ctx, id) }
	}},
	{name: "RecordService.Get:record", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) { return x.client.Records("Account").Get(x.ctx, id, espo.Select("id", "name")) }
	}},
	{name: "RecordService.Create", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Accounts.Create(x.ctx, espo.Account{Name: "Acme"}) }
	}},
	{name: "RecordService.Update", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) { return x.client.Accounts.Update(x.ctx, id, espo.Attrs{"description": "x"}) }
	}},
	{name: "RecordService.Update:version", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) {
			return x.client.Accounts.Update(x.ctx, id, espo.Attrs{"description": "x"}, espo.Version(1))
		}
	}},
	{name: "RecordService.Delete", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) { return fails(x.client.Accounts.Delete(x.ctx, id)) }
	}},
	{name: "RecordService.List", ready: func(x *matrixRun) ask {
		x.accounts(3)
		return func() (any, error) { return x.client.Accounts.List(x.ctx, espo.Query{MaxSize: 2}) }
	}},
	{name: "RecordService.All", ready: func(x *matrixRun) ask {
		x.accounts(5)
		return func() (any, error) {
			return espo.Collect(x.client.Accounts.All(x.ctx, espo.Query{MaxSize: 2}), 0)
		}
	}},
	{name: "RecordService.All:offset", ready: func(x *matrixRun) ask {
		x.accounts(5)
		return func() (any, error) {
			return espo.Collect(x.client.Accounts.All(x.ctx, espo.Query{MaxSize: 2, OrderBy: "name"}), 0)
		}
	}},
	{name: "Collect", ready: func(x *matrixRun) ask {
		x.accounts(5)
		return func() (any, error) {
			return espo.Collect(x.client.Records("Account").All(x.ctx, espo.Query{MaxSize: 2, Select: []string{"name"}}), 3)
		}
	}},
	{name: "RecordService.First", ready: func(x *matrixRun) ask {
		x.accounts(2)
		return func() (any, error) { return x.client.Accounts.First(x.ctx, espo.Query{OrderBy: "name"}) }
	}},
	{name: "RecordService.Count", counts: true, ready: func(x *matrixRun) ask {
		x.accounts(3)
		return func() (any, error) { return x.client.Accounts.Count(x.ctx, espo.Query{}) }
	}},
	{name: "RecordService.Exists", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) { return x.client.Accounts.Exists(x.ctx, id) }
	}},
	{name: "RecordService.GetMany", ready: func(x *matrixRun) ask {
		ids := x.accounts(4)
		return func() (any, error) { return x.client.Accounts.GetMany(x.ctx, ids) }
	}},
	{name: "RecordService.Modify", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) {
			return x.client.Accounts.Modify(x.ctx, id, func(a *espo.Account) error { a.Description = "x"; return nil })
		}
	}},
	{name: "RecordService.Modify:unguarded", ready: func(x *matrixRun) ask {
		id := x.contact()
		return func() (any, error) {
			return x.client.Contacts.Modify(x.ctx, id, func(c *espo.Contact) error { c.Description += "x"; return nil })
		}
	}},
	{name: "RecordService.Upsert", ready: func(x *matrixRun) ask {
		x.account()
		return func() (any, error) {
			return upserted(x.client.Accounts.Upsert(x.ctx, espo.Attrs{"name": "Acme"}, espo.Attrs{"description": "x"}))
		}
	}},
	{name: "RecordService.Upsert:create", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return upserted(x.client.Accounts.Upsert(x.ctx, espo.Attrs{"name": "Acme"}, espo.Attrs{"description": "x"}))
		}
	}},
	{name: "RecordService.Upsert:duplicate", ready: func(x *matrixRun) ask {
		x.account()
		return func() (any, error) {
			return upserted(x.client.Accounts.Upsert(x.ctx, nil, espo.Attrs{"name": "Acme", "description": "x"}))
		}
	}},
	{name: "RecordService.CreateAll", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Accounts.CreateAll(x.ctx, []espo.Account{{Name: "A"}, {Name: "B"}, {Name: "C"}}, espo.BulkOptions{Concurrency: 1})
		}
	}},
	{name: "RecordService.CreateEach", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			records := slices.Values([]espo.Account{{Name: "A"}, {Name: "B"}, {Name: "C"}})
			return eachResult(x.client.Accounts.CreateEach(x.ctx, records, espo.BulkOptions{Concurrency: 1}))
		}
	}},
	{name: "RecordService.UpdateAll", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) {
			return x.client.Accounts.UpdateAll(x.ctx, []espo.Change{
				{ID: ids[0], Attrs: espo.Attrs{"type": "Partner"}}, {ID: ids[1], Attrs: espo.Attrs{"type": "Partner"}},
			}, espo.BulkOptions{Concurrency: 1})
		}
	}},
	{name: "RecordService.DeleteAll", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) {
			return x.client.Accounts.DeleteAll(x.ctx, ids, espo.BulkOptions{Concurrency: 1})
		}
	}},
	{name: "RecordService.Action", ready: func(x *matrixRun) ask {
		id := x.opportunity()
		return func() (any, error) {
			return x.client.Opportunities.Action(x.ctx, id, "convertCurrency", espo.Attrs{"targetCurrency": "EUR"})
		}
	}},
	{name: "RecordService.ConvertCurrency", ready: func(x *matrixRun) ask {
		id := x.opportunity()
		return func() (any, error) { return x.client.Opportunities.ConvertCurrency(x.ctx, id, "EUR") }
	}},
	{name: "RecordService.Merge", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) {
			return x.client.Accounts.Merge(x.ctx, ids[0], ids[1:], espo.Attrs{"description": "both"})
		}
	}},
	{name: "RecordService.Kanban", noIDs: true, ready: func(x *matrixRun) ask {
		x.opportunity()
		return func() (any, error) { return x.client.Opportunities.Kanban(x.ctx, espo.Query{}) }
	}},
	{name: "RecordService.SetKanbanOrder", ready: func(x *matrixRun) ask {
		id := x.opportunity()
		return func() (any, error) {
			return fails(x.client.Opportunities.SetKanbanOrder(x.ctx, "Prospecting", []string{id}))
		}
	}},
	{name: "RecordService.Link", same: true, ready: func(x *matrixRun) ask {
		id, contact := x.account(), x.contact()
		return func() (any, error) { return fails(x.client.Accounts.Link(x.ctx, id, "contacts", contact)) }
	}},
	{name: "RecordService.Unlink", ready: func(x *matrixRun) ask {
		id, contact := x.linked()
		return func() (any, error) { return fails(x.client.Accounts.Unlink(x.ctx, id, "contacts", contact)) }
	}},

	{name: "RelatedService.List", ready: func(x *matrixRun) ask {
		id, _ := x.linked()
		return func() (any, error) { return x.client.Accounts.Contacts(id).List(x.ctx, espo.Query{}) }
	}},
	{name: "RelatedService.All", ready: func(x *matrixRun) ask {
		id, _ := x.linked()
		return func() (any, error) {
			return espo.Collect(x.client.Accounts.Contacts(id).All(x.ctx, espo.Query{MaxSize: 1}), 0)
		}
	}},
	{name: "RelatedService.Count", counts: true, ready: func(x *matrixRun) ask {
		id, _ := x.linked()
		return func() (any, error) { return x.client.Accounts.Contacts(id).Count(x.ctx, espo.Query{}) }
	}},
	{name: "RelatedService.Link", same: true, ready: func(x *matrixRun) ask {
		id, contact := x.account(), x.contact()
		return func() (any, error) { return fails(x.client.Accounts.Contacts(id).Link(x.ctx, contact)) }
	}},
	{name: "RelatedService.Unlink", ready: func(x *matrixRun) ask {
		id, contact := x.linked()
		return func() (any, error) { return fails(x.client.Accounts.Contacts(id).Unlink(x.ctx, contact)) }
	}},
	{name: "RelatedService.LinkWhere", same: true, ready: func(x *matrixRun) ask {
		x.contact()
		list := x.client.Related("TargetList", x.targetList(), "contacts")
		return func() (any, error) { return fails(list.LinkWhere(x.ctx, espo.Equal("lastName", "Koval"))) }
	}},
	{name: "RelatedService.Columns", ready: func(x *matrixRun) ask {
		id, contact := x.linked()
		worksAt := x.client.Related("Contact", contact, "accounts")
		require.NoError(x.t, worksAt.SetColumns(x.ctx, id, espo.Attrs{"role": "Director"}))
		return func() (any, error) { return worksAt.Columns(x.ctx) }
	}},
	{name: "RelatedService.SetColumns", ready: func(x *matrixRun) ask {
		id, contact := x.linked()
		return func() (any, error) {
			return fails(x.client.Related("Contact", contact, "accounts").SetColumns(x.ctx, id, espo.Attrs{"role": "Director"}))
		}
	}},
}

// accounts are n accounts, unlike each other.
func (x *matrixRun) accounts(n int) (ids []string) {
	for i := range n {
		ids = append(ids, x.seed("Account", espo.Attrs{"name": "Account " + itoa(i+1)}))
	}
	return ids
}

// linked is an account with two contacts, and one of them.
func (x *matrixRun) linked() (account, contact string) {
	account, contact = x.account(), x.contact()
	require.NoError(x.t, x.client.Accounts.Link(x.ctx, account, "contacts", contact, x.contact()))
	return account, contact
}

func (x *matrixRun) targetList() string { return x.seed("TargetList", espo.Attrs{"name": "News"}) }

func upserted[T any](record T, created bool, err error) (any, error) {
	return map[string]any{"record": record, "created": created}, err
}

// eachResult gathers what has come of many records.
func eachResult[T any](seq iter.Seq[espo.Result[T]]) (any, error) {
	var (
		results []espo.Result[T]
		first   error
	)
	for r := range seq {
		results = append(results, r)
		if first == nil || errors.Is(first, espo.ErrNotTried) {
			first = r.Err
		}
	}
	return results, first
}
