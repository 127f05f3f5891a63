// Package crm is an installation of EspoCRM: its users and their logins, the call
// that a request becomes, and what every write and every list goes through,
// whatever the entity type.
//
// The line of a write reads from top to bottom in the files record_*.go:
// [Call.Create] and [Call.Update] take the input (record_input.go), check it
// (record_check.go, record_linkcheck.go, record_duplicates.go), save it
// (record_save.go, record_addresses.go, record_links.go), write the notes of the
// stream (record_notes.go) and queue what webhooks are to be told
// (record_webhooks.go). [Call.Load] then adds what an answer shows (record_load.go).
// What one entity type does besides stands in its [Hooks], which the one who makes the
// installation hands in.
//
// The package imports release, php, answer, schema, store, where, validate and rights. It
// knows neither routes nor the endpoints of the areas, and no entity type by name
// where a hook will do.
package crm
