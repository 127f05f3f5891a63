package esponats

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/go-espo/espo"
)

// ValuesOptions are those of [Values].
type ValuesOptions struct {
	Bucket   string // "espo-values" by default
	Replicas int    // how many servers of a cluster keep the values; 0 is 1
}

// Values is an [espo.KeyValueStore] in a bucket of JetStream, which is made if it
// is lacking.
func Values(ctx context.Context, nc *nats.Conn, o ValuesOptions) (espo.KeyValueStore, error) {
	if o.Bucket == "" {
		o.Bucket = "espo-values"
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("esponats: %w", err)
	}
	kv, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: o.Bucket, Storage: jetstream.FileStorage, Replicas: max(o.Replicas, 1)})
	if err != nil {
		return nil, fmt.Errorf("esponats: opening the bucket %s: %w", o.Bucket, err)
	}
	return values{kv}, nil
}

type values struct{ kv jetstream.KeyValue }

// name is a key of the bucket, which cannot have every character.
func name(key string) string { return "k" + base64.RawURLEncoding.EncodeToString([]byte(key)) }

func (v values) Get(ctx context.Context, key string) (espo.KeyValue, error) {
	e, err := v.kv.Get(ctx, name(key))
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		return espo.KeyValue{}, nil
	case err != nil:
		return espo.KeyValue{}, fmt.Errorf("esponats: reading %q: %w", key, err)
	}
	return espo.KeyValue{Value: e.Value(), Revision: e.Revision()}, nil
}

func (v values) Set(ctx context.Context, key string, value []byte, old espo.KeyValue) (espo.KeyValue, error) {
	var revision uint64
	var err error
	if old.Revision == 0 {
		revision, err = v.kv.Create(ctx, name(key), value)
	} else {
		revision, err = v.kv.Update(ctx, name(key), value, old.Revision)
	}
	var refused *jetstream.APIError
	if errors.Is(err, jetstream.ErrKeyExists) || errors.As(err, &refused) && refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		err = espo.ErrRevision
	}
	if err != nil {
		return espo.KeyValue{}, fmt.Errorf("esponats: setting %q: %w", key, err)
	}
	return espo.KeyValue{Value: value, Revision: revision}, nil
}
