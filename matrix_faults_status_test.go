package espo_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	jsonType = "application/json"
	htmlType = "text/html; charset=utf-8"

	htmlPage = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>\x1b[31mSign in</body></html>\n"
)

// replies is an answer instead of the true one. Headers come in pairs.
func replies(status int, contentType, body string, headers ...string) func(truth) script {
	return func(truth) script {
		var b strings.Builder
		fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\nContent-Type: %s\r\n", status, http.StatusText(status), contentType)
		for pair := range slices.Chunk(headers, 2) {
			fmt.Fprintf(&b, "%s: %s\r\n", pair[0], pair[1])
		}
		if status != http.StatusNoContent && status != http.StatusNotModified {
			fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
		}
		return script{head: []byte(b.String() + "\r\n" + body)}
	}
}

// Answers of gateways, and of a server in trouble.
var statusFaults = slices.Concat(
	[]fault{
		{name: "500-empty", shape: replies(500, htmlType, "")},
		{name: "500-html", shape: replies(500, htmlType, htmlPage)},
		{name: "500-json", shape: replies(500, jsonType, `{"message":"Internal Server Error"}`)},
		{name: "500-reason", shape: replies(500, jsonType, "", "X-Status-Reason", "Some\treason \u009b31m")},
		{name: "500-sending-fail", says: either, shape: replies(500, jsonType, `{"id":"6b0538bc04ab91663","message":"No SMTP."}`, "X-Status-Reason", "sendingFail")},
		{name: "503-maintenance", says: refused, again: againAll, shape: replies(503, htmlType,
			`{"message":"The application currently is in maintenance mode."}`, "X-Status-Reason", "Application is in maintenance mode.")},
		{name: "408-html", says: either, shape: replies(408, htmlType, htmlPage)},
		{name: "499-empty", says: either, shape: replies(499, htmlType, "")},
	},
	perStatus([]int{502, 503, 504}, func(status int) []fault {
		return []fault{
			{name: itoa(status) + "-empty", again: againStates, shape: replies(status, htmlType, "")},
			{name: itoa(status) + "-html", again: againStates, shape: replies(status, htmlType, htmlPage)},
			{name: itoa(status) + "-json", again: againStates, shape: replies(status, jsonType, `{"message":"upstream"}`)},
		}
	}),
	perStatus([]int{501, 505, 507, 520, 521, 522, 523, 524, 599}, func(status int) []fault {
		return []fault{{name: itoa(status) + "-html", shape: replies(status, htmlType, htmlPage)}}
	}),
	perStatus([]int{402, 406, 410, 411, 413, 414, 415, 421, 422, 425, 426, 431, 451}, func(status int) []fault {
		return []fault{{name: itoa(status) + "-html", says: refused, shape: replies(status, htmlType, htmlPage)}}
	}),
	[]fault{
		{name: "429-bare", says: refused, again: againAll, shape: replies(429, htmlType, "")},
		{name: "429-html", says: refused, again: againAll, shape: replies(429, htmlType, htmlPage)},
		{name: "429-json", says: refused, again: againAll, shape: replies(429, jsonType, `{"message":"slow down"}`)},
		{name: "413-early", early: true, says: refused, shape: closing(replies(413, htmlType, htmlPage))},
		{name: "503-early", early: true, says: either, shape: closing(replies(503, htmlType, htmlPage))},
		{name: "400-early", early: true, says: refused, shape: closing(replies(400, htmlType, ""))},
		{name: "200-html-early", early: true, shape: closing(replies(200, htmlType, htmlPage))},
	},
)

func perStatus(statuses []int, make func(int) []fault) (all []fault) {
	for _, status := range statuses {
		all = append(all, make(status)...)
	}
	return all
}

// closing is an answer after which the connection ends.
func closing(shape func(truth) script) func(truth) script {
	return func(a truth) script {
		s := shape(a)
		s.then = closes
		return s
	}
}

