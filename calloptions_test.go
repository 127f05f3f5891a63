package espo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// A header goes out with each request of each call.
func TestHeaderReachesEveryRequest(t *testing.T) {
	opt := espo.Header("x-tenant", "Kyiv 1")
	for _, x := range tryCalls(t, func(*matrixCall) *given { return &given{opt: opt} }) {
		t.Run(x.call.name, func(t *testing.T) {
			require.Empty(t, x.panicked+x.stuck)
			require.Equal(t, cannotSucceed[x.call.name], x.err != nil, "%v", x.err)
			require.NotEmpty(t, x.sent())
			for _, v := range x.sent() {
				assert.Equal(t, []string{"Kyiv 1"}, v.header["X-Tenant"], "%s %s", v.method, v.path)
			}
		})
	}
}

// What cannot be an option is refused by each call, before anything is sent.
func TestEveryCallRefusesBadOptions(t *testing.T) {
	for name, opt := range map[string]espo.CallOption{
		"nil": nil, "timeout": espo.Timeout(0), "header": espo.Header("X-Api-Key", "other"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, x := range tryCalls(t, func(*matrixCall) *given { return &given{opt: opt} }) {
				t.Run(x.call.name, func(t *testing.T) {
					require.Empty(t, x.panicked+x.stuck)
					require.ErrorIs(t, x.err, espo.ErrInput)
					assert.NotErrorIs(t, x.err, espo.ErrOutcomeUnknown)
					assert.Empty(t, x.log)
				})
			}
		})
	}
}

// severalAtOnce reports whether a call sends requests at once.
func severalAtOnce(call *matrixCall) bool {
	name, _, _ := strings.Cut(call.name, ":")
	return name == "Limit" || strings.HasSuffix(name, ".All") || name == "RecordService.Changes" || name == "RecordService.FindDeleted" ||
		name == "WebhookService.Ensure" || name == "WebhookService.Failed" ||
		strings.HasPrefix(name, "RecordService.") && (strings.HasSuffix(name, "All") || strings.HasSuffix(name, "Each"))
}

// The answer of the last request of each call is stored. Calls that send
// several requests at once refuse it.
func TestStoreResponseOfEveryCall(t *testing.T) {
	stored := map[*matrixCall]*espo.Response{}
	for i := range matrixCalls {
		stored[&matrixCalls[i]] = new(espo.Response)
	}
	refused := 0
	for _, x := range tryCalls(t, func(call *matrixCall) *given { return &given{opt: espo.StoreResponse(stored[call])} }) {
		t.Run(x.call.name, func(t *testing.T) {
			got := stored[x.call]
			if severalAtOnce(x.call) {
				refused++
				require.ErrorIs(t, x.err, espo.ErrInput)
				assert.ErrorContains(t, x.err, "StoreResponse")
				assert.Empty(t, x.log)
				assert.Equal(t, espo.Response{}, *got)
				return
			}
			require.Equal(t, cannotSucceed[x.call.name], x.err != nil, "%v", x.err)
			last := x.sent()[len(x.sent())-1].good
			assert.Equal(t, last.status, got.Status)
			tries := 1
			if x.call.name == "TokenAuth.Renew" { // the first one had an old token
				tries = 2
			}
			assert.Equal(t, tries, got.Tries)
			for name, values := range last.header {
				assert.Equal(t, values, got.Header[name], name)
			}
		})
	}
	assert.Greater(t, refused, 15)
}

// Each request of each call can be made as another user, but for those without
// the client's credentials.
func TestActAsReachesEveryRequest(t *testing.T) {
	g := &given{opt: espo.ActAs("somebody"), auth: espo.Basic(espotest.AdminUser, espotest.AdminPassword)}
	for _, x := range tryCalls(t, func(*matrixCall) *given { return g }) {
		t.Run(x.call.name, func(t *testing.T) {
			if x.call.public || x.call.name == "Client.Logout" {
				require.ErrorIs(t, x.err, espo.ErrInput)
				assert.ErrorContains(t, x.err, "ActAs")
				assert.Empty(t, x.log)
				return
			}
			require.NotEmpty(t, x.sent())
			for _, v := range x.sent() {
				assert.Equal(t, []string{"somebody"}, v.header["X-Another-User"], "%s %s", v.method, v.path)
			}
			require.ErrorIs(t, x.err, espo.ErrUnauthorized, "the server has no such user")
		})
	}
}

// Each request of each call waits as long as the option says, and not as long
// as the client would.
func TestTimeoutReachesEveryRequest(t *testing.T) {
	const limit = 3 * time.Second
	clean := &matrix{clean: map[string]*cleanRun{}}
	clean.runClean(t)
	silent := &fault{name: "silent", shape: until(beforeHead, hangs)}
	g := &given{opt: espo.Timeout(limit), options: []espo.Option{espo.WithRetry(espo.RetryPolicy{MaxTries: 1})}}
	var cells []cell
	for i := range matrixCalls {
		call := &matrixCalls[i]
		for at, v := range clean.clean[call.name].log {
			if !v.logsIn() {
				cells = append(cells, cell{call: call, fault: silent, at: at + 1, given: g})
			}
		}
	}
	found := make([]upshot, len(cells))
	parallel(len(cells), func(i int) { found[i] = run(t, cells[i], clean.clean[cells[i].call.name]) })
	for i, c := range cells {
		t.Run(c.String(), func(t *testing.T) {
			o, usual := found[i], clean.clean[c.call.name].elapsed
			require.Empty(t, o.panicked+o.stuck)
			if mayPass := c.call.restart || (c.call.spare && c.at == 1); !mayPass {
				require.ErrorIs(t, o.err, espo.ErrTransport)
			}
			assert.GreaterOrEqual(t, o.elapsed, limit)
			assert.Less(t, o.elapsed, usual+20*time.Second, "the client's limit is 2 minutes")
		})
	}
	assert.Greater(t, len(cells), len(matrixCalls))
}
