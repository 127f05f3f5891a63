package espo_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestLeadConvert(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	lead, err := client.Leads.Create(ctx, espo.Lead{
		FirstName: "Lee", LastName: "Ad", AccountName: "Lead Co", EmailAddress: "lee@lead.example",
		AddressCity: "Kyiv", OpportunityAmount: "100", OpportunityAmountCurrency: "EUR",
	})
	require.NoError(t, err)

	into, err := client.Leads.ConvertAttributes(ctx, lead.ID)
	require.NoError(t, err)
	assert.Equal(t, "Lead Co", into.Records["Account"]["name"])
	assert.Equal(t, "Kyiv", into.Records["Account"]["billingAddressCity"])
	assert.Equal(t, "Kyiv", into.Records["Contact"]["addressCity"])
	assert.Equal(t, "lee@lead.example", into.Records["Contact"]["emailAddress"])
	assert.Equal(t, "100", fmt.Sprint(into.Records["Opportunity"]["amount"]))
	assert.Equal(t, "EUR", into.Records["Opportunity"]["amountCurrency"])

	_, err = client.Leads.Convert(ctx, lead.ID, espo.LeadConversion{Records: map[string]espo.Attrs{"Account": {}}})
	var invalid *espo.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "Account", invalid.EntityType)
	assert.Equal(t, "name", invalid.Field)

	into.Records["Opportunity"]["name"], into.Records["Opportunity"]["closeDate"] = "Deal", espo.NewDate(2027, 1, 31)
	converted, err := client.Leads.Convert(ctx, lead.ID, into)
	require.NoError(t, err)
	assert.Equal(t, espo.LeadStatusConverted, converted.Status)
	assert.NotEmpty(t, converted.CreatedAccountID)
	opportunity, err := client.Opportunities.Get(ctx, converted.CreatedOpportunityID)
	require.NoError(t, err)
	assert.Equal(t, converted.CreatedAccountID, opportunity.AccountID)
	assert.Equal(t, []string{converted.CreatedContactID}, opportunity.ContactsIDs)
	contact, err := client.Contacts.Get(ctx, converted.CreatedContactID)
	require.NoError(t, err)
	assert.Equal(t, "Lee Ad", contact.Name)
	assert.Equal(t, lead.ID, contact.OriginalLeadID)

	_, err = client.Leads.Convert(ctx, lead.ID, espo.LeadConversion{Records: map[string]espo.Attrs{"Account": {"name": "Lead Co"}}})
	var dup *espo.DuplicateError
	require.ErrorAs(t, err, &dup)
	require.Len(t, dup.Records, 1)
	assert.Equal(t, converted.CreatedAccountID, dup.Records[0].ID())
	assert.Equal(t, "Account", dup.Records[0].String("_entityType"))
	again, err := client.Leads.Convert(ctx, lead.ID, espo.LeadConversion{
		Records: map[string]espo.Attrs{"Account": {"name": "Lead Co"}}, SkipDuplicateCheck: true,
	})
	require.NoError(t, err)
	assert.NotEqual(t, converted.CreatedAccountID, again.CreatedAccountID)
}

func TestLeadConvertErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	_, err := client.Leads.ConvertAttributes(ctx, "")
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Leads.Convert(ctx, "", espo.LeadConversion{})
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Leads.ConvertAttributes(ctx, "000000000000000ab")
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Leads.Convert(ctx, "000000000000000ab", espo.LeadConversion{})
	require.ErrorIs(t, err, espo.ErrNotFound)

	id := srv.Seed("Lead", map[string]any{"lastName": "Alone"})[0]
	_, err = srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).Leads.Convert(ctx, id, espo.LeadConversion{})
	require.ErrorIs(t, err, espo.ErrForbidden)
	lead, err := client.Leads.Convert(ctx, id, espo.LeadConversion{})
	require.NoError(t, err, "the status alone")
	assert.Equal(t, espo.LeadStatusConverted, lead.Status)
	assert.Empty(t, lead.CreatedAccountID)
}

// To ask for the attributes of a conversion changes nothing, although it is a
// POST: it is tried again.
func TestConvertAttributesOnlyReads(t *testing.T) {
	srv := espotest.NewServer(t)
	id := srv.Seed("Lead", map[string]any{"lastName": "Ad"})[0]
	srv.Fail(espotest.Fault{Method: http.MethodPost, Status: http.StatusBadGateway})
	_, err := srv.Client(noWait).Leads.ConvertAttributes(t.Context(), id)
	require.NoError(t, err)
}
