package espotest_test

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
)

// capture is a file of testdata/wire: requests that were sent to a real
// EspoCRM, and its answers.
type capture struct {
	Scenario string `json:"scenario"`
	Server   string `json:"server"` // "EspoCRM 9.3.10"
	// Environment is the state before the first exchange, where it is another
	// than that of a new installation.
	Environment struct {
		CurrencyRates map[string]float64 `json:"currencyRates"`
		Settings      map[string]any     `json:"settings"`
	} `json:"environment"`
	Exchanges []exchange `json:"exchanges"`
}

type exchange struct {
	Step    string `json:"step"`
	Request struct {
		Method   string            `json:"method"`
		Path     string            `json:"path"`
		Auth     string            `json:"auth"`
		Query    string            `json:"query"`
		Headers  map[string]string `json:"headers"`
		Body     rawJSON           `json:"body"`
		BodyText *string           `json:"bodyText"`
	} `json:"request"`
	Response struct {
		Status     int               `json:"status"`
		Headers    map[string]string `json:"headers"`
		Body       any               `json:"body"`
		BodyText   *string           `json:"bodyText"`
		BodyBase64 string            `json:"bodyBase64"`
	} `json:"response"`
}

// rawJSON keeps a body as it was, also when it is null.
type rawJSON []byte

func (r *rawJSON) UnmarshalJSON(b []byte) error { *r = bytes.Clone(b); return nil }

// TestWire replays every request of the captures against a fresh server of the
// version that they were recorded on, and compares the answers: status, reason
// and JSON. Recorded ids, tokens and times are mapped to those that the server
// gave out. ESPO_WIRE_DIR is a folder of captures, or of folders of them, to
// replay instead.
func TestWire(t *testing.T) {
	files := captureFiles(t)
	require.NotEmpty(t, files, "no captures")
	allowed := readAllowed(t)
	rows := map[string]*result{}
	for _, file := range files {
		c := readCapture(t, file)
		row := rows[c.version()]
		if row == nil {
			row = &result{}
			rows[c.version()] = row
		}
		t.Run(c.version()+"/"+c.Scenario, func(t *testing.T) { replayCapture(t, c, allowed, row) })
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "version\texchanges\tagreed\tallowed\tdiffered\tnot covered")
	for _, version := range slices.SortedFunc(maps.Keys(rows), compareVersions) {
		r := rows[version]
		_, _ = fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\n", version,
			r.agreed+r.allowed+r.differed+r.uncovered, r.agreed, r.allowed, r.differed, r.uncovered)
	}
	_ = w.Flush()
	t.Logf("captures replayed:\n%s", b.String())
	for i := range allowed {
		if os.Getenv("ESPO_WIRE_DIR") == "" && !allowed[i].used {
			t.Errorf("allowed difference never needed: %s %s", allowed[i].Route, allowed[i].Attribute)
		}
	}
}

// result counts exchanges: the same as recorded, the same but for what is
// allowed, others, and those that were not played.
type result struct{ agreed, allowed, differed, uncovered int }

// captureFiles are the files of all captures.
func captureFiles(t *testing.T) []string {
	t.Helper()
	dirs := []string{"../testdata/wire", "../testdata/wire-versions"}
	if dir := os.Getenv("ESPO_WIRE_DIR"); dir != "" {
		dirs = []string{dir}
	}
	var files []string
	for _, dir := range dirs {
		for _, pattern := range []string{"*.json", "*/*.json"} {
			found, err := filepath.Glob(filepath.Join(dir, pattern))
			require.NoError(t, err)
			files = append(files, found...)
		}
	}
	// Deliveries are what a webhook received, not requests to the server.
	return slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "webhook-deliveries.json" })
}

func readCapture(t *testing.T, file string) capture {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	var c capture
	require.NoError(t, json.Unmarshal(b, &c, json.WithUnmarshalers(json.UnmarshalFunc(
		func(b []byte, r *rawJSON) error { *r = bytes.Clone(b); return nil }))), file)
	return c
}

