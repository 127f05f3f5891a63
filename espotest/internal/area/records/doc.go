// Package records has the endpoints about the records of any entity type that are
// more than reading and writing one: links, boards, the actions of records and the
// search in all of them.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package records
