package gen

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// alsoTyped are the entity types beside those that are generated that package
// espo has Go types for.
var alsoTyped = map[string]string{"Attachment": "Attachment", "Note": "Note"}

// service writes the service of an entity type: its links to several records,
// each as a method.
func (g *generator) service(out *bytes.Buffer, t string) {
	goType := g.types[t]
	name := goType + "Service"
	if !slices.Contains(g.cfg.HasService, t) {
		fmt.Fprintf(out, "\n// %s has the records of the entity type %s, and their links.\ntype %s struct {\n*%s\n}\n",
			name, oneLine(t), name, g.qualify("espo.RecordService["+goType+"]"))
	}
	methods := names{}
	links := g.facts[t].Links
	for _, link := range slices.Sorted(maps.Keys(links)) {
		l := links[link]
		if l.Type != "hasMany" && l.Type != "hasChildren" || slices.Contains(g.cfg.SkipLinks[t], link) || !taggable(link) {
			continue
		}
		method, of := methods.take(GoName(link)), g.linked(l.Entity)
		fmt.Fprintf(out, "\n// %s is the linked records of the entity type %s:\n// %s/{id}/%s.",
			method, oneLine(l.Entity), oneLine(t), oneLine(link))
		if len(l.Columns) > 0 {
			fmt.Fprintf(out, " The link has the columns %s.", oneLine(strings.Join(sortedKeys(l.Columns), ", ")))
		}
		fmt.Fprintf(out, "\nfunc (s *%s) %s(id string) *%s[%s] {\nreturn %s[%s](s.Client(), s.Ref(id), %q)\n}\n",
			name, method, g.qualify("espo.RelatedService"), of, g.qualify("espo.Related"), of, link)
	}
}

// linked is the Go type of the records of an entity type.
func (g *generator) linked(entityType string) string {
	if typ := g.types[entityType]; typ != "" {
		return typ
	}
	if typ := alsoTyped[entityType]; typ != "" {
		return g.qualify("espo." + typ)
	}
	return g.qualify("espo.Record")
}
