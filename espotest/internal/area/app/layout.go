package app

import (
	_ "embed"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
)

// layoutsJSON has the layouts of release.Default, by version, entity type and
// name, and those of the other releases that differ.
//
//go:embed layouts.json
var layoutsJSON []byte

var layouts = sync.OnceValue(func() (all map[string]map[string]map[string]jsontext.Value) {
	if err := json.Unmarshal(layoutsJSON, &all); err != nil {
		panic(err) // the file is built in
	}
	return all
})

// plainLayouts are those of an entity type that has none of its own.
var plainLayouts = map[string]string{
	"list":               `[{"name":"name","link":true}]`,
	"listSmall":          `[{"name":"name","link":true}]`,
	"kanban":             `[{"name":"name","link":true}]`,
	"detail":             `[{"label":"Overview","rows":[[{"name":"name"},false]]}]`,
	"detailSmall":        `[{"label":"","rows":[[{"name":"name","fullWidth":true}]]}]`,
	"filters":            `[]`,
	"massUpdate":         `["assignedUser","teams"]`,
	"relationships":      `[]`,
	"bottomPanelsDetail": `{}`,
	"sidePanelsDetail":   `{}`,
	"defaultSidePanel":   `[]`,
}

// ReadLayout answers with a layout of a view: GET {type}/layout/{name}.
func ReadLayout(c *crm.Call) (any, *answer.Error) {
	entityType, name := c.Params["entityType"], c.Params["name"]
	for _, version := range []string{c.Store.Release.Minor(), release.Default.Minor()} {
		if layout, ok := layouts()[version][entityType][name]; ok {
			return answer.Reply{Raw: layout}, nil
		}
	}
	if layout, ok := plainLayouts[name]; ok {
		return answer.Reply{Raw: []byte(layout)}, nil
	}
	return nil, answer.NotFound("Layout %s:%s is not found.", entityType, name)
}
