// Package rights says what users may do: by their type, by the levels that their
// roles give them for an entity type, and by the rights that are about none.
//
// The package imports php, schema and store, and espo for the names of the levels.
// It answers questions about a user and a record; what follows from the answer,
// and in which words it is refused, it does not know.
package rights
