package inbox

import (
	"context"
	"slices"
	"sync"

	"github.com/go-espo/espo"
)

// MemoryValues is an [espo.KeyValueStore] for tests: what is in it is lost with
// the process. The zero MemoryValues is empty.
type MemoryValues struct {
	mu    sync.Mutex
	byKey map[string]espo.KeyValue
}

// Get implements [espo.KeyValueStore].
func (v *MemoryValues) Get(_ context.Context, key string) (espo.KeyValue, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.byKey[key], nil
}

// Set implements [espo.KeyValueStore].
func (v *MemoryValues) Set(_ context.Context, key string, value []byte, old espo.KeyValue) (espo.KeyValue, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.byKey[key].Revision != old.Revision {
		return espo.KeyValue{}, espo.ErrRevision
	}
	if v.byKey == nil {
		v.byKey = map[string]espo.KeyValue{}
	}
	v.byKey[key] = espo.KeyValue{Value: slices.Clone(value), Revision: old.Revision + 1}
	return v.byKey[key], nil
}
