package schema

// Defaults returns what a new record has before anything is set: the
// defaults that are not null.
func Defaults(e *EntityType) map[string]any {
	mem := map[string]any{}
	for _, name := range e.FieldNames {
		f := e.Fields[name]
		if f.Default != nil && e.Attr(name) != nil {
			mem[name] = fromFacts(f.Default)
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

func AllAttributes(e *EntityType) []*Attribute {
	attrs := make([]*Attribute, len(e.AttrNames))
	for i, name := range e.AttrNames {
		attrs[i] = e.Attrs[name]
	}
	return attrs
}
