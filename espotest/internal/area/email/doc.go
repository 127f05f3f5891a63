// Package email has what e-mails do besides what all records do: their addresses,
// folders and flags, sending, templates and files.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package email
