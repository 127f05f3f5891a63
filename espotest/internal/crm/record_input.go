package crm

import (
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/validate"
)

// Writable reports whether a request may set the attribute; others are ignored
// without a word.
func (c *Call) Writable(a *schema.Attribute, create bool) bool {
	if a == nil || a.ReadOnly || a.Field == nil {
		return false
	}
	switch a.Kind {
	case schema.KindLinkNames, schema.KindLinkTypes:
		return false
	case schema.KindLinkName:
		if a.Selected || a.Field.Type != "link" { // else it is as good as any attribute
			return false
		}
	}
	f := a.Field
	return (create || !f.ReadOnlyAfterCreate) &&
		(c.User.Admin() || !f.NonAdminReadOnly && !f.OnlyAdmin && c.User.MayField(rights.Edit, f))
}

// Input returns the attributes of a body that may be set, as the server's
// sanitizers and its entity make them.
func (c *Call) Input(e *schema.EntityType, data map[string]any, create bool) map[string]any {
	in := make(map[string]any, len(data))
	for name, v := range data {
		a := e.Attr(name)
		if a == nil && !create && e.HasExtra(name) {
			in[name] = v // of no effect, but the answer shows it
			continue
		}
		if !c.Writable(a, create) {
			continue
		}
		in[name] = c.sanitized(a, v)
	}
	return in
}

// sanitized brings a value into the form of the attribute as the release does.
func (c *Call) sanitized(a *schema.Attribute, v any) any {
	_, text := v.(string)
	if text && c.Unchecked {
		return v
	}
	switch a.Kind {
	case schema.KindVarchar, schema.KindText, schema.KindDate, schema.KindDateTime, schema.KindDateTimeOptional:
		if text && !c.Has(release.Sanitizers) || !text && a.Kind == schema.KindVarchar && !c.Has(release.TextOnly) {
			return v
		}
	}
	return validate.Sanitize(a, v)
}
