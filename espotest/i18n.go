package espotest

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// labels answers with the labels in English.
func (c *call) labels() (any, *answer.Error) {
	if c.user == nil {
		return schema.LoginLabels(), nil
	}
	return schema.Labels(c.store.Types), nil
}
