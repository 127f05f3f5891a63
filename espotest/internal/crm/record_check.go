package crm

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// checkKinds fails where the server's program does: on a list or an object
// where a simple value belongs.
func checkKinds(c *Call, e *schema.EntityType, data map[string]any, create bool) *answer.Error {
	for name, v := range data {
		a := e.Attr(name)
		if !php.IsList(v) || !c.Writable(a, create) {
			continue
		}
		_, object := v.(map[string]any)
		switch a.Kind {
		case schema.KindLink:
			if !object {
				return answer.Crash()
			}
			return answer.ServerError()
		case schema.KindDate, schema.KindDateTime, schema.KindDateTimeOptional:
			return answer.ServerError()
		case schema.KindVarchar:
			if a.Field.Type == "phone" {
				return answer.ServerError()
			}
		}
	}
	return nil
}

// checkNull fails where the database does: it has no flag that is null.
func checkNull(e *schema.EntityType, in map[string]any) *answer.Error {
	for name, v := range in {
		if a := e.Attr(name); a != nil && a.Kind == schema.KindBool && v == nil && !a.NotStorable {
			return answer.ServerError()
		}
	}
	return nil
}

// checkColumns refuses columns of links whose value is none of their options.
func checkColumns(c *Call, e *schema.EntityType, in map[string]any) *answer.Error {
	for _, name := range e.FieldNames {
		f := e.Fields[name]
		l := e.Links[name]
		if l == nil || len(f.Columns) == 0 || c.Store.Types[l.Entity] == nil {
			continue
		}
		sent, _ := in[name+"Columns"].(map[string]any)
		for _, v := range sent {
			columns, _ := v.(map[string]any)
			for column, attr := range f.Columns {
				own := c.Store.Types[l.Entity].Fields[attr]
				value := columns[column]
				if own != nil && own.Type == "enum" && value != nil && len(own.Options) > 0 && !slices.Contains(own.Options, value) {
					return answer.Invalid(e.Name, name, "columnsValid")
				}
			}
		}
	}
	return nil
}
