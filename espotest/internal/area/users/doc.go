// Package users has what users do besides what all records do: passwords and keys,
// rights of others, preferences and positions in teams.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package users
