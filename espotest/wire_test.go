package espotest_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/internal/wire"
)

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
		row := rows[c.Version()]
		if row == nil {
			row = &result{}
			rows[c.Version()] = row
		}
		t.Run(c.Version()+"/"+c.Scenario, func(t *testing.T) { replayCapture(t, c, allowed, row) })
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "version\texchanges\tagreed\tallowed\tdiffered\tnot covered")
	for _, version := range slices.SortedFunc(maps.Keys(rows), func(a, b string) int { return serverVersion(t, a).Compare(serverVersion(t, b)) }) {
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
	files, err := wire.Files(dirs...)
	require.NoError(t, err)
	return files
}

func readCapture(t *testing.T, file string) wire.Capture {
	t.Helper()
	c, err := wire.Read(file)
	require.NoError(t, err, file)
	return c
}

// replayCapture plays one scenario. What the server does not cover is left out,
// and so is what depends on it.
func replayCapture(t *testing.T, c wire.Capture, allowed []allowedDifference, res *result) {
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

func serverVersion(t *testing.T, version string) espo.ServerVersion {
	t.Helper()
	v, err := espo.ParseServerVersion(version)
	require.NoError(t, err)
	return v
}

// recorderSettings are those of the recorded servers that are not a new
// installation's: they may send webhooks to the receiver of the recordings.
var recorderSettings = espo.Attrs{"webhookAllowedAddressList": []string{"127.0.0.1:9999"}}

// replay plays the exchanges of one scenario.
type replay struct {
	*wire.Player
	t       *testing.T
	srv     *espotest.Server
	allowed []allowedDifference
	excused int             // differences of this exchange that are allowed
	lost    map[string]bool // recorded ids of what was not covered
	routes  [][2]string     // of a real server
	version string
	clock   time.Time
}

func newReplay(t *testing.T, c wire.Capture, allowed []allowedDifference, opts ...espotest.Option) *replay {
	t.Helper()
	p := &replay{
		t: t, allowed: allowed, clock: recordedAt(c),
		lost: map[string]bool{}, routes: realRoutes(t, c.Version()), version: c.Version(),
	}
	p.srv = espotest.NewServer(t, append([]espotest.Option{
		espotest.WithVersion(c.Version()), espotest.WithSettings(recorderSettings), espotest.WithSettings(c.Environment.Settings),
		espotest.WithClock(func() time.Time { return p.clock }),
	}, opts...)...)
	p.Player = wire.NewPlayer(p.srv.URL(), wire.StandIns)
	t.Cleanup(p.HTTP.CloseIdleConnections)
	if rates := c.Environment.CurrencyRates; len(rates) > 0 {
		require.NoError(t, p.Put(t.Context(), "CurrencyRate", rates))
		p.srv.ClearRequests()
	}
	own := map[string]string{} // by user name and by name
	for _, u := range p.srv.Records("User") {
		id, _ := u["id"].(string)
		for _, key := range []string{"name", "userName"} {
			if name, _ := u[key].(string); name != "" {
				own[name] = id
			}
		}
	}
	p.LearnUsers(c, own)
	return p
}

// recordedAt returns when the scenario was recorded: the first createdAt of an
// answer to a create or, without one, the server's timestamp.
func recordedAt(c wire.Capture) time.Time {
	for _, x := range c.Exchanges {
		body, _ := x.Response.Body.Value().(map[string]any)
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
func (p *replay) play(x wire.Exchange) []string {
	// A real server is not infinitely fast either.
	p.clock = p.clock.Add(50 * time.Millisecond)
	request, err := p.Rewritten(p.t.Context(), x)
	require.NoError(p.t, err)
	answer, err := p.Send(p.t.Context(), request)
	require.NoError(p.t, err)
	status, head, body, want := answer.Status, answer.Header, answer.Body, x.Response
	var diffs []string
	if status != want.Status {
		diffs = append(diffs, fmt.Sprintf("status: recorded %d, got %d %s", want.Status, status, head.Get("X-Status-Reason")))
	}
	for _, name := range []string{"X-Status-Reason", "Allow", "WWW-Authenticate", "Content-Disposition"} {
		recorded, ok := header(want.Headers, name)
		got, gotOK := head.Get(name), len(head.Values(name)) > 0
		if p.Mapped(recorded) != got || ok != gotOK {
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
		cmp.compare("", want.Body.Value(), got)
	case want.BodyText != nil:
		if got := string(body); got != p.Mapped(*want.BodyText) {
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
