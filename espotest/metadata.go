package espotest

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// readMetadata answers with all of the metadata or the value at a key: a
// string bare, nothing at all for a key that is not there.
func (c *call) readMetadata() (any, *answer.Error) {
	key := c.req.URL.Query().Get("key")
	if key == "" {
		return c.store.Metadata(), nil
	}
	switch v := schema.LookUp(c.store.Metadata(), key).(type) {
	case nil:
		return answer.Reply{Raw: []byte{}}, nil
	case string:
		return answer.Reply{Raw: []byte(v)}, nil
	default:
		return v, nil
	}
}
