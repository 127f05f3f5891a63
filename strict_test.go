package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// Strict names the attributes that the server does not store. The others are
// stored all the same.
func TestStrict(t *testing.T) {
	srv := espotest.NewServer(t)
	client, admin, ctx := srv.Client(), srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)), t.Context()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	for name, tt := range map[string]struct {
		call    func() (name string, err error)
		ignored []string
		want    string // the name that is stored
		at      string
	}{
		"create, all stored": {
			call: func() (string, error) {
				a, err := client.Accounts.Create(ctx, espo.Account{Name: "A", Website: "https://a.example"}, espo.Strict())
				return a.Name, err
			},
			want: "A",
		},
		"create, some not": {
			call: func() (string, error) {
				a, err := client.Accounts.Create(ctx, espo.Account{Name: "B", Extra: espo.Attrs{"wbsite": "x", "cSize": nil}}, espo.Strict())
				return a.Name, err
			},
			ignored: []string{"cSize", "wbsite"}, want: "B", at: "POST Account",
		},
		"create of a Record": {
			call: func() (string, error) {
				r, err := client.Records("Account").Create(ctx, espo.Record{"name": "C", "naem": "D"}, espo.Strict())
				return r.Name(), err
			},
			ignored: []string{"naem"}, want: "C", at: "POST Account",
		},
		"update, all stored": {
			call: func() (string, error) {
				a, err := client.Accounts.Update(ctx, id, espo.Attrs{"name": "E", "website": nil}, espo.Strict())
				return a.Name, err
			},
			want: "E",
		},
		"update, some not": {
			call: func() (string, error) {
				a, err := client.Accounts.Update(ctx, id, espo.Attrs{"name": "F", "x": 1}, espo.Strict())
				return a.Name, err
			},
			ignored: []string{"x"}, want: "F", at: "PUT Account/" + id,
		},
		"a password": {
			call: func() (string, error) {
				u, err := admin.Users.Create(ctx, espo.User{
					UserName: "kim", LastName: "Kim", Password: janesPassword, PasswordConfirm: janesPassword,
				}, espo.Strict())
				return u.LastName, err
			},
			ignored: []string{"password", "passwordConfirm"}, want: "Kim", at: "POST User",
		},
	} {
		t.Run(name, func(t *testing.T) { checkStrict(t, tt.call, tt.ignored, tt.want, tt.at) })
	}
	t.Run("not strict", func(t *testing.T) {
		a, err := client.Accounts.Create(ctx, espo.Account{Name: "G", Extra: espo.Attrs{"wbsite": "x"}})
		require.NoError(t, err)
		assert.Equal(t, "G", a.Name)
	})
}

func checkStrict(t *testing.T, call func() (string, error), ignored []string, want, at string) {
	t.Helper()
	got, err := call()
	assert.Equal(t, want, got, "the record is there beside the error")
	if ignored == nil {
		require.NoError(t, err)
		return
	}
	var e *espo.IgnoredError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, ignored, e.Attributes)
	assert.Equal(t, at, e.Method+" "+e.Path)
	assert.NotErrorIs(t, err, espo.ErrInput)
	assert.NotErrorIs(t, err, espo.ErrOutcomeUnknown, "it is known")
}

// Each of many records is looked at by itself.
func TestStrictOfMany(t *testing.T) {
	srv := espotest.NewServer(t)
	results, err := srv.Client().Accounts.CreateAll(t.Context(), []espo.Account{
		{Name: "A"}, {Name: "B", Extra: espo.Attrs{"x": 1}}, {Name: "C"},
	}, espo.BulkOptions{}, espo.Strict())
	var e *espo.IgnoredError
	require.ErrorAs(t, err, &e)
	require.NoError(t, results[0].Err)
	require.ErrorAs(t, results[1].Err, &e)
	assert.Equal(t, "B", results[1].Record.Name)
	assert.Len(t, srv.Records("Account"), 3)
}

// What cannot be read is an error, with Strict as without it.
func TestStrictOfBadReplies(t *testing.T) {
	for name, tt := range map[string]struct {
		body string
		want string
	}{
		"another kind of value": {`{"id":"1","name":5}`, "at /name"},
		"no id":                 {`{"name":"A"}`, "no id"},
		"no object":             {`[]`, "no id"},
		"half of it":            {`{"id":"1","name":`, "not whole JSON"},
		"nothing":               {``, "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, tt.body) })
			for _, opts := range [][]espo.UpdateOption{nil, {espo.Strict()}} {
				_, err := client.Accounts.Update(t.Context(), "1", espo.Attrs{"name": "A"}, opts...)
				var e *espo.Error
				require.ErrorAs(t, err, &e)
				assert.ErrorContains(t, err, tt.want)
				assert.ErrorContains(t, err, "PUT Account/1")
				assert.Equal(t, http.StatusOK, e.Status)
			}
		})
	}
}
