package wake_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo/internal/wake"
)

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s wake.Signal
		s.Tell() // nobody waits
		began := time.Now()
		wake.Wait(t.Context(), s.Changed(), time.Minute)
		assert.Equal(t, time.Minute, time.Since(began))

		for range 3 {
			changed, other := s.Changed(), s.Changed()
			go s.Tell()
			wake.Wait(t.Context(), changed, time.Hour)
			wake.Wait(t.Context(), other, time.Hour)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wake.Wait(ctx, nil, time.Hour)
		assert.Equal(t, time.Minute, time.Since(began))
	})
}
