package espo

import (
	"context"
	"iter"
	"slices"
)

// Concurrency makes an All read up to n pages at once; n+1 are held in memory
// at most. The records come in the same order and as surely as without it: none
// is skipped or repeated, whatever others create or delete meanwhile. A server
// that works on several requests at once, often 2 to 16, gains by it.
//
// It needs the order by id, which All has unless the query says another one;
// with another one it is an [InputError]. Each page begins with the last record
// of the page before, which proves that they fit together. Where they do not,
// because a record between them was created or deleted, what was read ahead is
// read again.
func Concurrency(n int) AllOption {
	return allOption(func(o *callOptions) {
		if n < 1 {
			o.fail(badInput("Concurrency", "%d is less than 1", n))
		}
		o.concurrency = n
	})
}

// checkConcurrency refuses a query and options that cannot be read several pages
// at once.
func (o callOptions) checkConcurrency(q Query) error {
	switch {
	case o.concurrency > 1 && q.OrderBy != "" && q.OrderBy != "id":
		return badInput("Concurrency", "the order is by %.40q and not by id", q.OrderBy)
	case o.response != nil:
		return severalResponses()
	}
	return nil
}

// scanner reads the pages of a list that is in the order of ids.
type scanner struct {
	p     pager
	fetch func(context.Context, Query) (page, error)
	most  int // pages to read ahead
	now   int // likewise, at first less, so that a short list costs no more than it must

	ahead []chan fetched  // the pages after the last one that was accepted
	run   context.Context // of the requests for them
	stop  context.CancelFunc
}

// scan yields page after page, with several pages read ahead.
func scan(ctx context.Context, q Query, concurrency int, fetch func(context.Context, Query) (page, error)) iter.Seq2[page, error] {
	q.Where = slices.Clip(q.Where)
	return func(yield func(page, error) bool) {
		s := &scanner{p: newPager(byID, q), fetch: fetch, most: concurrency}
		s.begin(ctx)
		defer func() { s.drop() }()
		now, err := first(ctx, &s.p, fetch)
		now.more = isMore(&s.p, &now)
		for {
			more := false
			if err == nil {
				more, err = s.accept(&now)
			}
			if err != nil {
				yield(page{}, err)
				return
			}
			if !yield(now, nil) || !more {
				return
			}
			now, err = s.follow(ctx)
		}
	}
}

// begin prepares to read ahead.
func (s *scanner) begin(ctx context.Context) {
	s.run, s.stop = context.WithCancel(ctx)
	s.now, s.ahead = 1, nil
}

// drop ends the requests that are under way.
func (s *scanner) drop() {
	s.stop()
	for _, pending := range s.ahead {
		<-pending // leave no goroutine behind
	}
}

// accept checks the page that follows what was read, asks for those after it,
// and reports whether there are any.
func (s *scanner) accept(page *page) (more bool, err error) {
	if page.n == 0 {
		return false, nil
	}
	if err := fresh(&s.p, page); err != nil || !page.more {
		return false, err
	}
	if err := place(&s.p, page); err != nil {
		return false, err
	}
	s.now = min(2*s.now, s.most)
	for len(s.ahead) < s.now {
		q := s.p.q
		q.Offset = len(s.ahead) * (q.MaxSize - 1)
		q.Where = append(slices.Clip(s.p.where), s.p.from(s.p.last))
		pending := make(chan fetched, 1)
		s.ahead = append(s.ahead, pending)
		go func(ctx context.Context) {
			page, err := s.fetch(ctx, q)
			pending <- fetched{page, err}
		}(s.run)
	}
	return true, nil
}

// follow returns the page after the last one, without the record that both have.
func (s *scanner) follow(ctx context.Context) (page, error) {
	f := <-s.ahead[0]
	s.ahead = s.ahead[1:]
	page, err := f.page, f.err
	if err != nil {
		return page, err
	}
	page.more = isMore(&s.p, &page)
	for i := range page.n {
		if page.id(i) == s.p.last {
			if page.skip(i + 1); page.more && page.n == 0 {
				break
			}
			return page, nil
		}
	}
	s.drop()
	s.begin(ctx)
	q := s.p.q
	q.Offset, q.Where = 0, append(slices.Clip(s.p.where), s.p.after(s.p.last))
	page, err = s.fetch(ctx, q)
	page.more = isMore(&s.p, &page)
	return page, err
}
