package espo

import (
	"context"
	"fmt"
	"sync"
)

// learned is a fact about the server that is asked for when it is first needed.
// The zero learned is not known yet.
type learned[T any] struct {
	mu    sync.Mutex
	value T
	known bool
	asked *question[T] // that is under way
}

// question is what concurrent calls wait for.
type question[T any] struct {
	done    chan struct{}
	value   T
	err     error
	givenUp bool // by the call that asked, which says nothing of the server
}

func (l *learned[T]) set(v T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.value, l.known = v, true
}

// peek returns the fact if it is known.
func (l *learned[T]) peek() (T, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.value, l.known
}

// get returns the fact, and asks for it unless it is known. Calls that come
// while another one asks share its answer, also a failure. A failure is not
// remembered beyond that.
func (l *learned[T]) get(ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	for {
		l.mu.Lock()
		if l.known {
			defer l.mu.Unlock()
			return l.value, nil
		}
		q, mine := l.asked, false
		if q == nil {
			q, mine = &question[T]{done: make(chan struct{}), givenUp: true}, true
			l.asked = q
		}
		l.mu.Unlock()
		if mine {
			l.answer(ctx, q, ask)
			return q.value, q.err
		}
		select {
		case <-q.done:
			if !q.givenUp {
				return q.value, q.err
			}
		case <-ctx.Done():
			return *new(T), fmt.Errorf("espo: waiting for an answer about the server: %w", context.Cause(ctx))
		}
	}
}

// answer asks, and ends the question whatever comes of it, also a panic.
func (l *learned[T]) answer(ctx context.Context, q *question[T], ask func(context.Context) (T, error)) {
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.asked = nil; !q.givenUp && q.err == nil {
			l.value, l.known = q.value, true
		}
		close(q.done)
	}()
	q.value, q.err = ask(ctx)
	q.givenUp = q.err != nil && ctx.Err() != nil
}
