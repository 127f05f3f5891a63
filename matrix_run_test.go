package espo_test

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// cell is one square of the matrix.
type cell struct {
	call  *matrixCall
	fault *fault
	at    int    // the request, or the connection, that the fault happens to; 0 is every one
	done  bool   // the server does what it was asked before
	given *given // nil is the usual
}

// given is what a cell gives to its call and its clients beside the usual.
type given struct {
	opt     espo.CallOption    // of the call; nil is passed on as it is
	options []espo.Option      // of its clients
	auth    espo.Authenticator // of its client, instead of the usual
}

// usual is a header that changes nothing.
var usual = &given{opt: espo.Header("X-Test", "usual")}

func (c cell) String() string {
	at, effect := "always", "undone"
	if c.at > 0 {
		at = strconv.Itoa(c.at)
	}
	if c.done {
		effect = "done"
	}
	return c.call.name + "/" + c.fault.name + "/" + at + "/" + effect
}

func (c cell) due(n int) bool { return c.at == 0 || c.at == n }

func (c cell) port() string {
	if c.fault.secure != "" {
		return "443"
	}
	return "80"
}

// matrixCall is a call of a method of the package, with what the matrix must
// know of it.
type matrixCall struct {
	// name is that of the method, and after a colon what is special.
	name string
	// ready prepares the server and returns the call.
	ready func(x *matrixRun) ask

	any     bool // it takes any answer: of JSON, or what it copies as it is
	free    bool // its answer may be any object, or empty
	noIDs   bool // what it reads needs no ids
	counts  bool // it is the total that it reads
	streams bool // it hands a file on while it reads it, and cannot begin anew
	restart bool // it begins anew with new records, and cleans up
	spare   bool // its first request may fail, since others ask for the same
	final   bool // what it changes cannot be sent twice, although it is a PUT
	same    bool // what it does leaves the second time what it has left the first time, although it is a POST
	public  bool // it carries no credentials, or its own
	heavy   bool // it moves megabytes

	version string   // of the server, where it needs another one than the usual
	traces  []string // entity types of which it leaves more the second time, although it is the same
}

type ask func() (any, error)

// only the error of a call.
func fails(err error) (any, error) { return nil, err }

// matrixRun is a server with clients for it.
type matrixRun struct {
	*routeRun
	given
	front     *front
	transport *http.Transport
	dirs      []string // that the call writes to
	secrets   []string // of the call's own

	mu    sync.Mutex
	waits []time.Duration
	said  []string // log lines
}

const (
	// maxMatrixReply is the largest reply that the clients take.
	maxMatrixReply = 1 << 20
	// matrixDeadline is when a call has hung, of a bubble's time.
	matrixDeadline = 2 * time.Hour
)

// stuckAfter is how much real time a cell may take, in which nothing waits.
const stuckAfter = 2 * time.Minute

// matrixDay is what the clock of the server shows, so that its ids are the
// same in every run.
var matrixDay = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// cleanRun is what a call does without a fault.
type cleanRun struct {
	upshot
	answers map[string][]truth // by visit.key
}

// answer is the truth about the nth request of its kind, from 0 on.
func (r *cleanRun) answer(key string, n int) truth {
	if r == nil {
		return truth{}
	}
	all := r.answers[key]
	if len(all) == 0 { // the call goes another way
		return truth{
			status: 200, header: http.Header{"Content-Type": {jsonType}}, body: []byte(`{"id":"6b0538bc04ab91663"}`), kind: kindRecord,
		}
	}
	return all[min(n, len(all)-1)]
}

// upshot is what has come of a call.
type upshot struct {
	result    string // as JSON
	err       error
	panicked  string
	stuck     string        // why goroutines stayed behind
	elapsed   time.Duration // of the bubble's time
	late      time.Duration // after the caller's context had ended
	dials     int
	open      int // connections that the client has not closed
	waits     []time.Duration
	said      []string
	secrets   []string
	read      int64
	log       []*visit
	strangers []string
	left      []string          // temporary files
	cancelled bool              // the caller's context was ended
	before    map[string]string // the state before the call, of a clean run
	state     map[string]string
}

