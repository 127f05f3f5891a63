package where

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The candidates for a filter have every record that it matches, by id.
func TestCandidatesHaveAllThatMatch(t *testing.T) {
	st := stock(t)
	values := []any{
		"a1", "A1", "a1 ", "m", "ME", "me", "c1", "c2", "c3", "two@example.com", "ONE@Example.com ", "öne@example.com", "", nil, true,
		int64(1), []any{"a1", "c1"}, []any{"a2", nil}, []any{}, map[string]any{"0": "a1"},
	}
	narrowed := 0
	for _, entity := range []string{"Account", "Contact", "Opportunity", "Task", "User"} {
		e := st.Types[entity]
		env := &Env{Entity: e, Store: st, Now: st.Now()}
		all := st.All(entity)
		for _, name := range []string{"id", "createdById", "accountId", "assignedUserId", "parentId", "emailAddress", "phoneNumber", "name", "deleted"} {
			for _, typ := range []string{"equals", "in", "greaterThan", "greaterThanOrEquals", "lessThan", "lessThanOrEquals", "notEquals"} {
				for _, value := range values {
					items := []Item{{Type: typ, Attribute: name, Value: value}}
					matches, err := Compile(items, env)
					if err != nil {
						continue
					}
					found := Candidates(st, e, items)
					if len(found) < len(all) {
						narrowed++
					}
					for i, r := range found {
						require.False(t, i > 0 && found[i-1].ID >= r.ID, "%s %s %s %v: in order of id", entity, name, typ, value)
						require.True(t, slices.Contains(all, r))
					}
					for _, r := range all {
						if matches(r) {
							assert.True(t, slices.Contains(found, r), fmt.Sprint(entity, name, typ, value, r.ID))
						}
					}
				}
			}
		}
	}
	assert.Greater(t, narrowed, 100)
}
