package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// What is hidden from logs is sent as it is, by every way that a record or an
// attribute takes to the server.
func TestCredentialsAreSentAsTheyAre(t *testing.T) {
	nested := map[string]any{"smtpPassword": sesame, "users": []any{espo.Record{"token": sesame}}}
	record := espo.Record{"apiKey": sesame, "data": nested, "record": espo.Record{"secretKey": espo.Secret(sesame)}}
	attrs := espo.Attrs{"password": sesame, "data": nested, "record": record, "attrs": espo.Attrs{"clientSecret": sesame}}
	const sentOfRecord = `{"apiKey":"` + sesame + `","data":` + sentOfNested + `,"record":{"secretKey":"` + sesame + `"}}`
	const sentOfAttrs = `{"password":"` + sesame + `","data":` + sentOfNested + `,"record":` + sentOfRecord + `,"attrs":{"clientSecret":"` + sesame + `"}}`
	user := espo.User{UserName: "ann", Password: sesame, Extra: espo.Attrs{"cToken": sesame, "data": nested}}
	const sentOfUser = `{"userName":"ann","password":"` + sesame + `","cToken":"` + sesame + `","data":` + sentOfNested + `}`

	var sent []string
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		body := string(readAll(t, r))
		if r.Method != http.MethodGet {
			sent = append(sent, body)
		}
		switch {
		case r.Method == http.MethodGet && r.URL.Query().Has("searchParams"):
			sent = append(sent, r.URL.Query().Get("searchParams"))
			reply(w, 200, `{"total":0,"list":[]}`)
		case route(r) == "MassAction":
			reply(w, 200, `{"count":1}`)
		case r.Method == http.MethodPost && route(r) == "User/1/teams":
			reply(w, 200, `true`)
		default:
			reply(w, 200, `{"id":"1","timeZone":"UTC","redirectUrl":null,"token":"old","data":{"token":"`+sesame+`"}}`)
		}
	})
	ctx := t.Context()
	for name, tt := range map[string]struct {
		call func() error
		want string
	}{
		"create a record": {func() error { _, err := client.Records("X").Create(ctx, record); return err }, sentOfRecord},
		"create a struct": {func() error { _, err := client.Users.Create(ctx, user); return err }, sentOfUser},
		"create all": {func() error {
			_, err := client.Records("X").CreateAll(ctx, []espo.Record{record}, espo.BulkOptions{})
			return err
		}, sentOfRecord},
		"update": {func() error { _, err := client.Users.Update(ctx, "1", attrs); return err }, sentOfAttrs},
		"update all": {func() error {
			_, err := client.Users.UpdateAll(ctx, []espo.BulkUpdate{{ID: "1", Attrs: attrs}}, espo.BulkOptions{})
			return err
		}, sentOfAttrs},
		"modify a record": {func() error {
			_, err := client.Records("X").Modify(ctx, "1", func(r *espo.Record) error {
				(*r)["token"], (*r)["record"] = sesame, record
				return nil
			})
			return err
		}, `{"token":"` + sesame + `","record":` + sentOfRecord + `}`},
		"modify a struct": {func() error {
			_, err := client.Users.Modify(ctx, "1", func(u *espo.User) error {
				u.Token, u.Extra["cToken"] = sesame, sesame
				return nil
			})
			return err
		}, `{"token":"` + sesame + `","cToken":"` + sesame + `"}`},
		"modify nothing of a nested credential": {func() error {
			_, err := client.Records("X").Modify(ctx, "1", func(r *espo.Record) error {
				(*r)["name"] = "n"
				return nil
			})
			return err
		}, `{"name":"n"}`},
		"settings":    {func() error { _, err := client.App.UpdateSettings(ctx, attrs); return err }, sentOfAttrs},
		"preferences": {func() error { _, err := client.Users.UpdatePreferences(ctx, "1", attrs); return err }, sentOfAttrs},
		"lead capture": {func() error {
			_, err := client.LeadCapture.SubmitForm(ctx, "1", espo.FormSubmission{Lead: attrs})
			return err
		}, sentOfAttrs},
		"any endpoint": {func() error {
			return client.Do(ctx, espo.Request{Method: http.MethodPost, Path: []string{"X", "action", "y"}, Body: record}, nil)
		}, sentOfRecord},
		"mass update": {func() error {
			_, err := client.MassActions.Update(ctx, espo.ByIDs("User", "1"), attrs, espo.MassOptions{})
			return err
		}, `{"entityType":"User","action":"update","params":{"ids":["1"]},"data":{"values":` + sentOfAttrs + `}}`},
	} {
		t.Run(name, func(t *testing.T) {
			sent = nil
			require.NoError(t, tt.call())
			require.Len(t, sent, 1)
			assert.JSONEq(t, tt.want, sent[0])
		})
	}
	t.Run("upsert", func(t *testing.T) {
		sent = nil
		_, created, err := client.Records("X").Upsert(ctx, espo.Upsert{Match: espo.Attrs{"apiKey": sesame}, Set: espo.Attrs{"token": sesame}})
		require.NoError(t, err)
		assert.True(t, created)
		require.Len(t, sent, 2)
		assert.Contains(t, sent[0], sesame, "the search")
		assert.JSONEq(t, `{"apiKey":"`+sesame+`","token":"`+sesame+`"}`, sent[1])
	})
}

const sentOfNested = `{"smtpPassword":"` + sesame + `","users":[{"token":"` + sesame + `"}]}`

// A record that was read gives its credentials to a struct, and to who asks.
func TestCredentialsAreDecoded(t *testing.T) {
	r := readRecord(t, `{"id":"1","apiKey":"`+sesame+`","cNested":{"token":"`+sesame+`"}}`)
	assert.Equal(t, sesame, r.String("apiKey"))
	var user espo.User
	require.NoError(t, r.Decode(&user))
	assert.Equal(t, espo.Secret(sesame), user.APIKey)
	assert.Equal(t, espo.Attrs{"cNested": map[string]any{"token": sesame}}, user.Extra)
	var other espo.Record
	require.NoError(t, espo.Record{"nested": r}.Decode(&other))
	assert.Equal(t, sesame, other["nested"].(map[string]any)["apiKey"])
}
