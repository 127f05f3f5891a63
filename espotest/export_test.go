package espotest

// Route returns the pattern of the server's route for a request, "" without one.
func (s *Server) Route(method, path string) (pattern string, ok bool) {
	r, _, _ := findRoute(s.routes, method, path)
	if r == nil {
		return "", false
	}
	return r.pattern, true
}

// FindRoute returns the pattern of the route among others, such as those of a
// real server: methods and patterns.
func FindRoute(others [][2]string, method, path string) (pattern string, ok bool) {
	list := make([]route, len(others))
	for i, o := range others {
		list[i] = route{method: o[0], pattern: o[1]}
	}
	r, _, _ := findRoute(newRoutes(list), method, path)
	if r == nil {
		return "", false
	}
	return r.pattern, true
}
