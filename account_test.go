package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// Each typed link of an account leads to the records that are linked to it.
func TestAccountTypedLinks(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	account := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	user := srv.Records("User")[0]["id"]
	parent := map[string]any{"parentType": "Account", "parentId": account, "assignedUserId": user}
	with := func(more map[string]any) map[string]any {
		record := map[string]any{}
		for _, m := range []map[string]any{parent, more} {
			for k, v := range m {
				record[k] = v
			}
		}
		return record
	}
	planned := map[string]any{"dateStart": "2026-11-24 10:00:00", "dateEnd": "2026-11-24 11:00:00"}
	call := with(planned)
	call["name"] = "Call"
	meeting := with(planned)
	meeting["name"] = "Meeting"
	srv.Seed("Opportunity", map[string]any{"name": "Deal", "accountId": account, "amount": 1, "closeDate": "2026-12-01"})
	srv.Seed("Case", map[string]any{"name": "Case", "accountId": account})
	srv.Seed("Call", call)
	srv.Seed("Meeting", meeting)
	srv.Seed("Task", with(map[string]any{"name": "Task"}))
	contact := srv.Seed("Contact", map[string]any{"lastName": "Roe"})[0]
	list := srv.Seed("TargetList", map[string]any{"name": "List"})[0]
	require.NoError(t, client.Accounts.Link(ctx, account, "contacts", contact))
	require.NoError(t, client.Accounts.Link(ctx, account, "targetLists", list))

	contacts, err := client.Accounts.Contacts(account).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, contacts.Records, 1)
	assert.Equal(t, "Roe", contacts.Records[0].LastName)
	lists, err := client.Accounts.TargetLists(account).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, lists.Records, 1)
	assert.Equal(t, "List", lists.Records[0].Name)
	opportunities, err := client.Accounts.Opportunities(account).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, opportunities.Records, 1)
	assert.Equal(t, "Deal", opportunities.Records[0].Name)
	cases, err := client.Accounts.Cases(account).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, cases.Records, 1)
	calls, err := client.Accounts.Calls(account).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, calls.Records, 1)
	meetings, err := client.Accounts.Meetings(account).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, meetings.Records, 1)
	tasks, err := client.Accounts.Tasks(account).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, tasks.Records, 1)
	for name, count := range map[string]func() (int, error){
		"emails":    func() (int, error) { return client.Accounts.Emails(account).Count(ctx, espo.Query{}) },
		"documents": func() (int, error) { return client.Accounts.Documents(account).Count(ctx, espo.Query{}) },
	} {
		n, err := count()
		require.NoError(t, err, name)
		assert.Zero(t, n, name)
	}
}

// The options of the stock server can be stored.
func TestAccountOptions(t *testing.T) {
	_, client := fake(t)
	account, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme", Type: espo.AccountTypePartner, Industry: espo.AccountIndustryApparelAccessories})
	require.NoError(t, err)
	assert.Equal(t, espo.AccountTypePartner, account.Type)
	assert.Equal(t, espo.AccountIndustryApparelAccessories, account.Industry)
	var invalid *espo.ValidationError
	_, err = client.Accounts.Update(t.Context(), account.ID, espo.Attrs{"industry": "Alchemy"})
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, []string{"industry", "valid"}, []string{invalid.Field, invalid.Rule})
}
