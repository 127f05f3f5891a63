package validate

import (
	"slices"
	"unicode/utf8"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// validator checks the values of a record before it is stored.
type validator struct {
	st  *store.Store
	e   *schema.EntityType
	get func(string) any
}

// Record checks the fields in the order of the metadata and returns the
// first that breaks a rule, which knows the others. With only, it checks just the fields of which an
// attribute is in it.
func Record(st *store.Store, e *schema.EntityType, mem, only map[string]any) *answer.Error {
	v := validator{st: st, e: e, get: func(name string) any { return mem[name] }}
	var first *answer.Error
	for _, f := range e.FieldList {
		if only != nil && !touched(e, f, only) {
			continue
		}
		rule := v.check(f)
		if rule == "" {
			continue
		}
		if first == nil {
			first = answer.Invalid(e.Name, f.Name, rule)
		}
		first.Failures = append(first.Failures, map[string]any{"entityType": e.Name, "field": f.Name, "type": rule})
	}
	return first
}

// touched reports whether an attribute of the field is in the body.
func touched(e *schema.EntityType, f *schema.Field, in map[string]any) bool {
	for _, suffix := range []string{"", "Id", "Type", "Ids", "Columns", "Data", "Date", "Currency"} {
		if _, ok := in[f.Name+suffix]; ok && e.Attr(f.Name+suffix) != nil {
			return true
		}
	}
	if f.Type == "personName" {
		for _, part := range schema.NameParts(f.Name) {
			if _, ok := in[part]; ok {
				return true
			}
		}
	}
	return false
}

// check returns the name of the rule that the field breaks, or "".
func (v *validator) check(f *schema.Field) string {
	if f.Required && !f.NotRequired && v.missing(f) {
		return "required"
	}
	value := v.get(f.Name)
	switch f.Type {
	case "varchar", "text", "wysiwyg", "url", "barcode":
		return v.text(f, value)
	case "enum":
		return v.enum(f, value)
	case "int", "float":
		return numeric(f, value)
	case "currency":
		return v.currency(f, value)
	case "date":
		return v.date(f, value)
	case "datetime":
		return dates(value, DateTime)
	case "datetimeOptional":
		if d := v.get(f.Name + "Date"); d != nil && !validDate(d) {
			return "valid"
		}
		return dates(value, DateTime)
	case "email":
		return v.emails(f)
	case "phone":
		return v.phones(f)
	case "link", "linkOne", "file", "image", "linkParent", "linkMultiple", "attachmentMultiple":
		return v.link(f)
	case "array", "multiEnum", "checklist", "urlMultiple":
		return array(f, value)
	case "jsonArray":
		return jsonArray(f, value)
	}
	return ""
}

func (v *validator) missing(f *schema.Field) bool {
	empty := func(name string) bool { x := v.get(name); return x == nil || x == "" }
	switch f.Type {
	case "link", "linkOne", "file", "image":
		return v.get(f.Name+"Id") == nil
	case "linkParent":
		return empty(f.Name+"Id") || empty(f.Name+"Type")
	case "linkMultiple", "attachmentMultiple":
		ids, _ := v.get(f.Name + "Ids").([]any)
		return len(ids) == 0
	case "datetimeOptional":
		return v.get(f.Name) == nil && v.get(f.Name+"Date") == nil
	case "email", "phone":
		list, _ := v.get(f.Name + "Data").([]any)
		return empty(f.Name) && len(list) == 0
	case "personName":
		return !slices.ContainsFunc(schema.NameParts(f.Name)[1:], func(n string) bool { return !empty(n) })
	case "array", "multiEnum", "checklist", "urlMultiple":
		list, _ := v.get(f.Name).([]any)
		return len(list) == 0
	case "date", "datetime", "enum":
		return v.get(f.Name) == nil
	case "jsonArray", "jsonObject", "bool":
		return false // the server does not check these
	}
	if v.e.Name == "Email" && f.Name == "to" && v.get("status") == "Draft" {
		return false
	}
	return empty(f.Name)
}

func (v *validator) text(f *schema.Field, value any) string {
	s, ok := value.(string)
	if !ok || s == "" && f.Type != "url" {
		return ""
	}
	if v.e.Name == "Email" && slices.Contains(schema.EmailAddresses[1:], f.Name) && !validRecipients(s) {
		return "valid"
	}
	limit := f.MaxLength
	if limit == 0 && (f.Type == "varchar" || f.Type == "url") {
		limit = 255 // the database column's
	}
	if limit > 0 && utf8.RuneCountInString(s) > limit {
		return "maxLength"
	}
	if f.Type == "url" && !matches("$uri", s) || v.e.Name == "User" && f.Name == "userName" && !matches(`[a-z0-9@_.\-]+`, s) {
		return "valid"
	}
	if f.Pattern != "" && !matches(f.Pattern, s) {
		return "pattern"
	}
	return ""
}

func (v *validator) enum(f *schema.Field, value any) string {
	if f.Options == nil || f.CustomOptions {
		if s, _ := value.(string); utf8.RuneCountInString(s) > 255 { // the database column's
			return "maxLength"
		}
		return ""
	}
	if value == nil {
		value = ""
		if v.e.Attr(f.Name).NotStorable || f.Default == nil {
			return ""
		}
	}
	if !slices.Contains(f.Options, value) {
		return "valid"
	}
	return ""
}

func array(f *schema.Field, value any) string {
	if value == nil {
		return ""
	}
	list, ok := value.([]any)
	if !ok {
		return "array"
	}
	for _, x := range list {
		s, ok := x.(string)
		switch {
		case !ok:
			return "arrayOfString"
		case f.Options != nil && !f.CustomOptions && len(f.Options) > 0 && !slices.Contains(f.Options, any(s)):
			return "valid"
		case s == "" && (f.NoEmptyString || f.Type == "urlMultiple"):
			return "noEmptyString"
		case f.Type == "urlMultiple" && !matches("$uri", s):
			return "pattern"
		}
	}
	if f.MaxCount > 0 && len(list) > f.MaxCount {
		return "maxCount"
	}
	return ""
}
