// Package webhooks has the registration of webhooks and the delivery of what crm
// has queued for them.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package webhooks
