package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/go-espo/espo"
)

// migration copies one server to another.
type migration struct {
	from, to *espo.Client
	workers  int
	state    *state

	copied func(n int)    // told after each batch; may be nil
	counts map[string]int // by step
}

func newMigration(from, to *espo.Client, file string, workers int) (*migration, error) {
	s, err := readState(file)
	if err != nil {
		return nil, err
	}
	if s.Source != "" && s.Source != from.String() {
		return nil, fmt.Errorf("%s is about another server, %s", file, s.Source)
	}
	s.Source = from.String()
	return &migration{from: from, to: to, workers: workers, state: s, counts: map[string]int{}}, nil
}

// step copies the records of an entity type, or what belongs to each of them.
type step struct {
	name, entityType string
	copy             func(ctx context.Context, id string) error
}

// run makes the steps that are left, one after the other: what is linked to is
// there before what links to it.
func (m *migration) run(ctx context.Context) error {
	for _, s := range []step{
		{"Account", "Account", m.copier(accounts)},
		{"Contact", "Contact", m.copier(contacts)},
		{"Document", "Document", m.copier(documents)},
		{"posts of Account", "Account", m.posts("Account")},
		{"posts of Contact", "Contact", m.posts("Contact")},
	} {
		if m.state.Done[s.name] {
			continue
		}
		if err := m.step(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		m.state.Done[s.name] = true
		if err := m.state.write(); err != nil {
			return err
		}
	}
	return nil
}

// step goes through the source's records in the order of their ids, in batches
// after each of which it can be taken up.
func (m *migration) step(ctx context.Context, s step) error {
	q := espo.Query{Select: []string{"id"}}
	if last := m.state.Last[s.name]; last != "" {
		q.Where = espo.Where(espo.GreaterThan("id", last))
	}
	var batch []string
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := m.together(ctx, batch, s.copy); err != nil {
			return err
		}
		m.counts[s.name] += len(batch)
		m.state.Last[s.name] = batch[len(batch)-1]
		batch = batch[:0]
		if err := m.state.write(); err != nil {
			return err
		}
		if m.copied != nil {
			m.copied(m.counts[s.name])
		}
		return nil
	}
	for record, err := range m.from.Records(s.entityType).All(ctx, q) {
		if err != nil {
			return err
		}
		if batch = append(batch, record.ID()); len(batch) < 25 {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	return flush()
}

// together copies several records at once.
func (m *migration) together(ctx context.Context, ids []string, copyOne func(context.Context, string) error) error {
	errs := make([]error, len(ids))
	slots := make(chan struct{}, m.workers)
	var group sync.WaitGroup
	for i, id := range ids {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			errs[i] = copyOne(ctx, id)
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return ctx.Err() // what each of them ended with
	}
	return errors.Join(errs...)
}

// newID is the id on the target of a record of the source. It needs no table:
// whenever it is asked for, it is the same.
func (m *migration) newID(entityType, id string) string {
	sum := sha256.Sum256([]byte(m.state.Source + "/" + entityType + "/" + id))
	return hex.EncodeToString(sum[:])[:17]
}

func (m *migration) report() string {
	parts := append(make([]string, 0, 1+len(m.counts)), "Copied:")
	for _, name := range slices.Sorted(maps.Keys(m.counts)) {
		parts = append(parts, fmt.Sprintf("%s %d.", name, m.counts[name]))
	}
	return strings.Join(parts, " ")
}
