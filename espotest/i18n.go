package espotest

import (
	_ "embed"
	"maps"
	"strings"
	"unicode"

	"github.com/go-espo/espo/espotest/internal/answer"
)

// labelsJSON has the labels that are not simply the name in words, by scope
// and category.
//
//go:embed labels.json
var labelsJSON []byte

// labels answers with the labels in English: those of labelsJSON and, for
// everything else that an entity type has, its name in words.
func (c *call) labels() (any, *answer.Error) {
	known := mustObject(labelsJSON)
	global, _ := known["Global"].(map[string]any)
	if c.user == nil { // what the page of the login needs
		public := map[string]any{}
		for _, category := range []string{"labels", "messages", "boolFilters"} {
			public[category] = global[category]
		}
		return map[string]any{"Global": public}, nil
	}
	names, plurals := map[string]any{}, map[string]any{}
	out := map[string]any{}
	for name, e := range c.store.types {
		words := inWords(name)
		names[name], plurals[name] = words, plural(words)
		fields, links, options := map[string]any{}, map[string]any{}, map[string]any{}
		for _, field := range e.FieldNames {
			fields[field] = inWords(field)
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
			links[link] = inWords(link)
		}
		out[name] = merge(map[string]any{"fields": fields, "links": links, "options": options}, known[name])
	}
	out["Global"] = merge(map[string]any{"scopeNames": names, "scopeNamesPlural": plurals}, global)
	return out, nil
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
