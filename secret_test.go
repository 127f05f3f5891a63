package espo_test

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// sesame is a credential that no test may find in what is printed.
const sesame = "s3same-0pen"

// assertMasked fails when sesame occurs in one of the forms, or when none of
// them says that something is hidden.
func assertMasked(t *testing.T, forms []string) {
	t.Helper()
	for _, form := range forms {
		for _, shown := range []string{sesame, fmt.Sprintf("%x", sesame), fmt.Sprintf("%X", sesame), fmt.Sprintf("%d", []byte(sesame)), fmt.Sprintf("%o", []byte(sesame))} {
			assert.NotContains(t, form, strings.Trim(shown, "[]"))
		}
	}
	assert.Contains(t, strings.Join(forms, "\n"), "***")
}

// around puts a value into what programs print: lists, maps and structs.
func around(v any) map[string]any {
	type holder struct {
		Name  string
		Value any
	}
	return map[string]any{
		"itself": v, "list": []any{v}, "map": map[string]any{"k": v}, "struct": holder{"n", v}, "pointer": &holder{"n", v},
		"list of structs": []holder{{"n", v}},
	}
}

func TestNamesOfCredentials(t *testing.T) {
	for _, name := range []string{
		"password", "passwordConfirm", "secret", "secretKey", "apiKey", "token", "accessToken", "refreshToken", "clientSecret",
		"smtpPassword", "googleMapsApiKey", "cToken", "Password", "APIKey", "recaptchaSecretKey", "totpSecret", "newPasswordConfirm",
		"access_token", "smtp-password", "PASSWORD",
	} {
		t.Run(name, func(t *testing.T) {
			assertMasked(t, append(printed(espo.Record{name: sesame}), encoded(espo.Record{name: sesame})...))
			assertMasked(t, printed(espo.Attrs{name: sesame}))
		})
	}
	for _, name := range []string{
		"name", "tokenCount", "passwordChangedAt", "secretary", "broken", "betoken", "secretKeyId", "apiKeys", "tokens", "id", "",
	} {
		t.Run("not "+name, func(t *testing.T) {
			for _, v := range []any{espo.Record{name: sesame}, espo.Attrs{name: sesame}} {
				assert.Contains(t, fmt.Sprintf("%v", v), sesame)
			}
			b, err := stdjson.Marshal(espo.Record{name: sesame})
			require.NoError(t, err)
			assert.Contains(t, string(b), sesame)
		})
	}
}

