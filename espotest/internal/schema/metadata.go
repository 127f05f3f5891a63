package schema

import (
	_ "embed"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
)

// metadataJSON has parameters of fields and links that the server itself does
// not act on here, mostly for the web page, as a server answers them.
//
//go:embed metadata.json
var metadataJSON []byte

// webParamsOf are those of a release; the folder versions has how they differ.
func webParamsOf(r release.Release) map[string]any {
	changes, err := versions.ReadFile("versions/web-" + r.Minor() + ".json")
	if err != nil {
		return mustObject(metadataJSON) // of the release that the file is of
	}
	b, err := patched(metadataJSON, changes)
	if err != nil {
		panic(err) // the files are built in
	}
	return mustObject(b)
}

func mustObject(b []byte) map[string]any {
	v, err := php.DecodeJSON(b)
	if err != nil {
		panic(err) // the files are built in
	}
	return v.(map[string]any)
}

// LookUp follows a key whose parts are separated by dots.
func LookUp(v any, key string) any {
	for _, part := range strings.Split(key, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[part]
	}
	return v
}

// Metadata builds the metadata of the entity types of a server of a release.
func Metadata(r release.Release, types map[string]*EntityType) map[string]any {
	own, web := editionOf(r).own, editionOf(r).web
	defs, scopes := map[string]any{}, map[string]any{}
	for name, e := range types {
		def := map[string]any{
			"fields": definitions(own, web, name, "fields", e.Fields),
			"links":  definitions(own, web, name, "links", e.Links),
		}
		collection := map[string]any{}
		if e.Collection.OrderBy != "" {
			collection["orderBy"], collection["sortBy"] = e.Collection.OrderBy, e.Collection.OrderBy
		}
		if e.Collection.Order != "" {
			collection["order"], collection["asc"] = e.Collection.Order, e.Collection.Order == "asc"
		}
		if len(e.Collection.TextFilterFields) > 0 {
			collection["textFilterFields"] = php.List(e.Collection.TextFilterFields)
		}
		if len(collection) > 0 {
			def["collection"] = collection
		}
		if e.OptimisticConcurrency {
			def["optimisticConcurrencyControl"] = true
		}
		defs[name] = def
		scope := map[string]any{"entity": true, "object": e.Object, "stream": e.Stream, "acl": e.ACL}
		if e.Module != "" {
			scope["module"] = e.Module
		}
		if e.StatusField != "" {
			scope["statusField"] = e.StatusField
		}
		if e.Custom {
			scope["isCustom"], scope["customizable"], scope["type"] = true, true, e.Type
		}
		scopes[name] = scope
	}
	// clientDefs are for the web page alone. There is nothing in them here, but no
	// server is without, and the client recognises the whole metadata by them.
	return map[string]any{"entityDefs": defs, "scopes": scopes, "clientDefs": map[string]any{}}
}

// notInMetadata are facts that a server keeps elsewhere, or in its code.
var notInMetadata = []string{
	"nonAdminReadOnly", "onlyAdmin", "notByRole", "computed", "forbidden", "internal", "notRequired", "selected",
}

// toldAs is the name that a fact of a field or a link has in the metadata.
func toldAs(kind, fact string) string {
	if kind == "fields" && fact == "columns" { // that of links is another
		return fact
	}
	for name, own := range factNames {
		if own == fact {
			return name
		}
	}
	return fact
}

// definitions returns the parameters of fields or links.
func definitions[D any](own, web map[string]any, entity, kind string, all map[string]D) map[string]any {
	out := make(map[string]any, len(all))
	for name, d := range all {
		def, _ := LookUp(own, entity+"."+kind+"."+name).(map[string]any)
		if def == nil {
			b, err := json.Marshal(d)
			if err != nil {
				panic(err) // plain data
			}
			def = mustObject(b)
		}
		told := make(map[string]any, len(def))
		for fact, v := range def {
			if !slices.Contains(notInMetadata, fact) {
				told[toldAs(kind, fact)] = v
			}
		}
		if more, ok := LookUp(web, entity+"."+kind+"."+name).(map[string]any); ok {
			maps.Copy(told, more)
		}
		if made, ok := any(d).(interface{ made() Params }); ok {
			maps.Copy(told, made.made())
		}
		out[name] = told
	}
	return out
}
