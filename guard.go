package espo

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// guardedSince are the entity types that have optimistic concurrency control
// since [featureConcurrency], unless a server's settings turn it off.
var guardedSince = []string{"Account", "Case", "Opportunity", "Task"}

// guardedTypes are what the metadata of the server says of entity types: a
// *learned[bool] for each.
type guardedTypes struct{ types sync.Map }

func (g *guardedTypes) of(entityType string) *learned[bool] {
	says, _ := g.types.LoadOrStore(entityType, new(learned[bool]))
	return says.(*learned[bool])
}

// checkGuard makes sure that the server compares versions of records of an
// entity type: where it does not, it ignores the version that an update is
// guarded with. Its metadata says so, once for each entity type.
func (c *Client) checkGuard(ctx context.Context, entityType string, o callOptions) error {
	on, err := c.server.guarded.of(entityType).get(ctx, func(ctx context.Context) (on bool, err error) {
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
