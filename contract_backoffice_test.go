package espo_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestContractLeads(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := uniqueName(t)
	lead := contractRecord(t, client, "Lead", espo.Record{"firstName": "Lee", "lastName": name, "accountName": name, "addressCity": "Kyiv"})
	into, err := client.Leads.ConvertAttributes(ctx, lead)
	require.NoError(t, err)
	assert.Equal(t, name, into.Records["Account"]["name"])
	assert.Equal(t, "Kyiv", into.Records["Account"]["billingAddressCity"])
	assert.Equal(t, "Lee", into.Records["Contact"]["firstName"])
	delete(into.Records, "Opportunity")
	converted, err := client.Leads.Convert(ctx, lead, into)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(ctx)
		_ = client.Accounts.Delete(ctx, converted.CreatedAccountID)
		_ = client.Contacts.Delete(ctx, converted.CreatedContactID)
	})
	assert.Equal(t, espo.LeadStatusConverted, converted.Status)
	contact, err := client.Contacts.Get(ctx, converted.CreatedContactID)
	require.NoError(t, err)
	assert.Equal(t, converted.CreatedAccountID, contact.AccountID)
	assert.Equal(t, lead, contact.OriginalLeadID)

	_, err = client.Leads.Convert(ctx, lead, espo.LeadConversion{Records: map[string]espo.Attrs{"Account": {"name": name}}})
	var dup *espo.DuplicateError
	require.ErrorAs(t, err, &dup)
	require.Len(t, dup.Records, 1)
	assert.Equal(t, "Account", dup.Records[0].String("_entityType"))
	again, err := client.Leads.Convert(ctx, lead, espo.LeadConversion{Records: map[string]espo.Attrs{"Account": {"name": name}}, SkipDuplicateCheck: true})
	require.NoError(t, err)
	require.NoError(t, client.Accounts.Delete(ctx, again.CreatedAccountID))
	_, err = client.Leads.ConvertAttributes(ctx, "000000000000000ab")
	require.Error(t, err)
	if contractFrom(t, client, "8.4", "which error says that a lead does not exist") {
		require.ErrorIs(t, err, espo.ErrNotFound)
	}
}

// A conversion that is refused leaves records behind, which the error names. A
// day that is none is refused by every version, if only by its database.
func TestContractLeadConversionThatIsRefused(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := uniqueName(t)
	lead := contractRecord(t, client, "Lead", espo.Record{"firstName": "Lee", "lastName": name, "accountName": name})
	into, err := client.Leads.ConvertAttributes(ctx, lead)
	require.NoError(t, err)
	deal := into.Records["Opportunity"]
	deal["name"], deal["amount"], deal["probability"], deal["closeDate"] = name, 5, 10, "no day"
	_, err = client.Leads.Convert(ctx, lead, into)
	require.Error(t, err)
	if contractFrom(t, client, "9.0", "which error refuses a conversion") {
		var invalid *espo.ValidationError
		require.ErrorAs(t, err, &invalid)
		assert.Equal(t, "Opportunity", invalid.EntityType)
		assert.Equal(t, "closeDate", invalid.Field)
	} else {
		require.ErrorIs(t, err, espo.ErrServer)
	}
	var left *espo.LeadConversionError
	require.ErrorAs(t, err, &left)
	var types []string
	for _, ref := range left.Created {
		types = append(types, ref.Type)
		require.NoError(t, client.Records(ref.Type).Delete(ctx, ref.ID))
	}
	assert.Equal(t, []string{"Account", "Contact"}, types)
	assert.Empty(t, left.Unknown)
	got, err := client.Leads.Get(ctx, lead)
	require.NoError(t, err)
	assert.Equal(t, espo.LeadStatusNew, got.Status, "the lead is as it was")

	if contractFrom(t, client, "8.0", "that an account needs a name, which 7.5 makes without one") {
		_, err = client.Leads.Convert(ctx, lead, espo.LeadConversion{Records: map[string]espo.Attrs{"Account": {}}})
		require.Error(t, err)
	}
	deal["closeDate"] = "2030-12-31"
	converted, err := client.Leads.Convert(ctx, lead, into)
	require.NoError(t, err, "nothing is left of the first time")
	t.Cleanup(func() {
		ctx := context.WithoutCancel(ctx)
		_ = client.Accounts.Delete(ctx, converted.CreatedAccountID)
		_ = client.Contacts.Delete(ctx, converted.CreatedContactID)
		_ = client.Opportunities.Delete(ctx, converted.CreatedOpportunityID)
	})
	assert.NotEmpty(t, converted.CreatedOpportunityID)
}