// replayCapture plays one scenario. What the server does not cover is left out,
// and so is what depends on it.
func replayCapture(t *testing.T, c capture, allowed []allowedDifference, res *result) {
	t.Helper()
	p := newReplay(t, c, allowed)
	for _, x := range c.Exchanges {
		if !p.covers(x) || p.needsLost(x) {
			res.uncovered++
			p.lose(x)
			t.Logf("not covered: %s: %s %s", x.Step, x.Request.Method, x.Request.Path)
			continue
		}
		p.excused = 0
		switch diffs := p.play(x); {
		case len(diffs) > 0:
			res.differed++
			t.Errorf("%s: %s %s %s\n  %s", x.Step, x.Request.Method, x.Request.Path, x.Request.Query, strings.Join(diffs, "\n  "))
		case p.excused > 0:
			res.allowed++
		default:
			res.agreed++
		}
	}
}

// replay plays the exchanges of one scenario.
type replay struct {
	t       *testing.T
	srv     *espotest.Server
	http    *http.Client
	allowed []allowedDifference
	excused int               // differences of this exchange that are allowed
	ids     map[string]string // recorded id or token → the server's
	back    map[string]string // and back
	lost    map[string]bool   // recorded ids of what was not covered
	routes  [][2]string       // of a real server
	version string
	clock   time.Time
}

func newReplay(t *testing.T, c capture, allowed []allowedDifference, opts ...espotest.Option) *replay {
	t.Helper()
	p := &replay{
		t: t, http: &http.Client{}, allowed: allowed,
		ids: map[string]string{}, back: map[string]string{}, clock: recordedAt(c),
		lost: map[string]bool{}, routes: realRoutes(t, c.version()), version: c.version(),
	}
	p.srv = espotest.NewServer(t, append([]espotest.Option{
		espotest.WithVersion(c.version()), espotest.WithSettings(recorderSettings), espotest.WithSettings(c.Environment.Settings),
		espotest.WithClock(func() time.Time { return p.clock }),
	}, opts...)...)
	t.Cleanup(p.http.CloseIdleConnections)
	p.setRates(c)
	p.learnUsers(c)
	return p
}

// recordedAt returns when the scenario was recorded: the first createdAt of an
// answer to a create or, without one, the server's timestamp.
func recordedAt(c capture) time.Time {
	for _, x := range c.Exchanges {
		body, _ := x.Response.Body.(map[string]any)
		s, _ := body["createdAt"].(string)
		if at, err := time.Parse(time.DateTime, s); err == nil && x.Request.Method == http.MethodPost {
			return at
		}
	}
	for _, x := range c.Exchanges {
		for name, v := range x.Response.Headers {
			if n, err := strconv.ParseInt(v, 10, 64); err == nil && strings.EqualFold(name, "X-App-Timestamp") {
				return time.Unix(n, 0)
			}
		}
	}
	return time.Date(2026, 11, 24, 0, 24, 53, 0, time.UTC)
}

// play sends the request of an exchange and returns how the answer differs
// from the recorded one.
func (p *replay) play(x exchange) []string {
	// A real server is not infinitely fast either.
	p.clock = p.clock.Add(50 * time.Millisecond)
	status, head, body := p.send(x)
	want := x.Response
	var diffs []string
	if status != want.Status {
		diffs = append(diffs, fmt.Sprintf("status: recorded %d, got %d %s", want.Status, status, head.Get("X-Status-Reason")))
	}
	for _, name := range []string{"X-Status-Reason", "Allow", "WWW-Authenticate", "Content-Disposition"} {
		recorded, ok := header(want.Headers, name)
		got, gotOK := head.Get(name), len(head.Values(name)) > 0
		if p.mapped(recorded) != got || ok != gotOK {
			diffs = append(diffs, fmt.Sprintf("%s: recorded %q (%v), got %q (%v)", name, recorded, ok, got, gotOK))
		}
	}
	cmp := comparison{replay: p, route: x.Request.Method + " " + x.Request.Path}
	switch {
	case x.Request.Method == http.MethodHead:
	case want.Body != nil || want.BodyText == nil && want.BodyBase64 == "":
		var got any
		if err := json.Unmarshal(body, &got); err != nil {
			return append(diffs, fmt.Sprintf("body: recorded JSON, got %q", body))
		}
		cmp.compare("", want.Body, got)
	case want.BodyText != nil:
		if got := string(body); got != p.mapped(*want.BodyText) {
			diffs = append(diffs, fmt.Sprintf("body: recorded %q, got %q", *want.BodyText, got))
		}
	default:
		if got := base64.StdEncoding.EncodeToString(body); got != want.BodyBase64 {
			diffs = append(diffs, fmt.Sprintf("body: recorded %s, got %s", want.BodyBase64, got))
		}
	}
	return append(diffs, cmp.diffs...)
}

