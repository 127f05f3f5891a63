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
