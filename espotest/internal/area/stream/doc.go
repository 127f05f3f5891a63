// Package stream has the endpoints of streams: lists of notes, posts, pins and
// reactions, followers, stars and notifications. The notes that go with a save are
// written by crm.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package stream
