// Package bulk has the endpoints that work on many records at once: mass actions,
// exports and imports, at once or as jobs.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package bulk
