package schema

import "maps"

// Defaults returns what a new record has before anything is set: the
// defaults that are not null. The map is the caller's own, with room for what
// else a record mostly has.
func Defaults(e *EntityType) map[string]any {
	const room = 16
	mem := make(map[string]any, len(e.defaults)+room)
	maps.Copy(mem, e.defaults)
	return mem
}

func defaultsOf(e *EntityType) map[string]any {
	defaults := map[string]any{}
	for _, f := range e.FieldList {
		if f.Default != nil && e.Attr(f.Name) != nil {
			defaults[f.Name] = fromFacts(f.Default)
		}
	}
	return defaults
}

// fromFacts makes a value of the facts one of a record.
func fromFacts(v any) any {
	if f, ok := v.(float64); ok && f == float64(int64(f)) {
		return int64(f)
	}
	return v
}
