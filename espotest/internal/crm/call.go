package crm

import (
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// InternalCall is a call of the server's own, as an administrator.
func (s *CRM) InternalCall() *Call {
	c := &Call{CRM: s, Req: &http.Request{Header: http.Header{}}}
	for _, u := range s.Users {
		if u.UserName == s.admin {
			c.User = u
		}
	}
	return c
}

// LinkIDs returns the ids that the body names.
func (c *Call) LinkIDs() ([]string, *answer.Error) {
	if v, ok := c.Data["id"]; ok && v != nil {
		id, _ := php.Text(v)
		if id == "" {
			return nil, answer.BadRequest("")
		}
		return []string{id}, nil
	}
	list, _ := c.Data["ids"].([]any)
	ids := make([]string, 0, len(list))
	for _, v := range list {
		if id, ok := php.Text(v); ok {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Call is one request on its way through a handler.
type Call struct {
	*CRM
	User   *rights.User
	Token  *authToken // the one the request came with, or that it made
	Req    *http.Request
	Path   string        // after api/v1/, as on the wire
	Portal *store.Record // that the request is made to; nil without one
	Params map[string]string
	Data   map[string]any // the JSON body, when it is an object
	Raw    []byte         // the body as it came
	Spool  *store.File    // the body of a spooled route

	outHeader  http.Header
	wantsToken bool           // came with a password that gives a token
	Stamps     map[string]any // what a new record has instead of the time now and the user
	NewID      string         // the id of a new record, unless empty

	Unchecked bool // records are created whatever they hold, where the database takes it

	Fails    Stage  // where a fault makes the call fail
	Happened bool   // it did
	Misfit   string // why it cannot
}

// Out returns the headers that a successful answer will have.
func (c *Call) Out() http.Header {
	if c.outHeader == nil {
		c.outHeader = http.Header{}
	}
	return c.outHeader
}

// ParseBody reads a JSON object, or a form, into data. What has another
// content type is not a body at all.
func (c *Call) ParseBody() *answer.Error {
	c.Data = map[string]any{}
	media, _, _ := mime.ParseMediaType(c.Header("Content-Type"))
	switch {
	case len(c.Raw) == 0:
	case media == "application/json":
		v, err := php.DecodeJSON(c.Raw)
		if err != nil {
			return answer.ServerError()
		}
		switch v := v.(type) {
		case map[string]any:
			c.Data = v
		case []any: // as good as an empty object
		default:
			return answer.BadRequest("Body is not a JSON object.")
		}
	case media == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(c.Raw))
		if err != nil {
			return answer.ServerError()
		}
		for name := range form {
			c.Data[name] = form.Get(name)
		}
	}
	return nil
}

// Header returns a header of the request.
func (c *Call) Header(name string) string { return c.Req.Header.Get(name) }

// ReadBody reads the request's body.
func (c *Call) ReadBody(spooled bool) (err error) {
	if spooled {
		c.Spool = c.Files.Add()
		return c.Spool.Append(c.Req.Body)
	}
	c.Raw, err = io.ReadAll(c.Req.Body)
	return err
}

// BodySize returns how many bytes the body of the request has.
func (c *Call) BodySize() int64 {
	if c.Spool != nil {
		return c.Spool.Size
	}
	return int64(len(c.Raw))
}

// CloseBody drops the body of a spooled route, unless a file has it now.
func (c *Call) CloseBody() {
	if c.Spool != nil {
		c.Spool.Drop()
	}
}
