package main

import (
	"maps"
	"slices"
)

// item is a record that one worker alone writes to, as it should be.
type item struct {
	entity, id string
	mark       string
	want       values
	links      map[string]map[string]bool // ids by link
}

// linked returns the ids that a link should lead to.
func (it *item) linked(link string) []string { return slices.Sorted(maps.Keys(it.links[link])) }

func (it *item) link(link, id string, on bool) {
	if it.links == nil {
		it.links = map[string]map[string]bool{}
	}
	if it.links[link] == nil {
		it.links[link] = map[string]bool{}
	}
	if on {
		it.links[link][id] = true
	} else {
		delete(it.links[link], id)
	}
}

// book is what a worker knows of the server: the records that it has made and
// not deleted yet. What is verified and deleted is forgotten, so that a book
// stays small however long the soak takes.
type book struct {
	items map[string][]*item // by entity type
}

func newBook() *book { return &book{items: map[string][]*item{}} }

func (b *book) add(it *item) { b.items[it.entity] = append(b.items[it.entity], it) }

func (b *book) drop(it *item) {
	b.items[it.entity] = slices.DeleteFunc(b.items[it.entity], func(other *item) bool { return other == it })
	for _, list := range b.items {
		for _, other := range list {
			for link := range other.links {
				delete(other.links[link], it.id)
			}
		}
	}
}

// ids are those of the records of an entity type.
func (b *book) ids(entity string) []string {
	ids := make([]string, len(b.items[entity]))
	for i, it := range b.items[entity] {
		ids[i] = it.id
	}
	return ids
}

// merge says that one record was merged into another one, with its links.
func (b *book) merge(into, other *item) {
	for link, ids := range other.links {
		for id := range ids {
			into.link(link, id, true)
		}
	}
	for _, list := range b.items {
		for _, it := range list {
			for link, ids := range it.links {
				if ids[other.id] {
					it.link(link, into.id, true)
				}
			}
		}
	}
	b.drop(other)
}
