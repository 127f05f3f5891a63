package espo

import (
	"context"
	"errors"
)

// ErrRevision says that a value of a [KeyValueStore] is not at the revision that
// was expected: somebody else has set it.
var ErrRevision = errors.New("the value has been set by somebody else")

// KeyValue is a value of a [KeyValueStore].
type KeyValue struct {
	Value    []byte
	Revision uint64 // differs each time that the value is set; 0 when there is none
}

// KeyValueStore keeps small values that several processes share, such as the
// tokens of users and the cursors of the package inbox. The modules
// github.com/go-espo/espo/sqlite and github.com/go-espo/espo/nats have one. Its
// methods are safe for concurrent use.
type KeyValueStore interface {
	// Get returns the value of a key, and a zero KeyValue when there is none. A key
	// is any text up to 200 bytes.
	Get(ctx context.Context, key string) (KeyValue, error)

	// Set sets the value of a key whose revision is still that of old, a zero
	// KeyValue if there must be none, and returns the new one. Otherwise the error
	// is [ErrRevision].
	Set(ctx context.Context, key string, value []byte, old KeyValue) (KeyValue, error)
}
