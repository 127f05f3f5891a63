package espo_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestContractSchema(t *testing.T) {
	admin, _ := contractAdmin(t)
	setsUpAndUses(t, admin, fmt.Sprintf("%x", time.Now().UnixNano()))
}

// setsUpAndUses makes an entity type with fields and links, uses them, changes
// them and removes them. The mark makes the names its own.
func setsUpAndUses(t *testing.T, client *espo.Client, mark string) {
	t.Helper()
	ctx := t.Context()
	s := client.Schema
	prefixed := contractFrom(t, client, "8.0", "the prefix of names")
	prefix := func(with, without string) string {
		if prefixed {
			return with
		}
		return without
	}
	params := espo.EntityTypeParams{Name: "Zt" + mark, Template: espo.TemplateBase, Label: "Trial", Stream: true}
	own, err := s.CreateEntityType(ctx, params)
	require.NoError(t, err)
	removed := false
	t.Cleanup(func() {
		if !removed {
			_ = s.RemoveEntityType(context.WithoutCancel(ctx), own)
		}
	})
	assert.Equal(t, prefix("CZt", "Zt")+mark, own)
	_, err = s.CreateEntityType(ctx, params)
	var taken *espo.NameTakenError
	require.ErrorAs(t, err, &taken)
	assert.Equal(t, own, taken.Name)

	fieldsWork(t, client, own)
	linksWork(t, client, own, mark, prefix)
	stockFieldWorks(t, client, mark, prefix)

	require.NoError(t, s.UpdateEntityType(ctx, own, espo.Attrs{"labelSingular": "Try", "sortBy": "name", "sortDirection": "asc"}))
	defs, err := client.Metadata.EntityType(ctx, own)
	require.NoError(t, err)
	assert.Equal(t, "name", defs.Collection.OrderBy)
	require.ErrorIs(t, s.UpdateEntityType(ctx, "NoSuchType", espo.Attrs{"stream": true}), espo.ErrServer)
	require.NoError(t, s.RemoveEntityType(ctx, own))
	removed = true
	require.ErrorIs(t, s.RemoveEntityType(ctx, own), espo.ErrForbidden)
	require.ErrorIs(t, s.RemoveEntityType(ctx, "Account"), espo.ErrForbidden)
	_, err = client.Records(own).List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Metadata.Link(ctx, "Account", prefix("cZts", "zts")+mark)
	require.ErrorIs(t, err, espo.ErrNotFound, "the links to it are gone")
}

// fieldsWork makes fields of several types in an entity type of one's own.
func fieldsWork(t *testing.T, client *espo.Client, own string) {
	t.Helper()
	ctx := t.Context()
	s := client.Schema
	for _, p := range []espo.FieldParams{
		{Name: "code", Type: "varchar", MaxLength: 5, Required: true, Label: "Code"},
		{Name: "size", Type: "int", Min: "1", Max: "10"},
		{Name: "stage", Type: "enum", Options: []string{"New", "Done"}, Default: "New", Audited: true},
		{Name: "tags", Type: "multiEnum", Options: []string{"a", "b"}},
		{Name: "budget", Type: "currency"},
		{Name: "due", Type: "date"},
		{Name: "done", Type: "bool"},
	} {
		name, err := s.CreateField(ctx, own, p)
		require.NoError(t, err, p.Name)
		assert.Equal(t, p.Name, name, "no prefix")
	}
	_, err := s.CreateField(ctx, own, espo.FieldParams{Name: "size", Type: "int"})
	var taken *espo.NameTakenError
	require.ErrorAs(t, err, &taken)
	assert.Equal(t, "size", taken.Name)

	records := client.Records(own)
	_, err = records.Create(ctx, espo.Record{"name": "A"})
	var invalid *espo.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "code", invalid.Field)
	one, err := records.Create(ctx, espo.Record{
		"name": "A", "code": "A-1", "size": 7, "tags": []string{"a", "b"}, "budget": 5, "budgetCurrency": "USD", "due": "2030-01-02",
	})
	require.NoError(t, err)
	assert.Equal(t, "New", one.String("stage"))
	got, err := records.Get(ctx, one.ID())
	require.NoError(t, err)
	assert.Equal(t, []any{"A-1", "New", "2030-01-02", "USD"}, []any{got["code"], got["stage"], got["due"], got["budgetCurrency"]})
	assert.Equal(t, false, got["done"])
	n, err := records.Count(ctx, espo.Query{Where: espo.Where(espo.GreaterThan("size", 6), espo.ArrayAnyOf("tags", "b"), espo.Equal("stage", "New"))})
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	n, err = records.Count(ctx, espo.Query{Where: espo.Where(espo.GreaterThan("size", 7))})
	require.NoError(t, err)
	assert.Zero(t, n)

	defs, err := s.UpdateField(ctx, own, "code", espo.Attrs{"maxLength": 20, "required": false})
	require.NoError(t, err)
	assert.Equal(t, "varchar", defs.Type)
	assert.Equal(t, 20, defs.MaxLength)
	_, err = records.Update(ctx, one.ID(), espo.Attrs{"code": "A-1234567890"})
	require.NoError(t, err, "the new limit holds")
	_, err = s.UpdateField(ctx, own, "nope", espo.Attrs{"required": true})
	require.ErrorIs(t, err, espo.ErrNotFound)
	require.NoError(t, s.RemoveField(ctx, own, "due"))
	require.NoError(t, s.RemoveField(ctx, own, "due"), "there is none")
	got, err = records.Get(ctx, one.ID())
	require.NoError(t, err)
	assert.NotContains(t, got, "due")
	assert.Equal(t, "A-1234567890", got["code"], "the others stay")
	require.ErrorIs(t, s.RemoveField(ctx, own, "name"), espo.ErrServer)
}

