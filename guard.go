package espo

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// Entity types that have optimistic concurrency control unless a server's
// settings turn it off. Others have it where the settings turn it on.
var (
	guardedAlways = []string{"EmailTemplate", "KnowledgeBaseArticle", "Template"}
	guardedSince  = []string{"Account", "Case", "Opportunity", "Task"} // featureConcurrency
)

// guardedTypes are what the metadata of the server says of entity types.
type guardedTypes struct {
	mu    sync.Mutex
	types map[string]*learned[bool]
}

func (g *guardedTypes) of(entityType string) *learned[bool] {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.types == nil {
		g.types = make(map[string]*learned[bool])
	}
	if g.types[entityType] == nil {
		g.types[entityType] = new(learned[bool])
	}
	return g.types[entityType]
}

// checkGuard makes sure that the server compares versions of records of an
// entity type: where it does not, it ignores the version that an update is
// guarded with. The metadata says so; where the version does, it is not asked.
func (c *Client) checkGuard(ctx context.Context, entityType string, o callOptions) error {
	if slices.Contains(guardedAlways, entityType) {
		return nil
	}
	says := c.server.guarded.of(entityType)
	if _, known := says.peek(); !known && slices.Contains(guardedSince, entityType) {
		if v, known := c.server.version.peek(); known && featureConcurrency.missing(v) == nil {
			return nil
		}
	}
	on, err := says.get(ctx, func(ctx context.Context) (on bool, err error) {
		err = c.Metadata.Get(ctx, "entityDefs."+entityType+".optimisticConcurrencyControl", &on, o.every()...)
		if errors.Is(err, ErrNotFound) {
			err = nil
		}
		return on, err
	})
	if err == nil && !on {
		err = c.unguarded(ctx, entityType, o)
	}
	return err
}

// unguarded is the error for an entity type whose versions the server does not
// compare.
func (c *Client) unguarded(ctx context.Context, entityType string, o callOptions) error {
	v, err := c.ServerVersion(ctx, o.every()...)
	if err != nil {
		return err
	}
	e := &NotSupportedError{Feature: "optimistic concurrency control of " + entityType, Server: v}
	if slices.Contains(guardedSince, entityType) {
		e.Since = featureConcurrency.since
	}
	return e
}
