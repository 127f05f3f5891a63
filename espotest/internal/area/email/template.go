package email

import (
	"regexp"
	"strings"
	"time"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// InsertFields reads the values that a template can insert, of a record and of
// the addressee:
// GET Email/insertFieldData.
func InsertFields(c *crm.Call) (any, *answer.Error) {
	query := c.Req.URL.Query()
	answer := map[string]any{}
	if r := c.Store.Find(query.Get("parentType"), query.Get("parentId")); r != nil && c.User.May(rights.Read, r) {
		answer["parent"] = insertable(c, r)
	}
	if to := query.Get("to"); to != "" {
		if r := person(c, to); r != nil {
			answer["to"] = insertable(c, r)
		}
	}
	return answer, nil
}

// written is a value as texts have it: dates in the format of the settings.
func written(c *crm.Call, a *schema.Attribute, s string) string {
	day, _ := c.Store.Settings["dateFormat"].(string)
	clock, _ := c.Store.Settings["timeFormat"].(string)
	day = strings.NewReplacer("YYYY", "2006", "MM", "01", "DD", "02").Replace(day)
	clock = strings.NewReplacer("HH", "15", "hh", "03", "mm", "04", "a", "pm", "A", "PM").Replace(clock)
	switch a.Kind {
	case schema.KindDate:
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			return t.Format(day)
		}
	case schema.KindDateTime, schema.KindDateTimeOptional:
		if t, err := time.Parse(time.DateTime, s); err == nil {
			return t.Format(day + " " + clock)
		}
	}
	return s
}

func insertable(c *crm.Call, r *store.Record) answer.Object {
	values := map[string]any{}
	for _, name := range r.Entity.AttrNames {
		a := r.Entity.Attrs[name]
		if s, ok := r.Get(name).(string); ok && s != "" && a.Selected && a.Kind != schema.KindID {
			values[name] = written(c, a, s)
		}
	}
	return answer.Object{{Name: "entityType", Value: r.Entity.Name}, {Name: "id", Value: r.ID}, {Name: "name", Value: r.Get("name")}, {Name: "values", Value: values}}
}

var placeholder = regexp.MustCompile(`\{(\w+)\.(\w+)\}`)

// PrepareTemplate fills in the placeholders that there is a record for.
func PrepareTemplate(c *crm.Call) (any, *answer.Error) {
	tpl := c.Store.Find("EmailTemplate", c.Params["id"])
	if tpl == nil {
		return nil, answer.NotFound("")
	}
	if !c.User.May(rights.Read, tpl) {
		return nil, answer.Forbidden("")
	}
	text := func(name string) string { s, _ := c.Data[name].(string); return s }
	sources := map[string]*store.Record{}
	use := func(r *store.Record) {
		if r != nil && c.User.May(rights.Read, r) {
			sources[r.Entity.Name] = r
		}
	}
	sources["User"] = c.User.Rec
	use(c.Store.Find(text("relatedType"), text("relatedId")))
	if r := c.Store.Find(text("parentType"), text("parentId")); r != nil && c.User.May(rights.Read, r) {
		use(r)
		sources["Parent"] = r
	}
	if address := text("emailAddress"); address != "" {
		if r := person(c, address); r != nil {
			use(r)
			sources["Person"] = r
		}
	}
	fill := func(name string) string {
		today := written(c, &schema.Attribute{Kind: schema.KindDate}, c.Store.Now().UTC().Format(time.DateOnly))
		return placeholder.ReplaceAllStringFunc(strings.ReplaceAll(tpl.Str(name), "{today}", today), func(s string) string {
			m := placeholder.FindStringSubmatch(s)
			if r := sources[m[1]]; r != nil && r.Entity.Attr(m[2]) != nil {
				v, _ := php.Text(r.Get(m[2]))
				return written(c, r.Entity.Attr(m[2]), v)
			}
			return s
		})
	}
	return answer.Object{
		{Name: "subject", Value: fill("subject")}, {Name: "body", Value: fill("body")}, {Name: "isHtml", Value: tpl.Get("isHtml")},
		{Name: "attachmentsIds", Value: []any{}}, {Name: "attachmentsNames", Value: map[string]any{}},
	}, nil
}