func TestContractSearchAndKanban(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := uniqueName(t)
	account := contractAccount(t, client, espo.Account{Name: name}).ID
	deal := contractRecord(t, client, "Opportunity", espo.Record{"name": name, "amount": 1, "probability": 10, "closeDate": "2030-12-31", "stage": "Proposal"})
	found := map[string]string{}
	for hit, err := range client.GlobalSearch.Search(name).All(ctx) {
		require.NoError(t, err)
		found[hit.EntityType] = hit.ID
	}
	assert.Equal(t, map[string]string{"Account": account, "Opportunity": deal}, found)

	board, err := client.Opportunities.Kanban(ctx, espo.Query{Where: espo.Where(espo.Equal("name", name)), Select: []string{"name"}, MaxSize: 5})
	require.NoError(t, err)
	assert.Equal(t, 1, board.Total)
	for _, g := range board.Groups {
		if g.Name == "Proposal" {
			require.Len(t, g.Records, 1)
			assert.Equal(t, deal, g.Records[0].ID)
		} else {
			assert.Empty(t, g.Records, g.Name)
		}
	}
	require.NoError(t, client.Opportunities.SetKanbanOrder(ctx, "Proposal", []string{deal}))
	_, err = client.Accounts.Kanban(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrServer)
}

func TestContractActivities(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := uniqueName(t)
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	user := me.User.ID
	account := contractAccount(t, client, espo.Account{Name: name}).ID
	start := espo.NewDateTime(time.Now().Add(2 * time.Hour))
	meeting := contractRecord(t, client, "Meeting", espo.Record{
		"name": name, "dateStart": start, "dateEnd": espo.NewDateTime(start.Add(time.Hour)),
		"assignedUserId": user, "usersIds": []string{user}, "parentType": "Account", "parentId": account,
	})
	parent, of := client.Accounts.Ref(account), client.Meetings.Ref(meeting)

	page, err := client.Activities.Of(parent, espo.ActivityQuery{Kind: espo.ActivityPlanned}).List(ctx, espo.Paging{MaxSize: 5})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, of, page.Records[0].Ref())
	assert.True(t, start.Equal(page.Records[0].DateStart.Time))
	page, err = client.Activities.Of(parent, espo.ActivityQuery{Kind: espo.ActivityHistory}).List(ctx, espo.Paging{})
	require.NoError(t, err)
	assert.Empty(t, page.Records)
	meetings := espo.ActivityQuery{Kind: espo.ActivityPlanned, EntityType: "Meeting"}
	records, err := espo.ActivityRecords[espo.Meeting](client, parent, meetings).List(ctx, espo.Query{Select: []string{"name"}})
	require.NoError(t, err)
	require.Len(t, records.Records, 1)
	page, err = client.Activities.Upcoming(espo.UpcomingQuery{EntityTypes: []string{"Meeting"}, FutureDays: 2}).List(ctx, espo.Paging{MaxSize: 200})
	require.NoError(t, err)
	assert.True(t, containsActivity(page.Records, of))
	attendees, err := client.Activities.Attendees(ctx, of)
	require.NoError(t, err)
	require.Len(t, attendees, 1)
	assert.Equal(t, user, attendees[0].ID)
	assert.Equal(t, espo.AcceptanceAccepted, attendees[0].AcceptanceStatus)
	require.NoError(t, client.Activities.SetAcceptance(ctx, of, espo.AcceptanceTentative))
	require.ErrorIs(t, client.Activities.SetAcceptance(ctx, of, "Perhaps"), espo.ErrBadRequest)
	_, err = client.Activities.ComposeAddresses(ctx, of)
	contractHas(t, client, err)

	from, to := espo.NewDateTime(time.Now()), espo.NewDateTime(time.Now().AddDate(0, 0, 2))
	events, err := client.Activities.Calendar(ctx, espo.CalendarQuery{From: from, To: to, EntityTypes: []string{"Meeting"}})
	require.NoError(t, err)
	var names []string
	for _, e := range events {
		names = append(names, e.Name)
	}
	assert.Contains(t, names, name)
	busy, err := client.Activities.BusyRanges(ctx, espo.BusyQuery{From: from, To: to, UserIDs: []string{user}})
	require.NoError(t, err)
	assert.Contains(t, busy, user)
	_, err = client.Activities.Upcoming(espo.UpcomingQuery{UserID: "000000000000000ab"}).List(ctx, espo.Paging{})
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func containsActivity(list []espo.Activity, ref espo.Ref) bool {
	for _, a := range list {
		if a.Ref() == ref {
			return true
		}
	}
	return false
}

