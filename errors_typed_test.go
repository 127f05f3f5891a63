package espo_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestValidationError(t *testing.T) {
	const body = `{"messageTranslation":{"label":"validationFailure","scope":null,"data":{"field":"emailAddress","type":"emailAddress"}}}`
	err := errorOf(t, 400, "Field validation failure; entityType: Account, field: emailAddress, type: emailAddress.", body)
	var v *espo.ValidationError
	require.ErrorAs(t, err, &v)
	assert.Equal(t, []string{"Account", "emailAddress", "emailAddress"}, []string{v.EntityType, v.Field, v.Rule})
	assert.ErrorIs(t, err, espo.ErrBadRequest)
	assert.Equal(t, 400, v.Err.Status)

	err = errorOf(t, 400, "", body)
	require.ErrorAs(t, err, &v, "without a reason")
	assert.Equal(t, []string{"", "emailAddress"}, []string{v.EntityType, v.Field})

	for _, other := range []string{"", "{}", "[]", `{"messageTranslation":null}`, `{"messageTranslation":[]}`, `{"messageTranslation":{"label":"x","data":[]}}`, "3"} {
		err := errorOf(t, 400, "Bad", other)
		assert.False(t, errors.As(err, &v), other)
		assert.ErrorIs(t, err, espo.ErrBadRequest, other)
	}
}

func TestDuplicateError(t *testing.T) {
	err := errorOf(t, 409, "duplicate", `[{"id":"1","name":"Acme","n":1.50},{"id":"2","name":"Acme Ltd"}]`)
	var dup *espo.DuplicateError
	require.ErrorAs(t, err, &dup)
	require.Len(t, dup.Records, 2)
	assert.Equal(t, "2", dup.Records[1].ID())
	assert.Equal(t, espo.Number("1.50"), dup.Records[0].Number("n"))
	assert.ElementsMatch(t, []string{"ErrConflict"}, matches(err))
	assert.Equal(t, "duplicate", dup.Err.Reason)

	for _, body := range []string{"", "{}", "true", `["1"]`} {
		err := errorOf(t, 409, "duplicate", body)
		assert.ErrorIs(t, err, espo.ErrConflict, body)
		assert.False(t, errors.As(err, &dup), body)
	}
}

func TestConflictError(t *testing.T) {
	err := errorOf(t, 409, "modified", `{"values":{"name":"V2","description":null},"versionNumber":2}`)
	var conflict *espo.ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, int64(2), conflict.Version)
	assert.Equal(t, espo.Record{"name": "V2", "description": nil}, conflict.Values)
	assert.ErrorIs(t, err, espo.ErrConflict)

	require.ErrorAs(t, errorOf(t, 409, "modified", `{"values":[],"versionNumber":2}`), &conflict, "PHP's empty map")
	assert.Empty(t, conflict.Values)
	assert.False(t, errors.As(errorOf(t, 409, "other", `{"message":"x"}`), &conflict))
}

func TestInputError(t *testing.T) {
	_, err := espo.NewClient("", nil)
	var input *espo.InputError
	require.ErrorAs(t, err, &input)
	assert.Equal(t, "base URL", input.Argument)
	assert.Equal(t, []string{"ErrInput"}, matches(err))
	assert.Equal(t, "espo: base URL: "+input.Problem, err.Error())
}
