package espotest

import (
	"context"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/area/webhooks"
	"github.com/go-espo/espo/espotest/internal/where"
)

// RevokeTokens makes every login token invalid, as when they expire.
func (s *Server) RevokeTokens() {
	s.crm.Auth.Clear()
}

// Logins returns how many logins with a password have succeeded: each made a
// token.
func (s *Server) Logins() int {
	return s.crm.Auth.Count()
}

// Client returns a client for the server as api-key-user, who may do
// everything that an API user can.
func (s *Server) Client(opts ...espo.Option) *espo.Client {
	return s.ClientAs(espo.APIKey(FullAPIKey), opts...)
}

// ClientAs returns a client for the server with other credentials. Its idle
// connections are closed with the server.
func (s *Server) ClientAs(auth espo.Authenticator, opts ...espo.Option) *espo.Client {
	client, err := espo.NewClient(s.URL(), auth, slices.Concat(s.trusting(), opts)...)
	if err != nil {
		s.onFail("espotest: %v", err)
		return nil
	}
	s.crm.Mu.Lock()
	defer s.crm.Mu.Unlock()
	s.clients = append(s.clients, client)
	return client
}

// Records returns what an administrator reads of every record of an entity
// type, in the order of their creation, without those that are deleted.
func (s *Server) Records(entityType string) []espo.Record {
	s.crm.Mu.RLock()
	defer s.crm.Mu.RUnlock()
	c := s.crm.InternalCall()
	e, err := declared(c, entityType)
	if err != nil {
		s.onFail("espotest: Records: %v", err)
		return nil
	}
	var all []espo.Record
	for _, r := range s.crm.Store.All(entityType) {
		mem := c.Fetched(r)
		c.Load(mem, r)
		var copied espo.Record
		raw, err := json.Marshal(c.Output(e, mem))
		if err == nil {
			err = espo.Unmarshal(raw, &copied)
		}
		if err != nil {
			s.onFail("espotest: Records: %v", err)
			return nil
		}
		all = append(all, copied)
	}
	return all
}

// Search returns the search parameters of the request, as the server
// understands them.
func (r Request) Search() (espo.Query, error) {
	p, err := where.Parse(r.Query)
	if err != nil {
		return espo.Query{}, err
	}
	q := espo.Query{
		Where: filtersOf(p.Where), Select: p.SelectList, OrderBy: p.OrderBy, Order: espo.Order(p.Order),
		Offset: p.Offset, MaxSize: p.MaxSize, TextFilter: p.TextFilter,
		PrimaryFilter: p.PrimaryFilter, BoolFilters: p.BoolFilters,
		NoTotal: r.Header.Get("X-No-Total") == "true",
	}
	if p.Q != "" {
		q.Q, q.TextFilter = p.Q, ""
	}
	return q, nil
}

func filtersOf(items []where.Item) []espo.Filter {
	if len(items) == 0 {
		return nil
	}
	filters := make([]espo.Filter, len(items))
	for i, item := range items {
		filters[i] = espo.Filter{
			Type: item.Type, Attribute: item.Attribute, Value: item.Value,
			DateTime: item.DateTime, TimeZone: item.TimeZone,
		}
		if item.Items != nil {
			filters[i].Value = filtersOf(item.Items)
		}
	}
	return filters
}

// RunJobs does what is queued: mass actions, exports and imports that were to
// be done in the background. A server does that when its scheduled jobs run;
// this one only when it is called.
func (s *Server) RunJobs() {
	s.crm.RunJobs()
}

// DeliverWebhooks posts what has happened to records since the last time to
// the webhooks that are registered for it, signed as a real server signs, in
// batches of up to 50 records of one webhook: what a real server does by a
// scheduled job. A webhook that answers 410 is removed. What is not answered with
// success is part of the error. It is delivered again the next time where a server
// would try again ten minutes later: when there is no answer, and after 401, 403,
// 404, 405, 408, 500 and 503, up to four times in all. All else is lost. What
// becomes of each record an administrator reads as a WebhookQueueItem.
func (s *Server) DeliverWebhooks(ctx context.Context) error {
	return webhooks.Deliver(ctx, s.crm)
}
