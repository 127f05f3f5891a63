package differ

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

type (
	rec   = espo.Record
	attrs = espo.Attrs
)

// outcome is what the client returned for one step, with names in place of
// what must differ.
type outcome struct {
	area, name string
	result     any
}

// run is the program done to one server.
type run struct {
	t    *testing.T
	ctx  context.Context //nolint:containedctx // of the test, for all steps
	url  string
	base time.Time // the day on which the run began
	rnd  *rand.Rand
	v    espo.ServerVersion

	admin, user, limited *espo.Client // user may do all but administrate
	userID, limitedID    string
	teamID               string

	names *names
	area  string
	steps []outcome
	seen  map[string]bool
}

// areas are the parts of the program, in their order.
var areas = []struct {
	name string
	run  func(*run)
}{
	{"people", people}, {"stock", stock}, {"filter.text", textFilter}, {"filter.number", numberFilter}, {"filter.day", dayFilter},
	{"values", values}, {"list", lists}, {"filter.nested", nested}, {"crud", crud}, {"duplicate", duplicates}, {"version", versions},
	{"link", links}, {"stream", stream}, {"file", files}, {"mass", mass}, {"export", exports}, {"import", imports},
	{"email", emails}, {"sale", sales}, {"marketing", marketing}, {"calendar", calendar}, {"tree", trees}, {"admin", admin}, {"webhook", hooks},
	{"right", rights}, {"portal", portals}, {"pipeline", pipelines},
}

func runProgram(t *testing.T, url, user, password string, start time.Time) *run {
	t.Helper()
	r := &run{
		t: t, ctx: t.Context(), url: url, base: start.UTC().Truncate(24 * time.Hour),
		rnd: rand.New(rand.NewPCG(1, 2)), names: newNames(url, start), seen: map[string]bool{},
	}
	r.admin = client(t, url, user, password)
	v, err := r.admin.ServerVersion(t.Context())
	require.NoError(t, err)
	r.v = v
	for _, a := range areas {
		r.area = a.name
		a.run(r)
	}
	return r
}

// from says whether the server is of this version or later.
func (r *run) from(version string) bool {
	v, err := espo.ParseServerVersion(version)
	require.NoError(r.t, err)
	return r.v.AtLeast(v)
}

// do is one step. An id in its result is known by the name of the step from
// then on.
func (r *run) do(name string, call func() (any, error)) {
	r.t.Helper()
	name = r.area + "." + name
	require.False(r.t, r.seen[name], "two steps are named %s", name)
	r.seen[name] = true
	value, err := call()
	result := map[string]any{}
	if err != nil {
		result["error"] = r.names.plain(describe(err))
	} else {
		r.names.learn(value, name)
		result["value"] = r.names.plain(value)
	}
	r.steps = append(r.steps, outcome{r.area, name, result})
}

// missing is the id of no record, for steps whose record could not be made.
const missing = "0000000000000beef"

// create makes a record and returns its id.
func (r *run) create(name string, c *espo.Client, entityType string, record rec, opts ...espo.CreateOption) string {
	r.t.Helper()
	id := missing
	r.do(name, func() (any, error) {
		got, err := c.Records(entityType).Create(r.ctx, record, opts...)
		if err == nil {
			id = got.ID()
		}
		return got, err
	})
	return id
}

func (r *run) get(name string, c *espo.Client, entityType, id string, opts ...espo.GetOption) {
	r.t.Helper()
	r.do(name, func() (any, error) { return c.Records(entityType).Get(r.ctx, id, opts...) })
}

func (r *run) update(name string, c *espo.Client, entityType, id string, a attrs, opts ...espo.UpdateOption) {
	r.t.Helper()
	r.do(name, func() (any, error) { return c.Records(entityType).Update(r.ctx, id, a, opts...) })
}

func (r *run) remove(name string, c *espo.Client, entityType, id string) {
	r.t.Helper()
	r.do(name, func() (any, error) { return nil, c.Records(entityType).Delete(r.ctx, id) })
}

func (r *run) list(name string, c *espo.Client, entityType string, q espo.Query) {
	r.t.Helper()
	r.do(name, func() (any, error) { return c.Records(entityType).List(r.ctx, q) })
}

// related lists linked records.
func (r *run) related(name string, c *espo.Client, ref espo.Ref, link string, q espo.Query) {
	r.t.Helper()
	r.do(name, func() (any, error) { return c.Related(ref, link).List(r.ctx, q) })
}

// day is a day from that of the run.
func (r *run) day(n int) string { return r.base.AddDate(0, 0, n).Format(time.DateOnly) }

// at is a time of a day from that of the run.
func (r *run) at(n int, clock string) string { return r.day(n) + " " + clock }

func ref(entityType, id string) espo.Ref { return espo.Ref{Type: entityType, ID: id} }
