package espo_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestLeadCapture(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	point, err := admin.Records("LeadCapture").Create(ctx, espo.Record{
		"name": "Site", "fieldList": []string{"firstName", "lastName", "emailAddress"}, "subscribeToTargetList": false, "formEnabled": true,
	})
	require.NoError(t, err)
	key := espo.Secret(point.String("apiKey"))
	require.NotEmpty(t, key)

	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client := srv.Client(espo.WithLogger(log), espo.WithServerVersion("9.3.10"))
	lead := espo.Attrs{"lastName": "Doe", "emailAddress": "doe@x.example", "status": "Dead"}
	require.NoError(t, client.LeadCapture.Submit(ctx, key, lead))
	for _, name := range []string{"X-Api-Key", "Authorization", "X-Hmac-Authorization", "Espo-Authorization"} {
		assert.Empty(t, srv.Requests()[1].Header.Get(name), "the key is enough")
	}
	lead["firstName"] = "Jane"
	require.NoError(t, client.LeadCapture.Submit(ctx, key, lead), "the same address is the same lead")
	url, err := client.LeadCapture.SubmitForm(ctx, point.String("formId"), espo.FormSubmission{Lead: espo.Attrs{"lastName": "Roe"}})
	require.NoError(t, err)
	assert.Empty(t, url)
	leads := srv.Records("Lead")
	require.Len(t, leads, 2)
	assert.Equal(t, "Jane Doe", leads[0]["name"])
	assert.Equal(t, "New", leads[0]["status"], "what is not in the list of fields is ignored")

	const wrong = "5555555555555555555555555555"
	errs := []error{
		client.LeadCapture.Submit(ctx, wrong, lead),
		client.LeadCapture.Submit(ctx, key, espo.Attrs{"status": "Dead"}),
		client.LeadCapture.Submit(ctx, key, espo.Attrs{"lastName": "x", "emailAddress": "not an address"}),
	}
	require.ErrorIs(t, errs[0], espo.ErrNotFound)
	require.ErrorIs(t, errs[1], espo.ErrBadRequest)
	var invalid *espo.ValidationError
	require.ErrorAs(t, errs[2], &invalid)
	assert.Equal(t, "emailAddress", invalid.Field)
	for range 5 {
		srv.Fail(espotest.Fault{Method: http.MethodPost, Path: "LeadCapture/*", Cut: true})
	}
	errs = append(errs, client.LeadCapture.Submit(ctx, key, lead))
	for _, err := range errs {
		require.Error(t, err)
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), string(key))
		assert.NotContains(t, err.Error(), wrong)
		assert.Contains(t, err.Error(), "LeadCapture/***")
	}
	assert.NotContains(t, logged.String(), string(key))
	assert.Contains(t, logged.String(), "LeadCapture/***")

	_, err = client.LeadCapture.SubmitForm(ctx, "000000000000000ab", espo.FormSubmission{Lead: lead, CaptchaToken: "captcha"})
	require.ErrorIs(t, err, espo.ErrNotFound)
	assert.Equal(t, "captcha", srv.Requests()[len(srv.Requests())-1].Header.Get("X-Captcha-Token"))
	for _, bad := range []espo.Secret{"", ".", ".."} {
		require.ErrorIs(t, client.LeadCapture.Submit(ctx, bad, lead), espo.ErrInput)
	}
	require.ErrorIs(t, client.LeadCapture.Submit(ctx, key, nil), espo.ErrInput)
	_, err = client.LeadCapture.SubmitForm(ctx, "1", espo.FormSubmission{CaptchaToken: "captcha"})
	require.ErrorIs(t, err, espo.ErrInput)

	renewed, err := admin.LeadCapture.GenerateAPIKey(ctx, point.ID())
	require.NoError(t, err)
	assert.NotEqual(t, key, renewed)
	require.ErrorIs(t, client.LeadCapture.Submit(ctx, key, lead), espo.ErrNotFound)
	_, err = client.LeadCapture.GenerateAPIKey(ctx, point.ID())
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = admin.LeadCapture.GenerateAPIKey(ctx, "")
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = admin.LeadCapture.GenerateAPIKey(context.WithoutCancel(ctx), "000000000000000ab")
	require.ErrorIs(t, err, espo.ErrNotFound)
}

// A captcha token goes into a header: what would end that header is refused
// before anything is sent.
func TestCaptchaTokenIsOneLine(t *testing.T) {
	client := connect(t, unreachable(t))
	for _, token := range []espo.Secret{"a\r\nX-Other: b", "a\n", "\r", "a\x00", "a\tb", "a\x7f"} {
		_, err := client.LeadCapture.SubmitForm(t.Context(), "000000000000000ab", espo.FormSubmission{Lead: espo.Attrs{"lastName": "Doe"}, CaptchaToken: token})
		var input *espo.InputError
		require.ErrorAs(t, err, &input, "%q", string(token))
		assert.Equal(t, "FormSubmission.CaptchaToken", input.Argument)
		assert.NotContains(t, err.Error(), string(token))
	}
}