// run runs a cell on a server of its own.
func run(t *testing.T, c cell, clean *cleanRun) (o upshot) {
	t.Helper()
	if c.call.heavy { // so that what is left in the temporary directory is its own
		heavyCalls.Lock()
		defer heavyCalls.Unlock()
	}
	watch := time.AfterFunc(stuckAfter, func() { panic("the cell " + c.String() + " does not end") })
	defer watch.Stop()
	var version []espotest.Option
	if c.call.version != "" {
		version = append(version, espotest.WithVersion(c.call.version))
	}
	srv, err := espotest.Start(append(version,
		espotest.WithClock(func() time.Time { return matrixDay }),
		espotest.WithoutListener(), espotest.WithSMTP(),
		espotest.WithSettings(map[string]any{"smtpServer": "smtp.example", "attachmentUploadChunkSize": 1}),
		espotest.WithImage(routeImage, "image/png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR1234")),
	)...)
	if err != nil {
		o.panicked = err.Error()
		return o
	}
	defer srv.Close()
	defer func() {
		if r := recover(); r != nil { // synctest's, of goroutines that do not end
			o.stuck = fmt.Sprint(r)
		}
		if clean == nil || slices.ContainsFunc(clean.log, (*visit).writes) {
			o.state = stateOf(srv, c.call)
		}
	}()
	synctest.Test(t, func(t *testing.T) {
		t.Helper()
		x := newMatrixRun(t, srv, c, clean)
		defer x.front.close()
		o = x.run(c.call)
	})
	return o
}

var heavyCalls sync.Mutex

