package espotest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// A category comes behind its siblings, and is gone for good when it is deleted.
func TestCategories(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	admin := s.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	categories := admin.Records("KnowledgeBaseCategory")
	var ids []string
	for i, parent := range []int{-1, -1, 0, 0} {
		record := espo.Record{"name": "c", "order": 9}
		if parent >= 0 {
			record["parentId"] = ids[parent]
		}
		got, err := categories.Create(ctx, record)
		require.NoError(t, err)
		assert.EqualValues(t, []int{1, 2, 1, 2}[i], got.Int("order"))
		ids = append(ids, got.ID())
	}
	require.NoError(t, categories.Delete(ctx, ids[3]))
	_, err := categories.Get(ctx, ids[3])
	require.ErrorIs(t, err, espo.ErrNotFound, "administrators see no deleted category either")
	require.ErrorIs(t, categories.Restore(ctx, ids[3]), espo.ErrNotFound)
}

// Who followed a record follows it no more when it is deleted and restored.
func TestDeletedIsNotFollowed(t *testing.T) {
	s, ctx := espotest.NewServer(t, withClerk()...), t.Context()
	admin := s.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	user := s.ClientAs(espo.Basic(clerk, "Clerk-password-1"))
	acc, err := user.Accounts.Create(ctx, espo.Account{Name: "A"})
	require.NoError(t, err)
	require.NoError(t, user.Stream.Follow(ctx, user.Accounts.Ref(acc.ID)))
	require.NoError(t, user.Accounts.Delete(ctx, acc.ID))
	require.NoError(t, admin.Accounts.Restore(ctx, acc.ID))
	acc, err = user.Accounts.Get(ctx, acc.ID)
	require.NoError(t, err)
	assert.False(t, acc.IsFollowed)
	assert.Empty(t, acc.FollowersIDs)
}

// The order of a group that a board does not have is refused.
func TestBoardGroupRefused(t *testing.T) {
	for version, want := range map[string]error{"9.2": espo.ErrServer, "9.3": espo.ErrForbidden} {
		s := espotest.NewServer(t, espotest.WithVersion(version))
		require.ErrorIs(t, s.Client().Leads.SetKanbanOrder(t.Context(), "None such", []string{"x"}), want)
	}
}