// contractEmail sends an e-mail, to nobody, and returns its id. A server without
// SMTP settings, such as the fake and a new real one, keeps it all the same.
func contractEmail(t *testing.T, client *espo.Client, name string) string {
	t.Helper()
	ctx := t.Context()
	sent, err := client.Emails.Send(ctx, espo.Email{Name: name, From: "me@contract.example", To: "you@contract.example"})
	if err == nil {
		t.Cleanup(func() { _ = client.Emails.Delete(context.WithoutCancel(ctx), sent.ID) })
		assert.Equal(t, espo.EmailStatusSent, sent.Status)
		return sent.ID
	}
	var failed *espo.SendError
	require.ErrorAs(t, err, &failed)
	require.NotEmpty(t, failed.EmailID)
	t.Cleanup(func() { _ = client.Emails.Delete(context.WithoutCancel(ctx), failed.EmailID) })
	draft, getting := client.Emails.Get(ctx, failed.EmailID)
	require.NoError(t, getting)
	explained := failed.Message != "" // it depends on a setting of the server, outboundEmailIsShared
	if explained {
		assert.Equal(t, espo.EmailStatusDraft, draft.Status)
	} else {
		assert.Equal(t, espo.EmailStatusSending, draft.Status)
		require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
	}
	for range 2 {
		_, err = client.Emails.SendDraft(ctx, draft.ID)
		var again *espo.SendError
		require.ErrorAs(t, err, &again)
		assert.Equal(t, draft.ID, again.EmailID)
	}
	return draft.ID
}

func TestContractEmails(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := uniqueName(t)
	email := contractEmail(t, client, name)
	require.NoError(t, client.Emails.MarkRead(ctx, []string{email}))
	require.NoError(t, client.Emails.MarkUnread(ctx, []string{email}))
	require.NoError(t, client.Emails.MoveToFolder(ctx, "inbox", []string{email}))
	_, err := client.Emails.UnreadCounts(ctx)
	require.NoError(t, err)
	folders, err := client.Emails.Folders(ctx)
	require.NoError(t, err)
	assert.Equal(t, "inbox", folders[0].ID)
	tpl := contractRecord(t, client, "EmailTemplate", espo.Record{"name": name, "subject": "Hello {Account.name}", "body": "x"})
	account := contractAccount(t, client, espo.Account{Name: name}).ID
	prepared, err := client.Emails.PrepareTemplate(ctx, tpl, espo.TemplateData{Parent: espo.Ref{Type: "Account", ID: account}})
	require.NoError(t, err)
	assert.Equal(t, "Hello "+name, prepared.Subject)
	fields, err := client.Emails.InsertableFields(ctx, espo.Ref{Type: "Account", ID: account}, "")
	require.NoError(t, err)
	assert.Equal(t, name, fields["parent"].Values["name"])
	_, err = client.Notifications.UnreadCount(ctx)
	require.NoError(t, err)
	_, err = client.Notifications.List(ctx, espo.Query{MaxSize: 1})
	require.NoError(t, err)
}

