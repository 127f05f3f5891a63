package espo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// hookKey is the key of what hooks put into a context.
type hookKey struct{}

// noted is a hook that writes down what it is told, under a name, and hands a
// list of names on in the context.
func noted(name string, log *[]string) espo.Hook {
	with := func(ctx context.Context, what string) context.Context {
		before, _ := ctx.Value(hookKey{}).(string)
		*log = append(*log, strings.TrimSuffix(name+" "+what+" after "+before, " after "))
		return context.WithValue(ctx, hookKey{}, before+name)
	}
	return espo.Hook{
		Start: func(ctx context.Context, op espo.Operation) (context.Context, func(espo.Outcome)) {
			return with(ctx, "start"), func(o espo.Outcome) {
				*log = append(*log, fmt.Sprintf("%s end of %s: %d, %d tries, %v", name, op.Name, o.Status, o.Tries, o.Err))
			}
		},
		Try: func(ctx context.Context, try espo.Try) (context.Context, func(espo.TryOutcome)) {
			return with(ctx, "try "+itoa(try.Number)), func(o espo.TryOutcome) {
				*log = append(*log, fmt.Sprintf("%s tried %d: %d, %v", name, try.Number, o.Status, o.Err))
			}
		},
	}
}

// Hooks are called one after the other, and at the end in the opposite order.
// Each gets the context of the one before, and the request that of the last.
func TestOrderOfHooks(t *testing.T) {
	var log []string
	statuses := []int{502, 200}
	rt := exchange(func(r *http.Request) (*http.Response, error) {
		path, _ := r.Context().Value(hookKey{}).(string)
		log = append(log, "sent after "+path)
		status := statuses[0]
		statuses = statuses[1:]
		return answer(r, status, `{"id":"1"}`), nil
	})
	client := dial(t, "http://crm.example", espo.APIKey("key"), espo.WithTransport(rt),
		espo.WithHook(noted("A", &log)), espo.WithHook(espo.Hook{}), espo.WithHook(noted("B", &log)))
	_, err := client.Accounts.Get(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"A start", "B start after A",
		"A try 1 after AB", "B try 1 after ABA", "sent after ABAB",
		"B tried 1: 502, espo: GET Account/1: 502 Bad Gateway", "A tried 1: 502, espo: GET Account/1: 502 Bad Gateway",
		"A try 2 after AB", "B try 2 after ABA", "sent after ABAB",
		"B tried 2: 200, <nil>", "A tried 2: 200, <nil>",
		"B end of Account.get: 200, 2 tries, <nil>", "A end of Account.get: 200, 2 tries, <nil>",
	}, log)
}

// How a request ends, as a hook is told.
func TestOutcomesOfHooks(t *testing.T) {
	noMore := errors.New("no more today")
	for name, tt := range map[string]struct {
		answers []int // 0 breaks the connection, 1 is a broken body, 2 ends the context
		options []espo.Option
		auth    espo.Authenticator
		id      string
		log     []string
		is      error
	}{
		"success": {answers: []int{200}, log: []string{"tried 1: 200", "end: 200, 1 tries"}},
		"not found": {answers: []int{404}, is: espo.ErrNotFound,
			log: []string{"tried 1: 404 E", "end: 404, 1 tries E"}},
		"success after all": {answers: []int{502, 0, 200},
			log: []string{"tried 1: 502 E", "tried 2: 0 E", "tried 3: 200", "end: 200, 3 tries"}},
		"no connection": {answers: []int{0, 0, 0, 0}, is: espo.ErrTransport,
			log: []string{"tried 1: 0 E", "tried 2: 0 E", "tried 3: 0 E", "tried 4: 0 E", "end: 0, 4 tries E"}},
		"an answer before none": {answers: []int{503, 0, 0, 0}, is: espo.ErrTransport,
			log: []string{"tried 1: 503 E", "tried 2: 0 E", "tried 3: 0 E", "tried 4: 0 E", "end: 503, 4 tries E"}},
		"a body that is none": {answers: []int{1, 1, 1, 1}, is: espo.ErrNotEspoCRM,
			log: []string{"tried 1: 200", "tried 2: 200", "tried 3: 200", "tried 4: 200", "end: 200, 4 tries E"}},
		"the context ends": {answers: []int{2}, is: context.Canceled,
			log: []string{"tried 1: 0 E", "end: 0, 1 tries E"}},
		"a bad id": {id: "a/b", is: espo.ErrInput, log: []string{"end: 0, 0 tries E"}},
		"a URL that is too long": {options: []espo.Option{espo.WithMaxURL(10)}, is: espo.ErrInput,
			log: []string{"end: 0, 0 tries E"}},
		"the limiter refuses": {options: []espo.Option{espo.WithLimiter(limiterFunc(func(context.Context) error { return noMore }))}, is: noMore,
			log: []string{"end: 0, 0 tries E"}},
		"the authenticator refuses": {auth: refusing{noMore}, is: noMore,
			log: []string{"tried 1: 0 E", "end: 0, 0 tries E"}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			answers := tt.answers
			rt := exchange(func(r *http.Request) (*http.Response, error) {
				status := answers[0]
				answers = answers[1:]
				switch status {
				case 0:
					return nil, errors.New("broken")
				case 1:
					return answer(r, 200, `{"id":`), nil
				case 2:
					cancel()
					return nil, ctx.Err()
				}
				return answer(r, status, `{"id":"1"}`), nil
			})
			var log []string
			failed := func(err error) string {
				if err == nil {
					return ""
				}
				require.ErrorIs(t, err, tt.is)
				return " E"
			}
			last := espo.Outcome{Duration: -1}
			hook := espo.Hook{
				Start: func(ctx context.Context, _ espo.Operation) (context.Context, func(espo.Outcome)) {
					return ctx, func(o espo.Outcome) {
						last = o
						log = append(log, fmt.Sprintf("end: %d, %d tries%s", o.Status, o.Tries, failed(o.Err)))
					}
				},
				Try: func(ctx context.Context, try espo.Try) (context.Context, func(espo.TryOutcome)) {
					return ctx, func(o espo.TryOutcome) {
						text := fmt.Sprintf("tried %d: %d", try.Number, o.Status)
						if o.Err != nil {
							text += " E"
						}
						log = append(log, text)
					}
				},
			}
			auth := tt.auth
			if auth == nil {
				auth = espo.APIKey("key")
			}
			client := dial(t, "http://crm.example", auth, append(tt.options, espo.WithTransport(rt), espo.WithHook(hook))...)
			id := tt.id
			if id == "" {
				id = "1"
			}
			_, err := client.Accounts.Get(ctx, id)
			assert.Equal(t, tt.log, log)
			assert.Equal(t, err, last.Err, "the error of the call")
			assert.Empty(t, answers)
		})
	}
}