func newMatrixRun(t *testing.T, srv *espotest.Server, c cell, clean *cleanRun) *matrixRun {
	t.Helper()
	f := &front{cell: c, clean: clean, backend: srv.Handler()}
	if c.fault.secure == "h2" {
		f.listen()
	}
	transport := espo.NewTransport()
	transport.Proxy, transport.DialContext = nil, f.dial
	transport.TLSClientConfig = &tls.Config{RootCAs: trusted(), MinVersion: tls.VersionTLS12}
	transport.DisableKeepAlives = c.fault.atDial() // each request needs a connection
	if transport.MaxResponseHeaderBytes == 0 {
		transport.MaxResponseHeaderBytes = 256 << 10
	}
	x := &matrixRun{front: f, transport: transport, routeRun: &routeRun{t: t, ctx: t.Context(), srv: srv}, given: *cmp.Or(c.given, usual)}
	if x.auth == nil {
		x.auth = espo.APIKey(espotest.FullAPIKey)
	}
	x.client = x.connect(x.auth)
	x.admin = x.connect(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	return x
}

// connect returns a client of the front's.
func (x *matrixRun) connect(auth espo.Authenticator) *espo.Client {
	scheme := "http://"
	if x.front.cell.fault.secure != "" {
		scheme = "https://"
	}
	client, err := espo.NewClient(scheme+matrixHost+mount, auth, append([]espo.Option{
		espo.WithHTTPClient(&http.Client{Transport: x.transport}),
		espo.WithWait(x.wait),
		espo.WithMaxReply(maxMatrixReply),
		espo.WithLogger(slog.New(x)),
	}, x.options...)...)
	require.NoError(x.t, err)
	return client
}

// wait waits in the bubble's time, and remembers it.
func (x *matrixRun) wait(ctx context.Context, d time.Duration) error {
	x.mu.Lock()
	x.waits = append(x.waits, d)
	x.mu.Unlock()
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// run makes the call with its fault.
func (x *matrixRun) run(call *matrixCall) (o upshot) {
	ask := call.ready(x)
	if x.front.clean == nil {
		o.before = stateOf(x.srv, call)
	}
	x.transport.CloseIdleConnections()
	synctest.Wait()
	base := x.front.read()
	ctx, cancel := context.WithTimeout(x.t.Context(), matrixDeadline)
	defer cancel()
	x.ctx = ctx
	x.front.arm(cancel)
	start := time.Now()
	o.result, o.panicked, o.err = asked(ask)
	o.elapsed = time.Since(start)
	if o.cancelled = !x.front.cancelled.IsZero(); o.cancelled {
		o.late = time.Since(x.front.cancelled)
	}
	time.Sleep(time.Second) // until what the call has given up is given back
	x.transport.CloseIdleConnections()
	synctest.Wait()
	o.open, o.dials = x.front.disarm(), x.front.dials
	o.read = x.front.read() - base
	o.log, o.strangers = x.front.log, x.front.strangers
	x.mu.Lock()
	defer x.mu.Unlock()
	o.waits, o.said, o.secrets = x.waits, x.said, x.secrets
	for _, dir := range x.dirs {
		left, _ := filepath.Glob(filepath.Join(dir, ".espo-download-*"))
		o.left = append(o.left, left...)
	}
	if call.heavy {
		left, _ := filepath.Glob(filepath.Join(os.TempDir(), "espo-upload-*"))
		o.left = append(o.left, left...)
	}
	return o
}

func asked(ask ask) (result, panicked string, err error) {
	defer func() {
		if r := recover(); r != nil {
			panicked = fmt.Sprintf("%v\n%s", r, debug.Stack())
		}
	}()
	v, err := ask()
	b, jsonErr := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if jsonErr != nil && err == nil {
		panicked = jsonErr.Error()
	}
	return string(b), panicked, err
}

// stateTypes are the entity types whose records are compared.
var stateTypes = []string{
	"Account", "Contact", "Lead", "Opportunity", "Case", "Meeting", "Call", "Task", "Email", "Document", "TargetList",
	"Campaign", "User", "Team", "Note", "Attachment", "Webhook", "Notification", "Import", "ImportError", "LeadCapture",
	"EmailAccount",
}

// newerTypes are those that the usual version does not have.
var newerTypes = []string{"Pipeline", "PipelineStage"}

// stateOf is every record of the server, by entity type, and every e-mail that
// it has sent.
func stateOf(srv *espotest.Server, call *matrixCall) map[string]string {
	state, types := map[string]string{}, stateTypes
	if call.version != "" {
		types = slices.Concat(types, newerTypes)
	}
	for _, entityType := range types {
		if slices.Contains(call.traces, entityType) {
			continue
		}
		var lines []string
		for _, r := range srv.Records(entityType) {
			b, err := json.Marshal(r, json.Deterministic(true))
			lines = append(lines, string(b))
			if err != nil {
				lines = append(lines, err.Error())
			}
		}
		state[entityType] = strings.Join(lines, "\n")
	}
	var sent []string
	for _, mail := range srv.SentEmails() {
		sent = append(sent, fmt.Sprintf("%+v", mail))
	}
	state["sent e-mails"] = strings.Join(sent, "\n")
	return state
}

// records are how many records of a type a state has.
func records(state string) int {
	if state == "" {
		return 0
	}
	return 1 + strings.Count(state, "\n")
}

var (
	idText      = regexp.MustCompile(`[0-9a-f]{17,64}`)
	passingText = regexp.MustCompile(`"(versionNumber|lastAccess|siteUrl)":("[^"]*"|\w+)`)
	numberText  = regexp.MustCompile(`"number":\d+`)
	totalText   = regexp.MustCompile(`"(Total|Counted|More)":[^,}]*`)
)

// Enabled, and the next three, make x a [slog.Handler] that remembers all.
func (x *matrixRun) Enabled(context.Context, slog.Level) bool { return true }

func (x *matrixRun) Handle(_ context.Context, r slog.Record) error {
	said := r.Message
	r.Attrs(func(a slog.Attr) bool {
		said += " " + a.Key + "=" + a.Value.Resolve().String()
		return true
	})
	x.mu.Lock()
	defer x.mu.Unlock()
	x.said = append(x.said, said)
	return nil
}

func (x *matrixRun) WithAttrs([]slog.Attr) slog.Handler { return x }

func (x *matrixRun) WithGroup(string) slog.Handler { return x }

// timedOut reports whether a call went on until the matrix lost patience.
func (o *upshot) timedOut() bool {
	return o.dials >= tooManyDials || o.elapsed >= matrixDeadline || errors.Is(o.err, context.DeadlineExceeded)
}
