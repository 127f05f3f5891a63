package espo_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestJobWaitEndsWithTheContext(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	mass := srv.Client(noWait).MassActions
	seedNamed(srv, "A")
	result, err := mass.Delete(ctx, espo.AllRecords("Account"), espo.MassOptions{InBackground: true})
	require.NoError(t, err)
	_, err = mass.Wait(ctx, result.JobID, espo.MassWait{Progress: func(espo.MassStatus) { cancel() }})
	require.ErrorIs(t, err, context.Canceled)
	_, err = mass.Wait(t.Context(), "000000000000000ab", espo.MassWait{})
	require.ErrorIs(t, err, espo.ErrNotFound)
}

// A status that is not known ends the wait: it could go on for ever.
func TestJobWaitWithAnUnknownStatus(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, `{"status": "Vanished", "processedCount": 1}`)
	})
	_, err := client.MassActions.Wait(t.Context(), "j", espo.MassWait{})
	var failed *espo.JobError
	require.ErrorAs(t, err, &failed)
	assert.EqualValues(t, "Vanished", failed.Status)
}
