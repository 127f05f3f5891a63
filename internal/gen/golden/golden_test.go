package golden

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// A type that embeds espo's shares its attributes and its Extra.
func TestExtendedTypeHoldsEverything(t *testing.T) {
	const record = `{"id":"1","name":"Acme","type":"Customer","cTier":"Gold","cCreditLimit":1000.50,"cMore":true}`
	var a Account
	require.NoError(t, json.Unmarshal([]byte(record), &a))
	assert.Equal(t, Account{
		Account:      espo.Account{ID: "1", Name: "Acme", Type: espo.AccountTypeCustomer, Extra: espo.Attrs{"cMore": true}},
		CCreditLimit: "1000.50",
		CTier:        AccountCTierGold,
	}, a)
	written, err := json.Marshal(a, json.Deterministic(true))
	require.NoError(t, err)
	assert.JSONEq(t, record, string(written))
}

// Whatever an attribute is called, its field reads and writes it; what no
// struct tag can name stays in Extra.
func TestOddNames(t *testing.T) {
	const record = `{"url":"a","Url":"b","extra":"c","2ndName":"d","назва":"e","名前":"f","odd,name ` + "`with' " + `\"quotes\"":"g"}`
	var p CProject
	require.NoError(t, json.Unmarshal([]byte(record), &p))
	assert.Equal(t, CProject{
		URL: "a", URL2: "b", Extra2: "c", X2ndName: "d", Назва: "e", X名前: "f",
		Extra: espo.Attrs{"odd,name `with' \"quotes\"": "g"},
	}, p)
	written, err := json.Marshal(p, json.Deterministic(true))
	require.NoError(t, err)
	assert.JSONEq(t, record, string(written))
}

// The service, its links and the names of attributes work against a server.
func TestService(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithEntityType("CProject", espotest.EntityType{Fields: map[string]espotest.Field{
		"status": {Type: "enum", Options: []string{"Draft", "In Progress"}},
	}}))
	projects := NewCProjectService(srv.Client())
	for _, p := range []CProject{{Name: "Bridge", Status: CProjectStatusDraft}, {Name: "Tunnel", Status: CProjectStatusInProgress}} {
		_, err := projects.Create(t.Context(), p)
		require.NoError(t, err)
	}
	first, err := projects.First(t.Context(), espo.Query{
		Where:  espo.Where(espo.Equal(CProjectAttrStatus, CProjectStatusInProgress)),
		Select: []string{CProjectAttrName},
	})
	require.NoError(t, err)
	assert.Equal(t, "Tunnel", first.Name)

	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	accounts := NewAccountService(admin)
	account, err := accounts.Create(t.Context(), Account{Account: espo.Account{Name: "Acme"}})
	require.NoError(t, err)
	team := srv.Seed("Team", espo.Attrs{"name": "North"})[0]
	require.NoError(t, accounts.Teams(account.ID).Link(t.Context(), team))
	n, err := accounts.Count(t.Context(), espo.Query{Where: espo.Where(espo.LinkedWith(AccountLinkTeams, team))})
	require.NoError(t, err)
	assert.Equal(t, 1, n)
}
