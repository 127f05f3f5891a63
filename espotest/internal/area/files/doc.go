// Package files has the endpoints of attachments: uploads in one piece and in
// chunks, downloads, copies and images from the web.
//
// An area imports crm and what is below it, and no other area. Its endpoints reach
// records only through a crm.Call.
package files
