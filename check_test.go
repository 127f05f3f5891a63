package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// Structs that attributes can be read into, and some that they cannot.
type (
	tagged struct {
		ID    string     `json:"id,omitzero"`
		Name  string     `json:"name"`
		Extra espo.Attrs `json:",embed"`

		note string
		Mine int `json:"-"`
	}
	untagged struct {
		ID   string `json:"id"`
		Name string
	}
	emptyTag struct {
		ID   string `json:"id"`
		Name string `json:""`
	}
	optionsOnly struct {
		ID   string `json:"id"`
		Name string `json:",omitzero"`
	}
	otherTag struct {
		ID   string `json:"id"`
		Name string `yaml:"name"`
	}
	embedsTagged   struct{ tagged }
	embedsUntagged struct {
		untagged
		Size int `json:"size"`
	}
	idAlone struct {
		ID string `json:"id"`
	}
)

// callsWith makes a call of each kind with records of T.
func callsWith[T any](t *testing.T, client *espo.Client) map[string]error {
	t.Helper()
	ctx, one := t.Context(), espo.Ref{Type: "Account", ID: "1"}
	s, related := espo.Records[T](client, "CThing"), espo.Related[T](client, one, "things")
	meetings := espo.ActivityRecords[T](client, one, espo.ActivityQuery{Kind: espo.ActivityPlanned, EntityType: "Meeting"})
	var zero T
	_, _, upsertErr := s.Upsert(ctx, espo.Upsert{Set: espo.Attrs{"name": "x"}})
	return map[string]error{
		"get": failure(s.Get(ctx, "1")), "create": failure(s.Create(ctx, zero)), "update": failure(s.Update(ctx, "1", nil)),
		"delete": s.Delete(ctx, "1"), "list": failure(s.List(ctx, espo.Query{})), "all": failure(espo.Collect(s.All(ctx, espo.Query{}))),
		"first": failure(s.First(ctx, espo.Query{})), "count": failure(s.Count(ctx, espo.Query{})), "get many": failure(s.GetMany(ctx, []string{"1"})),
		"modify": failure(s.Modify(ctx, "1", func(*T) error { return nil })), "upsert": upsertErr,
		"create all": failure(s.CreateAll(ctx, []T{zero}, espo.BulkOptions{})), "kanban": failure(s.Kanban(ctx, espo.Query{})),
		"related": failure(related.List(ctx, espo.Query{})), "all related": failure(espo.Collect(related.All(ctx, espo.Query{}))),
		"activities": failure(meetings.List(ctx, espo.Query{})),
	}
}

// A struct with a field that no attribute would ever be read into is refused
// before anything is sent.
func TestStructsWithoutTags(t *testing.T) {
	client := connect(t, unreachable(t))
	for name, errs := range map[string]map[string]error{
		"no tag": callsWith[untagged](t, client), "an empty tag": callsWith[emptyTag](t, client), "no name in the tag": callsWith[optionsOnly](t, client),
		"a tag of others": callsWith[otherTag](t, client), "embedded": callsWith[embedsUntagged](t, client), "a pointer": callsWith[*untagged](t, client),
	} {
		for call, err := range errs {
			assert.ErrorIs(t, err, espo.ErrInput, "%s: %s", name, call)
			assert.ErrorContains(t, err, "the field Name has no name in a json tag, such as `json:\"name,omitzero\"`", "%s: %s", name, call)
		}
	}
}

func TestStructsWithTags(t *testing.T) {
	sent := 0
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		sent++
		reply(w, 200, `{"id":"1","total":0,"list":[],"name":"x"}`)
	})
	for name, errs := range map[string]map[string]error{
		"tagged": callsWith[tagged](t, client), "embedded": callsWith[embedsTagged](t, client), "an id": callsWith[idAlone](t, client),
		"a pointer": callsWith[*tagged](t, client), "Record": callsWith[espo.Record](t, client), "a map": callsWith[map[string]any](t, client),
		"Account": callsWith[espo.Account](t, client), "nothing": callsWith[struct{}](t, client),
	} {
		for call, err := range errs {
			assert.NotErrorIs(t, err, espo.ErrInput, "%s: %s", name, call)
		}
	}
	assert.Greater(t, sent, 50)
	got, err := espo.Records[tagged](client, "CThing").Get(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, tagged{ID: "1", Name: "x", Extra: got.Extra, note: ""}, got)
}

// A pointer to a struct is as good as the struct.
func TestRecordsOfPointers(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	contact := srv.Seed("Contact", espo.Attrs{"lastName": "Koval", "description": "old", "doNotCall": true})[0]
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	require.NoError(t, client.Accounts.Contacts(account).Link(ctx, contact))
	got, err := espo.Records[*espo.Contact](client, "Contact").Modify(ctx, contact, func(c **espo.Contact) error {
		(*c).LastName, (*c).Description, (*c).DoNotCall = "New", "", false
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []any{"New", "", false}, []any{got.LastName, got.Description, got.DoNotCall})
	all := srv.Requests()
	assert.JSONEq(t, `{"lastName":"New","description":null,"doNotCall":false}`, string(all[len(all)-1].Body))

	pointers, err := espo.Related[*espo.Contact](client, client.Accounts.Ref(account), "contacts").List(ctx, espo.Query{})
	require.NoError(t, err)
	structs, err := espo.Related[espo.Contact](client, client.Accounts.Ref(account), "contacts").List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, pointers.Records, 1)
	assert.Equal(t, structs.Records[0], *pointers.Records[0], "the same attributes are selected")
}
