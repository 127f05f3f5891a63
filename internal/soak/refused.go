package main

import (
	"context"
	"errors"

	"github.com/go-espo/espo"
)

// duplicate creates an account like one that there is, which the server
// refuses, and updates it by way of that.
func (s records[T]) duplicate() {
	it := s.some(s.kind)
	if it == nil || s.kind.entity != "Account" {
		return
	}
	r := s.do(s.name+".Create(duplicate)", func(ctx context.Context) error {
		_, err := s.service.Create(ctx, as[T](map[string]any{"name": it.mark}))
		return err
	}, espo.ErrConflict)
	var dup *espo.DuplicateError
	switch {
	case r.outcome == done:
		s.wrong(r, "there are two accounts %s", it.mark)
	case errors.As(r.err, &dup) && (len(dup.Records) != 1 || dup.Records[0].ID() != it.id):
		s.wrong(r, "the duplicates of %s are %v", it.id, dup.Records)
	}
	if n := len(s.truth.find("Account", "name", it.mark)); n != 1 {
		s.wrong(r, "there are %d accounts %s", n, it.mark)
	}
	change := map[string]any{"name": it.mark, "description": s.unique("d")}
	var created bool
	r = s.do(s.name+".Upsert(duplicate)", func(ctx context.Context) (err error) {
		_, created, err = s.service.Upsert(ctx, espo.Upsert{Set: change})
		return err
	})
	if created {
		s.wrong(r, "there are two accounts %s", it.mark)
	}
	s.changed(r, it, change)
}

// invalid creates and updates with a value that the server refuses.
func (s records[T]) invalid() {
	it, mark := s.some(s.kind), s.mark()
	if it == nil || s.kind.entity != "Account" {
		return
	}
	bad := map[string]any{"name": mark, "type": "Nope"}
	var invalid *espo.ValidationError
	r := s.do(s.name+".Create(invalid)", func(ctx context.Context) error {
		_, err := s.service.Create(ctx, as[T](bad))
		return err
	}, espo.ErrBadRequest)
	if r.outcome == done || errors.As(r.err, &invalid) && (invalid.Field != "type" || invalid.Rule != "valid") {
		s.wrong(r, "the type should be refused")
	}
	if found := s.truth.find("Account", "name", mark); len(found) > 0 {
		s.wrong(r, "there is an account %s", mark)
	}
	change := map[string]any{"type": "Nope"}
	r = s.do(s.name+".Update(invalid)", func(ctx context.Context) error {
		_, err := s.service.Update(ctx, it.id, change)
		return err
	}, espo.ErrBadRequest)
	s.changed(r, it, change)
}
