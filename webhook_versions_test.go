package espo_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// Every delivery of every version is accepted. Before 9.0 there is the older
// header alone.
func TestWebhookDeliveriesOfEveryVersion(t *testing.T) {
	captures, err := filepath.Glob("testdata/wire*/*/webhook-deliveries.json")
	require.NoError(t, err)
	require.Len(t, captures, 6)
	for _, path := range captures {
		version := strings.TrimPrefix(filepath.Base(filepath.Dir(path)), "espocrm-")
		t.Run(version, func(t *testing.T) {
			v, err := espo.ParseServerVersion(version)
			require.NoError(t, err)
			c := readWebhookCapture(t, "espocrm-"+version)
			var events []espo.WebhookEvent
			h, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
				events = append(events, d.Event)
				accounts, err := espo.WebhookRecords[espo.Account](d)
				require.NoError(t, err)
				require.NotEmpty(t, accounts)
				for _, a := range accounts {
					assert.NotEmpty(t, a.Record.ID)
					assertNamed(t, path, version, a.Record)
				}
				return nil
			}, espo.WebhookSecrets(c.secrets()...))
			require.NoError(t, err)
			for _, d := range c.Deliveries {
				assert.Equal(t, v.AtLeast(espo.ServerVersion{Major: 9}), d.Headers["Signature"] != "")
				assert.Equal(t, 200, deliver(h, d.Headers, d.BodyText))
			}
			assert.Len(t, events, len(c.Deliveries))
		})
	}
}
