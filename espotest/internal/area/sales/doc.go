// Package sales has leads and their conversion, lead capture, campaigns and target
// lists, and the hooks of contacts, opportunities and articles.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package sales
