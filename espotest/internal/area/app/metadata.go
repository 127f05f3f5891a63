package app

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// ReadMetadata answers with all of the metadata or the value at a key: a
// string bare, nothing at all for a key that is not there.
func ReadMetadata(c *crm.Call) (any, *answer.Error) {
	key := c.Req.URL.Query().Get("key")
	if key == "" || !c.Has(release.MetadataKey) {
		return c.Store.Metadata(), nil
	}
	switch v := schema.LookUp(c.Store.Metadata(), key).(type) {
	case nil:
		return answer.Reply{Raw: []byte{}}, nil
	case string:
		return answer.Reply{Raw: []byte(v)}, nil
	default:
		return v, nil
	}
}
