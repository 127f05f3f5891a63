package espootel_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	espootel "github.com/go-espo/espo/otel"
)

func TestSuccess(t *testing.T) {
	srv, spans := espotest.NewServer(t), record()
	_, err := srv.Client(spans.hook()).Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
	require.NoError(t, err)

	at, err := url.Parse(srv.URL())
	require.NoError(t, err)
	want := map[string]string{
		"http.request.method": "POST", "url.template": "/crm/api/v1/Account",
		"server.address": at.Hostname(), "server.port": at.Port(), "http.response.status_code": "200",
	}
	operation, tries := spans.operation(t)
	assert.Equal(t, "Account.create", operation.Name())
	assert.Equal(t, want, operation.attributes())
	require.Len(t, tries, 1)
	assert.Equal(t, "POST /crm/api/v1/Account", tries[0].Name())
	assert.Equal(t, want, tries[0].attributes())
	for _, s := range []span{operation, tries[0]} {
		assert.Equal(t, trace.SpanKindClient, s.SpanKind())
		assert.Equal(t, codes.Unset, s.Status().Code)
		assert.Equal(t, espootel.ScopeName, s.InstrumentationScope().Name)
		assert.Equal(t, espo.Version, s.InstrumentationScope().Version)
	}
}

// The server is told of the span of the try, and of no other.
func TestTraceContextIsSent(t *testing.T) {
	srv, spans := espotest.NewServer(t), record()
	srv.Fail(espotest.Fault{Status: 503})
	ctx, parent := spans.provider.Tracer("test").Start(t.Context(), "work")
	_, err := srv.Client(spans.hook()).Accounts.List(ctx, espo.Query{})
	require.NoError(t, err)
	parent.End()

	all := spans.spans(t)
	require.Len(t, all, 4)
	assert.Equal(t, parent.SpanContext().SpanID(), all[1].Parent().SpanID(), "the caller's span is not above the operation")
	for i, r := range srv.Requests() {
		got := propagation.TraceContext{}.Extract(t.Context(), propagation.HeaderCarrier(r.Header))
		sent := trace.SpanContextFromContext(got)
		assert.Equal(t, parent.SpanContext().TraceID(), sent.TraceID())
		assert.Equal(t, all[2+i].SpanContext().SpanID(), sent.SpanID())
	}
}

func TestErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	for name, c := range map[string]struct {
		fault             *espotest.Fault
		call              func(context.Context, *espo.Client) error
		class, status     string
		description, path string
	}{
		"a record that does not exist": {
			call: func(ctx context.Context, c *espo.Client) error {
				_, err := c.Accounts.Get(ctx, "no-such-id")
				return err
			},
			class: "404", status: "404", description: "404 Not Found", path: "Account/{id}",
		},
		"a link of it": {
			call: func(ctx context.Context, c *espo.Client) error {
				_, err := c.Accounts.Contacts("no-such-id").List(ctx, espo.Query{})
				return err
			},
			class: "404", status: "404", description: "404 Not Found", path: "Account/{id}/contacts",
		},
		"a page of a proxy": {
			fault: &espotest.Fault{HTML: true},
			call: func(ctx context.Context, c *espo.Client) error {
				_, err := c.Accounts.Get(ctx, "no-such-id")
				return err
			},
			class: "reply", status: "200", path: "Account/{id}",
		},
		"a lost answer": {
			fault: &espotest.Fault{After: true, Cut: true},
			call: func(ctx context.Context, c *espo.Client) error {
				_, err := c.Accounts.Create(ctx, espo.Account{Name: "Lost"})
				return err
			},
			class: "connection", description: espo.ErrOutcomeUnknown.Error(), path: "Account",
		},
		"a method of nobody's": {
			call: func(ctx context.Context, c *espo.Client) error {
				return c.Do(ctx, espo.Request{Method: "BREW", Path: []string{"Account", "no-such-id"}}, nil)
			},
			class: "405", status: "405", path: "Account/{name}",
		},
	} {
		t.Run(name, func(t *testing.T) {
			spans := record()
			if c.fault != nil {
				srv.Fail(*c.fault)
			}
			err := c.call(t.Context(), srv.Client(spans.hook()))
			require.Error(t, err)

			operation, tries := spans.operation(t)
			assert.Equal(t, codes.Error, operation.Status().Code)
			assert.Equal(t, err.Error(), operation.Status().Description)
			assert.Contains(t, err.Error(), c.description)
			require.Len(t, tries, 1)
			for _, s := range []span{operation, tries[0]} {
				assert.Equal(t, "/crm/api/v1/"+c.path, s.attribute("url.template"))
				assert.Equal(t, c.status, s.attribute("http.response.status_code"))
				assert.NotContains(t, fmt.Sprint(s.Name(), s.attributes()), "no-such-id")
				assert.NotContains(t, fmt.Sprint(s.Name(), s.attributes(), s.Status(), s.Events()), espotest.FullAPIKey)
			}
			assert.Equal(t, c.class, operation.attribute("error.type"))
			if c.class != "reply" { // which shows only in the body
				assert.Equal(t, codes.Error, tries[0].Status().Code)
				assert.Equal(t, c.class, tries[0].attribute("error.type"))
			}
		})
	}
}

