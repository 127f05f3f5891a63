package espo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestRestore(t *testing.T) {
	for version, refused := range map[string]error{"9.3": espo.ErrForbidden, "10.0": espo.ErrConflict} {
		srv := espotest.NewServer(t, espotest.WithVersion(version))
		client, admin, ctx := srv.Client(), srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)), t.Context()
		acc, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
		require.NoError(t, err)
		require.NoError(t, client.Accounts.Link(ctx, acc.ID, "contacts", srv.Seed("Contact", espo.Attrs{"lastName": "Koval"})[0]))
		require.ErrorIs(t, admin.Accounts.Restore(ctx, acc.ID), refused, "it is not deleted")
		require.NoError(t, client.Accounts.Delete(ctx, acc.ID))
		require.ErrorIs(t, client.Accounts.Restore(ctx, acc.ID), espo.ErrForbidden)
		require.NoError(t, admin.Accounts.Restore(ctx, acc.ID))
		_, err = client.Accounts.Get(ctx, acc.ID)
		require.NoError(t, err)
		contacts, err := espo.Collect(client.Accounts.Contacts(acc.ID).All(ctx, espo.Query{}))
		require.NoError(t, err)
		assert.Len(t, contacts, 1)
		n, err := client.Accounts.Count(ctx, espo.Query{})
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		require.ErrorIs(t, admin.Accounts.Restore(ctx, "6b0538bc04ab91663"), espo.ErrNotFound)
		var bad *espo.InputError
		require.ErrorAs(t, admin.Accounts.Restore(ctx, ""), &bad)
	}
}

func TestDuplicateAttributes(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	file, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: "a.txt", For: espo.AttachmentField("Case", "attachments"), Content: strings.NewReader("hello"),
	})
	require.NoError(t, err)
	c, err := client.Cases.Create(ctx, espo.Case{Name: "Broken", Status: espo.CaseStatusAssigned, AttachmentsIDs: []string{file.ID}})
	require.NoError(t, err)
	draft, err := client.Cases.DuplicateAttributes(ctx, c.ID)
	require.NoError(t, err)
	assert.Equal(t, "Broken", draft.Name)
	assert.Empty(t, draft.ID)
	assert.Empty(t, draft.Status)
	assert.Zero(t, draft.Number)
	require.Len(t, draft.AttachmentsIDs, 1)
	assert.NotEqual(t, file.ID, draft.AttachmentsIDs[0], "the file is a copy")
	again, err := client.Cases.Create(ctx, draft, espo.DuplicateOf(c.ID), espo.SkipDuplicateCheck())
	require.NoError(t, err)
	assert.NotEqual(t, c.ID, again.ID)
	record, err := client.Records("Case").DuplicateAttributes(ctx, c.ID)
	require.NoError(t, err)
	assert.NotContains(t, record, "id")
	assert.NotContains(t, record, "status")
	require.ErrorIs(t, failure(client.Cases.DuplicateAttributes(ctx, "6b0538bc04ab91663")), espo.ErrNotFound)
	var bad *espo.InputError
	require.ErrorAs(t, failure(client.Cases.DuplicateAttributes(ctx, "")), &bad)
	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey))
	require.ErrorIs(t, failure(limited.Cases.DuplicateAttributes(ctx, c.ID)), espo.ErrForbidden)
}

func TestUnlinkAll(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	id := srv.Seed("TargetList", espo.Attrs{"name": "News"})[0]
	require.NoError(t, client.TargetLists.Contacts(id).LinkMany(ctx, srv.Seed("Contact", espo.Attrs{"lastName": "A"}, espo.Attrs{"lastName": "B"})))
	require.NoError(t, client.TargetLists.UnlinkAll(ctx, id, "contacts"))
	n, err := client.TargetLists.Contacts(id).Count(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Zero(t, n)
	require.ErrorIs(t, client.TargetLists.UnlinkAll(ctx, id, "campaigns"), espo.ErrBadRequest)
	var bad *espo.InputError
	require.ErrorAs(t, client.TargetLists.UnlinkAll(ctx, id, ""), &bad)
}