// Every form of Retry-After.
var retryAfterFaults = perStatus([]int{429, 503}, func(status int) (all []fault) {
	for name, value := range map[string]string{
		"seconds": "3", "zero": "0", "negative": "-7", "huge": "86400000", "overflow": "99999999999999999999999",
		"date": "Sat, 01 Jan 2000 00:00:20 GMT", "past": "Fri, 31 Dec 1999 00:00:00 GMT", "far": "Fri, 31 Dec 9999 23:59:59 GMT",
		"fraction": "1.5", "text": "soon", "blank": "", "hex": "0x10", "control": "5\x00", "list": "5, 10",
	} {
		f := fault{name: strconv.Itoa(status) + "-after-" + name, says: refused, again: againAll, shape: replies(status, htmlType, "", "Retry-After", value)}
		if status == 503 {
			f.says, f.again = unclear, againStates
		}
		if name == "control" { // which may be no header at all
			f.says, f.again = either, againNothing
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b fault) int { return strings.Compare(a.name, b.name) })
	return all
})

// lieOf is for lies: a status may be just what the call wants to know.
func lieOf(status int) func(*matrixCall, kind) bool {
	return func(c *matrixCall, _ kind) bool {
		return status == 404 && c.name == "RecordService.Exists" || status == 401 && c.name == "Client.Logout"
	}
}

// Refusals by the server, and by what stands before it.
var deniedFaults = slices.Concat(
	perStatus([]int{400, 401, 403, 404, 405, 409}, func(status int) []fault {
		return []fault{
			{name: itoa(status) + "-html", says: refused, foreign: true, status: status, shape: replies(status, htmlType, htmlPage)},
			{name: itoa(status) + "-text", says: refused, foreign: true, status: status, shape: replies(status, "text/plain", "no such thing")},
			{name: itoa(status) + "-html-as-json", says: refused, foreign: true, status: status, shape: replies(status, jsonType, htmlPage)},
			{name: itoa(status) + "-bare", says: refused, lies: lieOf(status), shape: replies(status, htmlType, "")},
			{name: itoa(status) + "-json", says: refused, lies: lieOf(status), shape: replies(status, jsonType, `{"message":"no\u001b[31m"}`)},
			{name: itoa(status) + "-reason", says: refused, lies: lieOf(status), shape: replies(status, jsonType, "", "X-Status-Reason", "Because of\ttabs\u0085")},
		}
	}),
	[]fault{
		{name: "400-validation", says: refused, shape: replies(400, jsonType, `{"messageTranslation":{"label":"validationFailure","data":{"field":"na\u0007me","type":"required"}}}`)},
		{name: "401-second-factor", says: refused, lies: lieOf(401), shape: replies(401, jsonType, `{"message":"enterTotpCode","view":null,"data":{}}`, "X-Status-Reason", "second-step-required")},
		{name: "403-page-size", says: refused, shape: replies(403, jsonType, "", "X-Status-Reason", "Max size should not exceed 100. Use offset and limit.")},
		{name: "403-page-size-zero", says: refused, shape: replies(403, jsonType, "", "X-Status-Reason", "Max size should not exceed 0. Use offset and limit.")},
		{name: "409-no-duplicates", says: refused, shape: replies(409, jsonType, `[]`)},
		{name: "409-null-duplicates", says: refused, shape: replies(409, jsonType, `[null]`)},
		{name: "409-empty-duplicate", says: refused, shape: replies(409, jsonType, `[{}]`)},
		{name: "409-strange-duplicate", says: refused, shape: replies(409, jsonType, `[{"id":"6b0538bc04ab91663","name":"x"}]`)},
		{name: "409-duplicates", says: refused, shape: replies(409, jsonType, `[{"id":"6b0538bc04ab91663"},{"id":"6b0538bc04ab91664"}]`)},
		{name: "409-id-of-dots", says: refused, shape: replies(409, jsonType, `[{"id":"../User"}]`)},
		{name: "409-version", says: refused, shape: replies(409, jsonType, `{"values":{"name":"x"},"versionNumber":9}`)},
		{name: "409-version-text", says: refused, shape: replies(409, jsonType, `{"values":null,"versionNumber":"9"}`)},
		{name: "409-values-text", says: refused, shape: replies(409, jsonType, `{"values":"x","versionNumber":9}`)},
	},
)

