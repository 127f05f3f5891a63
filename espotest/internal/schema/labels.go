package schema

import (
	"cmp"
	_ "embed"
	"maps"
	"strings"
	"unicode"
)

// labelsJSON has the labels that are not simply the name in words, by scope
// and category.
//
//go:embed labels.json
var labelsJSON []byte

// LoginLabels are those that the page of the login needs.
func LoginLabels() map[string]any {
	global, _ := mustObject(labelsJSON)["Global"].(map[string]any)
	public := map[string]any{}
	for _, category := range []string{"labels", "messages", "boolFilters"} {
		public[category] = global[category]
	}
	return map[string]any{"Global": public}
}

// Labels returns the labels in English: those of labelsJSON and, for everything
// else that an entity type has, its name in words.
func Labels(types map[string]*EntityType) map[string]any {
	known := mustObject(labelsJSON)
	names, plurals := map[string]any{}, map[string]any{}
	out := map[string]any{}
	for name, e := range types {
		words := cmp.Or(e.Label, inWords(name))
		names[name], plurals[name] = words, cmp.Or(e.Plural, plural(words))
		out[name] = merge(e.labels(), known[name])
	}
	out["Global"] = merge(map[string]any{"scopeNames": names, "scopeNamesPlural": plurals}, known["Global"])
	return out
}

// labels are the names of what the entity type has, in words.
func (e *EntityType) labels() map[string]any {
	fields, links, options := map[string]any{}, map[string]any{}, map[string]any{}
	for _, field := range e.FieldNames {
		fields[field] = cmp.Or(e.Fields[field].Label, inWords(field))
		list := map[string]any{}
		for _, option := range e.Fields[field].Options {
			if s, ok := option.(string); ok && s != "" {
				list[s] = s
			}
		}
		if len(list) > 0 {
			options[field] = list
		}
	}
	for _, link := range e.LinkNames {
		links[link] = cmp.Or(e.Links[link].Label, inWords(link))
	}
	return map[string]any{"fields": fields, "links": links, "options": options}
}

// merge lays the members of over, an object or nil, over those of base.
func merge(base map[string]any, over any) map[string]any {
	m, _ := over.(map[string]any)
	for name, v := range m {
		below, ok := base[name].(map[string]any)
		if ok {
			v = merge(maps.Clone(below), v)
		}
		base[name] = v
	}
	return base
}

// inWords makes "Assigned User" of "assignedUser".
func inWords(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case i == 0:
			r = unicode.ToUpper(r)
		case unicode.IsUpper(r):
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func plural(s string) string {
	switch {
	case strings.HasSuffix(s, "y"):
		return strings.TrimSuffix(s, "y") + "ies"
	case strings.HasSuffix(s, "s"):
		return s
	}
	return s + "s"
}
