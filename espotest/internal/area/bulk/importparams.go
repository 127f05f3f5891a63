package bulk

import (
	"strconv"
	"strings"
	"time"

	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// importParams is how a file is to be imported, as the request has it.
type importParams map[string]any

// stored is what a server keeps of the parameters.
func (p importParams) stored(c *crm.Call) map[string]any {
	out := map[string]any{
		"action": p.text("action", "create"), "defaultValues": p.defaults(), "startFromLastIndex": false,
		"timeFormat": p.text("timeFormat", ""), "updateBy": []any{},
	}
	for _, name := range []string{
		"currency", "dateFormat", "decimalMark", "delimiter", "personNameFormat", "textQualifier", "phoneNumberCountry", "timezone",
	} {
		out[name] = p[name]
	}
	for _, name := range []string{"headerRow", "idleMode", "manualMode", "silentMode", "skipDuplicateChecking"} {
		out[name] = p.flag(name)
	}
	if !c.Has(release.ImportPhoneCountry) {
		delete(out, "phoneNumberCountry")
	}
	if c.Has(release.ImportDefaultFields) {
		out["defaultFieldList"] = p["defaultFieldList"]
	}
	if list, ok := p["updateBy"].([]any); ok {
		out["updateBy"] = list
	}
	return out
}

func (p importParams) flag(name string) bool { return p[name] == true }

func (p importParams) text(name, otherwise string) string {
	if s, _ := p[name].(string); s != "" {
		return s
	}
	return otherwise
}

func (p importParams) defaults() map[string]any {
	if m, ok := p["defaultValues"].(map[string]any); ok {
		return m
	}
	return map[string]any{}
}

// updateBy returns the columns by which records are found.
func (p importParams) updateBy() []int {
	list, _ := p["updateBy"].([]any)
	var columns []int
	for _, v := range list {
		if n, ok := v.(int64); ok && n >= 0 {
			columns = append(columns, int(n))
		}
	}
	return columns
}

// setValue sets the attribute of a column, and those that come with it, to
// what a cell holds.
func (p importParams) setValue(e *schema.EntityType, name, cell string, out map[string]any) {
	a := e.Attr(name)
	if a == nil {
		return
	}
	out[name] = cell
	switch a.Kind {
	case schema.KindBool:
		out[name] = !strings.EqualFold(cell, "false") && cell != "0"
	case schema.KindInt:
		if n, err := strconv.ParseInt(p.plainNumber(cell), 10, 64); err == nil {
			out[name] = n
		}
	case schema.KindFloat, schema.KindCurrency:
		if f, ok := php.ParseFloat(p.plainNumber(cell)); ok {
			out[name] = f
		}
		if currency := p.text("currency", ""); a.Kind == schema.KindCurrency && currency != "" && out[name+"Currency"] == nil {
			out[name+"Currency"] = currency
		}
	case schema.KindDate:
		if t, err := time.Parse(p.dateLayout(), cell); err == nil {
			out[name] = t.Format(time.DateOnly)
		}
	case schema.KindDateTime, schema.KindDateTimeOptional:
		loc, err := time.LoadLocation(p.text("timezone", "UTC"))
		if err != nil {
			loc = time.UTC
		}
		if t, err := time.ParseInLocation(p.dateLayout()+" "+p.timeLayout(), cell, loc); err == nil {
			out[name] = t.UTC().Format(time.DateTime)
		}
	case schema.KindArray:
		var list []any
		for _, item := range strings.Split(cell, ",") {
			list = append(list, strings.TrimSpace(item))
		}
		out[name] = list
	}
	if a.Field != nil && a.Field.Type == "personName" {
		delete(out, name)
		p.setPersonName(cell, out)
	}
}

// plainNumber takes out what only people write: the separators of thousands.
func (p importParams) plainNumber(cell string) string {
	mark := p.text("decimalMark", ".")
	return strings.Map(func(r rune) rune {
		switch {
		case string(r) == mark:
			return '.'
		case r == '.' || r == ',' || r == ' ' || r == '\'':
			return -1
		}
		return r
	}, cell)
}

// dateLayout is the format of dates as Go writes it.
func (p importParams) dateLayout() string {
	return strings.NewReplacer("YYYY", "2006", "MM", "01", "DD", "02").Replace(p.text("dateFormat", "YYYY-MM-DD"))
}

func (p importParams) timeLayout() string {
	return strings.NewReplacer("HH", "15", "hh", "03", "mm", "04", "ss", "05", "a", "pm", "A", "PM").
		Replace(p.text("timeFormat", "HH:mm"))
}

// setPersonName splits a name into its parts.
func (p importParams) setPersonName(cell string, out map[string]any) {
	format := p.text("personNameFormat", "f l")
	separator := " "
	if strings.Contains(format, ",") {
		separator = ","
	}
	one, two, both := strings.Cut(cell, separator)
	one, two = strings.TrimSpace(one), strings.TrimSpace(two)
	switch {
	case !both:
		out["lastName"] = one
	case strings.HasPrefix(format, "l"):
		out["lastName"], out["firstName"] = one, two
	default:
		out["firstName"], out["lastName"] = one, two
	}
}
