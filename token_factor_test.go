package espo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestSecondFactor(t *testing.T) {
	srv := newTokenServer()
	srv.code = "123456"
	var asked []espo.SecondFactorRequest
	auth := espo.Token("admin", srv.password, espo.SecondFactor(func(_ context.Context, r espo.SecondFactorRequest) (string, error) {
		asked = append(asked, r)
		return "123456", nil
	}))
	client := dial(t, serve(t, srv.ServeHTTP), auth)
	together(t, 8, func(int) error { return get(t, client) })
	require.Len(t, asked, 1)
	assert.Equal(t, espo.SecondFactorRequest{UserName: "admin", Message: "enterTotpCode", Data: espo.Record{}}, asked[0])
	logins, attempts, _ := srv.counts()
	assert.Equal(t, []int{1, 2}, []int{logins, attempts})

	srv.revoke()
	require.NoError(t, get(t, client))
	assert.Len(t, asked, 2, "asked at each login")
}

func TestSecondFactorFailures(t *testing.T) {
	srv := newTokenServer()
	srv.code = "123456"
	url := serve(t, srv.ServeHTTP)

	client := dial(t, url, espo.Token("admin", srv.password))
	var second *espo.SecondFactorError
	err := get(t, client)
	require.ErrorAs(t, err, &second, "nobody to ask")
	assert.Equal(t, "enterTotpCode", second.Request.Message)
	assert.Equal(t, "admin", second.Request.UserName)
	assert.ErrorIs(t, err, espo.ErrUnauthorized)

	lost := errors.New("phone is lost")
	client = dial(t, url, espo.Token("admin", srv.password, espo.SecondFactor(
		func(context.Context, espo.SecondFactorRequest) (string, error) { return "", lost })))
	assert.ErrorIs(t, get(t, client), lost)
	assert.Zero(t, srv.codes)

	answers := []string{"000000", "123456"}
	client = dial(t, url, espo.Token("admin", srv.password, espo.SecondFactor(
		func(context.Context, espo.SecondFactorRequest) (string, error) {
			code := answers[0]
			answers = answers[1:]
			return code, nil
		})))
	err = get(t, client)
	assert.ErrorIs(t, err, espo.ErrUnauthorized, "a wrong code")
	assert.ErrorContains(t, err, "second factor")
	assert.NotContains(t, err.Error(), "000000")
	assert.Equal(t, 1, srv.codes, "it is not sent again")
	assert.NoError(t, get(t, client), "the next call asks again")
}

func TestSecondFactorEmptyCode(t *testing.T) {
	srv := newTokenServer()
	srv.code = "123456"
	client := dial(t, serve(t, srv.ServeHTTP), espo.Token("admin", srv.password, espo.SecondFactor(
		func(context.Context, espo.SecondFactorRequest) (string, error) { return "", nil })))
	assert.ErrorIs(t, get(t, client), espo.ErrInput)
	_, attempts, _ := srv.counts()
	assert.Equal(t, 1, attempts, "without a code the password alone is not sent again")
}
