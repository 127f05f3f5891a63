// Package espotest is an EspoCRM server in memory, for the tests of programs
// that use package espo. It answers as EspoCRM 9.3 does: with its validation,
// rights, filters, links, streams, files, exports and webhooks, with the same
// statuses and reasons, and with the faults that a test asks for. [WithVersion]
// makes it answer as another version does, from 7.5 to 10.0.
//
//	func TestRename(t *testing.T) {
//		srv := espotest.NewServer(t)
//		ids := srv.Seed("Account", map[string]any{"name": "Acme"})
//
//		err := rename(t.Context(), srv.Client(), ids[0], "Acme Inc.")
//
//		require.NoError(t, err)
//		assert.Equal(t, "Acme Inc.", srv.Records("Account")[0]["name"])
//		assert.Equal(t, "PUT", srv.Requests()[0].Method)
//	}
//
// [NewServer] closes the server when the test ends; [Start] is for programs.
// Every server has the users that the constants name; [WithUser], [WithRole],
// [WithEntityType], [WithMetadata] and [WithSettings] add to what it has. [Server.Fail] makes
// requests fail. Nothing sleeps and nothing happens in the background:
// [WithClock] sets the time, and [Server.RunJobs] and [Server.DeliverWebhooks]
// do what a real server leaves to its scheduled jobs.
//
// # Records
//
// [Server.Seed] creates records, old ones too: it can set createdAt, modifiedAt,
// createdById and modifiedById, which the server fills in otherwise. What it
// cannot set, such as a misspelt attribute, fails the test. [Server.Records] has
// what is stored.
//
// # Entity types
//
// The server has EspoCRM's own entity types. [WithEntityType] adds others, and
// fields and links to those that there are. A link to one record gets its field,
// so that records have its attributes; what does not exist is an error.
//
// [WithMetadata] takes them all from the user's own server: from its answer to
// GET Metadata, which the command espogen saves in a file with -dump.
//
// # Network
//
// The server listens on a port of 127.0.0.1. [WithTLS] makes it speak TLS and
// HTTP/2, with a certificate that its own clients trust and others find in
// [Server.CertPool]. [Server.Handler] is for a server or a middleware of one's
// own, if need be of a server that listens nowhere, by [WithoutListener].
//
// # Paths
//
// The server decodes a path before it looks for the route, as EspoCRM does
// behind nginx or Caddy: an id with an escaped slash reaches another route.
// A request line above 8 KiB is answered 414 with a page of HTML, as web
// servers do; [WithMaxURL] sets another limit.
//
// # Faults
//
// A [Fault] names requests and what happens to them: another answer, a
// connection that is cut, a delay. With After the server carries the request
// out first, so that only the answer is lost:
//
//	srv.Fail(espotest.Fault{Method: "POST", After: true, Status: 502})    // done, behind a proxy's error
//	srv.Fail(espotest.Fault{Method: "POST", After: true, Cut: true})      // done, and no answer
//	srv.Fail(espotest.Fault{Method: "POST", After: true, Body: "null"})   // done, behind a strange answer
//
// A Status that EspoCRM gives looks like its own answer, with its headers; any
// other from 300 on looks like that of a proxy in front, with a page of HTML.
//
// A [Kind] makes EspoCRM itself fail, as it does when somebody else was first
// ([Conflict], [Duplicate]), when a value breaks a rule ([Invalid]), in
// maintenance mode ([Maintenance]) and after failed logins ([LoginLimit]):
//
//	srv.Fail(espotest.Fault{Path: "Account/*", Kind: espotest.Conflict{}})
//
// A fault that could never happen, or that cannot happen to the request that it
// is due for, fails the test.
//
// # E-mails
//
// Sending an e-mail fails, as on a new installation, unless the server has
// [WithSMTP]. [Server.SentEmails] has what was sent: an e-mail that was sent
// twice is there twice. As with EspoCRM, each update that leaves an e-mail with
// the status Sending sends it; only administrators can send again what was sent
// before.
//
// # Programs in other languages
//
// The command espofake is this server as a program that stands alone.
//
// # Requests
//
// [Server.Requests] has what was sent to the server: the last 10,000 requests,
// and 64 MiB of their bodies. [WithRequestLog] sets other limits, and
// [Server.ClearRequests] begins anew.
package espotest