// refusing is an authenticator that has no credentials, for this reason.
type refusing struct{ error }

func (r refusing) Authenticate(context.Context, *espo.AuthRequest) error { return r.error }

// What a hook adds is sent, anew in each try. It sees no credentials, also
// when it has kept the header.
func TestHeadersOfHooks(t *testing.T) {
	var sent, kept []http.Header
	rt := exchange(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.Header.Clone())
		return answer(r, []int{503, 502, 200}[len(sent)-1], `{"id":"1"}`), nil
	})
	client := dial(t, "http://crm.example", espo.APIKey(sesame), espo.WithTransport(rt), espo.WithHook(espo.Hook{
		Try: func(ctx context.Context, try espo.Try) (context.Context, func(espo.TryOutcome)) {
			try.Header.Add("Traceparent", itoa(try.Number))
			kept = append(kept, try.Header)
			return ctx, func(espo.TryOutcome) {
				assert.NotContains(t, fmt.Sprint(try), sesame)
				try.Header.Set("X-Late", "1")
			}
		},
	}))
	_, err := client.Accounts.Get(t.Context(), "1", espo.Header("X-Of-Call", "v"))
	require.NoError(t, err)
	require.Len(t, sent, 3)
	for i, h := range sent {
		assert.Equal(t, []string{itoa(i + 1)}, h["Traceparent"])
		assert.Equal(t, sesame, h.Get("X-Api-Key"))
		assert.Equal(t, "v", kept[i].Get("X-Of-Call"))
		assert.Empty(t, h.Get("X-Late"))
		assert.NotContains(t, fmt.Sprint(kept[i]), sesame)
	}
}

// A hook may give back nothing at all.
func TestHooksOfNil(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id":"1"}`) },
		espo.WithHook(espo.Hook{}), espo.WithHook(espo.Hook{
			Start: func(context.Context, espo.Operation) (context.Context, func(espo.Outcome)) { return nil, nil },
			Try:   func(context.Context, espo.Try) (context.Context, func(espo.TryOutcome)) { return nil, nil },
		}))
	_, err := client.Accounts.Get(t.Context(), "1")
	require.NoError(t, err)
}

// A duration is the time of a try, and of a request with its waits.
func TestDurationsOfHooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries []time.Duration
		var whole time.Duration
		rt := exchange(func(r *http.Request) (*http.Response, error) {
			time.Sleep(2 * time.Second) // of the bubble's time
			return answer(r, 502, ""), nil
		})
		client := dial(t, "http://crm.example", espo.APIKey("key"), espo.WithTransport(rt),
			espo.WithRetry(espo.RetryPolicy{MaxTries: 2}),
			espo.WithWait(func(context.Context, time.Duration) error { time.Sleep(time.Minute); return nil }),
			espo.WithHook(espo.Hook{
				Start: func(ctx context.Context, _ espo.Operation) (context.Context, func(espo.Outcome)) {
					return ctx, func(o espo.Outcome) { whole = o.Duration }
				},
				Try: func(ctx context.Context, _ espo.Try) (context.Context, func(espo.TryOutcome)) {
					return ctx, func(o espo.TryOutcome) { tries = append(tries, o.Duration) }
				},
			}))
		_, err := client.Accounts.Get(t.Context(), "1")
		require.ErrorIs(t, err, espo.ErrServer)
		assert.Equal(t, []time.Duration{2 * time.Second, 2 * time.Second}, tries)
		assert.Equal(t, 64*time.Second, whole)
	})
}
