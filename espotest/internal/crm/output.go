package crm

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// Visible reports whether the user may read the attribute at all.
func (c *Call) Visible(a *schema.Attribute) bool {
	if a.Kind == schema.KindPassword {
		return false
	}
	return a.Field == nil || c.VisibleField(a.Field)
}

// VisibleField reports whether the user may read the field at all.
func (c *Call) VisibleField(f *schema.Field) bool {
	if c.User.Admin() {
		return !f.Internal && !f.Forbidden
	}
	return !f.Internal && !f.Forbidden && !f.OnlyAdmin && c.User.MayField(rights.Read, f) &&
		(!f.NotByRole || c.User.Level(c.Store.Types["User"], rights.Read) == rights.LevelNo)
}

// Output returns what the server's entity holds as the answer, in the order of
// the attributes.
func (c *Call) Output(e *schema.EntityType, mem map[string]any) answer.Object {
	out := make(answer.Object, 0, len(mem))
	for _, name := range e.AttrNames {
		if v, ok := mem[name]; ok && c.Visible(e.Attr(name)) {
			out = append(out, answer.Member{Name: name, Value: v})
		}
	}
	for _, name := range schema.ExtraAttributes {
		if v, ok := mem[name]; ok && e.Attr(name) == nil {
			out = append(out, answer.Member{Name: name, Value: v})
		}
	}
	return out
}