func TestContractWebhooks(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	event := espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookFieldUpdate, Field: "sicCode"}
	hook, err := client.Webhooks.Register(ctx, espo.Webhook{Event: event, URL: "https://192.0.2.1/hook"})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Webhooks.Delete(context.WithoutCancel(ctx), hook.ID) })
	assert.Equal(t, event, hook.Event)
	assert.True(t, hook.IsActive)
	assert.NotEmpty(t, hook.SecretKey)
	hook, err = client.Webhooks.Deactivate(ctx, hook.ID)
	require.NoError(t, err)
	assert.False(t, hook.IsActive)
	hook, err = client.Webhooks.Activate(ctx, hook.ID)
	require.NoError(t, err)
	assert.True(t, hook.IsActive)
	list, err := client.Webhooks.List(ctx, espo.Query{Where: espo.Where(espo.Equal("id", hook.ID))})
	require.NoError(t, err)
	require.Len(t, list.Records, 1)
	assert.Equal(t, hook.SecretKey, list.Records[0].SecretKey)
	_, err = client.Webhooks.Register(ctx, espo.Webhook{
		Event: espo.WebhookEvent{EntityType: "NoSuchType", Kind: espo.WebhookCreate}, URL: "https://192.0.2.1/hook",
	})
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.NoError(t, client.Webhooks.Delete(ctx, hook.ID))
	_, err = client.Webhooks.Get(ctx, hook.ID)
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestContractActions(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := uniqueName(t)
	one := contractAccount(t, client, espo.Account{Name: name + " one"}).ID
	two := contractAccount(t, client, espo.Account{Name: name + " two"}).ID
	contact := contractRecord(t, client, "Contact", espo.Record{"lastName": name, "accountId": two})
	merged, err := client.Accounts.Merge(ctx, one, []string{two}, espo.Attrs{"name": name})
	require.NoError(t, err)
	assert.Equal(t, name, merged.Name)
	page, err := client.Accounts.Contacts(one).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, contact, page.Records[0].ID)
	_, err = client.Accounts.Action(ctx, one, espo.Action{Name: "noSuchAction"})
	require.ErrorIs(t, err, espo.ErrNotFound)
	deal := contractRecord(t, client, "Opportunity", espo.Record{"name": name, "amount": 5, "probability": 10, "amountCurrency": "USD", "closeDate": "2030-12-31"})
	converted, err := client.Opportunities.ConvertCurrency(ctx, deal, espo.CurrencyConversion{To: "EUR", Fields: []string{"amount"}})
	require.NoError(t, err)
	assert.Equal(t, "EUR", converted.AmountCurrency)
	_, err = client.Opportunities.ConvertCurrency(ctx, deal, espo.CurrencyConversion{To: "ZZZ"})
	require.ErrorIs(t, err, espo.ErrBadRequest)
}

// Every user may see what it may do, and change its own preferences.
func TestContractOwnUser(t *testing.T) {
	for name, client := range contractClients(t) {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			me, err := client.App.CurrentUser(ctx)
			require.NoError(t, err)
			user, err := client.Users.Get(ctx, me.User.ID)
			require.NoError(t, err)
			assert.Equal(t, me.User.UserName, user.UserName)
			acl, err := client.Users.ACL(ctx, user.ID)
			require.NoError(t, err)
			assert.NotEmpty(t, acl.Scopes)
			before, err := client.Users.Preferences(ctx, user.ID)
			require.NoError(t, err)
			// The same again, so that the test changes nothing for others.
			after, err := client.Users.UpdatePreferences(ctx, user.ID, espo.Attrs{"timeZone": before["timeZone"]})
			require.NoError(t, err)
			assert.Equal(t, before["timeZone"], after["timeZone"])
		})
	}
}

