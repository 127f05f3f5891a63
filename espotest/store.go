package espotest

// record is one stored record. Its values are what JSON has, as the server's
// language sees it: nil, bool, int64, float64, string, []any, map[string]any.
type record struct {
	ID      string
	entity  *entityType
	values  map[string]any
	deleted bool
	version int
}

// get returns the value of a stored attribute; id included.
func (r *record) get(name string) any {
	if name == "id" {
		return r.ID
	}
	return r.values[name]
}

// str returns the value as a string, "" when it is none.
func (r *record) str(name string) string {
	s, _ := r.get(name).(string)
	return s
}
