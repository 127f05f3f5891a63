// Package schema has the entity types of an installation: their fields, links
// and attributes, what is derived from them, the settings, and the facts of
// EspoCRM 9.3.10 that all of it comes from, in entities.json, metadata.json and
// labels.json. The folder versions has how other releases differ.
//
// An entity type that is in use never changes: the stock ones are shared by all
// servers of a process.
//
// The package imports nothing of espotest but php, patch and release. It knows which records there can be, and
// must not know of any.
package schema
