package espo_test

import (
	"context"
	"errors"
	"iter"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var crudCalls = []matrixCall{
	{name: "RecordService.Get", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) { return x.client.Accounts.Get(x.ctx, id, x.opt) }
	}},
	{name: "RecordService.Get:record", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) {
			return x.client.Records("Account").Get(x.ctx, id, espo.Select("id", "name"), x.opt)
		}
	}},
	{name: "RecordService.Create", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Accounts.Create(x.ctx, espo.Account{Name: "Acme"}, x.opt) }
	}},
	{name: "RecordService.Update", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) { return x.client.Accounts.Update(x.ctx, id, espo.Attrs{"description": "x"}, x.opt) }
	}},
	{name: "RecordService.Update:version", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) {
			return x.client.Accounts.Update(x.ctx, id, espo.Attrs{"description": "x"}, espo.IfVersion(1), x.opt)
		}
	}},
	{name: "RecordService.Delete", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) { return fails(x.client.Accounts.Delete(x.ctx, id, x.opt)) }
	}},
	{name: "RecordService.List", ready: func(x *matrixRun) ask {
		x.accounts(3)
		return func() (any, error) { return x.client.Accounts.List(x.ctx, espo.Query{MaxSize: 2}, x.opt) }
	}},
	{name: "RecordService.All", ready: func(x *matrixRun) ask {
		x.accounts(5)
		return func() (any, error) {
			return espo.Collect(x.client.Accounts.All(x.ctx, espo.Query{MaxSize: 2}, x.opt))
		}
	}},
	{name: "RecordService.All:offset", ready: func(x *matrixRun) ask {
		x.accounts(5)
		return func() (any, error) {
			return espo.Collect(x.client.Accounts.All(x.ctx, espo.Query{MaxSize: 2, OrderBy: "name"}, x.opt))
		}
	}},
	{name: "Limit", ready: func(x *matrixRun) ask {
		x.accounts(5)
		return func() (any, error) {
			return espo.Collect(espo.Limit(x.client.Records("Account").All(x.ctx, espo.Query{MaxSize: 2, Select: []string{"name"}}, x.opt), 3))
		}
	}},
	{name: "Pages", ready: func(x *matrixRun) ask {
		x.accounts(5)
		return func() (any, error) {
			return espo.Collect(espo.Pages(x.ctx, espo.Query{MaxSize: 2}, func(ctx context.Context, q espo.Query) (espo.Page[espo.Account], error) {
				return x.client.Accounts.List(ctx, q, x.opt)
			}))
		}
	}},
	{name: "RecordService.First", ready: func(x *matrixRun) ask {
		x.accounts(2)
		return func() (any, error) { return x.client.Accounts.First(x.ctx, espo.Query{OrderBy: "name"}, x.opt) }
	}},
	{name: "RecordService.Count", counts: true, ready: func(x *matrixRun) ask {
		x.accounts(3)
		return func() (any, error) { return x.client.Accounts.Count(x.ctx, espo.Query{}, x.opt) }
	}},
	{name: "RecordService.Exists", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) { return x.client.Accounts.Exists(x.ctx, id, x.opt) }
	}},
	{name: "RecordService.GetMany", ready: func(x *matrixRun) ask {
		ids := x.accounts(4)
		return func() (any, error) { return x.client.Accounts.GetMany(x.ctx, ids, x.opt) }
	}},
	{name: "RecordService.Modify", ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) {
			return x.client.Accounts.Modify(x.ctx, id, func(a *espo.Account) error { a.Description = "x"; return nil }, x.opt)
		}
	}},
	{name: "RecordService.Modify:unguarded", ready: func(x *matrixRun) ask {
		id := x.contact()
		return func() (any, error) {
			return x.client.Contacts.Modify(x.ctx, id, func(c *espo.Contact) error { c.Description += "x"; return nil }, x.opt)
		}
	}},
	{name: "RecordService.Upsert", ready: func(x *matrixRun) ask {
		x.account()
		return func() (any, error) {
			return upserted(x.client.Accounts.Upsert(x.ctx, matrixUpsert, x.opt))
		}
	}},
	{name: "RecordService.Upsert:create", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return upserted(x.client.Accounts.Upsert(x.ctx, matrixUpsert, x.opt))
		}
	}},
	{name: "RecordService.Upsert:duplicate", ready: func(x *matrixRun) ask {
		x.account()
		return func() (any, error) {
			return upserted(x.client.Accounts.Upsert(x.ctx, espo.Upsert{Set: espo.Attrs{"name": "Acme", "description": "x"}}, x.opt))
		}
	}},
	{name: "RecordService.Create:strict", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Accounts.Create(x.ctx, espo.Account{Name: "Acme"}, espo.Strict(), x.opt)
		}
	}},
	{name: "RecordService.UpsertAll", spare: true, ready: func(x *matrixRun) ask {
		x.account()
		return func() (any, error) {
			return x.client.Accounts.UpsertAll(x.ctx, []espo.Upsert{matrixUpsert, {Match: espo.Attrs{"name": "B"}}}, espo.BulkOptions{Concurrency: 1}, x.opt)
		}
	}},
	{name: "RecordService.UpsertEach", spare: true, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			upserts := sequence(matrixUpsert, espo.Upsert{Match: espo.Attrs{"name": "B"}})
			return eachResult(x.client.Accounts.UpsertEach(x.ctx, upserts, espo.BulkOptions{Concurrency: 1}, x.opt))
		}
	}},
	{name: "RecordService.CreateAll", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Accounts.CreateAll(x.ctx, []espo.Account{{Name: "A"}, {Name: "B"}, {Name: "C"}}, espo.BulkOptions{Concurrency: 1}, x.opt)
		}
	}},
	{name: "RecordService.CreateEach", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			records := sequence(espo.Account{Name: "A"}, espo.Account{Name: "B"}, espo.Account{Name: "C"})
			return eachResult(x.client.Accounts.CreateEach(x.ctx, records, espo.BulkOptions{Concurrency: 1}, x.opt))
		}
	}},
	{name: "RecordService.UpdateAll", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) {
			return x.client.Accounts.UpdateAll(x.ctx, partners(ids), espo.BulkOptions{Concurrency: 1}, x.opt)
		}
	}},
	{name: "RecordService.UpdateEach", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) {
			return eachResult(x.client.Accounts.UpdateEach(x.ctx, sequence(partners(ids)...), espo.BulkOptions{Concurrency: 1}, x.opt))
		}
	}},
	{name: "RecordService.DeleteAll", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) {
			return x.client.Accounts.DeleteAll(x.ctx, ids, espo.BulkOptions{Concurrency: 1}, x.opt)
		}
	}},
	{name: "RecordService.DeleteEach", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) {
			return eachResult(x.client.Accounts.DeleteEach(x.ctx, sequence(ids...), espo.BulkOptions{Concurrency: 1}, x.opt))
		}
	}},
	{name: "RecordService.Action", ready: func(x *matrixRun) ask {
		id := x.opportunity()
		return func() (any, error) {
			return x.client.Opportunities.Action(x.ctx, id, espo.Action{Name: "convertCurrency", Data: espo.Attrs{"targetCurrency": "EUR"}}, x.opt)
		}
	}},
	{name: "RecordService.ConvertCurrency", ready: func(x *matrixRun) ask {
		id := x.opportunity()
		return func() (any, error) {
			return x.client.Opportunities.ConvertCurrency(x.ctx, id, espo.CurrencyConversion{To: "EUR"}, x.opt)
		}
	}},
	{name: "RecordService.Merge", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) {
			return x.client.Accounts.Merge(x.ctx, ids[0], ids[1:], espo.Attrs{"description": "both"}, x.opt)
		}
	}},
	{name: "RecordService.Kanban", noIDs: true, ready: func(x *matrixRun) ask {
		x.opportunity()
		return func() (any, error) { return x.client.Opportunities.Kanban(x.ctx, espo.Query{}, x.opt) }
	}},
	{name: "RecordService.SetKanbanOrder", ready: func(x *matrixRun) ask {
		id := x.opportunity()
		return func() (any, error) {
			return fails(x.client.Opportunities.SetKanbanOrder(x.ctx, "Prospecting", []string{id}, x.opt))
		}
	}},
	{name: "RecordService.Link", same: true, ready: func(x *matrixRun) ask {
		id, contact := x.account(), x.contact()
		return func() (any, error) { return fails(x.client.Accounts.Link(x.ctx, id, "contacts", contact, x.opt)) }
	}},
	{name: "RecordService.Unlink", ready: func(x *matrixRun) ask {
		id, contact := x.linked()
		return func() (any, error) { return fails(x.client.Accounts.Unlink(x.ctx, id, "contacts", contact, x.opt)) }
	}},

	{name: "RelatedService.List", ready: func(x *matrixRun) ask {
		id, _ := x.linked()
		return func() (any, error) { return x.client.Accounts.Contacts(id).List(x.ctx, espo.Query{}, x.opt) }
	}},
	{name: "RelatedService.All", ready: func(x *matrixRun) ask {
		id, _ := x.linked()
		return func() (any, error) {
			return espo.Collect(x.client.Accounts.Contacts(id).All(x.ctx, espo.Query{MaxSize: 1}, x.opt))
		}
	}},
	{name: "RelatedService.Count", counts: true, ready: func(x *matrixRun) ask {
		id, _ := x.linked()
		return func() (any, error) { return x.client.Accounts.Contacts(id).Count(x.ctx, espo.Query{}, x.opt) }
	}},
	{name: "RelatedService.Link", same: true, ready: func(x *matrixRun) ask {
		id, contact := x.account(), x.contact()
		return func() (any, error) { return fails(x.client.Accounts.Contacts(id).Link(x.ctx, contact, x.opt)) }
	}},
	{name: "RelatedService.Unlink", ready: func(x *matrixRun) ask {
		id, contact := x.linked()
		return func() (any, error) { return fails(x.client.Accounts.Contacts(id).Unlink(x.ctx, contact, x.opt)) }
	}},
	{name: "RelatedService.LinkMany", same: true, ready: func(x *matrixRun) ask {
		id, contacts := x.account(), []string{x.contact(), x.contact()}
		return func() (any, error) { return fails(x.client.Accounts.Contacts(id).LinkMany(x.ctx, contacts, x.opt)) }
	}},
	{name: "RelatedService.LinkWith", same: true, ready: func(x *matrixRun) ask {
		deal, contact := x.opportunity(), x.contact()
		return func() (any, error) {
			return fails(x.client.Opportunities.Contacts(deal).LinkWith(x.ctx, contact, espo.Attrs{"role": "Evaluator"}, x.opt))
		}
	}},
	{name: "AccountService.AddContact", same: true, ready: func(x *matrixRun) ask {
		id, contact := x.account(), x.contact()
		return func() (any, error) {
			return fails(x.client.Accounts.AddContact(x.ctx, id, espo.AccountContact{ContactID: contact, Role: "Director"}, x.opt))
		}
	}},
	{name: "RelatedService.UnlinkMany", ready: func(x *matrixRun) ask {
		id, contact := x.linked()
		return func() (any, error) {
			return fails(x.client.Accounts.Contacts(id).UnlinkMany(x.ctx, []string{contact}, x.opt))
		}
	}},
	{name: "RelatedService.LinkWhere", same: true, ready: func(x *matrixRun) ask {
		x.contact()
		list := x.client.TargetLists.Contacts(x.targetList())
		return func() (any, error) {
			return fails(list.LinkWhere(x.ctx, espo.Where(espo.Equal("lastName", "Koval")), x.opt))
		}
	}},
	{name: "RelatedService.Columns", ready: func(x *matrixRun) ask {
		id, contact := x.linked()
		worksAt := x.client.Contacts.Accounts(contact)
		require.NoError(x.t, worksAt.SetColumns(x.ctx, id, espo.Attrs{"role": "Director"}))
		return func() (any, error) { return worksAt.Columns(x.ctx, x.opt) }
	}},
	{name: "RelatedService.SetColumns", ready: func(x *matrixRun) ask {
		id, contact := x.linked()
		return func() (any, error) {
			return fails(x.client.Contacts.Accounts(contact).SetColumns(x.ctx, id, espo.Attrs{"role": "Director"}, x.opt))
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
	require.NoError(x.t, x.client.Accounts.Contacts(account).LinkMany(x.ctx, []string{contact, x.contact()}))
	return account, contact
}

func (x *matrixRun) targetList() string { return x.seed("TargetList", espo.Attrs{"name": "News"}) }

// matrixUpsert is of the account that x.account makes.
var matrixUpsert = espo.Upsert{Match: espo.Attrs{"name": "Acme"}, Set: espo.Attrs{"description": "x"}}

func partners(ids []string) (updates []espo.BulkUpdate) {
	for _, id := range ids {
		updates = append(updates, espo.BulkUpdate{ID: id, Attrs: espo.Attrs{"type": "Partner"}})
	}
	return updates
}

func upserted[T any](record T, created bool, err error) (any, error) {
	return map[string]any{"record": record, "created": created}, err
}

// eachResult gathers what has come of many records.
func eachResult[In, Out any](seq iter.Seq[espo.BulkResult[In, Out]]) (any, error) {
	var (
		results []espo.BulkResult[In, Out]
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
