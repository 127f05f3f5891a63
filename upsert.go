package espo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// Upsert is what [RecordService.Upsert] looks for and writes.
type Upsert struct {
	Match    Attrs // finds the record, whose attributes equal these; a nil value is null
	Set      Attrs // what the record gets, whether it exists or not
	OnCreate Attrs // what a new record gets besides

	// SkipDuplicateCheck creates the record although there are others like it.
	// Otherwise a single duplicate that the server names is updated instead, and
	// gets the Match: where that is the id of another system, two records of one
	// name would take the same record from each other. So set it there.
	SkipDuplicateCheck bool
}

// Upsert updates the record whose attributes equal u.Match with u.Set, or
// creates one of u.Match, u.Set and u.OnCreate together when there is none, and
// reports whether it did. When the server names a single duplicate of the new
// record, that one is updated with u.Match and u.Set, so that it is the one that
// matches from then on.
//
// More than one matching record is [ErrAmbiguous]; more than one duplicate is
// a [DuplicateError]. Nothing is written then. With u.Match empty, only the
// server's own search for duplicates decides.
//
// GET {entityType}, then POST {entityType} or PUT {entityType}/{id}. The server
// does not do these as one: two calls of Upsert at once can create two records.
func (s *RecordService[T]) Upsert(ctx context.Context, u Upsert, opts ...CallOption) (record T, created bool, err error) {
	created, err = s.table.upsert(ctx, &located{Upsert: u}, opts, &record)
	return record, created, err
}

// upsert is Upsert of what may have been looked for already.
func (t *table) upsert(ctx context.Context, u *located, opts []CallOption, record any) (created bool, err error) {
	// A record may be deleted between finding and updating it: then it is
	// looked for again.
	for range 3 {
		id := u.id
		if !u.looked {
			if id, err = t.match(ctx, u.Match, opts); err != nil {
				return false, err
			}
		}
		u.looked = false
		set := u.Set
		if id == "" {
			err = t.createFrom(ctx, u.Upsert, opts, record)
			var dup *DuplicateError
			if !errors.As(err, &dup) || len(dup.Records) != 1 {
				return err == nil, err
			}
			id, set = dup.Records[0].ID(), merged(u.Match, u.Set)
		}
		err = t.update(ctx, id, set, as[UpdateOption](opts), record)
		if !missing(err) {
			break
		}
	}
	return false, err
}

// createFrom creates the record of an Upsert.
func (t *table) createFrom(ctx context.Context, u Upsert, opts []CallOption, record any) error {
	body := merged(u.Match, u.OnCreate, u.Set)
	req := with(t.request("create", http.MethodPost).json(body), opts)
	if u.SkipDuplicateCheck {
		req.options.set(skipDuplicateCheck, "true")
	}
	return t.save(ctx, req, record)
}

// merged returns the attributes of all of them; of an attribute that stands in
// several, the last value.
func merged(all ...Attrs) Attrs {
	out := Attrs{}
	for _, attrs := range all {
		maps.Copy(out, attrs)
	}
	return out
}

// match returns the id of the only record whose attributes equal those given,
// or "" when there is none.
func (t *table) match(ctx context.Context, attrs Attrs, opts []CallOption) (string, error) {
	if len(attrs) == 0 {
		return "", nil
	}
	q := Query{Select: []string{"id"}, MaxSize: 2, NoTotal: true}
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		if value := attrs[name]; value == nil {
			q.Where = append(q.Where, IsNull(name))
		} else {
			q.Where = append(q.Where, Equal(name, value))
		}
	}
	if err := checkKinds(t.kind, q.Where); err != nil {
		return "", err
	}
	page, err := t.client.Records(t.entityType).List(ctx, q, opts...)
	switch {
	case err != nil:
		return "", err
	case len(page.Records) > 1:
		return "", fmt.Errorf("espo: upsert of %s: %w", t.entityType, ErrAmbiguous)
	case len(page.Records) == 1:
		return page.Records[0].ID(), nil
	}
	return "", nil
}