func TestMethodsThatAreNotStandard(t *testing.T) {
	srv, spans := espotest.NewServer(t), record()
	_ = srv.Client(spans.hook()).Do(t.Context(), espo.Request{Method: "BREW", Path: []string{"Account"}}, nil)
	operation, tries := spans.operation(t)
	assert.Equal(t, "_OTHER", operation.attribute("http.request.method"))
	assert.Equal(t, "BREW", operation.attribute("http.request.method_original"))
	assert.Equal(t, "HTTP /crm/api/v1/Account", tries[0].Name())
}

func TestRetries(t *testing.T) {
	for name, c := range map[string]struct {
		fault espotest.Fault
		class string // of the error of the first try
		shown string // on the span of that try
	}{
		"a status":               {espotest.Fault{Status: 503}, "503", "503"},
		"a connection":           {espotest.Fault{Cut: true}, "connection", "connection"},
		"a body that breaks off": {espotest.Fault{Truncate: 5}, "connection", ""},
	} {
		t.Run(name, func(t *testing.T) {
			srv, spans := espotest.NewServer(t), record()
			id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
			srv.Fail(c.fault)
			_, err := srv.Client(spans.hook()).Accounts.Get(t.Context(), id)
			require.NoError(t, err)

			operation, tries := spans.operation(t)
			assert.Equal(t, codes.Unset, operation.Status().Code)
			assert.Equal(t, "1", operation.attribute("http.request.resend_count"))
			assert.Equal(t, "200", operation.attribute("http.response.status_code"))
			require.Len(t, tries, 2)
			assert.Equal(t, c.shown, tries[0].attribute("error.type"))
			assert.NotContains(t, tries[0].attributes(), "http.request.resend_count")
			assert.NotContains(t, tries[0].attributes(), "espo.resend_cause")
			assert.Equal(t, "1", tries[1].attribute("http.request.resend_count"))
			assert.Equal(t, c.class, tries[1].attribute("espo.resend_cause"))
			assert.Equal(t, codes.Unset, tries[1].Status().Code)
		})
	}
}

func TestCancellation(t *testing.T) {
	t.Run("before anything is sent", func(t *testing.T) {
		srv, spans := espotest.NewServer(t), record()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := srv.Client(spans.hook()).Accounts.Get(ctx, "1")
		require.ErrorIs(t, err, context.Canceled)
		operation, tries := spans.operation(t)
		assert.Equal(t, "canceled", operation.attribute("error.type"))
		assert.Empty(t, tries)
	})
	t.Run("while the server works", func(t *testing.T) {
		srv, spans := espotest.NewServer(t), record()
		ctx, cancel := context.WithCancel(t.Context())
		srv.Fail(espotest.Fault{Status: 500, Delay: func(gone context.Context) {
			cancel()
			<-gone.Done()
		}})
		_, err := srv.Client(spans.hook()).Accounts.Get(ctx, "1")
		require.ErrorIs(t, err, context.Canceled)
		operation, tries := spans.operation(t)
		require.Len(t, tries, 1)
		for _, s := range []span{operation, tries[0]} {
			assert.Equal(t, codes.Error, s.Status().Code)
			assert.Contains(t, s.Status().Description, "context canceled")
			assert.Equal(t, "canceled", s.attribute("error.type"))
		}
	})
	t.Run("while it waits for another try", func(t *testing.T) {
		srv, spans := espotest.NewServer(t), record()
		srv.Fail(espotest.Fault{Status: 503})
		ctx, cancel := context.WithCancel(t.Context())
		wait := espo.WithWait(func(ctx context.Context, _ time.Duration) error {
			cancel()
			return ctx.Err()
		})
		_, err := srv.Client(spans.hook(), wait).Accounts.Get(ctx, "1")
		require.ErrorIs(t, err, context.Canceled)
		operation, tries := spans.operation(t)
		require.Len(t, tries, 1)
		assert.Equal(t, "canceled", operation.attribute("error.type"))
		assert.Equal(t, "503", tries[0].attribute("error.type"))
	})
}

