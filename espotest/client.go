package espotest

import (
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/where"
)

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
	s.crm.mu.Lock()
	defer s.crm.mu.Unlock()
	s.clients = append(s.clients, client)
	return client
}

// Records returns what an administrator reads of every record of an entity
// type, in the order of their creation, without those that are deleted.
func (s *Server) Records(entityType string) []espo.Record {
	s.crm.mu.RLock()
	defer s.crm.mu.RUnlock()
	c := s.crm.internalCall()
	e, err := c.declared(entityType)
	if err != nil {
		s.onFail("espotest: Records: %v", err)
		return nil
	}
	var all []espo.Record
	for _, r := range s.crm.store.All(entityType) {
		mem := c.fetched(r)
		c.load(mem, r)
		var copied espo.Record
		raw, err := json.Marshal(c.output(e, mem))
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

// internalCall is a call of the server's own, as an administrator.
func (s *crm) internalCall() *call {
	c := &call{crm: s, req: &http.Request{Header: http.Header{}}}
	for _, u := range s.users {
		if u.UserName == s.admin {
			c.user = u
		}
	}
	return c
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
