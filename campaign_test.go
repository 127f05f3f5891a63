package espo_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestOptOut(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx, lists := t.Context(), srv.Client().TargetLists
	list := srv.Seed("TargetList", map[string]any{"name": "News"})[0]
	contact := espo.Ref{Type: "Contact", ID: srv.Seed("Contact", map[string]any{"lastName": "Koval", "targetListsIds": []string{list}})[0]}
	account := espo.Ref{Type: "Account", ID: srv.Seed("Account", map[string]any{"name": "Acme"})[0]}

	page, err := lists.OptedOut(list).List(ctx, espo.Paging{})
	require.NoError(t, err)
	assert.Empty(t, page.Records)
	require.NoError(t, lists.OptOut(ctx, list, contact))
	require.NoError(t, lists.OptOut(ctx, list, account), "it is put on the list")
	page, err = lists.OptedOut(list).List(ctx, espo.Paging{})
	require.NoError(t, err)
	assert.Equal(t, 2, page.Total)
	var refs []espo.Ref
	for _, hit := range page.Records {
		refs = append(refs, hit.Ref())
	}
	assert.ElementsMatch(t, []espo.Ref{contact, account}, refs)
	page, err = lists.OptedOut(list).List(ctx, espo.Paging{MaxSize: 1, Offset: 1})
	require.NoError(t, err)
	assert.Len(t, page.Records, 1)
	assert.False(t, page.More)

	require.NoError(t, lists.CancelOptOut(ctx, list, contact))
	page, err = lists.OptedOut(list).List(ctx, espo.Paging{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, account, page.Records[0].Ref())
	got, err := lists.Get(ctx, list)
	require.NoError(t, err)
	assert.EqualValues(t, 2, got.EntryCount)
	assert.EqualValues(t, 1, got.OptedOutCount)

	requests := len(srv.Requests())
	for _, ref := range []espo.Ref{{}, {Type: "Contact"}, {ID: contact.ID}} {
		require.ErrorIs(t, lists.OptOut(ctx, list, ref), espo.ErrInput)
	}
	require.ErrorIs(t, lists.CancelOptOut(ctx, "", contact), espo.ErrInput)
	assert.Len(t, srv.Requests(), requests)
	require.ErrorIs(t, lists.OptOut(ctx, "missing", contact), espo.ErrNotFound)
	require.ErrorIs(t, lists.OptOut(ctx, list, espo.Ref{Type: "Contact", ID: "missing"}), espo.ErrNotFound)
	require.ErrorIs(t, lists.OptOut(ctx, list, espo.Ref{Type: "Case", ID: account.ID}), espo.ErrNotFound)
	require.ErrorIs(t, lists.OptOut(ctx, list, espo.Ref{Type: "Nothing", ID: account.ID}), espo.ErrServer)
	_, err = lists.OptedOut("missing").List(ctx, espo.Paging{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).TargetLists
	_, err = limited.OptedOut(list).List(ctx, espo.Paging{})
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.ErrorIs(t, limited.OptOut(ctx, list, contact), espo.ErrForbidden)
}

func TestMailMerge(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	template := srv.Seed("Template", map[string]any{"name": "Letter", "entityType": "Contact", "body": "<p>Dear {{name}}</p>"})[0]
	list := srv.Seed("TargetList", map[string]any{"name": "News"})[0]
	campaign := srv.Seed("Campaign", map[string]any{
		"name": "Spring", "type": "Mail", "contactsTemplateId": template, "targetListsIds": []string{list},
	})[0]
	srv.Seed("Contact", map[string]any{"lastName": "Nowhere", "targetListsIds": []string{list}})

	_, err := client.Campaigns.GenerateMailMerge(ctx, campaign, "contacts")
	require.ErrorIs(t, err, espo.ErrServer, "nobody has an address")
	srv.Seed("Contact", map[string]any{"lastName": "Koval (jr.)", "addressStreet": "Main 1", "targetListsIds": []string{list}})
	id, err := client.Campaigns.GenerateMailMerge(ctx, campaign, "contacts")
	require.NoError(t, err)
	var letters bytes.Buffer
	_, err = client.Attachments.DownloadTo(ctx, id, &letters)
	require.NoError(t, err)
	assert.Contains(t, letters.String(), "%PDF-")
	assert.Contains(t, letters.String(), `Koval \(jr.\)`)
	assert.NotContains(t, letters.String(), "Nowhere")

	_, err = client.Campaigns.Update(ctx, campaign, espo.Attrs{"mailMergeOnlyWithAddress": false})
	require.NoError(t, err)
	id, err = client.Campaigns.GenerateMailMerge(ctx, campaign, "contacts")
	require.NoError(t, err)
	letters.Reset()
	_, err = client.Attachments.DownloadTo(ctx, id, &letters)
	require.NoError(t, err)
	assert.Contains(t, letters.String(), "Nowhere")

	_, err = client.Campaigns.GenerateMailMerge(ctx, campaign, "leads")
	require.ErrorIs(t, err, espo.ErrServer, "no template for leads")
	_, err = client.Campaigns.GenerateMailMerge(ctx, campaign, "targetLists")
	require.ErrorIs(t, err, espo.ErrBadRequest)
	_, err = client.Campaigns.GenerateMailMerge(ctx, campaign, "")
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Campaigns.GenerateMailMerge(ctx, "missing", "contacts")
	require.ErrorIs(t, err, espo.ErrServer)
	_, err = srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).Campaigns.GenerateMailMerge(ctx, campaign, "contacts")
	require.ErrorIs(t, err, espo.ErrForbidden)
}
