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
func (s *AdminService) Rebuild(ctx context.Context) error {
	return s.client.invokeTrue(ctx, http.MethodPost, nil, "Admin", "rebuild")
}

// ClearCache clears the server's caches.
//
// POST Admin/clearCache.
func (s *AdminService) ClearCache(ctx context.Context) error {
	return s.client.invokeTrue(ctx, http.MethodPost, nil, "Admin", "clearCache")
}

// Jobs reads the names of the jobs that can be scheduled, such as "Cleanup".
//
// GET Admin/jobs.
func (s *AdminService) Jobs(ctx context.Context) ([]string, error) {
	return get[[]string](ctx, s.client, nil, "Admin", "jobs")
}