func TestContractUsers(t *testing.T) {
	admin, server := contractAdmin(t)
	ctx := t.Context()
	name := userName(t)
	api, err := admin.Users.Create(ctx, espo.User{UserName: name, Type: espo.UserTypeAPI, AuthMethod: espo.UserAuthMethodAPIKey})
	require.NoError(t, err)
	t.Cleanup(func() { _ = admin.Users.Delete(context.WithoutCancel(ctx), api.ID) })
	renewed, err := admin.Users.GenerateAPIKey(ctx, api.ID)
	require.NoError(t, err)
	assert.NotEmpty(t, renewed.APIKey)
	assert.NotEqual(t, api.APIKey, renewed.APIKey)
	acl, err := admin.Users.ACL(ctx, api.ID)
	require.NoError(t, err)
	assert.NotEmpty(t, acl.Scopes)
	preferences, err := admin.Users.UpdatePreferences(ctx, api.ID, espo.Attrs{"timeZone": "Europe/Kyiv"})
	require.NoError(t, err)
	assert.Equal(t, "Europe/Kyiv", preferences.String("timeZone"))
	preferences, err = admin.Users.ResetPreferences(ctx, api.ID)
	require.NoError(t, err)
	assert.Empty(t, preferences.String("timeZone"))

	_, regular := contractUserOf(t, admin, server, nil)
	_, err = regular.Users.ACL(ctx, api.ID)
	require.ErrorIs(t, err, espo.ErrForbidden, "another user's")
	_, err = regular.Users.Create(ctx, espo.User{UserName: name + "x", LastName: name, Type: espo.UserTypeRegular})
	require.ErrorIs(t, err, espo.ErrForbidden)

	team, err := admin.Teams.Create(ctx, espo.Team{Name: name, PositionList: []string{"Lead"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = admin.Teams.Delete(context.WithoutCancel(ctx), team.ID) })
	require.NoError(t, admin.Teams.Users(team.ID).Link(ctx, api.ID))
	err = admin.Teams.SetPosition(ctx, team.ID, espo.TeamPosition{UserID: api.ID, Position: "Lead"})
	if contractHas(t, admin, err) {
		require.ErrorIs(t, admin.Teams.SetPosition(ctx, team.ID, espo.TeamPosition{UserID: api.ID, Position: "Nobody"}), espo.ErrBadRequest)
		columns, err := admin.Users.Teams(api.ID).Columns(ctx)
		require.NoError(t, err)
		assert.Equal(t, "Lead", columns[team.ID]["role"])
	}
	require.ErrorIs(t, admin.Users.GeneratePassword(ctx, api.ID), espo.ErrForbidden)

	point := contractRecord(t, admin, "LeadCapture", espo.Record{
		"name": name, "fieldList": []string{"lastName"}, "subscribeToTargetList": false, "formEnabled": true,
	})
	key, err := admin.LeadCapture.GenerateAPIKey(ctx, point)
	require.NoError(t, err)
	require.NoError(t, admin.LeadCapture.Submit(ctx, key, espo.Attrs{"lastName": name}))
	lead, err := admin.Leads.First(ctx, espo.Query{Where: espo.Where(espo.Equal("lastName", name))})
	require.NoError(t, err)
	t.Cleanup(func() { _ = admin.Leads.Delete(context.WithoutCancel(ctx), lead.ID) })
	err = admin.LeadCapture.Submit(ctx, espo.Secret(strings.Repeat("0", 32)), espo.Attrs{"lastName": name})
	require.ErrorIs(t, err, espo.ErrNotFound)
	jobs, err := admin.Admin.JobNames(ctx)
	require.NoError(t, err)
	assert.NotEmpty(t, jobs)
}
