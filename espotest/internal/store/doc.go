// Package store is EspoCRM's database in memory: records with their attributes,
// the links between records, the contents of files, what duplicates are found
// by, the clock and the ids.
//
// A [Store] has no lock of its own: its owner guards it. What is read from
// it needs no more than a read lock: what is made while reading, an index at its
// first use, has a lock of its own.
//
// The package imports php, collation, release and schema. It knows what is stored and
// what the database works out when it reads; who may read or write it, what a
// value must be, and what else a save does are not its business.
package store
