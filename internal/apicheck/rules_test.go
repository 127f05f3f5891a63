package apicheck_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/internal/apicheck"
)

// prelude begins every source: a client as small as can be.
const prelude = `// Package p is an example.
package p

import (
	"context"
	"errors"
	"iter"
)

// Client is a client.
type Client struct{}

func (c *Client) do(context.Context) error { return errors.New("sent") }

// CallOption is an option of every call.
type CallOption interface{ GetOption; call() }

// GetOption is an option of some calls.
type GetOption interface{ get() }

// Attrs are attributes.
type Attrs map[string]string

// RecordService has records.
type RecordService[T any] struct{ client *Client }

// Page is a page.
type Page[T any] struct { Records []T; Extra Attrs ` + "`json:\",embed\"`" + ` }

func newRequest(operation, method, pattern string) {}

type http struct{ MethodGet, MethodPost string }

var _ iter.Seq[int]
`

const sender = "Client.do"

func findings(t *testing.T, rule func(*apicheck.Package) []apicheck.Finding, source string) []string {
	t.Helper()
	p, err := apicheck.Parse(t.Context(), prelude+source)
	require.NoError(t, err)
	var names []string
	for _, f := range rule(p) {
		names = append(names, f.Name+": "+f.Problem)
	}
	slices.Sort(names)
	return names
}

func bySender(rule func(*apicheck.Package, string) []apicheck.Finding) func(*apicheck.Package) []apicheck.Finding {
	return func(p *apicheck.Package) []apicheck.Finding { return rule(p, sender) }
}

type example struct {
	rule   func(*apicheck.Package) []apicheck.Finding
	keeps  string
	breaks string
	want   []string
}

func (e example) check(t *testing.T) {
	t.Helper()
	assert.Empty(t, findings(t, e.rule, e.keeps), "what keeps the rule")
	assert.Equal(t, e.want, findings(t, e.rule, e.keeps+e.breaks))
}

func TestRulesOfCalls(t *testing.T) {
	for name, e := range map[string]example{
		"a context first and options last": {
			rule: bySender(apicheck.Calls),
			keeps: `
func (c *Client) Get(ctx context.Context, opts ...GetOption) error { return c.do(ctx) }
func (c *Client) Post(ctx context.Context, id string, opts ...CallOption) error { return post(ctx, c) }
func post(ctx context.Context, c *Client) error { return c.do(ctx) }
func (s *RecordService[T]) All(ctx context.Context, opts ...CallOption) iter.Seq2[T, error] {
	return func(func(T, error) bool) { s.client.do(ctx) }
}
func Wait(ctx context.Context) error { return ctx.Err() }
type Limiter interface{ Wait(context.Context) error }
type hidden struct{ client *Client }
func (h hidden) Get(ctx context.Context) error { return h.client.do(ctx) }
`,
			breaks: `
type Strange interface{ strange() }
func (c *Client) Logout(ctx context.Context) error { return c.do(ctx) }
func (c *Client) Close() error { return c.Logout(context.Background()) }
func (c *Client) Late(id string, ctx context.Context, opts ...CallOption) error { return c.do(ctx) }
func (c *Client) Names(ctx context.Context, names ...string) error { return c.do(ctx) }
func (c *Client) Odd(ctx context.Context, opts ...Strange) error { return c.do(ctx) }
func (s *RecordService[T]) Each(ctx context.Context) iter.Seq[T] {
	return func(func(T) bool) { s.even(ctx) }
}
func (s *RecordService[T]) even(ctx context.Context) { s.odd(ctx) }
func (s *RecordService[T]) odd(ctx context.Context) { s.even(ctx); s.client.do(ctx) }
func Send(ctx context.Context, c *Client) error { return c.do(ctx) }
type AccountService struct{ hidden }
`,
			want: []string{
				"AccountService.Get: sends a request, and does not take options last",
				"Client.Close: sends a request, and does not take a context first",
				"Client.Late: sends a request, and does not take a context first",
				"Client.Logout: sends a request, and does not take options last",
				"Client.Names: sends a request, and does not take options last",
				"Client.Odd: sends a request, and does not take options last",
				"RecordService.Each: sends a request, and does not take options last",
				"Send: sends a request, and does not take options last",
			},
		},
		"results are values": {
			rule: bySender(apicheck.Results),
			keeps: `
func (c *Client) Get(ctx context.Context) (Attrs, error) { return nil, c.do(ctx) }
func New() *Client { return new(Client) }
`,
			breaks: `
func (c *Client) Find(ctx context.Context) (*Page[string], error) { return nil, c.do(ctx) }
`,
			want: []string{"Client.Find: returns a pointer"},
		},
		"endpoints": {
			rule: func(p *apicheck.Package) []apicheck.Finding {
				return apicheck.Endpoints(p, sender, "RecordService")
			},
			keeps: `
// Get reads a record.
//
// GET {entityType}/{id}. One that does not exist is an error.
func (c *Client) Get(ctx context.Context) error {
	newRequest("get", http{}.MethodGet, "{type}/{id}")
	return c.do(ctx)
}

// Attendees reads who comes: GET Meeting/{id}/attendees?all=true.
func (c *Client) Attendees(ctx context.Context) error {
	newRequest("attendees", http{}.MethodGet, "{type}/{id}/attendees")
	return c.do(ctx)
}

// Calls are those of an account: Account/{id}/calls.
func (c *Client) Calls() *RecordService[string] { return nil }
`,
			breaks: `
// Delete deletes a record.
func (c *Client) Delete(ctx context.Context) error { return c.do(ctx) }

// Create creates a record: POST {entityType}/{id}.
func (c *Client) Create(ctx context.Context) error {
	var http http
	newRequest("create", http.MethodPost, "{type}")
	return c.do(ctx)
}

// Read is POST Account.
func (c *Client) Read(ctx context.Context) error {
	var http http
	newRequest("read", http.MethodGet, "Account")
	return c.do(ctx)
}

// Tasks are those of an account.
func (c *Client) Tasks() *RecordService[string] { return nil }
`,
			want: []string{
				"Client.Create: does not name the endpoint POST {type}",
				"Client.Delete: does not name the endpoint",
				"Client.Read: does not name the endpoint GET Account",
				"Client.Tasks: does not name the endpoint of the list",
			},
		},
	} {
		t.Run(name, e.check)
	}
}

