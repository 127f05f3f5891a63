// Package app has the endpoints about the installation itself: the start of a
// session, settings, metadata, labels and currency rates.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package app
