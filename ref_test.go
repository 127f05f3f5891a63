package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo"
)

func TestRef(t *testing.T) {
	assert.Equal(t, "Account/1", espo.Ref{Type: "Account", ID: "1"}.String())
}

// A Ref prints as the path to its record.
func TestRefPrints(t *testing.T) {
	assert.Equal(t, "Account/1", espo.Ref{Type: "Account", ID: "1"}.String())
	assert.Equal(t, "/", espo.Ref{}.String())
}