// Answers that show what was sent, as pages for debugging do.
var echoFaults = []fault{
	{name: "echo-in-page", shape: echo(func(key string) func(truth) script { return replies(500, htmlType, htmlPage+key) })},
	{name: "echo-in-200", shape: echo(func(key string) func(truth) script { return replies(200, htmlType, htmlPage+key) })},
	{name: "echo-in-message", says: refused, shape: echo(func(key string) func(truth) script {
		return replies(400, jsonType, `{"message":"`+key+` is no good"}`)
	})},
	{name: "echo-in-reason", says: refused, shape: echo(func(key string) func(truth) script {
		return replies(403, jsonType, "", "X-Status-Reason", key+" is no good")
	})},
	{name: "echo-in-location", says: either, shape: echo(func(key string) func(truth) script {
		return replies(302, htmlType, "", "Location", "http://"+key+":"+key+"@stranger.example/"+key+"?key="+key)
	})},
	{name: "echo-in-bad-location", says: either, shape: echo(func(key string) func(truth) script {
		return replies(302, htmlType, "", "Location", "http://[::1/?key="+key)
	})},
}

func echo(shape func(key string) func(truth) script) func(truth) script {
	return func(a truth) script { return shape(strings.Join(credentialsIn(a.asked), " "))(a) }
}

// Redirects, some of which net/http follows.
var redirectFaults = following(slices.Concat(
	perStatus([]int{301, 302, 303, 307, 308}, func(status int) []fault {
		return []fault{
			{name: itoa(status) + "-stranger", says: either, shape: replies(status, htmlType, "", "Location", "http://stranger.example"+apiRoot+"Account")},
			{name: itoa(status) + "-other-port", says: either, shape: replies(status, htmlType, "", "Location", "http://"+matrixHost+":8080"+apiRoot+"Account")},
			{name: itoa(status) + "-login", says: either, shape: replies(status, htmlType, htmlPage, "Location", "/login?key=x")},
			{name: itoa(status) + "-other-path", says: either, shape: replies(status, htmlType, "", "Location", apiRoot+"Nothing/6b0538bc04ab91663")},
			{name: itoa(status) + "-to-http", says: either, secure: "tls", shape: replies(status, htmlType, "", "Location", "http://"+matrixHost+apiRoot+"Account")},
			{name: itoa(status) + "-nowhere", says: either, shape: replies(status, htmlType, htmlPage)},
			{name: itoa(status) + "-loop", says: either, shape: replies(status, htmlType, "", "Location", apiRoot+"Loop")},
			{name: itoa(status) + "-without-query", says: redirected(status), shape: func(a truth) script {
				target, _, _ := strings.Cut(a.target, "?")
				return replies(status, htmlType, "", "Location", target)(a)
			}},
			{name: itoa(status) + "-to-itself", says: redirected(status), shape: func(a truth) script { return replies(status, htmlType, "", "Location", a.target)(a) }},
		}
	}),
	nonsenseLocations(),
)...)

// Redirects that are none.
var otherRedirectFaults = []fault{
	{name: "300-html", says: either, shape: replies(300, htmlType, htmlPage)},
	{name: "304", says: either, shape: replies(304, htmlType, "")},
	{name: "305-proxy", says: either, shape: replies(305, htmlType, "", "Location", "http://stranger.example:3128")},
	{name: "399-html", says: either, shape: replies(399, htmlType, htmlPage)},
}

func following(faults ...fault) []fault {
	for i := range faults {
		faults[i].follows = true
	}
	return faults
}

