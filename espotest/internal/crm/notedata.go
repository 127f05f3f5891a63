package crm

import (
	"maps"
	"slices"

	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// NoteData is what a note reports, without the fields that the user may not
// read.
func (c *Call) NoteData(n *store.Record) any {
	parent := c.Store.Types[n.Str("parentType")]
	data, _ := n.Get("data").(map[string]any)
	fields, ok := data["fields"].([]any)
	if parent == nil || !ok {
		return n.Get("data")
	}
	shown, hidden := []any{}, []string{}
	for _, name := range fields {
		s, _ := name.(string)
		if f := parent.Fields[s]; f != nil && !c.VisibleField(f) {
			hidden = append(hidden, schema.AuditedAttributes(f)...)
		} else {
			shown = append(shown, name)
		}
	}
	if len(hidden) == 0 {
		return data
	}
	kept := map[string]any{}
	attrs, _ := data["attributes"].(map[string]any)
	for when, v := range attrs {
		values, _ := v.(map[string]any)
		values = maps.Clone(values)
		maps.DeleteFunc(values, func(name string, _ any) bool { return slices.Contains(hidden, name) })
		kept[when] = values
	}
	out := maps.Clone(data)
	out["fields"], out["attributes"] = shown, kept
	return out
}