// A login is beneath the try that needs it.
func TestLogin(t *testing.T) {
	srv, spans := espotest.NewServer(t), record()
	client := srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword), spans.hook())
	_, err := client.Accounts.List(t.Context(), espo.Query{})
	require.NoError(t, err)

	var names []string
	for _, s := range spans.spans(t) {
		names = append(names, s.Name())
		assert.NotContains(t, fmt.Sprint(s.Name(), s.attributes(), s.Status()), espotest.AdminPassword)
	}
	assert.Equal(t, []string{"Account.list", "GET /crm/api/v1/Account", "App.login", "GET /crm/api/v1/App/user"}, names)
	all := spans.spans(t)
	for i := 1; i < len(all); i++ {
		assert.Equal(t, all[i-1].SpanContext().SpanID(), all[i].Parent().SpanID(), all[i].Name())
	}
}

func TestConcurrency(t *testing.T) {
	const calls = 64
	srv, spans := espotest.NewServer(t), record()
	srv.Fail(espotest.Fault{Status: 503, Nth: 10, Times: 10})
	client := srv.Client(spans.hook(), espo.WithRetry(espo.RetryPolicy{MaxTries: 11}))
	var wg sync.WaitGroup
	for range calls {
		wg.Go(func() {
			ctx, parent := spans.provider.Tracer("test").Start(t.Context(), "work")
			defer parent.End()
			_, err := client.Accounts.List(ctx, espo.Query{})
			assert.NoError(t, err)
		})
	}
	wg.Wait()

	count := map[string]int{}
	traces := map[trace.TraceID]int{}
	for _, s := range spans.spans(t) {
		count[s.Name()]++
		if s.Name() == "Account.list" {
			traces[s.SpanContext().TraceID()]++
		}
	}
	assert.Equal(t, map[string]int{"work": calls, "Account.list": calls, "GET /crm/api/v1/Account": calls + 10}, count)
	assert.Len(t, traces, calls, "a request is in the trace of another")
}

func TestPortOfTheScheme(t *testing.T) {
	for url, want := range map[string]string{
		"https://crm.example.com": "443", "http://crm.example.com": "80", "https://crm.example.com:8443": "8443",
	} {
		t.Run(url, func(t *testing.T) {
			spans := record()
			client, err := espo.NewClient(url, espo.APIKey("key"), spans.hook(), espo.WithLimiter(refusing{}))
			require.NoError(t, err)
			_, err = client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
			require.Error(t, err)
			operation, _ := spans.operation(t)
			assert.Equal(t, "crm.example.com", operation.attribute("server.address"))
			assert.Equal(t, want, operation.attribute("server.port"))
			assert.Equal(t, "/api/v1/Account", operation.attribute("url.template"))
			assert.True(t, utf8.ValidString(operation.Status().Description))
		})
	}
}

type refusing struct{}

func (refusing) Wait(context.Context) error { return fmt.Errorf("not UTF-8: %s", "\xff") }

// Without options, the hook uses what the program has set up globally.
func TestGlobals(t *testing.T) {
	spans := record()
	otel.SetTracerProvider(spans.provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() {
		otel.SetTracerProvider(noop.NewTracerProvider())
		otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator())
	})
	srv := espotest.NewServer(t)
	hook := espootel.NewHook(espootel.WithTracerProvider(nil), espootel.WithPropagators(nil))
	_, err := srv.Client(espo.WithHook(hook)).Accounts.List(t.Context(), espo.Query{})
	require.NoError(t, err)
	assert.Len(t, spans.spans(t), 2)
	assert.True(t, strings.HasPrefix(srv.Requests()[0].Header.Get("Traceparent"), "00-"))
}
