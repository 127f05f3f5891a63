package espo_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestModifySendsTheDifference(t *testing.T) {
	srv, client := fake(t)
	id := srv.Seed("Account", map[string]any{"name": "Acme", "website": "https://a.example", "type": "Customer"})[0]
	got, err := client.Accounts.Modify(t.Context(), id, func(a *espo.Account) error {
		assert.Equal(t, "Acme", a.Name)
		a.Website = ""
		a.Description = "d"
		a.Type = espo.AccountTypeCustomer // as it was
		return nil
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"website":null,"description":"d"}`, string(last(t, srv).Body))
	assert.Equal(t, "1", last(t, srv).Header.Get("X-Version-Number"))
	assert.Equal(t, "d", got.Description)
	assert.Equal(t, int64(2), got.VersionNumber)
}

func TestModifyWithoutADifference(t *testing.T) {
	srv, client := fake(t)
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	got, err := client.Accounts.Modify(t.Context(), id, func(a *espo.Account) error {
		a.Name = "Ac" + "me"
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, "Acme", got.Name)
	assert.Len(t, srv.Requests(), 1, "nothing is sent")
}

func TestModifyErrors(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	mine := errors.New("not today")
	_, err := client.Accounts.Modify(ctx, id, func(a *espo.Account) error { a.Name = "x"; return mine })
	assert.Equal(t, mine, err, "as it is")
	_, err = client.Accounts.Modify(ctx, id, func(a *espo.Account) error { a.ID = "other"; return nil })
	assert.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Accounts.Modify(ctx, id, func(a *espo.Account) error { a.Extra = espo.Attrs{"c": func() {}}; return nil })
	assert.ErrorIs(t, err, espo.ErrInput)
	for _, r := range srv.Requests() {
		assert.Equal(t, "GET", r.Method)
	}

	_, err = client.Accounts.Modify(ctx, "missing", func(*espo.Account) error { t.Error("called"); return nil })
	assert.ErrorIs(t, err, espo.ErrNotFound)
	var invalid *espo.ValidationError
	_, err = client.Accounts.Modify(ctx, id, func(a *espo.Account) error { a.Name = ""; return nil })
	assert.ErrorAs(t, err, &invalid)
}

// project has a field of each kind.
type project struct {
	ID      string            `json:"id,omitzero"`
	Name    string            `json:"name,omitzero"`
	Text    string            `json:"text,omitzero"`
	Pointer *string           `json:"pointer,omitzero"`
	Bool    bool              `json:"bool,omitzero"`
	Int     int               `json:"int,omitzero"`
	Uint    uint8             `json:"uint,omitzero"`
	Float   float64           `json:"float,omitzero"`
	Number  espo.Number       `json:"number,omitzero"`
	Date    espo.Date         `json:"date,omitzero"`
	At      espo.DateTime     `json:"at,omitzero"`
	Time    time.Time         `json:"time,omitzero"`
	List    []string          `json:"list,omitzero"`
	Map     map[string]string `json:"map,omitzero"`
	Names   espo.Names        `json:"names,omitzero"`
	Extra   espo.Attrs        `json:",embed"`
}

// A field set to its zero value is sent as what clears it.
func TestModifyToZero(t *testing.T) {
	const full = `{"id":"1","name":"n","text":"t","pointer":"p","bool":true,"int":1,"uint":2,"float":1.5,"number":1.50,"date":"2026-01-02",
		"at":"2026-01-02 03:04:05","time":"2026-01-02 03:04:05","list":["a"],"map":{"a":"b"},"names":{"1":"x"},"cA":1.50,"cB":{"deep":[1]},"cC":true}`
	var sent string
	client := connect(t, answering(t, full, &sent))
	ctx := t.Context()
	projects := espo.Records[project](client, "CProject")

	_, err := projects.Modify(ctx, "1", func(p *project) error {
		*p = project{ID: p.ID, Name: p.Name, Extra: espo.Attrs{"cA": p.Extra["cA"], "cB": nil}}
		return nil
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"text":null,"pointer":null,"bool":false,"int":0,"uint":0,"float":0,"number":null,"date":null,"at":null,"time":null,
		"list":[],"map":{},"names":{},"cB":null,"cC":null}`, sent)

	// What is changed inside of a map or a slice is found too.
	_, err = projects.Modify(ctx, "1", func(p *project) error {
		p.List[0] = "z"
		p.Map["c"] = "d"
		p.Extra["cB"].(map[string]any)["deep"] = nil
		*p.Pointer = ""
		p.Number = "1.500"
		return nil
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"list":["z"],"map":{"a":"b","c":"d"},"cB":{"deep":null},"pointer":"","number":1.500}`, sent)

	_, err = client.Records("CProject").Modify(ctx, "1", func(r *espo.Record) error {
		delete(*r, "text")
		(*r)["bool"] = false
		(*r)["new"] = espo.NewDate(2026, 1, 2)
		return nil
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"text":null,"bool":false,"new":"2026-01-02"}`, sent)
}

