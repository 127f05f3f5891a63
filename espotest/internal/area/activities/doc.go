// Package activities has meetings, calls and tasks: their lists and hooks, the
// calendar and those who attend.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package activities
