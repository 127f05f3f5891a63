// Package espootel traces what a client of package espo does, with
// OpenTelemetry:
//
//	client, err := espo.NewClient(url, auth, espo.WithHook(espootel.NewHook()))
//
// # Spans
//
// Each request is a span of kind client, named by its operation, such as
// "Account.create". A call that sends several requests, such as one that reads
// page after page, makes as many spans.
//
// Each try of a request is a span of kind client beneath it, named as the
// semantic conventions for HTTP say: "POST /api/v1/Account". It lasts until the
// head of the answer is there. The trace context that goes to the server, in
// the header of the try, is that of this span. A login that a try needs first is
// beneath it. A request without a try beneath it was not sent.
//
// # Attributes
//
// Both have http.request.method, url.template, server.address, server.port,
// http.response.status_code and, after an error, error.type, which is an
// [espo.ErrorClass]: "404", "canceled", "timeout", "connection" and the like.
// http.request.resend_count has how many further tries there were, and on a try,
// which of them it is. There, espo.resend_cause is the class of the error that
// made it necessary: that of a body that broke off shows nowhere else.
//
// The status of a span is Error after an error, with the text of it. A status
// of 404 is one, also where a method such as Exists expects it.
//
// Names and attributes hold no ids; url.full, which would, is left out. The
// text of an error has the path, and with it ids, and the reason that the server
// gives. Nothing else of what is sent and answered is there, and no credentials.
package espootel
