package main

import (
	"context"
	"regexp"
	"sync/atomic"

	"github.com/go-espo/espo"
)

// watch is a hook of all clients, which looks at what hooks are told.
type watch struct {
	report *report
	open   atomic.Int64 // requests and tries that have begun, and not ended
}

// watchKey is the key of the number of a request's tries in its context.
type watchKey struct{}

// anID is what hooks must not be told.
var anID = regexp.MustCompile(`[0-9a-f]{17}`)

func (h *watch) hook() espo.Hook { return espo.Hook{Start: h.start, Try: h.try} }

func (h *watch) start(ctx context.Context, o espo.Operation) (context.Context, func(espo.Outcome)) {
	h.open.Add(1)
	if o.Name == "" || o.Method == "" || anID.MatchString(o.Name+" "+o.Route) {
		h.report.wrong("hooks", "they are told of %+v", o)
	}
	tries := 0
	return context.WithValue(ctx, watchKey{}, &tries), func(out espo.Outcome) {
		h.open.Add(-1)
		if done := out.Err == nil; out.Tries > tries || done && (out.Tries != tries || out.Status/100 != 2) {
			h.report.wrong("hooks", "%s: they have seen %d tries, and are told of %+v", o.Name, tries, out)
		}
	}
}

func (h *watch) try(ctx context.Context, t espo.Try) (context.Context, func(espo.TryOutcome)) {
	h.open.Add(1)
	tries, ok := ctx.Value(watchKey{}).(*int)
	if !ok {
		h.report.wrong("hooks", "a try of %s is not one of a request that has begun", t.Operation.Name)
		tries = new(int)
	}
	if *tries++; t.Number != *tries {
		h.report.wrong("hooks", "try %d of %s has the number %d", *tries, t.Operation.Name, t.Number)
	}
	return ctx, func(out espo.TryOutcome) {
		h.open.Add(-1)
		if out.Err == nil && out.Status/100 != 2 {
			h.report.wrong("hooks", "%s: a try is told of as %+v", t.Operation.Name, out)
		}
	}
}

// ended notes what has not ended.
func (h *watch) ended() {
	if n := h.open.Load(); n != 0 {
		h.report.wrong("hooks", "%d requests and tries have not ended", n)
	}
}
