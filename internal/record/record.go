package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/internal/wire"
)

// recorder records the scenarios of a folder.
type recorder struct {
	url, from, out, only string
	keys                 wire.Keys

	admin   *espo.Client
	version string
	users   map[string]string // ids by user name and by name
	types   []string          // entity types whose records scenarios leave
}

func (r *recorder) run(ctx context.Context) error {
	if r.url == "" || r.out == "" {
		return errors.New("say by -url which server to record, and by -out where to write")
	}
	files, err := wire.Files(r.from)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("there are no captures in %s", r.from)
	}
	if err := r.connect(ctx); err != nil {
		return err
	}
	defer r.admin.CloseIdleConnections()
	var captures []wire.Capture
	for _, file := range files {
		c, err := wire.Read(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		captures = append(captures, c)
	}
	r.types = leftBehind(captures)
	if err := r.mustBeEmpty(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	var failed error // a scenario that cannot be recorded does not keep back the others
	for _, c := range captures {
		if r.only != "" && c.Scenario != r.only {
			continue
		}
		recorded, err := r.scenario(ctx, c)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", c.Scenario, err))
		}
		if err := r.clear(ctx); err != nil {
			return fmt.Errorf("%s: the records that it has left: %w", c.Scenario, err)
		}
		if err != nil {
			continue
		}
		if err := wire.Write(filepath.Join(r.out, c.Scenario+".json"), recorded); err != nil {
			return err
		}
		say("%-20s %3d exchanges, %d with another status than on %s", c.Scenario, len(c.Exchanges), otherwise(c, recorded), c.Server)
	}
	return failed
}

// otherwise counts the exchanges that ended otherwise.
func otherwise(a, b wire.Capture) (n int) {
	for i := range a.Exchanges {
		if a.Exchanges[i].Response.Status != b.Exchanges[i].Response.Status {
			n++
		}
	}
	return n
}

// connect learns the version and the users of the server.
func (r *recorder) connect(ctx context.Context) error {
	var err error
	if r.admin, err = espo.NewClient(r.url, espo.Basic(r.keys.User, r.keys.Password)); err != nil {
		return err
	}
	user, err := r.admin.App.CurrentUser(ctx)
	if err != nil {
		return err
	}
	if !user.IsAdmin() {
		return errors.New("ESPO_USERNAME must be an administrator")
	}
	if r.version = user.Settings.Version; r.version == "" {
		return errors.New("the server does not say its version")
	}
	r.users = map[string]string{}
	for _, kind := range []espo.UserType{"", espo.UserTypeAPI} { // a list has no API users unless it asks for them
		q := espo.Query{}
		if kind != "" {
			q.Where = espo.Where(espo.Equal("type", kind))
		}
		for u, err := range r.admin.Users.All(ctx, q) {
			if err != nil {
				return err
			}
			r.users[u.Name], r.users[u.UserName] = u.ID, u.ID
		}
	}
	return nil
}

var entityType = regexp.MustCompile(`^[A-Z][A-Za-z]+$`)

// leftBehind are the entity types whose records the scenarios create, by
// themselves or by converting a lead.
func leftBehind(captures []wire.Capture) []string {
	types := map[string]bool{"Account": true, "Contact": true, "Opportunity": true}
	for _, c := range captures {
		for _, x := range c.Exchanges {
			if x.Request.Method == http.MethodPost && entityType.MatchString(x.Request.Path) && x.Response.Status < 300 {
				types[x.Request.Path] = true
			}
		}
	}
	for _, none := range []string{"Attachment", "Note", "MassAction", "Export", "Action", "App"} { // no records, or of other records
		delete(types, none)
	}
	return slices.Sorted(maps.Keys(types))
}

// mustBeEmpty refuses a server that holds records: they would be deleted.
func (r *recorder) mustBeEmpty(ctx context.Context) error {
	for _, t := range r.types {
		n, err := r.admin.Records(t).Count(ctx, espo.Query{})
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("the server holds %d records of %s: record on a new installation", n, t)
		}
	}
	return nil
}

// clear deletes the records that a scenario has left.
func (r *recorder) clear(ctx context.Context) error {
	for _, t := range r.types {
		records := r.admin.Records(t)
		for record, err := range records.All(ctx, espo.Query{Select: []string{"id"}}) {
			if err != nil {
				return err
			}
			if err := records.Delete(ctx, record.ID()); err != nil && !errors.Is(err, espo.ErrNotFound) {
				return err
			}
		}
	}
	return nil
}

// scenario sends the requests of a capture and returns what it got.
func (r *recorder) scenario(ctx context.Context, c wire.Capture) (wire.Capture, error) {
	p := wire.NewPlayer(r.url, r.keys)
	defer p.HTTP.CloseIdleConnections()
	p.LearnUsers(c, r.users)
	if err := prepare(ctx, p, c.Environment); err != nil {
		return c, err
	}
	recorded := c
	recorded.Server, recorded.Exchanges = "EspoCRM "+r.version, nil
	for _, x := range c.Exchanges {
		request, err := p.Rewritten(ctx, x)
		if err != nil {
			return c, fmt.Errorf("%s: %w", x.Step, err)
		}
		answer, err := p.Send(ctx, request)
		if err != nil {
			return c, fmt.Errorf("%s: %w", x.Step, err)
		}
		got := x
		got.Request, got.Response = request, response(answer)
		learn(p, x.Response.Body.Value(), got.Response.Body.Value())
		if isCut(x.Request.Path) {
			got.Response.Body = cut(x.Response.Body, got.Response.Body)
		}
		recorded.Exchanges = append(recorded.Exchanges, r.scrub(got))
	}
	return recorded, nil
}

// prepare sets what the scenario began with.
func prepare(ctx context.Context, p *wire.Player, e wire.Environment) error {
	var rates, settings error
	if len(e.CurrencyRates) > 0 {
		rates = p.Put(ctx, "CurrencyRate", e.CurrencyRates)
	}
	if len(e.Settings) > 0 {
		settings = p.Put(ctx, "Settings", e.Settings)
	}
	return errors.Join(rates, settings)
}

// kept are the headers that captures have.
var kept = []string{"Content-Type", "X-App-Timestamp", "X-Status-Reason", "Content-Disposition", "Content-Length", "Allow", "WWW-Authenticate"}

// response is an answer as it is written.
func response(a wire.Answer) wire.Response {
	r := wire.Response{Status: a.Status, Headers: map[string]string{}}
	for _, name := range kept {
		if v := a.Header.Values(name); len(v) > 0 && (name != "Content-Length" || a.Header.Get("Content-Disposition") != "") {
			r.Headers[name] = latin1(v[0])
		}
	}
	text := string(a.Body)
	switch {
	case isJSON(a):
		r.Body = wire.Raw(a.Body)
	case utf8.Valid(a.Body):
		r.BodyText = &text
	default:
		r.BodyBase64 = base64.StdEncoding.EncodeToString(a.Body)
	}
	return r
}

// isJSON reports whether an answer is JSON: by its type, or, since servers send
// some under another one, by being an object.
func isJSON(a wire.Answer) bool {
	labelled := strings.HasPrefix(a.Header.Get("Content-Type"), "application/json")
	object := bytes.HasPrefix(a.Body, []byte("{")) && a.Header.Get("Content-Disposition") == ""
	return (labelled || object) && jsontext.Value(a.Body).IsValid(jsontext.AllowDuplicateNames(true))
}

// latin1 reads the bytes of a header as captures do.
func latin1(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}
