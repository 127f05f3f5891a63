package espootel_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"

	"github.com/go-espo/espo"
	espootel "github.com/go-espo/espo/otel"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder keeps the spans of a client.
type recorder struct {
	*tracetest.SpanRecorder
	provider *sdktrace.TracerProvider
}

func record() recorder {
	r := tracetest.NewSpanRecorder()
	return recorder{r, sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r))}
}

// hook is the option of a client that is watched, and does not wait between
// tries.
func (r recorder) hook() espo.Option {
	hook := espo.WithHook(espootel.NewHook(
		espootel.WithTracerProvider(r.provider), espootel.WithPropagators(propagation.TraceContext{})))
	return func(c *espo.Client) error {
		for _, opt := range []espo.Option{hook, espo.WithWait(func(ctx context.Context, _ time.Duration) error { return ctx.Err() })} {
			if err := opt(c); err != nil {
				return err
			}
		}
		return nil
	}
}

// spans are those that have ended, by the order of their start. All must have.
func (r recorder) spans(t *testing.T) []span {
	t.Helper()
	started, ended := r.Started(), r.Ended()
	require.Len(t, ended, len(started), "a span has not ended")
	list := make([]span, 0, len(started))
	for _, s := range started {
		list = append(list, span{s})
	}
	return list
}

// operation returns the spans of a single request: its own, and those of its
// tries.
func (r recorder) operation(t *testing.T) (span, []span) {
	t.Helper()
	spans := r.spans(t)
	require.NotEmpty(t, spans)
	for _, try := range spans[1:] {
		require.Equal(t, spans[0].SpanContext().SpanID(), try.Parent().SpanID(), "%s is not beneath the operation", try.Name())
	}
	return spans[0], spans[1:]
}

type span struct{ sdktrace.ReadOnlySpan }

// attributes are the span's, as text.
func (s span) attributes() map[string]string {
	all := map[string]string{}
	for _, kv := range s.Attributes() {
		all[string(kv.Key)] = kv.Value.String()
	}
	return all
}

func (s span) attribute(key attribute.Key) string { return s.attributes()[string(key)] }
