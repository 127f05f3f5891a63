package espo_test

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	captures "github.com/go-espo/espo/internal/wire"
)

// recorded is one exchange of a capture.
type recorded captures.Exchange

func (e *recorded) reason() string {
	for name, value := range e.Response.Headers {
		if http.CanonicalHeaderKey(name) == "X-Status-Reason" {
			return value
		}
	}
	return ""
}

// member returns a member of the recorded body, such as its list.
func (e *recorded) member(name string) jsontext.Value {
	var object map[string]jsontext.Value
	if json.Unmarshal(e.Response.Body, &object) != nil {
		return nil
	}
	return object[name]
}

func (e *recorded) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for name, value := range e.Response.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(e.Response.Status)
	_, _ = w.Write(e.Response.Bytes())
}

var (
	dynamicCalls = callsOf[espo.Record]()
	typedCalls   = map[string]recordCalls{
		"Account": callsOf[espo.Account](), "Call": callsOf[espo.Call](), "Campaign": callsOf[espo.Campaign](), "Case": callsOf[espo.Case](),
		"Contact": callsOf[espo.Contact](), "Document": callsOf[espo.Document](), "Email": callsOf[espo.Email](),
		"KnowledgeBaseArticle": callsOf[espo.KnowledgeBaseArticle](), "Lead": callsOf[espo.Lead](), "Meeting": callsOf[espo.Meeting](),
		"Opportunity": callsOf[espo.Opportunity](), "TargetList": callsOf[espo.TargetList](), "Task": callsOf[espo.Task](),
		"Team": callsOf[espo.Team](), "User": callsOf[espo.User](), "Attachment": callsOf[espo.Attachment](), "Note": callsOf[espo.Note](),
		"Webhook": callsOf[espo.Webhook](), "Notification": callsOf[espo.Notification](), "Import": callsOf[espo.Import](),
	}
	linkedTypes = map[string]string{"contacts": "Contact", "followers": "User", "imported": "Account"}
)

// Every recorded answer of every version goes through the SDK's own method
// for its route, and comes out typed, with nothing lost, or as the right typed
// error.
func TestWireResponses(t *testing.T) {
	t.Parallel()
	dirs := []string{"testdata/wire", "testdata/wire-versions"}
	if dir := os.Getenv("ESPO_WIRE_DIR"); dir != "" {
		dirs = []string{dir}
	}
	files, err := captures.Files(dirs...)
	require.NoError(t, err)
	require.NotEmpty(t, files, "no captures in %v", dirs)
	own, through := 0, 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			c, err := captures.Read(file)
			require.NoError(t, err)
			for _, r := range replayAll(t, c) {
				if r {
					own++
				} else {
					through++
				}
			}
		})
	}
	t.Logf("%d answers through methods of their own, %d through Client.Do", own, through)
	assert.Greater(t, own, through)
}

// replayAll reports for each exchange whether it has a method of its own.
func replayAll(t *testing.T, c captures.Capture) []bool {
	t.Helper()
	version := strings.TrimPrefix(c.Server, "EspoCRM ")
	var current *recorded
	var asked []string
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if route(r) == "Settings" && current.Request.Path != "Settings" { // read before rates are set, and for the version
			reply(w, 200, `{"version":"`+version+`","currencyList":["USD","EUR","UAH"],"baseCurrency":"USD","defaultCurrency":"USD"}`)
			return
		}
		asked = append(asked, r.Method+" "+route(r))
		_, _ = io.Copy(io.Discard, r.Body)
		current.ServeHTTP(w, r)
	})
	once := espo.WithRetry(espo.RetryPolicy{MaxTries: 1})
	var own []bool
	for i := range c.Exchanges {
		e := (*recorded)(&c.Exchanges[i])
		current, asked = e, nil
		where := fmt.Sprintf("%d %s: %s %s", i, e.Step, e.Request.Method, e.Request.Path)
		// A client of its own for each, which does not know yet what the server lacks.
		method := espo.WithUpdateMethod(http.MethodPut)
		if e.Request.Method == http.MethodPatch {
			method = espo.WithUpdateMethod(http.MethodPatch)
		}
		r := replayed{c: dial(t, base, espo.APIKey("key"), once, method), ctx: t.Context(), e: e}
		if slices.ContainsFunc(slices.Collect(maps.Keys(byDo)), func(p string) bool { _, ok := matchRoute(p, e.Request.Method, e.Request.Path); return ok }) {
			own = append(own, false)
			checkOutcome(t, where, e, byClientDo(r))
			continue
		}
		rt, stars, ok := routeOf(e.Request.Method, e.Request.Path)
		if !ok {
			// A path that no server has either.
			assert.GreaterOrEqual(t, e.Response.Status, 300, "%s has no method", where)
			if o := byClientDo(r); !errors.Is(o.err, espo.ErrInput) {
				own = append(own, false)
				checkOutcome(t, where, e, o)
			}
			continue
		}
		own = append(own, true)
		r.path = stars
		refused := false // before it was sent
		for _, o := range rt.call(r) {
			if e.Response.Status >= 400 && errors.Is(o.err, espo.ErrInput) {
				refused = true
				continue
			}
			checkOutcome(t, where, e, o)
			assertNamed(t, where, version, o.value)
		}
		for _, sent := range asked {
			assert.True(t, strings.EqualFold(e.Request.Method+" "+e.Request.Path, sent), "%s asked for something else: %s", where, sent)
		}
		assert.Equal(t, refused, len(asked) == 0, where)
	}
	return own
}

