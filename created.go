package espo

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// createdBy finds the records that a call has created although it was refused
// in the end.
type createdBy struct {
	client *Client
	opts   []CallOption
	userID string
	from   DateTime // by the server's clock
}

// leftovers prepares to find what a call of the caller's has created that began
// at start and ended with err. It reports false where that cannot be found.
func (c *Client) leftovers(ctx context.Context, start time.Time, err error, opts []CallOption) (createdBy, bool) {
	var e *Error
	if !errors.As(err, &e) {
		return createdBy{}, false
	}
	ended, clock := http.ParseTime(e.Header.Get("Date"))
	if clock != nil {
		return createdBy{}, false
	}
	user, asking := c.App.CurrentUser(ctx, opts...)
	if asking != nil || user.User.ID == "" {
		return createdBy{}, false
	}
	const rounding = 2 * time.Second // both clocks have whole seconds
	return createdBy{client: c, opts: opts, userID: user.User.ID, from: NewDateTime(ended.Add(-time.Since(start) - rounding))}, true
}

// find returns the only record of an entity type that the filters match, or nil
// when there is none. It reports false when there are several, or nobody knows.
func (l createdBy) find(ctx context.Context, entityType string, where ...Filter) (Record, bool) {
	where = append(where, Equal("createdById", l.userID), GreaterOrEqual("createdAt", l.from))
	page, err := l.client.Records(entityType).List(ctx, Query{Where: where, MaxSize: 2, NoTotal: true}, l.opts...)
	switch {
	case err != nil || len(page.Records) > 1:
		return nil, false
	case len(page.Records) == 0:
		return nil, true
	}
	return page.Records[0], true
}
