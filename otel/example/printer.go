package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// printer is an exporter that prints a trace as a tree when its root has ended.
type printer struct{ spans []sdktrace.ReadOnlySpan }

func (p *printer) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	p.spans = append(p.spans, spans...)
	slices.SortFunc(p.spans, func(a, b sdktrace.ReadOnlySpan) int { return a.StartTime().Compare(b.StartTime()) })
	p.print(trace.SpanID{}, 0)
	return nil
}

func (p *printer) Shutdown(context.Context) error { return nil }

// print prints the spans beneath a parent.
func (p *printer) print(parent trace.SpanID, depth int) {
	indent := strings.Repeat("  ", depth)
	for _, s := range p.spans {
		if s.Parent().SpanID() != parent {
			continue
		}
		fmt.Printf("%s%s (%s)\n", indent, s.Name(), s.EndTime().Sub(s.StartTime()).Round(10*time.Microsecond))
		for _, kv := range s.Attributes() {
			fmt.Printf("%s      %s=%s\n", indent, kv.Key, kv.Value.String())
		}
		if s.Status().Code == codes.Error {
			fmt.Printf("%s      %s\n", indent, s.Status().Description)
		}
		p.print(s.SpanContext().SpanID(), depth+1)
	}
}