// Nowhere inside of a record is a credential shown, whatever holds it and
// whatever holds the record.
func TestRecordsHideCredentials(t *testing.T) {
	text := sesame
	deep := map[string]any{"user": map[string]any{"token": sesame}}
	for name, record := range map[string]espo.Record{
		"attribute":      {"apiKey": sesame},
		"Secret":         {"any": espo.Secret(sesame)},
		"Number":         {"token": espo.Number(sesame)},
		"list of texts":  {"token": []string{sesame}},
		"list":           {"token": []any{sesame}},
		"array":          {"token": [1]string{sesame}},
		"bytes":          {"token": []byte(sesame)},
		"pointer":        {"token": &text},
		"map":            deep,
		"map in a list":  {"users": []any{deep}},
		"list of maps":   {"users": []map[string]any{deep}},
		"map of texts":   {"user": map[string]string{"smtpPassword": sesame}},
		"Record":         {"user": espo.Record{"password": sesame}},
		"list of Record": {"users": []espo.Record{{"password": sesame}}},
		"Attrs":          {"user": espo.Attrs{"password": sesame}},
		"Columns":        {"usersColumns": espo.Columns{"1": {"clientSecret": sesame}}},
		"pointer to map": {"user": &deep},
		"struct":         {"user": espo.User{Password: sesame}},
		"deep":           {"a": []any{map[string]any{"b": []any{[]any{espo.Record{"c": map[string]any{"accessToken": sesame}}}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			for where, v := range around(record) {
				t.Run(where, func(t *testing.T) { assertMasked(t, append(printed(v), encoded(v)...)) })
			}
			assertMasked(t, printed(espo.Attrs(record)))
		})
	}
}

// What is not a credential is shown as ever, and the record itself is unchanged.
func TestRecordsShowTheRest(t *testing.T) {
	record := espo.Record{
		"name": "ann", "password": nil, "secret": "", "hasToken": true, "tokenCount": espo.Number("3"), "none": []any(nil),
		"list": []any{"a", espo.Number("1.50")}, "nested": map[string]any{"token": sesame, "b": "c"},
		"fields": map[string]any{"password": map[string]any{"type": "password"}},
	}
	assert.Equal(t, "map[fields:map[password:map[type:password]] hasToken:true list:[a 1.50] name:ann nested:map[b:c token:***] none:[] password:<nil> secret: tokenCount:3]",
		fmt.Sprint(record))
	for _, marshal := range []func(any) ([]byte, error){
		stdjson.Marshal, func(v any) ([]byte, error) { return json.Marshal(v) },
	} {
		b, err := marshal(record)
		require.NoError(t, err)
		assert.Equal(t, `{"fields":{"password":{"type":"password"}},"hasToken":true,"list":["a",1.50],"name":"ann",`+
			`"nested":{"b":"c","token":"***"},"none":[],"password":null,"secret":"","tokenCount":3}`, string(b))
		b, err = marshal([]espo.Record{nil, {}})
		require.NoError(t, err)
		assert.Equal(t, `[null,{}]`, string(b))
	}
	assert.Equal(t, sesame, record["nested"].(map[string]any)["token"], "the record itself is unchanged")
	b, err := stdjson.Marshal(map[string]any(record))
	require.NoError(t, err)
	assert.Contains(t, string(b), sesame, "who wants them converts the record")
	assert.Equal(t, "map[]", fmt.Sprint(espo.Record(nil), espo.Attrs(nil))[:5])
}

// Everything of this package that can hold a credential.
func TestTypesHideCredentials(t *testing.T) {
	record, user := espo.Record{"apiKey": sesame}, espo.User{
		Password: sesame, PasswordConfirm: sesame, APIKey: sesame, SecretKey: sesame, Token: sesame,
	}
	refused := &espo.Error{Method: "POST", Path: "User", Status: 409}
	for name, v := range map[string]any{
		"User": user, "CurrentUser": espo.CurrentUser{User: user, Preferences: record, Params: record}, "Preferences": espo.Record{"smtpPassword": sesame},
		"Webhook": espo.Webhook{SecretKey: sesame}, "WebhookSecret": espo.WebhookSecret{WebhookID: "1", Key: sesame},
		"SMTPSettings": espo.SMTPSettings{Password: sesame}, "Page of Record": espo.Page[espo.Record]{Records: []espo.Record{record}},
		"Page of User": espo.Page[espo.User]{Records: []espo.User{user}}, "BulkResult of Record": espo.BulkResult[espo.Record, espo.Record]{Input: record, Record: record},
		"BulkResults of User": []espo.BulkResult[espo.User, espo.User]{{Input: user, Record: user}}, "SecondFactorRequest": espo.SecondFactorRequest{Data: record},
	} {
		for where, v := range around(v) {
			t.Run(name+" "+where, func(t *testing.T) { assertMasked(t, append(printed(v), encoded(v)...)) })
		}
	}
	for name, v := range map[string]any{
		"User.Extra": espo.User{Extra: espo.Attrs{"cToken": sesame}}, "Settings.Extra": espo.Settings{Extra: espo.Attrs{"smtpPassword": sesame}},
		"BulkUpdate":     espo.BulkUpdate{Attrs: espo.Attrs{"password": sesame}},
		"LeadConversion": espo.LeadConversion{Records: map[string]espo.Attrs{"User": {"password": sesame}}},
		"Upsert":         espo.Upsert{Match: espo.Attrs{"apiKey": sesame}, Set: espo.Attrs{"password": sesame}, OnCreate: espo.Attrs{"token": sesame}},
		"Action":         espo.Action{Data: espo.Attrs{"password": sesame}}, "MassAction": espo.MassAction{Data: espo.Attrs{"password": sesame}},
		"FormSubmission": espo.FormSubmission{Lead: espo.Attrs{"token": sesame}, CaptchaToken: sesame},
		"PasswordChange": espo.PasswordChange{Current: sesame, New: sesame}, "PasswordReset": espo.PasswordReset{RequestID: sesame, New: sesame},
	} {
		for where, v := range around(v) {
			t.Run(name+" "+where, func(t *testing.T) { assertMasked(t, printed(v)) })
		}
	}
	for name, err := range map[string]error{
		"ConflictError":  &espo.ConflictError{Err: refused, Values: record},
		"DuplicateError": &espo.DuplicateError{Err: refused, Records: []espo.Record{record}},
	} {
		for where, v := range around(err) {
			t.Run(name+" "+where, func(t *testing.T) {
				for _, form := range append(printed(v, "%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"), encoded(v)...) {
					assert.NotContains(t, form, sesame)
				}
			})
		}
		assert.NotContains(t, fmt.Sprintf("%#v", errors.Join(err)), sesame)
	}
}

// The labels of fields such as password are texts for everyone.
func TestLabelsAreWholeAsJSON(t *testing.T) {
	const labels = `{"User":{"fields":{"apiKey":"API Key","password":"Password"}}}`
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, labels) })
	got, err := client.I18n.Labels(t.Context())
	require.NoError(t, err)
	b, err := stdjson.Marshal(got)
	require.NoError(t, err)
	assert.Equal(t, labels, string(b))
	assert.Equal(t, "Password", got.Field("User", "password"))
}
