package espotest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// What may stand in To.
func TestRecipients(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	for to, want := range map[string]string{
		"a@x.example": "", "a@x.example;b@x.example": "", "a@x.example; b@x.example": "",
		"Bob <b@x.example>": "valid", "a@x.example, b@x.example": "valid", "a b c": "valid", "nobody": "valid",
	} {
		_, err := s.Client().Emails.Create(ctx, espo.Email{Name: "E", From: "me@x.example", To: to, Status: espo.EmailStatusDraft})
		if want == "" {
			require.NoError(t, err, to)
			continue
		}
		var invalid *espo.ValidationError
		require.ErrorAs(t, err, &invalid, to)
		assert.Equal(t, "to", invalid.Field)
		assert.Equal(t, want, invalid.Rule)
	}
	_, err := s.Client().Emails.Create(ctx, espo.Email{Name: "E", From: "me@x.example", Status: espo.EmailStatusDraft})
	require.NoError(t, err, "a draft can do without")
	_, err = s.Client().Emails.Create(ctx, espo.Email{Name: "E", From: "me@x.example", Status: espo.EmailStatusArchived})
	require.ErrorIs(t, err, espo.ErrBadRequest)
}

// An e-mail is in the boxes of the users whose addresses it has.
func TestEmailIsInBoxes(t *testing.T) {
	s, ctx := espotest.NewServer(t, espotest.WithUser(espotest.User{
		UserName: clerk, Password: "Clerk-password-1", Roles: []string{espotest.FullRole}, Attributes: espo.Attrs{"emailAddress": "clerk@x.example"},
	})), t.Context()
	user := s.ClientAs(espo.Basic(clerk, "Clerk-password-1"))
	for from, to := range map[string]string{"clerk@x.example": "a@x.example", "a@x.example": "Clerk@x.example"} {
		email, err := s.Client().Emails.Create(ctx, espo.Email{Name: "E", From: from, To: to, Status: espo.EmailStatusArchived})
		require.NoError(t, err)
		assert.Len(t, email.UsersIDs, 1)
		got, err := user.Emails.Get(ctx, email.ID)
		require.NoError(t, err)
		assert.True(t, got.IsUsers)
		assert.False(t, got.IsRead)
		assert.Equal(t, from == "clerk@x.example", got.IsUsersSent)
		require.NoError(t, user.Emails.MarkImportant(ctx, []string{email.ID}))
		got, err = user.Emails.Get(ctx, email.ID)
		require.NoError(t, err)
		assert.True(t, got.IsImportant)
	}
}

// The answer to a change of who has an e-mail names those who had it before.
func TestUsersOfEmail(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	emails, me := s.Client().Records("Email"), userOf(t, s)
	email, err := emails.Create(ctx, espo.Record{"name": "E", "from": "a@x.example", "to": "b@x.example", "status": "Archived", "dateSent": "2030-01-01 10:00:00"})
	require.NoError(t, err)
	email, err = emails.Update(ctx, email.ID(), espo.Attrs{"assignedUserId": me})
	require.NoError(t, err)
	assert.Equal(t, []string{me}, email.Strings("usersIds"))
	assert.Empty(t, email["usersNames"])
	email, err = emails.Update(ctx, email.ID(), espo.Attrs{"description": "x"})
	require.NoError(t, err)
	assert.Contains(t, email["usersNames"], me)
}