func header(h map[string]string, name string) (string, bool) {
	for k, v := range h {
		if strings.EqualFold(k, name) {
			return rawBytes(v), true
		}
	}
	return "", false
}

// rawBytes undoes the recorder's reading of header bytes as Latin-1.
func rawBytes(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xFF {
			return s
		}
		b = append(b, byte(r))
	}
	return string(b)
}

// send sends the request of an exchange, with the server's ids.
func (p *replay) send(x exchange) (status int, head http.Header, answer []byte) {
	var body io.Reader
	switch {
	case x.Request.Body != nil:
		body = strings.NewReader(p.mapped(string(x.Request.Body)))
	case x.Request.BodyText != nil:
		body = strings.NewReader(p.mapped(*x.Request.BodyText))
	}
	path := p.mapped(x.Request.Path)
	u := p.srv.URL() + "/api/v1/" + path
	if x.Request.Query != "" {
		u += "?" + p.mapped(x.Request.Query)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), x.Request.Method, u, body)
	require.NoError(p.t, err)
	for name, v := range x.Request.Headers {
		req.Header.Set(name, p.mappedHeader(name, v, x.Response.Status))
	}
	credentials(req, x.Request.Auth, path)
	resp, err := p.http.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return resp.StatusCode, resp.Header, answer
}

func credentials(req *http.Request, auth, path string) {
	b64 := base64.StdEncoding.EncodeToString
	admin := b64([]byte(espotest.AdminUser + ":" + espotest.AdminPassword))
	mac := hmac.New(sha256.New, []byte(espotest.HMACSecret))
	mac.Write([]byte(req.Method + " /" + path))
	switch auth {
	case "apiKey":
		req.Header.Set("X-Api-Key", espotest.FullAPIKey)
	case "limitedApiKey":
		req.Header.Set("X-Api-Key", espotest.LimitedAPIKey)
	case "basic":
		req.Header.Set("Authorization", "Basic "+admin)
	case "espo":
		req.Header.Set("Espo-Authorization", admin)
	case "hmac":
		req.Header.Set("X-Hmac-Authorization", b64([]byte(espotest.HMACAPIKey+":"+hex.EncodeToString(mac.Sum(nil)))))
	case "hmacLegacy":
		req.Header.Set("X-Hmac-Authorization", b64([]byte(espotest.HMACAPIKey+":"+string(mac.Sum(nil)))))
	}
}

var (
	// In a query, %22 may stand right before an id and look like a part of it.
	escapedOrID = regexp.MustCompile(`%[0-9A-Fa-f]{2}|[0-9a-f]{32}|[0-9a-f]{17}`)

	idOrToken = regexp.MustCompile(`[0-9a-f]{32}|[0-9a-f]{17}`)
	token     = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

// mapped replaces recorded ids and tokens by the server's.
func (p *replay) mapped(s string) string {
	return escapedOrID.ReplaceAllStringFunc(s, func(id string) string { return cmp.Or(p.ids[id], id) })
}

// mappedHeader maps within base64 credentials, too. A token of a login that
// was not recorded is made up for by a login.
func (p *replay) mappedHeader(name, v string, status int) string {
	scheme, encoded := "", v
	switch name {
	case "Espo-Authorization":
	case "Authorization":
		if scheme, encoded, _ = strings.Cut(v, " "); encoded == "" {
			return v
		}
		scheme += " "
	default:
		return p.mapped(v)
	}
	b, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || p.mapped(string(b)) == string(b) && status == http.StatusUnauthorized {
		return v
	}
	user, secret, _ := strings.Cut(string(b), ":")
	if token.MatchString(secret) && p.ids[secret] == "" {
		if own := p.login(user); own != "" {
			p.ids[secret] = own
		}
	}
	return scheme + base64.StdEncoding.EncodeToString([]byte(p.mapped(string(b))))
}
