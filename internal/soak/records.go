package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo"
)

// workRecords works on records of a random entity type: with its struct, or
// without.
func (w *worker) workRecords() {
	c := w.client.Client
	switch w.rng.IntN(16) {
	case 0, 1, 2:
		workOn(w, "Accounts", c.Accounts.RecordService, accounts)
	case 3:
		workOn(w, "Contacts", c.Contacts.RecordService, contacts)
	case 4:
		workOn(w, "Leads", c.Leads.RecordService, leads)
	case 5:
		workOn(w, "Opportunities", c.Opportunities.RecordService, opportunities)
	case 6:
		workOn(w, "Cases", c.Cases.RecordService, cases)
	case 7:
		workOn(w, "Tasks", c.Tasks.RecordService, tasks)
	case 8:
		workOn(w, "Calls", c.Calls.RecordService, calls)
	case 9:
		workOn(w, "Meetings", c.Meetings.RecordService, meetings)
	case 10:
		workOn(w, "Campaigns", c.Campaigns.RecordService, campaigns)
	case 11:
		workOn(w, "TargetLists", c.TargetLists.RecordService, targetLists)
	case 12:
		workOn(w, "KnowledgeBaseArticles", c.KnowledgeBaseArticles.RecordService, articles)
	case 13, 14:
		workOn(w, "Records", c.Records(soakType), soaks)
	default:
		workOn(w, "Records", c.Records("Account"), accounts)
	}
}

// maxItems is how many records of an entity type a worker has at once.
const maxItems = 8

// records are the calls of a RecordService that are made on one entity type.
type records[T any] struct {
	*worker
	name    string
	service *espo.RecordService[T]
	kind    kind
}

func workOn[T any](w *worker, name string, service *espo.RecordService[T], k kind) {
	s := records[T]{w, name, service, k}
	have := len(w.book.items[k.entity])
	switch {
	case have == 0:
		s.create()
		return
	case have >= maxItems:
		s.remove()
		return
	}
	pick(w, s.create, s.create, s.remove, s.get, s.get, s.update, s.update, s.update, s.modify, s.modify, s.guarded, s.upsertNew, s.upsertOld,
		s.list, s.all, s.count, s.exists, s.getMany, s.first, s.merge, s.misses, s.among, s.ended, s.duplicate, s.invalid)()
}

// as makes a T of attributes.
func as[T any](attrs map[string]any) T {
	var v T
	text, err := json.Marshal(attrs)
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		panic(broken{err})
	}
	return v
}

func (s records[T]) create() {
	mark, attrs := s.mark(), s.kind.fill(s.worker)
	want := maps.Clone(attrs)
	attrs[s.kind.mark] = mark
	var record T
	r := s.do(s.name+".Create", func(ctx context.Context) (err error) {
		record, err = s.service.Create(ctx, as[T](attrs))
		return err
	})
	id := ""
	if r.outcome == done {
		id = plain(record).id()
	}
	if it := s.created(r, s.kind.entity, s.kind.mark, mark, id, want); it != nil && r.outcome == done {
		s.saw(r, it, record)
	}
}

// create makes a record with the worker's client, for the work of other areas.
func (w *worker) create(k kind) *item {
	for range 3 {
		mark, attrs := w.mark(), k.fill(w)
		want := maps.Clone(attrs)
		attrs[k.mark] = mark
		var record espo.Record
		r := w.do("Records.Create", func(ctx context.Context) (err error) {
			record, err = w.client.Records(k.entity).Create(ctx, attrs)
			return err
		})
		if it := w.created(r, k.entity, k.mark, mark, record.ID(), want); it != nil {
			return it
		}
	}
	return nil
}

func (s records[T]) remove() {
	it := s.some(s.kind)
	if it == nil {
		return
	}
	s.deleted(s.do(s.name+".Delete", func(ctx context.Context) error { return s.service.Delete(ctx, it.id) }), it)
}

func (s records[T]) get() {
	it := s.some(s.kind)
	if it == nil {
		return
	}
	var (
		record   T
		response espo.Response
	)
	if r, ok := s.read(s.name+".Get", func(ctx context.Context) (err error) {
		record, err = s.service.Get(ctx, it.id, espo.StoreResponse(&response))
		return err
	}); ok {
		s.saw(r, it, record)
		if n := r.triesOf(it.entity + "/" + it.id); response.Status != http.StatusOK || response.Tries != n || len(response.Header) == 0 {
			s.wrong(r, "the response is %d after %d tries, and there were %d", response.Status, response.Tries, n)
		}
	}
}

// change is some of the attributes that a record can have, with other values.
func (s records[T]) change() map[string]any {
	attrs := s.kind.fill(s.worker)
	for name := range inOrder(attrs) {
		if len(attrs) > 1 && s.rng.IntN(2) == 0 && name != "dateStart" && name != "dateEnd" && name != "amount" && name != "amountCurrency" {
			delete(attrs, name)
		}
	}
	if s.rng.IntN(4) == 0 {
		attrs["description"] = nil
	}
	return attrs
}

func (s records[T]) update() {
	it := s.some(s.kind)
	if it == nil {
		return
	}
	change := s.change()
	var record T
	r := s.do(s.name+".Update", func(ctx context.Context) (err error) {
		record, err = s.service.Update(ctx, it.id, change)
		return err
	})
	s.changed(r, it, change)
	if r.outcome == done {
		s.saw(r, it, record)
	}
}