// linksWork links an entity type of one's own with accounts and meetings.
func linksWork(t *testing.T, client *espo.Client, own, mark string, prefix func(with, without string) string) {
	t.Helper()
	ctx := t.Context()
	s := client.Schema
	many := espo.LinkParams{
		EntityType: own, ForeignEntityType: "Account", Type: espo.LinkManyToMany,
		Name: "accounts", ForeignName: "zts" + mark, LinkMultiple: true, ForeignAudited: true,
	}
	names, err := s.CreateLink(ctx, many)
	require.NoError(t, err)
	assert.Equal(t, espo.LinkNames{Name: "accounts", ForeignName: prefix("cZts", "zts") + mark}, names)
	_, err = s.CreateLink(ctx, many)
	var taken *espo.NameTakenError
	require.ErrorAs(t, err, &taken)
	lead, err := s.CreateLink(ctx, espo.LinkParams{
		EntityType: own, ForeignEntityType: "Lead", Type: espo.LinkManyToOne, Name: "lead", ForeignName: "zls" + mark,
	})
	require.NoError(t, err)
	assert.Equal(t, espo.LinkNames{Name: "lead", ForeignName: prefix("cZls", "zls") + mark}, lead)
	parent, err := s.CreateLink(ctx, espo.LinkParams{
		EntityType: own, Type: espo.LinkChildrenToParent, Name: "parent", ForeignName: "zps" + mark,
		ParentTypes: []string{"Account", "Lead"}, ForeignParentTypes: []string{"Account"},
	})
	require.NoError(t, err)
	assert.Equal(t, espo.LinkNames{Name: "parent", ForeignName: prefix("cZps", "zps") + mark}, parent)

	account := contractAccount(t, client, espo.Account{Name: uniqueName(t)})
	from := contractRecord(t, client, "Lead", espo.Record{"lastName": "Melnyk"})
	record, err := client.Records(own).Create(ctx, espo.Record{
		"name": "B", "code": "B", "leadId": from, "accountsIds": []string{account.ID}, "parentType": "Account", "parentId": account.ID,
	})
	require.NoError(t, err)
	got, err := client.Records(own).Get(ctx, record.ID())
	require.NoError(t, err)
	assert.Equal(t, "Melnyk", got.String("leadName"))
	assert.Equal(t, account.Name, got.String("parentName"))
	assert.Equal(t, []any{account.ID}, got["accountsIds"])
	for _, end := range []struct {
		of   espo.Ref
		link string
	}{
		{client.Accounts.Ref(account.ID), names.ForeignName}, {client.Leads.Ref(from), lead.ForeignName},
		{client.Accounts.Ref(account.ID), parent.ForeignName},
	} {
		page, err := espo.Related[espo.Record](client, end.of, end.link).List(ctx, espo.Query{})
		require.NoError(t, err)
		require.Len(t, page.Records, 1, end.link)
		assert.Equal(t, record.ID(), page.Records[0].ID())
	}
	accounts := espo.Related[espo.Account](client, espo.Ref{Type: own, ID: record.ID()}, "accounts")
	require.NoError(t, accounts.Unlink(ctx, account.ID))
	require.NoError(t, accounts.Link(ctx, account.ID))
	n, err := client.Records(own).Count(ctx, espo.Query{Where: espo.Where(espo.LinkedWith("accounts", account.ID))})
	require.NoError(t, err)
	assert.Equal(t, 1, n)

	require.NoError(t, s.UpdateLink(ctx, own, "accounts", espo.Attrs{"label": "Customers", "audited": true}))
	defs, err := client.Metadata.Link(ctx, own, "accounts")
	require.NoError(t, err)
	assert.Equal(t, true, defs.Extra["audited"])
	defs, err = client.Metadata.Link(ctx, "Account", names.ForeignName)
	require.NoError(t, err)
	assert.Equal(t, true, defs.Extra["audited"])
	require.ErrorIs(t, s.UpdateLink(ctx, own, "nope", espo.Attrs{"label": "x"}), espo.ErrNotFound)
	require.NoError(t, s.RemoveLink(ctx, "Lead", lead.ForeignName))
	_, err = client.Metadata.Field(ctx, own, "lead")
	require.ErrorIs(t, err, espo.ErrNotFound, "both ends are gone")
	require.ErrorIs(t, s.RemoveLink(ctx, "Account", "contacts"), espo.ErrServer)
}

// stockFieldWorks makes a field of an entity type of EspoCRM's own.
func stockFieldWorks(t *testing.T, client *espo.Client, mark string, prefix func(with, without string) string) {
	t.Helper()
	ctx := t.Context()
	asked := "zf" + mark
	name, err := client.Schema.CreateField(ctx, "Account", espo.FieldParams{Name: asked, Type: "varchar", Label: "Code"})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Schema.RemoveField(context.WithoutCancel(ctx), "Account", name) })
	assert.Equal(t, prefix("cZf", "zf")+mark, name)
	_, err = client.Schema.CreateField(ctx, "Account", espo.FieldParams{Name: asked, Type: "varchar"})
	var taken *espo.NameTakenError
	require.ErrorAs(t, err, &taken)
	assert.Equal(t, name, taken.Name)
	account := contractAccount(t, client, espo.Account{Name: uniqueName(t), Extra: espo.Attrs{name: "x"}})
	assert.Equal(t, "x", account.Extra[name])
	require.NoError(t, client.Schema.RemoveField(ctx, "Account", name))
	require.ErrorIs(t, client.Schema.RemoveField(ctx, "Account", "website"), espo.ErrServer)
	got, err := client.Accounts.Get(ctx, account.ID)
	require.NoError(t, err)
	assert.NotContains(t, got.Extra, name)
}
