package espotest

import "strings"

// textMatch tells whether one of the fields matches a text filter: a text that
// it begins with or, with * for any text, all of its pattern.
func textMatch(rec *record, fields []string, text string) bool {
	pattern := text + "%"
	if strings.Contains(text, "*") {
		pattern = strings.ReplaceAll(text, "*", "%")
	}
	for _, name := range fields {
		if v := rec.get(name); v != nil && likeMatch(pattern, columnText(v)) {
			return true
		}
	}
	return false
}