func TestRulesOfShapes(t *testing.T) {
	for name, e := range map[string]example{
		"parameters": {
			rule: apicheck.Parameters,
			keeps: `
type Name string
func Rename(ctx context.Context, id string, to Name, opts ...CallOption) {}
func Equal(attribute string, value any) {}
func In[V any](attribute string, values ...V) {}
func Filter(attribute string, values ...string) {}
type Upload struct { Progress func(Page[int]) }
func three(a, b, c string) {}
`,
			breaks: `
func (c *Client) Link(ctx context.Context, id, link string) {}
func Basic[S ~string](user string, password S) {}
func HMAC[K, S ~string](key K, secret S) {}
func Between[V ~int](from, to V) {}
func Wait(wait func(a, b int) error) {}
func Four(a string, b int, c string, d int) {}
type Download struct { Progress func(sent, size int64) }
type Visit func(first, second string)
type Store interface{ Put(key, value string) }
`,
			want: []string{
				"Basic: user and password can be swapped",
				"Between: from and to can be swapped",
				"Client.Link: id and link can be swapped",
				"Download.Progress: sent and size can be swapped",
				"Four: has 4 parameters",
				"HMAC: key and secret can be swapped",
				"Store.Put: key and value can be swapped",
				"Visit: first and second can be swapped",
				"Wait: a and b can be swapped",
			},
		},
		"types without a name": {
			rule: apicheck.Anonymous,
			keeps: `
type Named struct{ hidden struct{ A int } }
type Set map[string]bool
func Walk(visit func(Named)) {}
`,
			breaks: `
type Holder struct{ At []struct{ X int } }
type Names map[string]struct{}
func (c *Client) Point() (struct{ X int }, error) { return struct{ X int }{}, nil }
func Visit(visit func(interface{ Name() string })) {}
func Pages() Page[struct{}] { return Page[struct{}]{} }
`,
			want: []string{
				"Client.Point: holds a type without a name", "Holder.At: holds a type without a name",
				"Names: holds a type without a name", "Pages: holds a type without a name", "Visit: holds a type without a name",
			},
		},
		"values of any type": {
			rule: apicheck.Any,
			keeps: `
type Good[T any] struct{ Value T; hidden any }
func Collect[T any](values ...T) []T { return values }
`,
			breaks: `
type Bad struct{ Value any }
type Values map[string]any
var Default any
func Deep(f func() map[string][]any) {}
func (c *Client) Decode(into interface{}) {}
`,
			want: []string{
				"Bad.Value: holds any", "Client.Decode: holds any", "Deep: holds any", "Default: holds any", "Values: holds any",
			},
		},
	} {
		t.Run(name, e.check)
	}
}

func TestExceptions(t *testing.T) {
	p, err := apicheck.Parse(t.Context(), prelude+"func F(a, b int) {}\nfunc G(a, b int) {}\n")
	require.NoError(t, err)
	found := apicheck.Parameters(p)
	assert.Empty(t, apicheck.Except(found, map[string]string{"F": "why", "G": "why"}))
	assert.Equal(t, []string{"source.go:36: G: a and b can be swapped"}, apicheck.Except(found, map[string]string{"F": "why"}))
	assert.Equal(t, []string{"H: an exception that is not needed"}, apicheck.Except(found, map[string]string{"F": "why", "G": "why", "H": "why"}))
	assert.Equal(t, []string{"G: an exception without a reason"}, apicheck.Except(found, map[string]string{"F": "why", "G": ""}))
}

func TestLoadPassesOverTests(t *testing.T) {
	dir := t.TempDir()
	write := func(name, source string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(source), 0o600))
	}
	write("a.go", "package a\n\nfunc A(x, y int) {}\n")
	write("a_test.go", "package a\n\nfunc B(x, y int) {}\n")
	p, err := apicheck.Load(t.Context(), dir)
	require.NoError(t, err)
	assert.Len(t, apicheck.Parameters(p), 1)

	write("b.go", "package a\n\nfunc C(x missing) {}\n")
	_, err = apicheck.Load(t.Context(), dir)
	require.ErrorContains(t, err, "missing")
	write("b.go", "package")
	_, err = apicheck.Load(t.Context(), dir)
	require.Error(t, err)
}
