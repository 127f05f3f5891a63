package schema

// Defaults returns what a new record has before anything is set: the
// defaults that are not null.
func Defaults(e *EntityType) map[string]any {
	mem := map[string]any{}
	for _, f := range e.FieldList {
		if f.Default != nil && e.Attr(f.Name) != nil {
			mem[f.Name] = fromFacts(f.Default)
		}
	}
	return mem
}

// fromFacts makes a value of the facts one of a record.
func fromFacts(v any) any {
	if f, ok := v.(float64); ok && f == float64(int64(f)) {
		return int64(f)
	}
	return v
}
