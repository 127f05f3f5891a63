package main

import (
	"reflect"
	"strings"

	"github.com/go-espo/espo"
)

// espoTypes are the types that a generated type can embed. Each is named as
// its entity type is.
var espoTypes = []reflect.Type{
	reflect.TypeFor[espo.Account](), reflect.TypeFor[espo.Call](), reflect.TypeFor[espo.Campaign](),
	reflect.TypeFor[espo.Case](), reflect.TypeFor[espo.Contact](), reflect.TypeFor[espo.Document](),
	reflect.TypeFor[espo.Email](), reflect.TypeFor[espo.KnowledgeBaseArticle](), reflect.TypeFor[espo.Lead](),
	reflect.TypeFor[espo.Meeting](), reflect.TypeFor[espo.Opportunity](), reflect.TypeFor[espo.TargetList](),
	reflect.TypeFor[espo.Task](), reflect.TypeFor[espo.Team](), reflect.TypeFor[espo.User](),
}

// espoAttributes returns the attributes that package espo names, by entity
// type.
func espoAttributes() map[string][]string {
	known := make(map[string][]string, len(espoTypes))
	for _, t := range espoTypes {
		for f := range t.Fields() {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
				known[t.Name()] = append(known[t.Name()], name)
			}
		}
	}
	return known
}
