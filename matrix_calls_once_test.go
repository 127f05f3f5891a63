package espo_test

import "github.com/go-espo/espo"

// importTraces are the entity types that an import leaves records of.
var importTraces = []string{"Import", "ImportError", "Attachment"}

// onceCalls create records with ids of the caller's.
var onceCalls = []matrixCall{
	{name: "RecordService.CreateOnce", same: true, traces: importTraces, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Accounts.CreateOnce(x.ctx, onceIDs[0], espo.Account{Name: "Acme"}, x.opt)
		}
	}},
	{name: "RecordService.CreateOnceAll", same: true, traces: importTraces, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Accounts.CreateOnceAll(x.ctx, newAccounts(), espo.BulkOptions{Concurrency: 1}, x.opt)
		}
	}},
	{name: "RecordService.CreateOnceEach", same: true, traces: importTraces, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return eachResult(x.client.Accounts.CreateOnceEach(x.ctx, sequence(newAccounts()...), espo.BulkOptions{Concurrency: 1}, x.opt))
		}
	}},
}

// changeCalls are about what has changed.
var changeCalls = []matrixCall{
	{name: "RecordService.Changes", ready: func(x *matrixRun) ask {
		x.accounts(5)
		return func() (any, error) {
			return espo.Collect(x.client.Accounts.Changes(x.ctx, "1||2099-01-01 00:00:00|", espo.ChangeOptions{BatchSize: 2}, x.opt))
		}
	}},
	{name: "RecordService.FindDeleted", ready: func(x *matrixRun) ask {
		r := &replica{names: map[string]string{"0": ""}}
		for _, id := range x.accounts(3) {
			r.names[id] = ""
		}
		return func() (any, error) {
			return espo.Collect(x.client.Accounts.FindDeleted(x.ctx, r, "1|2099-01-01 00:00:00||", espo.ChangeOptions{}, x.opt))
		}
	}},
}

var onceIDs = []string{"5f0000000000000a1", "5f0000000000000b2"}

func newAccounts() (records []espo.NewRecord[espo.Account]) {
	for _, id := range onceIDs {
		records = append(records, espo.NewRecord[espo.Account]{ID: id, Record: espo.Account{Name: "Acme " + id[14:]}})
	}
	return records
}
