package espo_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// operations remembers what requests are for. Only those after begin count.
type operations struct {
	mu    sync.Mutex
	list  []espo.Operation
	tries []espo.Try
	open  int // begun, and not ended
}

func (o *operations) hook() espo.Hook {
	note := func(do func()) {
		o.mu.Lock()
		defer o.mu.Unlock()
		do()
	}
	return espo.Hook{
		Start: func(ctx context.Context, op espo.Operation) (context.Context, func(espo.Outcome)) {
			note(func() { o.list, o.open = append(o.list, op), o.open+1 })
			return ctx, func(espo.Outcome) { note(func() { o.open-- }) }
		},
		Try: func(ctx context.Context, try espo.Try) (context.Context, func(espo.TryOutcome)) {
			note(func() { o.tries, o.open = append(o.tries, try), o.open+1 })
			return ctx, func(espo.TryOutcome) { note(func() { o.open-- }) }
		},
	}
}

// fits reports whether an operation can be that of a request.
func fits(op espo.Operation, v *visit) bool {
	route, path := strings.Split(op.Route, "/"), strings.Split(v.path, "/")
	return op.Method == v.method && slices.EqualFunc(route, path, func(want, got string) bool {
		return want == got || strings.HasPrefix(want, "{") && got != ""
	})
}

var operationName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*(\.[a-z][A-Za-z]*){1,2}$`)

// Each request of each call has the operation that testdata/operations.txt
// says, whose route is one of EspoCRM's and holds neither ids nor credentials.
func TestOperationsOfEveryCall(t *testing.T) {
	golden, err := os.ReadFile("testdata/operations.txt")
	require.NoError(t, err)
	want := map[string]string{}
	for line := range strings.Lines(string(golden)) {
		call, ops, ok := strings.Cut(strings.TrimSpace(line), "\t")
		require.True(t, ok, line)
		want[call] = ops
	}
	assert.Len(t, want, len(matrixCalls), "every call once")
	routes := knownRoutes(t)
	seen := map[*matrixCall]*operations{}
	for i := range matrixCalls {
		seen[&matrixCalls[i]] = &operations{}
	}
	for _, x := range tryCalls(t, func(call *matrixCall) *given {
		return &given{opt: usual.opt, options: []espo.Option{espo.WithHook(seen[call].hook())}}
	}) {
		t.Run(x.call.name, func(t *testing.T) {
			all := seen[x.call]
			assert.Zero(t, all.open, "what has begun has ended")
			require.GreaterOrEqual(t, len(all.list), len(x.log))
			ops := all.list[len(all.list)-len(x.log):] // those before are of what was prepared
			if x.call.name == "TokenAuth.Renew" {      // which is tried twice
				ops = all.list[len(all.list)-len(x.log)+1:]
			}
			var shown []string
			for _, op := range ops {
				shown = append(shown, strings.TrimSpace(op.Name+" "+op.Method+" "+op.Route))
				assert.Regexp(t, operationName, op.Name)
				assert.NotEmpty(t, routeTaken(routes, op.Method, op.Route), "%s is not a route", op.Route)
				assert.True(t, slices.ContainsFunc(x.log, func(v *visit) bool { return fits(op, v) }), "no request for %v", op)
			}
			for _, v := range x.log {
				assert.True(t, slices.ContainsFunc(ops, func(op espo.Operation) bool { return fits(op, v) }), "no operation for %s %s", v.method, v.path)
			}
			assert.Equal(t, want[x.call.name], strings.Join(shown, ", "))
			for _, line := range append(shown, want[x.call.name]) {
				assert.NotRegexp(t, idText, line)
				for _, secret := range slices.Concat(commonSecrets, x.secrets) {
					assert.NotContains(t, line, secret)
				}
			}
			for _, try := range all.tries {
				assert.Contains(t, all.list, try.Operation)
				assert.Empty(t, credentialsIn(try.Header))
			}
		})
	}
}
