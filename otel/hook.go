package espootel

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/go-espo/espo"
)

// ScopeName is the name of the tracer.
const ScopeName = "github.com/go-espo/espo/otel"

// Option is an option of [NewHook].
type Option func(*config)

type config struct {
	provider    trace.TracerProvider
	propagators propagation.TextMapPropagator
}

// WithTracerProvider makes the spans with p instead of the global provider.
func WithTracerProvider(p trace.TracerProvider) Option {
	return func(c *config) {
		if p != nil {
			c.provider = p
		}
	}
}

// WithPropagators sends the trace context as p does it, instead of the global
// propagators. Without either, which is how a program begins, none is sent.
func WithPropagators(p propagation.TextMapPropagator) Option {
	return func(c *config) {
		if p != nil {
			c.propagators = p
		}
	}
}

// NewHook returns a hook for [espo.WithHook] that makes a span of each request
// and of each of its tries. Several clients may share it.
func NewHook(opts ...Option) espo.Hook {
	c := config{provider: otel.GetTracerProvider(), propagators: otel.GetTextMapPropagator()}
	for _, opt := range opts {
		opt(&c)
	}
	t := &tracer{
		spans: c.provider.Tracer(ScopeName,
			trace.WithInstrumentationVersion(espo.Version), trace.WithSchemaURL(semconv.SchemaURL)),
		propagators: c.propagators,
	}
	return espo.Hook{Start: t.start, Try: t.try}
}

type tracer struct {
	spans       trace.Tracer
	propagators propagation.TextMapPropagator
}

func (t *tracer) start(ctx context.Context, o espo.Operation) (context.Context, func(espo.Outcome)) {
	_, attrs := describe(o)
	ctx, span := t.spans.Start(ctx, o.Name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attrs...))
	return ctx, func(out espo.Outcome) {
		if out.Tries > 1 {
			span.SetAttributes(semconv.HTTPRequestResendCount(out.Tries - 1))
		}
		end(span, out.Status, out.Err)
	}
}

// resendCause has no name in the semantic conventions.
const resendCause = attribute.Key("espo.resend_cause")

func (t *tracer) try(ctx context.Context, try espo.Try) (context.Context, func(espo.TryOutcome)) {
	name, attrs := describe(try.Operation)
	if try.Number > 1 {
		attrs = append(attrs, semconv.HTTPRequestResendCount(try.Number-1), resendCause.String(espo.ErrorClass(try.Cause)))
	}
	ctx, span := t.spans.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attrs...))
	t.propagators.Inject(ctx, propagation.HeaderCarrier(try.Header))
	return ctx, func(out espo.TryOutcome) { end(span, out.Status, out.Err) }
}

// end ends a span. The status is 0 without an answer.
func end(span trace.Span, status int, err error) {
	if status != 0 {
		span.SetAttributes(semconv.HTTPResponseStatusCode(status))
	}
	if err != nil {
		span.SetAttributes(semconv.ErrorTypeKey.String(espo.ErrorClass(err)))
		// Exporters fail on what is not UTF-8.
		span.SetStatus(codes.Error, strings.ToValidUTF8(err.Error(), "\uFFFD"))
	}
	span.End()
}
