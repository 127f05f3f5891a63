package validate

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/schema"
)

// columnsValid checks the columns of links by the fields that they are at the
// other end.
func (v *validator) columnsValid(f *schema.Field) bool {
	columns, _ := v.get(f.Name + "Columns").(map[string]any)
	l := v.e.Links[f.Name]
	for _, item := range columns {
		m, ok := item.(map[string]any)
		if !ok {
			return false
		}
		for name, value := range m {
			at := f.Columns[name]
			if at == "" || l == nil || v.st.Types[l.Entity] == nil {
				continue
			}
			column := v.st.Types[l.Entity].Fields[at]
			if column != nil && column.Type == "enum" && value != nil && len(column.Options) > 0 && !slices.Contains(column.Options, value) {
				return false
			}
		}
	}
	return true
}

// parentType reports whether the link to a parent may be to the entity type.
func (v *validator) parentType(f *schema.Field, t string) bool {
	list := f.EntityList
	if l := v.e.Links[f.Name]; len(list) == 0 && l != nil {
		list = l.EntityList
	}
	return v.st.Types[t] != nil && (len(list) == 0 || slices.Contains(list, t))
}

func validID(v any) bool {
	s, ok := v.(string)
	return v == nil || ok && matches("$id", s)
}

// link checks the ids of a link, and what else its kind has.
func (v *validator) link(f *schema.Field) string {
	switch f.Type {
	case "linkMultiple", "attachmentMultiple":
		ids, _ := v.get(f.Name + "Ids").([]any)
		if slices.ContainsFunc(ids, func(id any) bool { return id == nil || !validID(id) }) {
			return "pattern"
		}
		if !v.columnsValid(f) {
			return "columnsValid"
		}
		return ""
	}
	if !validID(v.get(f.Name + "Id")) {
		return "pattern"
	}
	if t, ok := v.get(f.Name + "Type").(string); ok && f.Type == "linkParent" && !v.parentType(f, t) {
		return "valid"
	}
	return ""
}

// jsonArray checks a list of anything; of reminders, each one.
func jsonArray(f *schema.Field, value any) string {
	list, ok := value.([]any)
	if value != nil && !ok {
		return "array"
	}
	if f.Name == "reminders" && slices.ContainsFunc(list, badReminder) {
		return "valid"
	}
	return ""
}
