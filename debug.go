package espo

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// WithDebug writes each request and each answer to w, to see what goes over the
// wire. Credentials are left out, but everything else is there, which may be
// personal data: it is for development. Of each body no more than 64 KiB are
// shown, and of files none. w need not be safe for concurrent use.
func WithDebug(w io.Writer) Option {
	return func(c *Client) error {
		if isNil(w) {
			return badInput("WithDebug", "is nil")
		}
		c.debug = &dump{w: w}
		return nil
	}
}

const maxDump = 64 << 10

// dump writes what goes over the wire.
type dump struct {
	mu sync.Mutex
	w  io.Writer
}

func (d *dump) print(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, _ = fmt.Fprintf(d.w, format, args...)
}

// request shows a request before it is sent. Header is that of the request
// before the credentials were added.
func (d *dump) request(x *exchange, hr *http.Request, header http.Header) {
	target := x.req.escapedPath()
	if x.req.query != "" {
		target += "?" + shownQuery(x.req.query)
	}
	body := ""
	switch {
	case x.req.raw != nil:
		body = fmt.Sprintf("(%d bytes)\n", x.req.rawSize)
	case x.req.body != nil:
		shown, err := json.Marshal(x.req.body, showOptions)
		if err != nil {
			shown = x.req.encoded
		}
		body = shownBody(shown, "application/json")
	}
	d.print("> %s %s (%s, try %d)\n%s%s\n", hr.Method, target, x.req.operation.Name, x.try, shownHeader(hr.Header, header), body)
}

// response shows an answer when its body has been read as far as it was. sent
// is the header of the request, whose credentials the answer may repeat.
func (d *dump) response(x *exchange, resp *http.Response, sent http.Header) {
	head := fmt.Sprintf("< %s to %s %s\n%s", resp.Status, x.req.method, x.req.escapedPath(), shownHeader(resp.Header, resp.Header))
	if resp.Header.Get("Content-Disposition") != "" {
		d.print("%s(a file)\n\n", withoutCredentials(head, sent))
		return
	}
	contentType := resp.Header.Get("Content-Type")
	resp.Body = &dumpedBody{ReadCloser: resp.Body, done: func(start []byte) {
		if x.req.login {
			start = []byte("(the answer to a login)")
			contentType = ""
		}
		d.print("%s\n", withoutCredentials(head+shownBody(start, contentType), sent))
	}}
}

// failure shows that there was no answer.
func (d *dump) failure(x *exchange, err error) {
	d.print("< no answer to %s %s: %v\n\n", x.req.method, x.req.escapedPath(), err)
}

// dumpedBody keeps the start of a body until it is closed.
type dumpedBody struct {
	io.ReadCloser
	start []byte
	done  func(start []byte)
}

func (b *dumpedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.start = append(b.start, p[:min(n, maxDump+1-len(b.start))]...)
	return n, err
}

func (b *dumpedBody) Close() error {
	if b.done != nil {
		b.done(b.start)
		b.done = nil
	}
	return b.ReadCloser.Close()
}

// shownHeader is a header without what is not in before: that are credentials,
// whatever authenticator has added them.
func shownHeader(h, before http.Header) string {
	var b strings.Builder
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := strings.Join(h[name], ", ")
		if name == "Cookie" || name == "Set-Cookie" || holdsCredential(name) || !slices.Equal(h[name], before[name]) {
			value = string(hidden)
		}
		fmt.Fprintf(&b, "%s: %s\n", name, printable(value))
	}
	return b.String()
}

// shownQuery is a query without its credentials: those of parameters, and what
// an attribute that is one is compared with.
func shownQuery(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return string(hidden)
	}
	var hide []string // the beginnings of names
	for name, list := range values {
		if prefix, ok := strings.CutSuffix(name, "[attribute]"); ok && slices.ContainsFunc(list, isCredential) {
			hide = append(hide, prefix+"[value]")
		}
	}
	shown := make(url.Values, len(values))
	for name, list := range values {
		compared := slices.ContainsFunc(hide, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		for _, value := range list {
			var filter map[string]any
			switch {
			case compared || isCredential(name):
				value = string(hidden)
			case strings.HasPrefix(value, "{") && json.Unmarshal([]byte(value), &filter, jsonOptions) == nil:
				if b, err := json.Marshal(hideCredentials(filter), json.Deterministic(true)); err == nil {
					value = string(b)
				}
			}
			shown.Add(name, value)
		}
	}
	return shown.Encode()
}

// shownBody is a body without its credentials.
func shownBody(body []byte, contentType string) string {
	switch text := bytes.TrimSpace(body); {
	case len(text) == 0:
		return ""
	case len(body) > maxDump:
		return fmt.Sprintf("(more than %d bytes)\n", maxDump)
	case !strings.HasPrefix(contentType, "application/json") && !jsontext.Value(text).IsValid():
		return printable(string(text)) + "\n"
	}
	var value any
	if err := json.Unmarshal(body, &value, jsonOptions); err != nil {
		return fmt.Sprintf("(%d bytes that are not JSON)\n", len(body))
	}
	shown, err := json.Marshal(hideCredentials(map[string]any{"body": value})["body"], jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return fmt.Sprintf("(%d bytes)\n", len(body))
	}
	return string(shown) + "\n"
}
