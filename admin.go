package espo

import (
	"context"
	"net/http"
)

// AdminService is for administrators: others get [ErrForbidden].
type AdminService struct{ client *Client }

// Rebuild rebuilds the database's schema and the server's caches, as after a
// change of metadata. It can take long.
//
// POST Admin/rebuild.
func (s *AdminService) Rebuild(ctx context.Context, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(newRequest("Admin.rebuild", http.MethodPost, "Admin/rebuild").having(effectState), opts))
}

// ClearCache clears the server's caches.
//
// POST Admin/clearCache.
func (s *AdminService) ClearCache(ctx context.Context, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(newRequest("Admin.clearCache", http.MethodPost, "Admin/clearCache").having(effectState), opts))
}

// JobNames reads the names of the jobs that can be scheduled, such as "Cleanup".
//
// GET Admin/jobs.
func (s *AdminService) JobNames(ctx context.Context, opts ...CallOption) ([]string, error) {
	return receive[[]string](ctx, s.client, with(newRequest("Admin.jobNames", http.MethodGet, "Admin/jobs"), opts))
}
