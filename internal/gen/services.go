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

// ServiceMethods are the names of espo.RecordService's methods and fields. A
// link of the same name gets another one, so that none of them is hidden.
var ServiceMethods = []string{
	"Action", "All", "Changes", "Client", "ConvertCurrency", "Count", "Create", "CreateAll",
	"CreateEach", "CreateOnce", "CreateOnceAll", "CreateOnceEach", "Delete", "DeleteAll",
	"DeleteEach", "DuplicateAttributes", "EntityType", "Exists", "FindDeleted", "First",
	"Get", "GetMany", "Kanban", "Link", "List", "Merge", "Modify", "Ref", "Restore",
	"SetKanbanOrder", "Tree", "Unlink", "Update", "UpdateAll", "UpdateEach", "Upsert",
	"UpsertAll", "UpsertEach", "RecordService",
}

// service writes the service of an entity type: its links to several records,
// each as a method.
func (g *generator) service(out *bytes.Buffer, t string) {
	goType, name := g.types[t], g.services[t]
	if !slices.Contains(g.cfg.HasService, t) {
		fmt.Fprintf(out, "\n// %s has the records of the entity type %s, and their links.\ntype %s struct {\n*%s\n}\n",
			name, oneLine(t), name, g.qualify("espo.RecordService["+goType+"]"))
	}
	if !g.cfg.InEspo {
		fmt.Fprintf(out, "\n// New%s returns the service for the records of a client.\nfunc New%s(client *espo.Client) *%s {\nreturn &%s{espo.Records[%s](client, %q)}\n}\n",
			name, name, name, name, goType, t)
	}
	methods := names{}
	for _, taken := range ServiceMethods {
		methods[taken] = true
	}
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
	if !g.cfg.InEspo && slices.Contains(stockTypes, entityType) {
		return "espo." + entityType
	}
	return g.qualify("espo.Record")
}

// constants writes the names of the attributes and links of an entity type:
// what is misspelt in a filter does not compile then.
func (g *generator) constants(out *bytes.Buffer, t string) {
	e := g.facts[t]
	all := e.attributes(g.facts)
	attributes, links := make([]string, len(all)), slices.Sorted(maps.Keys(e.Links))
	for i, a := range all {
		attributes[i] = a.name
	}
	g.constantsOf(out, t, "Attr", "Attributes of %s, as filters, orders and selects name them.", attributes)
	g.constantsOf(out, t, "Link", "Links of %s, as filters name them.", links)
}

func (g *generator) constantsOf(out *bytes.Buffer, t, kind, comment string, list []string) {
	list = slices.DeleteFunc(list, func(name string) bool { return !taggable(name) })
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(out, "\n// "+comment+"\nconst (\n", g.types[t])
	for _, name := range list {
		fmt.Fprintf(out, "%s = %q\n", g.pkg.take(g.types[t]+kind+GoName(name)), name)
	}
	out.WriteString(")\n")
}
