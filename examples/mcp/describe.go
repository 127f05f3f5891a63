package main

import (
	"context"
	"maps"
	"slices"

	"github.com/go-espo/espo"
)

// access is what the agent may do with the records of an entity type, and
// with which of them: all, team or own.
type access struct {
	EntityType string            `json:"entityType"`
	May        map[string]string `json:"may"`
}

var actions = []espo.AccessAction{espo.AccessRead, espo.AccessCreate, espo.AccessEdit}

func (t *tools) entityTypes(ctx context.Context, _ nothing) (any, error) {
	names, err := t.client.Metadata.EntityTypes(ctx)
	if err != nil {
		return nil, err
	}
	user, err := t.client.App.CurrentUser(ctx)
	if err != nil {
		return nil, err
	}
	types := []access{}
	for _, name := range names {
		if !user.Can(espo.AccessRead, name) {
			continue
		}
		a := access{EntityType: name, May: map[string]string{}}
		for _, action := range actions {
			if level := user.Level(action, name); level != espo.AccessNo {
				a.May[string(action)] = string(level)
			}
		}
		types = append(types, a)
	}
	return map[string]any{"entityTypes": types}, nil
}

type fieldInfo struct {
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Required  bool     `json:"required,omitempty"`
	ReadOnly  bool     `json:"readOnly,omitempty"`
	MaxLength int      `json:"maxLength,omitempty"`
	Options   []string `json:"options,omitempty"`
	To        []string `json:"to,omitempty"` // entity types that a link leads to
}

type linkInfo struct {
	Name string `json:"name"`
	Type string `json:"type"`
	To   string `json:"to,omitempty"`
}

func (t *tools) describe(ctx context.Context, in ofType) (any, error) {
	defs, err := t.client.Metadata.EntityType(ctx, in.EntityType)
	if err != nil {
		return nil, err
	}
	fields, links := []fieldInfo{}, []linkInfo{}
	for _, name := range slices.Sorted(maps.Keys(defs.Fields)) {
		f := defs.Fields[name]
		info := fieldInfo{
			Name: name, Type: f.Type, Required: f.Required, ReadOnly: f.ReadOnly,
			MaxLength: f.MaxLength, Options: f.Options, To: f.EntityList,
		}
		if to := f.Entity; to != "" {
			info.To = []string{to}
		} else if to := defs.Links[name].Entity; to != "" {
			info.To = []string{to}
		}
		fields = append(fields, info)
	}
	for _, name := range slices.Sorted(maps.Keys(defs.Links)) {
		links = append(links, linkInfo{name, defs.Links[name].Type, defs.Links[name].Entity})
	}
	return map[string]any{
		"entityType": in.EntityType, "fields": fields, "links": links,
		"note": "A field of type link has the attributes <name>Id and <name>Name, one of type linkMultiple <name>Ids, " +
			"one of type linkParent also <name>Type, and one of type currency also <name>Currency.",
	}, nil
}
