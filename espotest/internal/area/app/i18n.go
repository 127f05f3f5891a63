package app

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// Labels answers with the labels in English.
func Labels(c *crm.Call) (any, *answer.Error) {
	if c.User == nil {
		return schema.LoginLabels(), nil
	}
	return schema.Labels(c.Store.Types), nil
}
