package main

import (
	"context"

	"github.com/go-espo/espo"
)

// nobody is the id of a record that does not exist.
const nobody = "000000000000000ab"

func (s records[T]) count() {
	var n int
	if r, ok := s.read(s.name+".Count", func(ctx context.Context) (err error) {
		n, err = s.service.Count(ctx, espo.Query{Where: s.own()})
		return err
	}); ok && n != len(s.book.items[s.kind.entity]) {
		s.wrong(r, "counts %d records, and should %d", n, len(s.book.items[s.kind.entity]))
	}
}

func (s records[T]) exists() {
	it := s.some(s.kind)
	if it == nil {
		return
	}
	id, want := it.id, true
	if s.rng.IntN(3) == 0 {
		id, want = nobody, false
	}
	var there bool
	if r, ok := s.read(s.name+".Exists", func(ctx context.Context) (err error) {
		there, err = s.service.Exists(ctx, id)
		return err
	}); ok && there != want {
		s.wrong(r, "%s exists: %t", id, there)
	}
}

func (s records[T]) getMany() {
	ids := s.book.ids(s.kind.entity)
	if len(ids) == 0 {
		return
	}
	var list []T
	r, ok := s.read(s.name+".GetMany", func(ctx context.Context) (err error) {
		list, err = s.service.GetMany(ctx, append([]string{nobody}, ids...), espo.Select(s.attributes()...))
		return err
	})
	if !ok {
		return
	}
	s.sawAll(r, list)
	for i, record := range list[:min(len(list), len(ids))] {
		if id := plain(record).id(); id != ids[i] {
			s.wrong(r, "at %d is %s, and should be %s", i, id, ids[i])
		}
	}
}

func (s records[T]) first() {
	it := s.some(s.kind)
	if it == nil {
		return
	}
	var record T
	if r, ok := s.read(s.name+".First", func(ctx context.Context) (err error) {
		record, err = s.service.First(ctx, espo.Query{Where: espo.Where(espo.Equal(s.kind.mark, it.mark)), Select: s.attributes()})
		return err
	}); ok {
		s.saw(r, it, record)
	}
}

// someOf reads records, and stops in the midst of them.
func (s records[T]) someOf(q espo.Query) {
	left := s.rng.IntN(4)
	_, _ = s.read(s.name+".All(some)", func(ctx context.Context) error {
		for _, err := range s.service.All(ctx, q) {
			if err != nil {
				return err
			}
			if left--; left < 0 {
				break
			}
		}
		return nil
	})
}

// merge makes one record of two.
func (s records[T]) merge() {
	items := s.book.items[s.kind.entity]
	if len(items) < 2 || s.kind.entity == soakType {
		return
	}
	into, other := items[0], items[1]
	change := map[string]any{"description": s.unique("m")}
	r := s.do(s.name+".Merge", func(ctx context.Context) error {
		_, err := s.service.Merge(ctx, into.id, []string{other.id}, change)
		return err
	})
	_, there := s.truth.get(other.entity, other.id)
	s.state(r, !there, "the merged %s %s is gone", other.entity, other.id)
	got, _ := s.truth.get(into.entity, into.id)
	if (got["description"] == canon(change["description"])) == there {
		s.wrong(r, "half done")
	}
	if into.want["description"] = got["description"]; !there {
		s.book.merge(into, other)
	}
}

// among reads all records, whoever has made them, while others write.
func (s records[T]) among() {
	var list []T
	r, ok := s.read(s.name+".All(everybody's)", func(ctx context.Context) (err error) {
		list, err = espo.Collect(s.service.All(ctx, espo.Query{MaxSize: 20 + s.rng.IntN(50), Select: []string{"id"}}))
		return err
	})
	if !ok {
		return
	}
	times := map[string]int{}
	for _, record := range list {
		id := plain(record).id()
		if times[id]++; times[id] > 1 {
			s.wrong(r, "%s comes more than once", id)
		}
	}
	for _, id := range s.book.ids(s.kind.entity) {
		if times[id] == 0 {
			s.wrong(r, "%s is missing among %d records", id, len(list))
		}
	}
}

// ended makes a call when the caller has given up already.
func (s records[T]) ended() {
	r := s.do(s.name+".Delete(ended)", func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		return s.service.Delete(ctx, nobody)
	}, context.Canceled)
	if r.outcome != failed || len(r.tries) > 0 {
		s.wrong(r, "nothing should have been sent")
	}
}

// misses asks for what there is not: every method must say so.
func (s records[T]) misses() {
	for name, call := range inOrder(map[string]func(context.Context) error{
		"Get":    func(ctx context.Context) error { _, err := s.service.Get(ctx, nobody); return err },
		"Update": func(ctx context.Context) error { _, err := s.service.Update(ctx, nobody, s.change()); return err },
		"Delete": func(ctx context.Context) error { return s.service.Delete(ctx, nobody) },
		"First": func(ctx context.Context) error {
			_, err := s.service.First(ctx, espo.Query{Where: espo.Where(espo.Equal(s.kind.mark, nobody))})
			return err
		},
	}) {
		r := s.do(s.name+"."+name+"(missing)", call, espo.ErrNotFound)
		// A delete may have an earlier try that was not answered: then it takes
		// the missing record for its own work.
		if r.outcome == done && (name != "Delete" || len(r.tries) == 1) {
			s.wrong(r, "there is no such record")
		}
	}
}
