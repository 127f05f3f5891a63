package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-espo/espo/espotest"
)

// truth asks the server what there is, without faults and without the library:
// with net/http and encoding/json alone.
type truth struct {
	ctx  context.Context
	base string // of the server
	http *http.Client
	sign func(*http.Request) // as whom it asks
}

// values are the attributes of a record, each as JSON in one form.
type values map[string]string

func (v values) id() string { return v.text("id") }

// text is a value that is a string.
func (v values) text(name string) string {
	var s string
	_ = json.Unmarshal([]byte(v[name]), &s)
	return s
}

func newTruth(ctx context.Context, base string) *truth {
	return &truth{ctx: ctx, base: base, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}, sign: asAdmin}
}

func asAdmin(r *http.Request) { r.SetBasicAuth(espotest.AdminUser, espotest.AdminPassword) }

// as asks as somebody else.
func (t *truth) as(sign func(*http.Request)) *truth {
	return &truth{ctx: t.ctx, base: t.base, http: t.http, sign: sign}
}

// broken is that the soak itself does not work. It ends the worker.
type broken struct{ error }

var (
	errMissing = errors.New("missing")
	errRefused = errors.New("refused")
)

// ask sends a request and returns the body of a success. What is missing is
// errMissing, credentials that are not right are errRefused; any other failure
// is the soak's own, and panics as broken.
func (t *truth) ask(method, path string, body any) ([]byte, error) {
	var content io.Reader
	if body != nil {
		content = bytes.NewReader([]byte(canon(body)))
	}
	r, err := http.NewRequestWithContext(t.ctx, method, t.base+path, content)
	if err != nil {
		panic(broken{err})
	}
	r.Header.Set("Content-Type", "application/json")
	t.sign(r)
	resp, err := t.http.Do(r)
	if err != nil {
		panic(broken{err})
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		panic(broken{err})
	case resp.StatusCode == http.StatusNotFound:
		return nil, errMissing
	case resp.StatusCode == http.StatusUnauthorized:
		return nil, errRefused
	case resp.StatusCode > 299:
		panic(broken{fmt.Errorf("%s %s: %d %s: %s", method, path, resp.StatusCode, resp.Header.Get("X-Status-Reason"), text)})
	}
	return text, nil
}

// into is ask for an answer that is JSON.
func (t *truth) into(out any, path string) error {
	text, err := t.ask(http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, out); err != nil {
		panic(broken{fmt.Errorf("%s: %w: %s", path, err, text)})
	}
	return nil
}

const api = "/crm/api/v1/"

// get reads a record; ok is false when it is missing or deleted.
func (t *truth) get(entity, id string) (v values, ok bool) {
	var raw map[string]json.RawMessage
	if t.into(&raw, api+entity+"/"+id) != nil {
		return nil, false
	}
	v = valuesOf(raw)
	return v, v["deleted"] != "true"
}

// list reads the records that a path lists, 200 at most.
func (t *truth) list(path string, query url.Values) []values {
	query.Set("maxSize", "200")
	var page struct {
		List []map[string]json.RawMessage `json:"list"`
	}
	if t.into(&page, api+path+"?"+query.Encode()) != nil {
		return nil
	}
	list := make([]values, len(page.List))
	for i, raw := range page.List {
		list[i] = valuesOf(raw)
	}
	return list
}

// find reads the records of which an attribute has a value.
func (t *truth) find(entity, attribute, value string) []values {
	return t.list(entity, url.Values{
		"where[0][type]": {"equals"}, "where[0][attribute]": {attribute}, "where[0][value]": {value},
	})
}

// linked returns the ids of the records that a link of a record leads to.
func (t *truth) linked(entity, id, link string) map[string]bool {
	ids := map[string]bool{}
	for _, v := range t.list(entity+"/"+id+"/"+link, url.Values{"select": {"id"}}) {
		ids[v.id()] = true
	}
	return ids
}

// remove deletes a record, if it is still there.
func (t *truth) remove(entity, id string) {
	_, _ = t.ask(http.MethodDelete, api+entity+"/"+id, nil)
}

// digest is that of an attachment's contents.
func (t *truth) digest(id string) string {
	content, err := t.ask(http.MethodGet, api+"Attachment/file/"+id, nil)
	if err != nil {
		return "missing"
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// emails returns how many e-mails were sent to an address.
func (t *truth) emails(to string) int { return t.allEmails(to)[to] }

// allEmails returns how many e-mails were sent by address; to one only, unless
// that is empty.
func (t *truth) allEmails(to string) map[string]int {
	counts := map[string]int{}
	_ = t.into(&counts, "/soak/emails?to="+url.QueryEscape(to))
	return counts
}

// all returns every record of an entity type.
func (t *truth) all(entity string) []values {
	var raw []map[string]json.RawMessage
	_ = t.into(&raw, "/soak/records?type="+entity)
	all := make([]values, len(raw))
	for i := range raw {
		all[i] = valuesOf(raw[i])
	}
	return all
}

// runJobs has the server do what is queued.
func (t *truth) runJobs() { _, _ = t.ask(http.MethodPost, "/soak/jobs", nil) }

// await waits until a request has been dealt with, whether it was answered or
// not, or for as long as it can be on its way.
func (t *truth) await(id string) { _, _ = t.ask(http.MethodGet, "/soak/await?id="+id, nil) }

// deliver has the server deliver to its webhooks.
func (t *truth) deliver() { _, _ = t.ask(http.MethodPost, "/soak/deliver", nil) }

func valuesOf(raw map[string]json.RawMessage) values {
	v := make(values, len(raw))
	for name, value := range raw {
		v[name] = canon(value)
	}
	return v
}

// canon is the JSON of a value in the one form that values have.
func canon(value any) string {
	if raw, ok := value.(json.RawMessage); ok && len(raw) > 0 && !bytes.ContainsAny(raw[:1], `{[`) && !bytes.Contains(raw, []byte(`\`)) {
		return string(raw)
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(broken{err})
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var plain any
	if err := dec.Decode(&plain); err != nil {
		panic(broken{err})
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(plain); err != nil {
		panic(broken{err})
	}
	return strings.TrimSpace(b.String())
}

// decode reads a value into out, and leaves out as it is when there is none.
func decode(value string, out any) {
	if value == "" {
		return
	}
	if err := json.Unmarshal([]byte(value), out); err != nil {
		panic(broken{fmt.Errorf("%w: %s", err, value)})
	}
}

// create makes a record and returns its id.
func (t *truth) create(entity string, attrs map[string]any) string {
	text, err := t.ask(http.MethodPost, api+entity, attrs)
	if err != nil {
		panic(broken{err})
	}
	var made struct{ ID string }
	decode(string(text), &made)
	return made.ID
}

// attendees are those of a meeting.
func (t *truth) attendees(meeting string) []values {
	return t.list("Meeting/"+meeting+"/attendees", url.Values{})
}

// rates are those of the currencies.
func (t *truth) rates() values {
	var raw map[string]json.RawMessage
	_ = t.into(&raw, api+"CurrencyRate")
	return valuesOf(raw)
}

// setting is one of the settings.
func (t *truth) setting(name string) string {
	var raw map[string]json.RawMessage
	_ = t.into(&raw, api+"Settings")
	return valuesOf(raw)[name]
}

// userID is the id of the user that it asks as.
func (t *truth) userID() string {
	var me struct{ User struct{ ID string } }
	_ = t.into(&me, api+"App/user")
	return me.User.ID
}
