package espo_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// Whatever type an attribute has, a record that is created with an id of the
// caller's has the values of one that is created without.
func TestContractCreateOnce(t *testing.T) {
	ctx := t.Context()
	client := contractClient(t)
	name := uniqueName(t)
	contact := espo.Contact{
		FirstName: "É\"l,o\n", LastName: name, Description: "two\nlines, \"quoted\"\\", DoNotCall: true,
		AddressStreet: "-1", EmailAddress: espo.NewID() + "@example.com",
	}
	id := espo.NewID()
	t.Cleanup(func() { _ = client.Contacts.Delete(context.WithoutCancel(ctx), id) })
	got, err := client.Contacts.CreateOnce(ctx, id, contact)
	require.NoError(t, err)
	assert.Equal(t, id, got.ID)
	assert.Equal(t, contact.LastName, got.LastName)
	assert.Equal(t, contact.Description, got.Description)
	assert.Equal(t, contact.AddressStreet, got.AddressStreet)
	assert.Equal(t, contact.EmailAddress, got.EmailAddress)
	assert.True(t, got.DoNotCall)
	again, err := client.Contacts.CreateOnce(ctx, id, espo.Contact{LastName: name + " again"})
	require.NoError(t, err)
	assert.Equal(t, name, again.LastName)
	n, err := client.Contacts.Count(ctx, espo.Query{Where: []espo.Filter{espo.StartsWith("lastName", name)}})
	require.NoError(t, err)
	assert.Equal(t, 1, n)

	_, err = client.Contacts.CreateOnce(ctx, espo.NewID(), espo.Contact{})
	if rowErrorsAreShown(t, client) {
		var refused *espo.ImportRowError
		require.ErrorAs(t, err, &refused)
		require.ErrorIs(t, err, espo.ErrBadRequest)
	}
	require.Error(t, err)

	user, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	start := espo.NewDateTime(time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC))
	meeting := espo.Meeting{Name: name, DateStart: start, DateEnd: espo.NewDateTime(start.Add(time.Hour)), ParentID: id, ParentType: "Contact", AssignedUserID: user.User.ID}
	made, err := client.Meetings.CreateOnce(ctx, espo.NewID(), meeting)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Meetings.Delete(context.WithoutCancel(ctx), made.ID) })
	assert.Equal(t, start, made.DateStart)
	assert.Equal(t, id, made.ParentID)
}
