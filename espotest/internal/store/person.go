package store

// Addresses returns all e-mail addresses or phone numbers of a record.
func (r *Record) Addresses(field string) []string {
	var list []string
	data, _ := r.Get(field + "Data").([]any)
	for _, d := range data {
		if d, ok := d.(map[string]any); ok {
			if s, _ := d[field].(string); s != "" {
				list = append(list, s)
			}
		}
	}
	if s := r.Str(field); s != "" && len(list) == 0 {
		list = append(list, s)
	}
	return list
}

// MatchName applies a match to each part of a person's name and to the parts
// together, in either order. Without a first and a last name it is not known
// whether a name does not match.
func (r *Record) MatchName(match func(string) bool) (matched, known bool) {
	first, last := r.Str("firstName"), r.Str("lastName")
	for _, s := range []string{first, last} {
		if s != "" && match(s) {
			return true, true
		}
	}
	if first == "" || last == "" {
		return false, false
	}
	matched = match(first+" "+last) || match(last+" "+first)
	if middle := r.Str("middleName"); middle != "" && !matched {
		matched = match(first + " " + middle + " " + last)
	}
	return matched, true
}
