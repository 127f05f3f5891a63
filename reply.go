package espo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// prover is a reply that can tell whether it is what EspoCRM sends. Proxies,
// login pages and hooks answer 200 with all sorts of JSON.
type prover interface {
	// proof says what the reply lacks, or "".
	proof() string
}

// decode reads a JSON reply into out. With out nil it only makes sure that
// the reply is EspoCRM's.
func (c *Client) decode(req *request, resp *http.Response, out any) error {
	body := &replyReader{r: resp.Body, left: c.maxReply}
	var err error
	if out == nil {
		err = skim(resp, body)
	} else {
		err = json.UnmarshalRead(body, out, jsonOptions)
	}
	if err != nil {
		return c.unreadable(req, resp, body, err)
	}
	lacks := ""
	switch p, ok := out.(prover); {
	case resp.StatusCode == http.StatusPartialContent:
		lacks = "the body is a part of one"
	case out != nil && bytes.Equal(bytes.TrimSpace(body.start()), []byte("null")):
		lacks = "the body is null"
	case ok:
		lacks = p.proof()
	}
	if lacks != "" {
		return req.foreign(resp.StatusCode, body, lacks, ErrNotEspoCRM)
	}
	return nil
}

// skim reads a body whose contents nobody wants: JSON, or another text.
func skim(resp *http.Response, body *replyReader) error {
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		dec := jsontext.NewDecoder(body, jsonOptions)
		err := dec.SkipValue()
		if err == nil {
			_, err = dec.ReadToken()
		}
		if err == nil {
			return errTrailing
		}
		if errors.Is(err, io.EOF) && dec.InputOffset() > 0 {
			return nil
		}
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return err
	}
	if isHTML(resp, body.start()) {
		return ErrNotEspoCRM
	}
	return nil
}

var errTrailing = errors.New("something follows the JSON value")

// unreadable is the error for the reply to a success that could not be read.
func (c *Client) unreadable(req *request, resp *http.Response, body *replyReader, err error) error {
	var transport *TransportError
	switch {
	case errors.Is(err, ErrReplyTooLarge):
		return req.foreign(resp.StatusCode, body, "", ErrReplyTooLarge)
	case body.err != nil && !errors.As(body.err, &transport): // the context's own
		return body.err
	case transport != nil:
		return req.foreign(resp.StatusCode, body, transport.Err.Error(), &brokenReply{transport.Err})
	case isHTML(resp, body.start()):
		return req.foreign(resp.StatusCode, body, "the body is an HTML page", ErrNotEspoCRM)
	case body.n == 0 && body.ended:
		return req.foreign(resp.StatusCode, body, "the body is empty", ErrNotEspoCRM)
	}
	reason, cause := misread(err)
	return req.foreign(resp.StatusCode, body, reason, cause)
}

// misread says what an error of decoding a reply means.
func misread(err error) (reason string, cause error) {
	var (
		syntactic *jsontext.SyntacticError
		semantic  *json.SemanticError
	)
	switch {
	case errors.As(err, &syntactic), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, ErrNotEspoCRM), errors.Is(err, errTrailing):
		return "the body is not whole JSON", fmt.Errorf("%w: %w", ErrNotEspoCRM, err)
	case errors.As(err, &semantic) && semantic.JSONPointer == "":
		return "the body is " + kindOf(semantic.JSONKind), ErrNotEspoCRM
	case semantic != nil:
		return "at " + string(semantic.JSONPointer), &misfit{semantic}
	}
	return "", err
}

// foreign is the error for a reply that was read as far as body.
func (r *request) foreign(status int, body *replyReader, reason string, cause error) error {
	e := r.failure(status, reason, cause)
	if !r.login { // whose reply holds the token
		e.Body = clip(body.start(), maxErrorBody)
	}
	return e
}

// brokenReply is the cause of an error for a reply that broke off.
type brokenReply struct{ err error }

func (e *brokenReply) Error() string { return ErrNotEspoCRM.Error() }
func (e *brokenReply) Is(target error) bool {
	return target == ErrNotEspoCRM || target == ErrTransport
}
func (e *brokenReply) Unwrap() error { return e.err }

// misfit is a value in a reply that does not fit the Go type it is read into.
type misfit struct{ err *json.SemanticError }

func (e *misfit) Error() string {
	text := kindOf(e.err.JSONKind) + " does not fit"
	if t := e.err.GoType; t != nil && t.PkgPath() != "" {
		text += " " + t.String()
	} else if t != nil {
		text += " a Go " + t.String()
	}
	if e.err.Err != nil {
		text += ": " + e.err.Err.Error()
	}
	return text
}

func (e *misfit) Unwrap() error { return e.err }

// kindOf names a kind of JSON value.
func kindOf(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "a JSON boolean"
	case '"':
		return "a JSON string"
	case '0':
		return "a JSON number"
	case '{':
		return "a JSON object"
	case '[':
		return "a JSON array"
	}
	return "no JSON value"
}

// replyReader limits a body and remembers how it began.
type replyReader struct {
	r    io.Reader
	left int64
	head [256]byte
	n    int // bytes in head

	ended bool  // the body came to its own end
	err   error // of reading it
}

func (b *replyReader) start() []byte { return b.head[:b.n] }

func (b *replyReader) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrReplyTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if err == io.EOF {
		b.ended = true
	} else if err != nil {
		b.err = err
	}
	b.n += copy(b.head[b.n:], p[:n])
	if b.left -= int64(n); b.left < 0 {
		return 0, ErrReplyTooLarge
	}
	return n, err
}

// snapshot returns a function that puts *out back to what it is now, so that
// a further try does not decode into the rests of the one before.
func snapshot(out any) func() {
	v := reflect.ValueOf(out)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return func() {}
	}
	before := reflect.New(v.Type().Elem()).Elem()
	before.Set(v.Elem())
	return func() { v.Elem().Set(before) }
}

// drain reads what is left of a body, within reason, so that the connection
// can be used again, and closes it.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 64<<10)
	_ = body.Close()
}
