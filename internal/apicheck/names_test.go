package apicheck_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/internal/apicheck"
)

func TestRulesOfNames(t *testing.T) {
	for name, e := range map[string]example{
		"verbs": {
			rule: apicheck.Verbs,
			keeps: `
func (s *RecordService[T]) List(ctx context.Context) (Page[T], error) { return Page[T]{}, nil }
func (s *RecordService[T]) All(ctx context.Context) iter.Seq2[T, error] { return nil }
func (s *RecordService[T]) Count(ctx context.Context) (int, error) { return 0, nil }
func (s *RecordService[T]) CreateEach(records iter.Seq2[T, error]) iter.Seq[T] { return nil }
func (s *RecordService[T]) GetMany(ids []string) {}
func Count() {}
`,
			breaks: `
type RateService struct{}
func (s *RateService) List() (map[string]int, error) { return nil, nil }
func (s *RateService) All() ([]int, error) { return nil, nil }
func (s *RateService) Count() (int64, error) { return 0, nil }
func (s *RateService) SetEach() ([]int, error) { return nil, nil }
func (s *RateService) SetMany(rates ...int) {}
`,
			want: []string{
				"RateService.All: is an All that does not return an iterator with errors",
				"RateService.Count: is a Count that does not return an int",
				"RateService.List: is a List that does not return a page",
				"RateService.SetEach: is an Each that does not return an iterator",
				"RateService.SetMany: is a Many that does not take a slice",
			},
		},
		"errors": {
			rule: apicheck.Errors,
			keeps: `
type InputError struct{}
func (*InputError) Error() string { return "" }
var ErrInput = errors.New("input")
var Default Client
`,
			breaks: `
type ImportError struct{}
type Failure struct{}
func (Failure) Error() string { return "" }
var Unsubscribe = errors.New("unsubscribe")
var ErrorCount int
`,
			want: []string{
				"ErrorCount: is a variable whose name does not say whether it is an error",
				"Failure: is an error: true; its name says otherwise",
				"ImportError: is an error: false; its name says otherwise",
				"Unsubscribe: is a variable whose name does not say whether it is an error",
			},
		},
		"services": {
			rule: func(p *apicheck.Package) []apicheck.Finding {
				return append(apicheck.Services(p, "Good"), apicheck.Services(p, "Bad")...)
			},
			keeps: `
type Good struct {
	App        *AppService
	Calls      *CallService
	Activities *ActivityService
	hidden     int
}
type (AppService struct{}; CallService struct{}; ActivityService struct{}; CurrencyRateService struct{}; People struct{})
`,
			breaks: `
type Bad struct {
	Accounts *RecordService[string]
	Rates    *CurrencyRateService
	Users    *People
	Name     string
}
`,
			want: []string{
				"Bad.Accounts: is not a pointer to a service of its own",
				"Bad.Name: is not a pointer to a service of its own",
				"Bad.Rates: is a CurrencyRateService",
				"Bad.Users: is a PeopleService",
			},
		},
		"doc comments": {
			rule: apicheck.Undocumented,
			keeps: `
// A Good thing is documented.
type Good struct{}

// Do does it.
func (Good) Do() {}

func (Good) String() string { return "" }

// Doer does.
type Doer interface {
	// Do does it.
	Do()
}

// Both of them.
const (
	A = 1
	B = 2 // the second
)
`,
			breaks: `
type Bad struct{}

func (Bad) Do() {}

// Doing it wrong.
func Do() {}

// OldName was it.
type NewName struct{}

// Waiter waits.
type Waiter interface { Wait() }

const C = 3
`,
			want: []string{
				"Bad.Do: has no doc comment", "Bad: has no doc comment", "C: has no doc comment",
				"Do: has a doc comment that begins with another name", "NewName: has a doc comment that begins with another name",
				"Waiter.Wait: has no doc comment",
			},
		},
	} {
		t.Run(name, e.check)
	}
}

// decoded are structs that answers are decoded into, reached in every way that
// there is.
const decoded = `
type Account struct {
	ID     string
	Emails []Entry
	Extra  Attrs ` + "`json:\",embed\"`" + `
}
type Entry struct {
	Address string
	Extra   Attrs ` + "`json:\",embed\"`" + `
}
type Rights struct { Levels map[string]string; Extra Attrs }
func (r *Rights) UnmarshalJSONFrom([]byte) error { return nil }
type Input struct{ Name string }
func (c *Client) Get(ctx context.Context, in Input) (Page[Account], error) { return Page[Account]{}, c.do(ctx) }
func (c *Client) Rights(ctx context.Context) (map[string]Rights, error) { return nil, c.do(ctx) }
`

func TestExtra(t *testing.T) {
	example{
		rule: bySender(apicheck.Extra), keeps: decoded,
		breaks: `
type Lead struct { Phones map[string]*Phone; Extra Attrs ` + "`json:\",embed\"`" + ` }
type Phone struct{ Number string }
func (c *Client) Leads(ctx context.Context) iter.Seq2[Lead, error] { c.do(ctx); return nil }
type Other struct { Name string; Extra map[string]string ` + "`json:\",embed\"`" + ` }
type Lost struct { Name string; Extra Attrs }
func (c *Client) Two(ctx context.Context) (Other, []Lost) { c.do(ctx); return Other{}, nil }
type TaskService struct{ *RecordService[Task] }
type Task struct{ Name string }
func (c *Client) Tasks() *TaskService { return nil }
type User struct{ Name string }
func (c *Client) Users() *RecordService[User] { return nil }
func (e Entry) Details() Data { return nil }
type Data interface{ data() }
type PostData struct{ Text string }
func (PostData) data() {}
`,
		want: []string{
			"Lost: has an Extra that nothing is decoded into", "Other: has an Extra that is not of the type Attrs",
			"Phone: has no Extra for what it does not name", "PostData: has no Extra for what it does not name",
			"Task: has no Extra for what it does not name", "User: has no Extra for what it does not name",
		},
	}.check(t)
	p, err := apicheck.Parse(t.Context(), prelude+decoded)
	require.NoError(t, err)
	assert.Equal(t, []string{"Account", "Entry", "Page", "Rights"}, apicheck.Decoded(p, sender))
}
