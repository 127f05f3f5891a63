// Package manager has the endpoints with which administrators set up entity
// types, fields and links.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package manager