func byClientDo(r replayed) outcome {
	segments := strings.Split(r.e.Request.Path, "/")
	for i, s := range segments {
		segments[i], _ = url.PathUnescape(s)
	}
	var out any
	err := r.c.Do(r.ctx, espo.Request{Method: r.e.Request.Method, Path: segments}, &out)
	return outcome{err: err}
}

func checkOutcome(t *testing.T, where string, e *recorded, o outcome) {
	t.Helper()
	if errors.Is(o.err, espo.ErrNotSupported) {
		assert.True(t, e.Response.Status >= 400 || string(e.Response.Body) == "false", "%s: the server has it", where)
		return
	}
	if e.Response.Status >= 300 {
		checkWireError(t, where, e, o.err)
		return
	}
	if string(e.Response.Body) == "false" && errors.Is(o.err, espo.ErrNothingDone) {
		return
	}
	if len(e.Response.Bytes()) == 0 && strings.HasSuffix(where, "GET Metadata") {
		assert.Error(t, o.err, "%s: there is no such key", where)
		return
	}
	if !assert.NoError(t, o.err, where) || o.value == nil || len(o.recorded) == 0 {
		return
	}
	written, err := json.Marshal(o.value, json.Deterministic(true))
	if !assert.NoError(t, err, where) {
		return
	}
	assert.Equal(t, comparableJSON(t, o.recorded, o.exact), comparableJSON(t, written, o.exact), "%s: read into %T", where, o.value)
}

func checkWireError(t *testing.T, where string, e *recorded, err error) {
	t.Helper()
	var plain *espo.Error
	if !assert.ErrorAs(t, err, &plain, where) {
		return
	}
	assert.Equal(t, e.Response.Status, plain.Status, where)
	assert.NotErrorIs(t, err, espo.ErrNotEspoCRM, where)
	if reason := e.reason(); reason != "" {
		assert.Equal(t, reason, plain.Reason, where)
	}
	want := map[int]error{
		400: espo.ErrBadRequest, 401: espo.ErrUnauthorized, 403: espo.ErrForbidden, 404: espo.ErrNotFound, 405: espo.ErrMethodNotAllowed,
		409: espo.ErrConflict, 413: espo.ErrRequestTooLarge, 429: espo.ErrTooManyRequests,
	}[e.Response.Status]
	if e.Response.Status >= 500 {
		want = espo.ErrServer
	}
	assert.ErrorIs(t, err, want, where)

	var body any
	_ = json.Unmarshal(e.Response.Body, &body)
	switch body := body.(type) {
	case []any:
		var dup *espo.DuplicateError
		if assert.ErrorAs(t, err, &dup, where) {
			written, err := json.Marshal(dup.Records)
			require.NoError(t, err)
			assert.Equal(t, comparableJSON(t, jsontext.Value(e.Response.Body), true), comparableJSON(t, written, true), where)
		}
	case map[string]any:
		var (
			conflict *espo.ConflictError
			invalid  *espo.ValidationError
			second   *espo.SecondFactorError
		)
		assert.Equal(t, body["versionNumber"] != nil, errors.As(err, &conflict), "%s: %T", where, err)
		assert.Equal(t, body["status"] == "secondStepRequired", errors.As(err, &second), "%s: %T", where, err)
		translation, _ := body["messageTranslation"].(map[string]any)
		data, _ := translation["data"].(map[string]any)
		if assert.Equal(t, data["field"] != nil, errors.As(err, &invalid), "%s: %T", where, err) && invalid != nil {
			assert.Equal(t, []any{data["field"], data["type"]}, []any{invalid.Field, invalid.Rule}, where)
		}
	}
}

// comparableJSON gives JSON a form in which two can be compared: numbers by their
// digits and, unless exact, without what is null, false, 0 or empty.
func comparableJSON(t *testing.T, v jsontext.Value, exact bool) any {
	t.Helper()
	dec := stdjson.NewDecoder(bytes.NewReader(v))
	dec.UseNumber()
	var out any
	require.NoError(t, dec.Decode(&out), "%s", v)
	hideCredentials(out)
	if !exact {
		out, _ = withoutZeros(out)
	}
	return out
}

// hideCredentials does to what was recorded what a [espo.Secret] does when it
// is written.
func hideCredentials(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			hideCredentials(item)
		}
	case map[string]any:
		for name, item := range v {
			if s, ok := item.(string); ok && s != "" && slices.Contains([]string{"apiKey", "secretKey", "token", "password"}, name) {
				v[name] = "***"
			}
			hideCredentials(item)
		}
	}
}

func withoutZeros(v any) (any, bool) {
	switch v := v.(type) {
	case nil:
		return nil, false
	case bool:
		return v, v
	case string:
		if len(v) == len("2006-01-02 15:04") && v[4] == '-' && v[10] == ' ' && v[13] == ':' {
			v += ":00" // some servers echo what was sent without seconds
		}
		return v, v != ""
	case stdjson.Number:
		return v, v != "0"
	case []any:
		for i, item := range v {
			v[i], _ = withoutZeros(item)
		}
		return v, len(v) > 0
	case map[string]any:
		for name, item := range v {
			if kept, ok := withoutZeros(item); ok {
				if v[name] = kept; name == "secretKey" {
					v[name] = "***" // what is typed shows it to who asks for it only
				}
			} else {
				delete(v, name)
			}
		}
		return v, len(v) > 0
	}
	panic(reflect.TypeOf(v))
}
