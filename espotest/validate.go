package espotest

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// patterns are the named patterns that a field can ask for.
var patterns = map[string]string{
	"$noBadCharacters":  `[^<>=]+`,
	"$latinLetters":     `[A-Za-z]+`,
	"$digits":           `[0-9]+`,
	"$id":               `[A-Za-z0-9_=\-.]+`,
	"$uri":              `([a-zA-Z0-9]+://)?[a-zA-Z0-9%./?:@\-_=#$!+*()',]+\.([a-zA-Z0-9%&./?:@\-_=#$!+*()',~])*`,
	"$phoneNumberLoose": `[0-9A-Za-z_@:#+()\-. ]+`,
}

var compiled sync.Map // pattern → *regexp.Regexp

func matches(pattern, s string) bool {
	if p, ok := patterns[pattern]; ok {
		pattern = p
	}
	re, ok := compiled.Load(pattern)
	if !ok {
		r, err := regexp.Compile(`^(?:` + pattern + `)$`)
		if err != nil {
			return true // a pattern of PHP's that Go does not have
		}
		re, _ = compiled.LoadOrStore(pattern, r)
	}
	return re.(*regexp.Regexp).MatchString(s)
}

const emailPattern = `[A-Za-z0-9!#$%&'*+/=?^_{|}~` + "`" + `-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~` + "`" + `-]+)*` +
	`@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?`

// validator checks the values of a record before it is stored.
type validator struct {
	st  *store.Store
	e   *schema.EntityType
	get func(string) any
}

// validate checks the fields in the order of the metadata and returns the
// first that breaks a rule. With only, it checks just the fields of which an
// attribute is in it.
func validate(st *store.Store, e *schema.EntityType, mem, only map[string]any) *answer.Error {
	v := validator{st: st, e: e, get: func(name string) any { return mem[name] }}
	for _, name := range e.FieldNames {
		f := e.Fields[name]
		if only != nil && !touched(e, f, only) {
			continue
		}
		if rule := v.check(f); rule != "" {
			return answer.Invalid(e.Name, name, rule)
		}
	}
	return nil
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
		if v.e.Name == "Campaign" && f.Name == "startDate" && validDate(value) {
			if end, ok := v.get("endDate").(string); ok && end < value.(string) {
				return "beforeEndDate"
			}
		}
		return dates(value, validDate)
	case "datetime":
		return dates(value, validDateTime)
	case "datetimeOptional":
		if d := v.get(f.Name + "Date"); d != nil && !validDate(d) {
			return "valid"
		}
		return dates(value, validDateTime)
	case "email":
		return v.addresses(f, func(s string) string {
			if !validEmail(s) {
				return "emailAddress"
			}
			return ""
		})
	case "phone":
		if rule := v.phoneTypes(f); rule != "" {
			return rule
		}
		return v.addresses(f, func(s string) string {
			if !matches(`\+(1[0-9]{10}|[2-9][0-9]{6,14})`, s) {
				return "valid"
			}
			return ""
		})
	case "link", "linkOne", "file", "image":
		if !validID(v.get(f.Name + "Id")) {
			return "pattern"
		}
	case "linkParent":
		if !validID(v.get(f.Name + "Id")) {
			return "pattern"
		}
		if t, ok := v.get(f.Name + "Type").(string); ok && !v.parentType(f, t) {
			return "valid"
		}
	case "linkMultiple", "attachmentMultiple":
		ids, _ := v.get(f.Name + "Ids").([]any)
		if slices.ContainsFunc(ids, func(id any) bool { return id == nil || !validID(id) }) {
			return "pattern"
		}
		if !v.columnsValid(f) {
			return "columnsValid"
		}
	case "array", "multiEnum", "checklist", "urlMultiple":
		return array(f, value)
	case "jsonArray":
		list, ok := value.([]any)
		if value != nil && !ok {
			return "array"
		}
		if f.Name == "reminders" && slices.ContainsFunc(list, badReminder) {
			return "valid"
		}
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
	return empty(f.Name)
}

func (v *validator) text(f *schema.Field, value any) string {
	s, ok := value.(string)
	if !ok || s == "" && f.Type != "url" {
		return ""
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

// badReminder reports whether an item of reminders is none.
func badReminder(v any) bool {
	m, _ := v.(map[string]any)
	_, ok := php.Number(m["seconds"])
	return !ok || m["type"] != "Popup" && m["type"] != "Email"
}

func numeric(f *schema.Field, value any) string {
	if value == nil {
		return ""
	}
	n, ok := php.Number(value)
	switch {
	case !ok:
		return "valid"
	case f.Min != nil && n < *f.Min:
		return "min"
	case f.Max != nil && n > *f.Max:
		return "max"
	case f.Type == "int" && (n > math.MaxInt32 || n < math.MinInt32):
		return "rangeInternal"
	}
	return ""
}

func (v *validator) currency(f *schema.Field, value any) string {
	if rule := numeric(f, value); rule != "" {
		return rule
	}
	code := v.get(f.Name + "Currency")
	if f.Required && value != nil && !php.True(code) {
		return "required"
	}
	list, _ := v.st.Settings["currencyList"].([]any)
	if (code != nil || value != nil) && !slices.Contains(list, code) {
		return "validCurrency"
	}
	return ""
}

func dates(value any, valid func(any) bool) string {
	if value != nil && !valid(value) {
		return "valid"
	}
	return ""
}

func validDate(v any) bool {
	s, _ := v.(string)
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func validDateTime(v any) bool {
	s, _ := v.(string)
	if _, err := time.Parse(time.DateTime, s); err == nil {
		return true
	}
	_, err := time.Parse("2006-01-02 15:04", s)
	return err == nil
}

func validEmail(s string) bool {
	local, _, _ := strings.Cut(s, "@")
	return len(local) <= 64 && len(s) <= 254 && matches(emailPattern, s)
}

// addresses checks the primary address or number and those in xData.
func (v *validator) addresses(f *schema.Field, rule func(string) string) string {
	var all []string
	if s, ok := v.get(f.Name).(string); ok {
		all = append(all, s)
	}
	list, _ := v.get(f.Name + "Data").([]any)
	for _, x := range list {
		m, _ := x.(map[string]any)
		s, _ := m[f.Name].(string)
		all = append(all, s)
	}
	for _, s := range all {
		if r := rule(s); r != "" {
			return r
		}
	}
	return ""
}

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

// phoneTypes checks the types of numbers, such as Mobile.
func (v *validator) phoneTypes(f *schema.Field) string {
	list, _ := v.get(f.Name + "Data").([]any)
	for _, x := range list {
		m, _ := x.(map[string]any)
		if t, ok := m["type"].(string); ok && len(f.TypeList) > 0 && !slices.Contains(f.TypeList, t) {
			return "valid"
		}
	}
	return ""
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
		case s == "" && f.NoEmptyString:
			return "noEmptyString"
		}
	}
	if f.MaxCount > 0 && len(list) > f.MaxCount {
		return "maxCount"
	}
	return ""
}
