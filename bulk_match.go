package espo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
)

// lookupSize is how many records UpsertAll looks for in one request.
const lookupSize = 100

// located is an Upsert whose record may have been looked for.
type located struct {
	Upsert

	attribute, text string // that match, where one text does

	id     string // of the record that matches; "" when there is none
	looked bool   // whether that is known
	err    error  // ends it before it is tried

	before, turn *turn // that of the last one with the same match, or nil; and its own
}

// turn is the work on what one match finds.
type turn struct {
	done chan struct{} // closed when the work has ended
	text string        // that matches
	id   string        // of the record; "" when the work has failed
}

// locator looks for the records of many upserts in advance, and has those with
// the same match done one after the other.
type locator struct {
	table   *table
	opts    []CallOption
	refused error // the credentials no longer count

	mu      sync.Mutex
	turns   map[string]*turn // the last one of each match
	stopped chan struct{}    // closed when the credentials are refused
	stop    func()           // closes it
}

func newLocator(t *table, opts []CallOption) *locator {
	l := &locator{table: t, opts: opts, turns: map[string]*turn{}, stopped: make(chan struct{})}
	l.stop = sync.OnceFunc(func() { close(l.stopped) })
	return l
}

// all yields the upserts in their order, each with its turn, looked for size at
// once.
func (l *locator) all(ctx context.Context, upserts iter.Seq2[Upsert, error], size int) iter.Seq2[*located, error] {
	return func(yield func(*located, error) bool) {
		var waiting []*located
		flush := func() bool {
			l.look(ctx, waiting)
			for _, u := range waiting {
				if !yield(u, nil) {
					return false
				}
			}
			waiting = waiting[:0]
			return true
		}
		for upsert, err := range upserts {
			u := &located{Upsert: upsert}
			if err != nil {
				if flush() {
					yield(u, err)
				}
				return
			}
			// Before it is looked for: what ends until then is found.
			l.queue(u)
			waiting = append(waiting, u)
			if len(waiting) >= size && !flush() {
				return
			}
		}
		flush()
	}
}

// queue gives an upsert its turn after the last one with the same match.
func (l *locator) queue(u *located) {
	if len(u.Match) != 1 {
		return
	}
	for attribute, value := range u.Match {
		u.attribute = attribute
		u.text, _ = value.(string)
	}
	if u.text == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	u.turn = &turn{done: make(chan struct{}), text: u.text}
	u.before, l.turns[u.match()] = l.turns[u.match()], u.turn
}

// match is the same for texts that a database may take for the same.
func (u *located) match() string {
	return u.attribute + "\x00" + strings.TrimRight(strings.ToLower(u.text), " ")
}

// look asks for the records of upserts that match by the same attribute
// together.
func (l *locator) look(ctx context.Context, upserts []*located) {
	groups := map[string][]*located{}
	for _, u := range upserts {
		groups[u.attribute] = append(groups[u.attribute], u)
	}
	delete(groups, "") // those with no attribute or several
	for _, attribute := range slices.Sorted(maps.Keys(groups)) {
		group := groups[attribute]
		if l.refused == nil && len(group) > 1 && !slices.ContainsFunc(group, (*located).special) {
			l.lookFor(ctx, attribute, group)
		}
		for _, u := range group {
			u.err = l.refused
		}
	}
}

// special reports whether a database may take the text for the same as one
// that differs in more than case.
func (u *located) special() bool {
	return u.text == "" || strings.ContainsFunc(u.text, func(r rune) bool { return r < ' ' || r > '~' })
}

// lookFor gives each upsert of the group the record that matches, or none,
// where that is certain. It is not, and they look for themselves, when the
// server finds a record whose attribute is another text, such as an address
// that is not the record's first; when two records match; and after a failure.
func (l *locator) lookFor(ctx context.Context, attribute string, group []*located) {
	ids := make(map[string]string, len(group))
	for _, u := range group {
		ids[u.text] = ""
	}
	q := Query{Where: Where(In(attribute, slices.Sorted(maps.Keys(ids))...)), Select: []string{"id", attribute}}
	if checkKinds(l.table.kind, q.Where) != nil {
		return
	}
	for record, err := range l.table.client.Records(l.table.entityType).All(ctx, q, as[AllOption](l.opts)...) {
		if errors.Is(err, ErrUnauthorized) {
			l.refused = err
		}
		text := record.String(attribute)
		if id, known := ids[text]; err != nil || !known || id != "" {
			return
		}
		ids[text] = record.ID()
	}
	for _, u := range group {
		u.id, u.looked = ids[u.text], true
	}
}

// wait returns when it is the turn of u.
func (l *locator) wait(ctx context.Context, u *located) error {
	if u.err != nil || u.before == nil {
		return u.err
	}
	select {
	case <-u.before.done:
		u.id, u.looked = u.before.id, u.before.id != "" && u.before.text == u.text
		return nil
	case <-ctx.Done():
		return fmt.Errorf("espo: %w: %w", ErrNotTried, ctx.Err())
	case <-l.stopped:
		return fmt.Errorf("espo: %w: %w", ErrNotTried, ErrUnauthorized)
	}
}

// finish lets the next one have its turn, with what was found.
func (l *locator) finish(u *located, id string, err error) {
	if errors.Is(err, ErrUnauthorized) {
		l.stop()
	}
	if u.turn == nil {
		return
	}
	u.turn.id = id
	close(u.turn.done)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.turns[u.match()] == u.turn {
		delete(l.turns, u.match())
	}
}
