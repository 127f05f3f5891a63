package espo_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// Whole deliveries of real servers, with both of their headers and with each
// alone.
func TestWebhookReplay(t *testing.T) {
	for _, version := range []string{"espocrm-9.1.7", "espocrm-9.3.10"} {
		c := readWebhookCapture(t, version)
		for _, only := range []string{"", "Signature", "X-Signature"} {
			t.Run(version+" "+only, func(t *testing.T) {
				var got []espo.WebhookDelivery
				h, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
					got = append(got, d)
					return nil
				}, espo.WebhookSecrets(c.secrets()...))
				require.NoError(t, err)
				for _, d := range c.Deliveries {
					headers := map[string]string{}
					for name, v := range d.Headers {
						if only == "" || name == only {
							headers[name] = v
						}
					}
					require.Equal(t, 200, deliver(h, headers, d.BodyText), d.Path)
				}
				require.Len(t, got, len(c.Deliveries))
				for i, d := range c.Deliveries {
					assert.Equal(t, d.Path, "/"+got[i].Event.String(), "the event is the one of the secret")
					assert.Equal(t, d.BodyText, string(got[i].Body))
				}
				created, err := espo.WebhookRecords[espo.Account](got[0])
				require.NoError(t, err)
				require.Len(t, created, 2)
				assert.Equal(t, "Hook Co", created[0].Record.Name)
				assert.Equal(t, "größe", created[1].Record.Description)
				assert.EqualValues(t, 1, created[1].Record.VersionNumber)
				for _, d := range got {
					records, err := espo.WebhookRecords[espo.Record](d)
					require.NoError(t, err)
					require.NotEmpty(t, records)
					assert.NotEmpty(t, records[0].Record.ID(), d.Event)
				}
			})
		}
	}
}

// A delivery that comes twice is made of the same records, and different
// records have different digests.
func TestWebhookDigests(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	var rounds [2][]string
	var round int
	h, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
		records, err := espo.WebhookRecords[espo.Record](d)
		for _, r := range records {
			rounds[round] = append(rounds[round], r.Digest)
		}
		rounds[round] = append(rounds[round], d.ID)
		return err
	}, espo.WebhookSecrets(c.secrets()...))
	require.NoError(t, err)
	for round = range rounds {
		for _, d := range c.Deliveries {
			require.Equal(t, 200, deliver(h, d.Headers, d.BodyText))
		}
	}
	require.Len(t, rounds[0], 11, "5 deliveries of 6 records")
	assert.Equal(t, rounds[0], rounds[1])
	seen := map[string]bool{}
	for _, digest := range rounds[0] {
		assert.Regexp(t, "^[0-9a-f]{64}$", digest)
		assert.False(t, seen[digest])
		seen[digest] = true
	}
}

// The digest of a record depends on the webhook and on the record alone, not
// on what else is in the batch.
func TestWebhookDigestOfARecord(t *testing.T) {
	digests := func(webhookID, body string) []string {
		records, err := espo.WebhookRecords[espo.Account](espo.WebhookDelivery{WebhookID: webhookID, Body: []byte(body)})
		require.NoError(t, err)
		var list []string
		for _, r := range records {
			list = append(list, r.Digest)
		}
		return list
	}
	x, y := `{"id":"1","name":"X \u00f6"}`, `{"id":"1","name":"Y"}`
	alone := digests("a", "["+x+"]")
	require.Len(t, alone, 1)
	both := digests("a", "["+y+","+x+"]")
	assert.Equal(t, alone[0], both[1])
	assert.NotEqual(t, both[0], both[1])
	assert.Equal(t, alone[0], digests("a", "[ "+x+" ]")[0])
	assert.NotEqual(t, alone[0], digests("b", "["+x+"]")[0], "two webhooks tell of two events")
	assert.Equal(t, []string{alone[0], alone[0]}, digests("a", "["+x+","+x+"]"), "two changes that look the same cannot be told apart")
	assert.Empty(t, digests("a", "[]"))
}

// The JSON of a record is there as it came, byte for byte, beside its id.
func TestWebhookRecordsAsTheyCame(t *testing.T) {
	x := `{"id":"1", "name":"X \u00f6"}`
	records, err := espo.WebhookRecords[jsontext.Value](espo.WebhookDelivery{Body: []byte("[" + x + "]")})
	require.NoError(t, err)
	require.Len(t, records, 1)
	assert.Equal(t, "1", records[0].ID)
	assert.Equal(t, x, string(records[0].Record))
}

func TestWebhookRecordsRefused(t *testing.T) {
	for _, body := range []string{
		"", "null", "{}", `{"id":"1"}`, `"1"`, "[", `[{"id":"1"}`, `[{"id":"1"}] x`,
		"[null]", "[1]", `["1"]`, "[[]]", "[{}]", `[{"id":null}]`, `[{"id":""}]`, `[{"id":5}]`, `[{"name":"x"}]`, `[{"id":"1"},{}]`,
	} {
		t.Run(body, func(t *testing.T) {
			_, err := espo.WebhookRecords[espo.Record](espo.WebhookDelivery{Body: []byte(body)})
			var input *espo.InputError
			require.ErrorAs(t, err, &input)
			assert.Equal(t, "WebhookDelivery.Body", input.Argument)
		})
	}
	_, err := espo.WebhookRecords[espo.Account](espo.WebhookDelivery{Body: []byte(`[{"id":"1"},{"id":"2","name":5}]`)})
	require.ErrorIs(t, err, espo.ErrInput)
	assert.ErrorContains(t, err, "record 1")
}

// A batch fails after its record was handled; the record comes again beside a
// newer one, and is handled once.
func TestWebhookRecordComesAgain(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	var (
		fail       = true
		deliveries []string
		handled    []string
		seen       = map[string]bool{}
	)
	h, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
		deliveries = append(deliveries, d.ID)
		records, err := espo.WebhookRecords[espo.Account](d)
		for _, r := range records {
			if !seen[r.Digest] {
				seen[r.Digest] = true
				handled = append(handled, r.Record.Name)
			}
		}
		if fail {
			return errors.New("the answer is lost")
		}
		return err
	})
	require.NoError(t, err)
	receiver := httptest.NewServer(h)
	t.Cleanup(receiver.Close)
	webhook, err := client.Webhooks.Register(ctx, espo.Webhook{
		Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, URL: receiver.URL,
	})
	require.NoError(t, err)
	require.NoError(t, h.Add(webhook.Secret()))

	create := func(name string) {
		_, err := client.Accounts.Create(ctx, espo.Account{Name: name})
		require.NoError(t, err)
	}
	create("x")
	require.Error(t, srv.DeliverWebhooks(ctx))
	fail = false
	create("y")
	require.NoError(t, srv.DeliverWebhooks(ctx))
	assert.Equal(t, []string{"x", "y"}, handled)
	require.Len(t, deliveries, 2)
	assert.NotEqual(t, deliveries[0], deliveries[1], "the batches are not the same")
}
