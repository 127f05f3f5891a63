package espo_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// A server that never answers holds no call for ever.
func TestTimeout(t *testing.T) {
	reply := strings.Split(`{"id":"1","name":"Acme"}`, "")
	for name, c := range map[string]struct {
		head, part, limit time.Duration
		opts              []espo.Option
		want              time.Duration // until the error; 0 is a success
	}{
		"by default":              {head: time.Hour, want: 2 * time.Minute},
		"as set":                  {head: time.Hour, opts: []espo.Option{espo.WithTimeout(time.Second)}, want: time.Second},
		"none":                    {head: time.Hour, opts: []espo.Option{espo.WithTimeout(0)}},
		"silence within the body": {part: time.Hour, opts: []espo.Option{espo.WithTimeout(time.Second)}, want: time.Second},
		"slow, but not silent":    {head: 900 * time.Millisecond, part: 900 * time.Millisecond, opts: []espo.Option{espo.WithTimeout(time.Second)}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				transport := exchange(func(r *http.Request) (*http.Response, error) {
					select {
					case <-time.After(c.head):
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
					resp := answer(r, 200, "")
					resp.ContentLength = -1
					resp.Body = &slowBody{parts: slices.Clone(reply), pause: c.part, ctx: r.Context()}
					return resp, nil
				})
				opts := append([]espo.Option{
					espo.WithRetry(espo.RetryPolicy{MaxTries: 1}), espo.WithHTTPClient(&http.Client{Transport: transport}),
				}, c.opts...)
				client, err := espo.NewClient("https://example.com", espo.APIKey("key"), opts...)
				require.NoError(t, err)
				start := time.Now()
				acc, err := client.Accounts.Get(t.Context(), "1")
				if c.want == 0 {
					require.NoError(t, err)
					assert.Equal(t, "Acme", acc.Name)
					return
				}
				require.ErrorIs(t, err, espo.ErrTransport)
				var timeout interface{ Timeout() bool }
				require.ErrorAs(t, err, &timeout)
				assert.True(t, timeout.Timeout())
				assert.Equal(t, c.want, time.Since(start))
			})
		})
	}
}

// What the server may have much to do for has more time.
func TestTimeoutOfMassActions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := exchange(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		client, err := espo.NewClient("https://example.com", espo.APIKey("key"), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}),
			espo.WithTimeout(time.Minute), espo.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		start := time.Now()
		_, err = client.MassActions.Delete(t.Context(), espo.AllRecords("Account"), espo.MassOptions{})
		require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
		assert.Equal(t, 5*time.Minute, time.Since(start))
	})
}

// It is silence of the server that a call is given up for: not a large body on
// a slow connection, nor a caller who takes the time to read.
func TestTimeoutIsOfTheServer(t *testing.T) {
	connect := func(t *testing.T, transport exchange) *espo.Client {
		t.Helper()
		client, err := espo.NewClient("https://example.com", espo.APIKey("key"), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}),
			espo.WithTimeout(time.Second), espo.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		return client
	}
	t.Run("slow to send", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client := connect(t, func(r *http.Request) (*http.Response, error) {
				for p := make([]byte, 100); ; {
					if _, err := r.Body.Read(p); errors.Is(err, io.EOF) {
						return answer(r, 200, `{"id":"1"}`), nil
					}
					select {
					case <-time.After(900 * time.Millisecond):
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
				}
			})
			_, err := client.Attachments.Upload(t.Context(), textFile(strings.NewReader(strings.Repeat("x", 1000))))
			require.NoError(t, err)
		})
	})
	t.Run("slow to read", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client := connect(t, func(r *http.Request) (*http.Response, error) {
				resp := answer(r, 200, "")
				resp.Header.Set("Content-Disposition", `attachment; filename="a.txt"`)
				resp.ContentLength = 10
				resp.Body = &slowBody{parts: []string{"Hello", "World"}, pause: time.Millisecond, ctx: r.Context()}
				return resp, nil
			})
			d, err := client.Attachments.Download(t.Context(), "1")
			require.NoError(t, err)
			defer d.Close()
			var got [10]byte
			for part := range slices.Chunk(got[:], 5) {
				time.Sleep(time.Hour)
				_, err := io.ReadFull(d, part)
				require.NoError(t, err)
			}
			assert.Equal(t, "HelloWorld", string(got[:]))
		})
	})
}
