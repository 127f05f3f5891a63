package inboxtest

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-espo/espo"
)

// RunValues tests two key-value stores that have the same values, as two processes
// do. They must be empty.
func RunValues(t *testing.T, one, other espo.KeyValueStore) {
	t.Helper()
	ctx := t.Context()
	for _, key := range []string{"token/admin@crm", "inbox/cursor/Account", "Größe *.> \\", strings.Repeat("k", 200)} {
		none, err := one.Get(ctx, key)
		if err != nil || none.Revision != 0 || len(none.Value) != 0 {
			t.Fatalf("Get of what is not there: %+v, %v", none, err)
		}
		first, err := one.Set(ctx, key, []byte("first\x00 "+key), none)
		if err != nil {
			t.Fatal(err)
		}
		got, err := other.Get(ctx, key)
		if err != nil || got.Revision != first.Revision || got.Revision == 0 || string(got.Value) != "first\x00 "+key {
			t.Fatalf("Get: %+v, %v; want %+v", got, err, first)
		}
		second, err := other.Set(ctx, key, nil, got)
		if err != nil || second.Revision == first.Revision {
			t.Fatalf("Set: %+v, %v", second, err)
		}
		for _, old := range []espo.KeyValue{none, first} {
			if _, err := one.Set(ctx, key, []byte("x"), old); !errors.Is(err, espo.ErrRevision) {
				t.Fatalf("Set with revision %d: %v, want ErrRevision", old.Revision, err)
			}
		}
		if got, err = one.Get(ctx, key); err != nil || got.Revision != second.Revision || len(got.Value) != 0 {
			t.Fatalf("Get: %+v, %v; want %+v", got, err, second)
		}
	}
}