// redirected is what a redirect says of a write: two of them that it must be
// sent elsewhere.
func redirected(status int) says {
	if status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect {
		return refused
	}
	return either
}

func nonsenseLocations() (all []fault) {
	for i, location := range []string{
		"http://[::1", "::::", "", "javascript:alert(1)", "//", "http:///x", "ftp://" + matrixHost + "/", "/%zz", "http://a b/", "/\x1b[31m", "http://" + matrixHost + ":99999/",
	} {
		all = append(all, fault{name: "location-" + itoa(i+1), says: either, shape: replies(302, htmlType, "", "Location", location)})
	}
	return all
}

// Answers before the answer.
var interimFaults = []fault{
	{name: "100-before", says: nothing, harmless: true, shape: after("HTTP/1.1 100 Continue\r\n\r\n")},
	{name: "102-before", says: nothing, harmless: true, shape: after("HTTP/1.1 102 Processing\r\n\r\n")},
	{name: "103-before", says: nothing, harmless: true, shape: after("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")},
	{name: "103-three-times", says: nothing, harmless: true, shape: after(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 3))},
	{name: "103-then-502", again: againStates, shape: func(a truth) script {
		s := replies(502, htmlType, htmlPage)(a)
		s.head = append([]byte("HTTP/1.1 103 Early Hints\r\n\r\n"), s.head...)
		return s
	}},
	{name: "http-1.0", says: nothing, harmless: true, shape: func(a truth) script {
		raw := a.raw()
		copy(raw, "HTTP/1.0")
		return script{head: raw, then: closes}
	}},
	{name: "close-after", says: nothing, harmless: true, shape: func(a truth) script { return script{head: a.raw(), then: closes} }},
	{name: "lower-case", says: nothing, harmless: true, shape: func(a truth) script {
		head := strings.ToLower(strings.TrimPrefix(a.head(), "HTTP/1.1 "))
		return script{head: fmt.Appendf(nil, "HTTP/1.1 %scontent-length:%d\r\n\r\n%s", head, len(a.body), a.body)}
	}},
	{name: "text-plain", says: nothing, harmless: true, fits: isJSON, shape: func(a truth) script { return replies(a.status, "text/plain", string(a.body))(a) }},
	{name: "text-html-label", says: nothing, harmless: true, fits: isJSON, shape: func(a truth) script { return replies(a.status, htmlType, string(a.body))(a) }},
	{name: "more-than-asked", says: nothing, harmless: true, shape: func(a truth) script {
		return script{head: append(a.raw(), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue"...), then: closes}
	}},
}

func after(interim string) func(truth) script {
	return func(a truth) script { return script{head: append([]byte(interim), a.raw()...)} }
}

// Successes without a body, or with a part of it.
var emptyFaults = []fault{
	{name: "200-empty", fits: hasBody, lies: lieIfAsIs(kindText), shape: replies(200, jsonType, "")},
	{name: "201-empty", fits: hasBody, lies: lieIfAsIs(kindText), shape: replies(201, jsonType, "")},
	{name: "202-empty", fits: hasBody, lies: lieIfAsIs(kindText), shape: replies(202, jsonType, "")},
	{name: "204", fits: hasBody, lies: lieIfAsIs(kindText), shape: replies(204, jsonType, "")},
	{name: "205", fits: hasBody, lies: lieIfAsIs(kindText), shape: replies(205, jsonType, "")},
	{name: "206-half", fits: hasBody, lies: lieFor(kindText, kindNumber), shape: func(a truth) script {
		a.status, a.body = http.StatusPartialContent, a.body[:len(a.body)/2]
		return script{head: a.raw()}
	}},
	{name: "206-rest", fits: hasBody, lies: lieFor(kindText, kindNumber), shape: func(a truth) script {
		a.status, a.body = http.StatusPartialContent, a.body[len(a.body)/2:]
		return script{head: a.raw()}
	}},
}
