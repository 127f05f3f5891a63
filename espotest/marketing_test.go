package espotest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func administrator(s *espotest.Server) *espo.Client {
	return s.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
}

// A lead that comes again keeps what it has; what comes in is logged, and counted
// for the campaign.
func TestCapturedAgain(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	campaign, err := administrator(s).Records("Campaign").Create(ctx, espo.Record{"name": "C"})
	require.NoError(t, err)
	list, err := administrator(s).Records("TargetList").Create(ctx, espo.Record{"name": "L"})
	require.NoError(t, err)
	point, err := administrator(s).Records("LeadCapture").Create(ctx, espo.Record{
		"name": "P", "campaignId": campaign.ID(), "targetListId": list.ID(), "subscribeToTargetList": true, "leadSource": "Web Site",
		"fieldList": []string{"firstName", "lastName", "emailAddress", "website"},
	})
	require.NoError(t, err)
	key := espo.Secret(point.String("apiKey"))
	submit := func(lead espo.Attrs) error { return s.Client().LeadCapture.Submit(ctx, key, lead) }
	require.NoError(t, submit(espo.Attrs{"lastName": "First", "emailAddress": "a@x.example"}))
	require.NoError(t, submit(espo.Attrs{"firstName": "New", "lastName": "Second", "emailAddress": "a@x.example"}))
	require.ErrorIs(t, submit(espo.Attrs{"lastName": ""}), espo.ErrBadRequest)
	leads, err := administrator(s).Leads.List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, leads.Records, 1)
	assert.Equal(t, "First", leads.Records[0].LastName)
	assert.Equal(t, "New", leads.Records[0].FirstName, "it had none")
	log, err := administrator(s).Related(espo.Ref{Type: "LeadCapture", ID: point.ID()}, "logRecords").List(ctx, espo.Query{OrderBy: "number"})
	require.NoError(t, err)
	require.Len(t, log.Records, 2)
	assert.True(t, log.Records[0].Bool("isCreated"))
	assert.False(t, log.Records[1].Bool("isCreated"))
	got, err := administrator(s).Campaigns.Get(ctx, campaign.ID())
	require.NoError(t, err)
	assert.EqualValues(t, 1, got.LeadCreatedCount)
	assert.EqualValues(t, 1, got.OptedInCount)
}

// A merge takes over addresses, and is validated from EspoCRM 10.0 on; before, it
// stores whatever it is given.
func TestMergeOfVersions(t *testing.T) {
	for version, validated := range map[string]bool{"9.3": false, "10.0": true} {
		s, ctx := espotest.NewServer(t, espotest.WithVersion(version)), t.Context()
		accounts := s.Client().Accounts
		one, err := accounts.Create(ctx, espo.Account{Name: "One", EmailAddress: "one@x.example"})
		require.NoError(t, err)
		two, err := accounts.Create(ctx, espo.Account{Name: "Two", EmailAddress: "two@x.example"})
		require.NoError(t, err)
		_, err = accounts.Merge(ctx, one.ID, []string{"0000000000000beef"}, espo.Attrs{})
		var refused *espo.Error
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, "Source record not found.", refused.Reason)
		_, err = accounts.Merge(ctx, one.ID, []string{two.ID}, espo.Attrs{"name": ""})
		if validated {
			require.ErrorIs(t, err, espo.ErrBadRequest)
			_, err = accounts.Get(ctx, two.ID)
			require.NoError(t, err, "nothing was done")
			_, err = accounts.Merge(ctx, one.ID, []string{two.ID}, espo.Attrs{})
		}
		require.NoError(t, err)
		got, err := accounts.Get(ctx, one.ID)
		require.NoError(t, err)
		assert.Equal(t, validated, got.Name == "One")
		require.Len(t, got.EmailAddressData, 2)
		assert.Equal(t, "one@x.example", got.EmailAddress)
		assert.Equal(t, "two@x.example", got.EmailAddressData[1].EmailAddress)
	}
}

// Currencies are converted of all fields where those that are named are none.
func TestConvertOtherFields(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	lead, err := s.Client().Records("Lead").Create(ctx, espo.Record{"lastName": "L", "opportunityAmount": 5})
	require.NoError(t, err)
	got, err := s.Client().Records("Lead").ConvertCurrency(ctx, lead.ID(), espo.CurrencyConversion{To: "EUR", Fields: []string{"amount"}})
	require.NoError(t, err)
	assert.Equal(t, "EUR", got["opportunityAmountCurrency"])
}
