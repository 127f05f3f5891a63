package espotest

import "cmp"

// Covers reports whether the server has a route of its own for the request.
func (s *Server) Covers(method, path string) bool {
	r, params, _ := findRoute(s.routes, method, path)
	if r == nil || params["action"] != "" {
		return false
	}
	name := cmp.Or(params["controller"], params["entityType"])
	return name == "" || s.store.types[name] != nil
}
