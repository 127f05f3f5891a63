package espo

import (
	"bytes"
	"context"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// recordReply is a reply that is a record: an object with an id.
type recordReply struct {
	record any // points to what it is read into
	hasID  bool
	to     *request // whose body the reply must not contradict; unless nil
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *recordReply) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	setZero(r.record) // an earlier try may have left something
	if r.to.hasForms() {
		raw, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if raw, err = withoutStale(r.to.encoded, raw); err != nil {
			return err
		}
		dec = jsontext.NewDecoder(bytes.NewReader(raw), jsonOptions)
	}
	id, err := decodeRecord(dec, r.record, idOf(reflect.TypeOf(r.record).Elem()))
	r.hasID = validID(id)
	return err
}

func (r *recordReply) proof() string {
	if !r.hasID {
		return "the record has no id"
	}
	return ""
}

// decodeRecord reads a record and returns its id. idOf is that of its type; where
// that has no place for the id, it is read apart.
func decodeRecord(dec *jsontext.Decoder, record any, idOf identity) (id string, err error) {
	if dec.PeekKind() == '{' && idOf != nil {
		if err := json.UnmarshalDecode(dec, record); err != nil {
			return "", err
		}
		return idOf(record), nil
	}
	raw, err := dec.ReadValue()
	if err != nil || raw.Kind() != '{' { // as a record, null or a text has no id
		return "", err
	}
	var head struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(raw, &head, jsonOptions); err != nil {
		return "", err
	}
	return head.ID, json.Unmarshal(raw, record, jsonOptions)
}

// record sends a request whose reply is a record, which is read into what record
// points to. After an error, that is zero.
func (c *Client) record(ctx context.Context, req *request, record any) error {
	reply := recordReply{record: record, to: req}
	err := c.do(ctx, req, &reply)
	if err != nil {
		setZero(record)
	}
	return err
}

// receiveRecord sends a request whose reply is a record.
func receiveRecord[T any](ctx context.Context, c *Client, req *request) (record T, err error) {
	err = c.record(ctx, req, &record)
	return record, err
}

// listReply is a reply with a list and no total.
type listReply struct {
	List recordList `json:"list"`
}

func (r *listReply) proof() string { return r.List.proof() }

// receiveList sends a request whose reply is a list without a total.
func receiveList[T any](ctx context.Context, c *Client, req *request) ([]T, error) {
	reply := listReply{recordList{kind: reflect.TypeFor[T]()}}
	if err := c.do(ctx, req, &reply); err != nil {
		return nil, err
	}
	records, _ := reply.List.records.Interface().([]T)
	return records, nil
}

// labelsReply is a reply with labels by scope.
type labelsReply map[string]Record

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *labelsReply) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := phpMap[Record](dec)
	*r = v
	return err
}

func (r *labelsReply) proof() string {
	for _, scope := range *r {
		if len(scope) > 0 {
			return ""
		}
	}
	return "the reply has no labels"
}

// idReply is a reply with the id of what was made.
type idReply struct {
	ID string `json:"id"`
}

func (r *idReply) proof() string { return lacking(validID(r.ID), "id") }

// fileReply is a reply with the id of an attachment.
type fileReply struct {
	AttachmentID string `json:"attachmentId"`
}

func (r *fileReply) proof() string { return lacking(validID(r.AttachmentID), "attachmentId") }

// optionalText is a text in a reply that may be null and must be there.
type optionalText struct {
	text  string
	there bool
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (o *optionalText) UnmarshalJSONFrom(dec *jsontext.Decoder) (err error) {
	o.there = true
	o.text, err = textOrNull(dec)
	return err
}

// errorRowsReply is a reply with the id of a file, or with null when there is
// nothing to write to one.
type errorRowsReply struct {
	AttachmentID optionalText `json:"attachmentId"`
}

func (r *errorRowsReply) proof() string {
	id := r.AttachmentID
	return lacking(id.there && (id.text == "" || validID(id.text)), "attachmentId")
}

// redirectReply is a reply with the address to go on to, if any.
type redirectReply struct {
	URL optionalText `json:"redirectUrl"`
}

func (r *redirectReply) proof() string { return lacking(r.URL.there, "redirectUrl") }

// loginPageReply is a reply with the address of the page to log in at, if any.
type loginPageReply struct {
	URL optionalText `json:"url"`
}

func (r *loginPageReply) proof() string { return lacking(r.URL.there, "url") }

// keyReply is a reply with a new API key.
type keyReply struct {
	APIKey Secret `json:"apiKey"`
}

func (r *keyReply) proof() string { return lacking(r.APIKey != "", "apiKey") }

// tokenReply is the part of the reply to a login that holds the token.
type tokenReply struct {
	Token string `json:"token"`
}

func (r *tokenReply) proof() string { return lacking(r.Token != "", "token") }

// fullObject is a map with at least one entry.
type fullObject[V any] map[string]V

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (m *fullObject[V]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := phpMap[V](dec)
	*m = v
	return err
}

func (m *fullObject[V]) proof() string {
	if len(*m) == 0 {
		return "the reply is empty"
	}
	return ""
}

// validID reports whether a server's id can stand in the path of a request.
func validID(id string) bool { return badSegment(id) == "" }

// preparedReply is a PreparedEmail on the wire.
type preparedReply struct {
	PreparedEmail
	Body optionalText `json:"body"`
}

func (r *preparedReply) proof() string {
	r.PreparedEmail.Body = r.Body.text
	return lacking(r.Body.there, "body")
}

// lacking names what a reply lacks, unless it is there.
func lacking(there bool, name string) string {
	if there {
		return ""
	}
	return "the reply has no " + name
}

func (u *CurrentUser) proof() string  { return lacking(u.User.ID != "", "user") }
func (a *About) proof() string        { return lacking(a.Version != "", "version") }
func (r *ImportResult) proof() string { return lacking(r.ID != "", "id") }
func (s *MassStatus) proof() string   { return lacking(s.Status != "", "status") }
func (s *ExportStatus) proof() string { return lacking(s.Status != "", "status") }
func (j *ExportJob) proof() string {
	return lacking(validID(j.AttachmentID) || validID(j.JobID), "file and no job")
}
func (c *CopiedAttachments) proof() string { return lacking(c.IDs != nil, "ids") }
func (d *EntityTypeDefs) proof() string    { return lacking(len(d.Fields) > 0, "fields") }
func (d *FieldDefs) proof() string         { return lacking(d.Type != "", "type") }
func (d *LinkDefs) proof() string          { return lacking(d.Type != "", "type") }
func (a *ACL) proof() string               { return lacking(a.Scopes != nil, "table") }

func (s *Settings) proof() string {
	return lacking(s.TimeZone != "" || s.DateFormat != "" || s.Language != "" || s.Version != "" || s.DefaultCurrency != "", "settings")
}

// openAPIReply is a description of the API, as it came.
type openAPIReply struct {
	text    []byte
	version string // of the specification
}

func (r *openAPIReply) UnmarshalJSON(text []byte) error {
	var head struct {
		OpenAPI string         `json:"openapi"`
		Paths   jsontext.Value `json:"paths"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return err
	}
	if head.Paths.Kind() == '{' {
		r.version = head.OpenAPI
	}
	r.text = bytes.Clone(text)
	return nil
}

func (r *openAPIReply) proof() string { return lacking(r.version != "", "openapi or paths") }
