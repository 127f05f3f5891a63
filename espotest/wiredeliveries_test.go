package espotest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// What a real server posted to webhooks, the fake posts too when the same
// happens to records: to the same paths, in the same order, the same but for
// ids and times, with the same escapes, signed in the same way.
func TestWireDeliveries(t *testing.T) {
	raw, err := os.ReadFile("../testdata/wire/espocrm-9.3.10/webhook-deliveries.json")
	require.NoError(t, err)
	var capture struct {
		Webhooks   []struct{ Event espo.WebhookEvent }
		Deliveries []struct {
			Path     string
			BodyText string
		}
	}
	require.NoError(t, json.Unmarshal(raw, &capture))
	require.NotEmpty(t, capture.Deliveries)

	type delivery struct {
		path, body string
		header     http.Header
	}
	var got []delivery
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, delivery{r.URL.Path, string(body), r.Header})
	}))
	t.Cleanup(receiver.Close)

	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	secrets := map[string][2]string{} // path → id and secret
	for _, w := range capture.Webhooks {
		path := "/" + w.Event.String()
		hook, err := client.Webhooks.Register(ctx, espo.Webhook{Event: w.Event, URL: receiver.URL + path})
		require.NoError(t, err)
		secrets[path] = [2]string{hook.ID, string(hook.SecretKey)}
	}
	first, err := client.Accounts.Create(ctx, espo.Account{Name: "Hook Co"})
	require.NoError(t, err)
	second, err := client.Accounts.Create(ctx, espo.Account{Name: "Zweite GmbH", Description: "größe"})
	require.NoError(t, err)
	_, err = client.Accounts.Update(ctx, first.ID, espo.Attrs{"description": "changed"})
	require.NoError(t, err)
	_, err = client.Contacts.Create(ctx, espo.Contact{FirstName: "We", LastName: "Bhook", AccountID: first.ID})
	require.NoError(t, err)
	require.NoError(t, client.Accounts.Delete(ctx, second.ID))
	require.NoError(t, srv.DeliverWebhooks(ctx))

	varying := regexp.MustCompile(`"[0-9a-f]{17}"|"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"`)
	require.Len(t, got, len(capture.Deliveries))
	for i, recorded := range capture.Deliveries {
		assert.Equal(t, recorded.Path, got[i].path)
		assert.JSONEq(t, varying.ReplaceAllString(recorded.BodyText, `"*"`), varying.ReplaceAllString(got[i].body, `"*"`))
		assert.Equal(t, strings.Count(recorded.BodyText, `\`), strings.Count(got[i].body, `\`), "escapes")

		id, secret := secrets[got[i].path][0], secrets[got[i].path][1]
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(got[i].body))
		sum := mac.Sum(nil)
		assert.Equal(t, base64.StdEncoding.EncodeToString([]byte(id+":"+hex.EncodeToString(sum))), got[i].header.Get("Signature"))
		assert.Equal(t, base64.StdEncoding.EncodeToString([]byte(id+":"+string(sum))), got[i].header.Get("X-Signature"))
	}
}
