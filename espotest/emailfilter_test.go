package espotest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// E-mails are found by folder, by address and by what they are to the user.
func TestEmailFilters(t *testing.T) {
	s, ctx := espotest.NewServer(t, espotest.WithUser(espotest.User{
		UserName: clerk, Password: "Clerk-password-1", Roles: []string{espotest.FullRole}, Attributes: espo.Attrs{"emailAddress": "clerk@x.example"},
	})), t.Context()
	user := s.ClientAs(espo.Basic(clerk, "Clerk-password-1"))
	add := func(c *espo.Client, e espo.Email) string {
		got, err := c.Emails.Create(ctx, e)
		require.NoError(t, err)
		return got.ID
	}
	ids := map[string]string{
		add(s.Client(), espo.Email{Name: "In", From: "a@x.example", To: "Clerk@x.example", Status: espo.EmailStatusArchived}):           "in",
		add(user, espo.Email{Name: "Out", From: "clerk@x.example", To: "b@x.example", Cc: "c@x.example", Status: espo.EmailStatusSent}): "out",
		add(user, espo.Email{Name: "Draft", From: "clerk@x.example", To: "a@x.example", Status: espo.EmailStatusDraft}):                 "draft",
	}
	folder := func(name string) espo.Filter {
		return espo.CustomFilter(espo.Filter{Type: "inFolder", Attribute: "folderId", Value: name})
	}
	find := func(f espo.Filter) []string {
		t.Helper()
		list, err := user.Emails.List(ctx, espo.Query{Where: espo.Where(f), OrderBy: "name", Order: espo.Asc})
		require.NoError(t, err)
		names := []string{}
		for _, e := range list.Records {
			names = append(names, ids[e.ID])
		}
		return names
	}
	for _, c := range []struct {
		name   string
		filter espo.Filter
		want   []string
	}{
		{"inbox", folder("inbox"), []string{"in"}},
		{"sent", folder("sent"), []string{"out"}},
		{"drafts", folder("drafts"), []string{"draft"}},
		{"all", folder("all"), []string{"draft", "in", "out"}},
		{"important", folder("important"), []string{}},
		{"archive", folder("archive"), []string{}},
		{"trash", folder("trash"), []string{}},
		{"no folder", folder("0000000000000beef"), []string{}},
		{"from", espo.Equal("from", "A@x.example"), []string{"in"}},
		{"to", espo.Equal("to", "a@x.example"), []string{"draft"}},
		{"cc", espo.Equal("cc", "c@x.example"), []string{"out"}},
		{"any", espo.Equal("emailAddress", "a@x.example"), []string{"draft", "in"}},
		{"unread", espo.IsFalse("isRead"), []string{"draft", "in"}},
		{"not important", espo.IsFalse("isImportant"), []string{"draft", "in", "out"}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, find(c.filter)) })
	}
	list, err := user.Emails.List(ctx, espo.Query{TextFilter: "c@x.example"})
	require.NoError(t, err)
	require.Len(t, list.Records, 1, "a text that is an address is looked for among addresses")
	assert.Equal(t, "out", ids[list.Records[0].ID])
}