func (s records[T]) modify() {
	it := s.some(s.kind)
	if it == nil {
		return
	}
	change := s.change()
	var record T
	r := s.do(s.name+".Modify", func(ctx context.Context) (err error) {
		record, err = s.service.Modify(ctx, it.id, func(record *T) error {
			return set(record, change)
		})
		return err
	})
	s.changed(r, it, change)
	if r.outcome == done {
		s.saw(r, it, record)
	}
}

// set changes attributes of a record of any type.
func set[T any](record *T, change map[string]any) error {
	text, err := json.Marshal(record)
	if err != nil {
		return err
	}
	attrs := map[string]any{}
	if err := json.Unmarshal(text, &attrs); err != nil {
		return err
	}
	for name, value := range change {
		if value == nil {
			delete(attrs, name)
			if _, ok := any(record).(*espo.Record); !ok {
				continue
			}
		}
		attrs[name] = value
	}
	*record = as[T](attrs)
	return nil
}

// guarded updates with the version: right, and then outdated.
func (s records[T]) guarded() {
	if s.kind.entity != "Account" && s.kind.entity != soakType {
		return
	}
	it := s.some(s.kind)
	if it == nil {
		return
	}
	got, _ := s.truth.get(it.entity, it.id)
	var version int64
	if _, err := fmt.Sscan(got["versionNumber"], &version); err != nil {
		panic(broken{fmt.Errorf("%s %s has no version: %w", it.entity, it.id, err)})
	}
	change := map[string]any{"description": s.unique("v")}
	r := s.do(s.name+".Update(IfVersion)", func(ctx context.Context) (err error) {
		_, err = s.service.Update(ctx, it.id, change, espo.IfVersion(version))
		return err
	})
	s.changed(r, it, change)
	if r.outcome != done {
		return
	}
	change = map[string]any{"description": s.unique("v")}
	r = s.do(s.name+".Update(outdated IfVersion)", func(ctx context.Context) (err error) {
		_, err = s.service.Update(ctx, it.id, change, espo.IfVersion(version))
		return err
	}, espo.ErrConflict)
	if r.outcome == done {
		s.wrong(r, "an outdated update has passed")
	}
	s.changed(r, it, change)
}

func (s records[T]) upsertNew() {
	mark, attrs := s.mark(), s.kind.fill(s.worker)
	var created bool
	r := s.do(s.name+".Upsert", func(ctx context.Context) (err error) {
		_, created, err = s.service.Upsert(ctx, espo.Upsert{Match: espo.Attrs{s.kind.mark: mark}, OnCreate: attrs})
		return err
	})
	if r.outcome == done && !created {
		s.wrong(r, "says that there was one")
	}
	s.created(r, s.kind.entity, s.kind.mark, mark, "", attrs)
}

func (s records[T]) upsertOld() {
	it := s.some(s.kind)
	if it == nil {
		return
	}
	change := s.change()
	var created bool
	r := s.do(s.name+".Upsert", func(ctx context.Context) (err error) {
		_, created, err = s.service.Upsert(ctx, espo.Upsert{Match: espo.Attrs{s.kind.mark: it.mark}, Set: change})
		return err
	})
	if created {
		s.wrong(r, "says that there was none")
	}
	s.changed(r, it, change)
}

// own are all records of the worker.
func (s records[T]) own() []espo.Filter { return espo.Where(espo.StartsWith(s.kind.mark, s.prefix())) }

// sawAll compares the records of a list.
func (s records[T]) sawAll(r result, list []T) {
	got := make([]string, len(list))
	for i, record := range list {
		v := plain(record)
		got[i] = v.id()
		for _, it := range s.book.items[s.kind.entity] {
			if it.id == v.id() {
				s.saw(r, it, record)
			}
		}
	}
	if problem := judgeIDs(s.book.ids(s.kind.entity), got); problem != "" {
		s.wrong(r, "the list is wrong: %s", problem)
	}
}

func (s records[T]) list() {
	q := espo.Query{Where: s.own(), OrderBy: s.kind.mark, Order: pick(s.worker, espo.Asc, espo.Desc), MaxSize: 100, Select: s.attributes()}
	var page espo.Page[T]
	if r, ok := s.read(s.name+".List", func(ctx context.Context) (err error) {
		page, err = s.service.List(ctx, q)
		return err
	}); ok {
		s.sawAll(r, page.Records)
		if page.Total != len(page.Records) || page.More {
			s.wrong(r, "the page has %d records, a total of %d and more: %t", len(page.Records), page.Total, page.More)
		}
	}
}

// attributes are those that a record was made with: some of them are in lists
// only when they are asked for.
func (s records[T]) attributes() []string {
	return append(slices.Sorted(maps.Keys(s.kind.fill(s.worker))), "id", s.kind.mark)
}

func (s records[T]) all() {
	q := espo.Query{Where: s.own(), MaxSize: 1 + s.rng.IntN(4), Select: s.attributes()}
	if s.rng.IntN(3) == 0 {
		q.OrderBy, q.Order = s.kind.mark, espo.Desc // by offset
	}
	if s.rng.IntN(4) == 0 {
		s.someOf(q)
		return
	}
	var list []T
	if r, ok := s.read(s.name+".All", func(ctx context.Context) (err error) {
		list, err = espo.Collect(s.service.All(ctx, q))
		return err
	}); ok {
		s.sawAll(r, list)
	}
}