// A field without omitzero is sent as it is encoded, and a promoted one is
// found.
func TestModifyOtherStructs(t *testing.T) {
	type base struct {
		ID    string `json:"id,omitzero"`
		Count int    `json:"count,omitzero"`
	}
	type odd struct {
		base
		Plain  string `json:"plain"`
		Hidden string `json:"-"`
	}
	var sent string
	client := connect(t, answering(t, `{"id":"1","count":3,"plain":"x"}`, &sent))
	_, err := espo.Records[odd](client, "COdd").Modify(t.Context(), "1", func(o *odd) error {
		*o = odd{base: base{ID: "1"}, Hidden: "h"}
		return nil
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"count":0,"plain":""}`, sent)
}

// No update is lost, however many modify a record at once.
func TestModifyUnderContention(t *testing.T) {
	srv, client := fake(t, espo.WithWait(func(ctx context.Context, _ time.Duration) error { runtime.Gosched(); return ctx.Err() }))
	id := srv.Seed("Account", map[string]any{"name": "Acme", "description": ""})[0]
	const writers = 16
	together(t, writers, func(i int) error {
		_, err := client.Accounts.Modify(t.Context(), id, func(a *espo.Account) error {
			a.Description += string(rune('a' + i))
			return nil
		})
		return err
	})
	account, err := client.Accounts.Get(t.Context(), id)
	require.NoError(t, err)
	assert.Len(t, account.Description, writers)
	for i := range writers {
		assert.Contains(t, account.Description, string(rune('a'+i)))
	}
	assert.Equal(t, int64(1+writers), account.VersionNumber)
}

func TestModifyBeginsAnewAfterAConflict(t *testing.T) {
	srv, client := fake(t, espo.WithUpdateMethod("PATCH"))
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	interferes := true
	var seen []string
	got, err := client.Accounts.Modify(t.Context(), id, func(a *espo.Account) error {
		seen = append(seen, a.Description)
		if interferes {
			interferes = false
			_, err := client.Accounts.Update(t.Context(), id, espo.Attrs{"description": "other's"})
			require.NoError(t, err)
		}
		a.Website = "https://a.example"
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"", "other's"}, seen)
	assert.Equal(t, []string{"other's", "https://a.example"}, []string{got.Description, got.Website})
}

func TestModifyGivesUp(t *testing.T) {
	srv, client := fake(t)
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	calls := 0
	_, err := client.Accounts.Modify(t.Context(), id, func(a *espo.Account) error {
		calls++
		_, err := client.Accounts.Update(t.Context(), id, espo.Attrs{"description": itoa(calls)})
		require.NoError(t, err)
		a.Website = "https://a.example"
		return nil
	})
	var conflict *espo.ConflictError
	assert.ErrorAs(t, err, &conflict)
	assert.Equal(t, 20, calls)
}

func TestModifyOfAVersion(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	calls := 0
	change := func(a *espo.Account) error { calls++; a.Name += "!"; return nil }
	_, err := client.Accounts.Modify(ctx, id, change, espo.IfVersion(1))
	require.NoError(t, err)
	_, err = client.Accounts.Modify(ctx, id, change, espo.IfVersion(1))
	var conflict *espo.ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, 2, calls, "the conflict is final: it would not go away")
	assert.Equal(t, "Acme!", conflict.Values.Name())
}

func TestModifyEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	srv, client := fake(t, espo.WithWait(func(c context.Context, _ time.Duration) error { cancel(); return c.Err() }))
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	_, err := client.Accounts.Modify(ctx, id, func(a *espo.Account) error {
		_, err := client.Accounts.Update(ctx, id, espo.Attrs{"description": "other's"})
		a.Website = "https://a.example"
		return err
	})
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "Account/"+id)
}

// Where the entity type has no version, the last writer of an attribute wins;
// the others' attributes stay.
func TestModifyWithoutVersions(t *testing.T) {
	srv, client := fake(t)
	id := srv.Seed("Contact", map[string]any{"lastName": "Roe"})[0]
	_, err := client.Contacts.Modify(t.Context(), id, func(c *espo.Contact) error {
		_, err := client.Contacts.Update(t.Context(), id, espo.Attrs{"firstName": "Jane", "description": "theirs"})
		require.NoError(t, err)
		c.Description = "mine"
		return nil
	})
	require.NoError(t, err)
	assert.Empty(t, last(t, srv).Header.Get("X-Version-Number"))
	contact, err := client.Contacts.Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, []string{"Jane", "mine"}, []string{contact.FirstName, contact.Description})
}
