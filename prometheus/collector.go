package espoprom

import (
	"context"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/go-espo/espo"
)

// Collector collects the metrics of the clients that have its [Collector.Hook].
// It is a prometheus.Collector, to be registered once.
type Collector struct {
	requests, retries *prometheus.CounterVec
	duration          *prometheus.HistogramVec
	inFlight          prometheus.Gauge
}

// Option is an option of [NewCollector].
type Option func(*prometheus.HistogramOpts)

// WithBuckets sets the upper bounds of the buckets for the duration, in seconds
// and in ascending order. The default has 14, from 5 ms to 2 minutes.
func WithBuckets(bounds ...float64) Option {
	return func(o *prometheus.HistogramOpts) { o.Buckets = bounds }
}

// NewCollector returns a collector, which must be registered. It panics, as
// package prometheus does, when the bounds of [WithBuckets] are not ascending.
func NewCollector(opts ...Option) *Collector {
	duration := prometheus.HistogramOpts{
		Name: "espo_request_duration_seconds", Help: "How long requests to EspoCRM took, with all of their tries.",
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120},
	}
	for _, opt := range opts {
		opt(&duration)
	}
	prometheus.NewHistogram(duration) // which panics now, and not in a request
	return &Collector{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "espo_requests_total", Help: "Requests to EspoCRM that have ended.",
		}, []string{"operation", "status"}),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "espo_retries_total", Help: "Further tries of requests to EspoCRM, by what made them necessary.",
		}, []string{"operation", "status"}),
		duration: prometheus.NewHistogramVec(duration, []string{"operation"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "espo_requests_in_flight", Help: "Requests to EspoCRM that have not ended.",
		}),
	}
}

// Hook returns the hook for [espo.WithHook]. Several clients may share it.
func (c *Collector) Hook() espo.Hook {
	return espo.Hook{
		Start: func(ctx context.Context, o espo.Operation) (context.Context, func(espo.Outcome)) {
			c.inFlight.Inc()
			return ctx, func(out espo.Outcome) {
				c.inFlight.Dec()
				c.requests.WithLabelValues(o.Name, status(out)).Inc()
				c.duration.WithLabelValues(o.Name).Observe(out.Duration.Seconds())
			}
		},
		Try: func(ctx context.Context, t espo.Try) (context.Context, func(espo.TryOutcome)) {
			if t.Number > 1 {
				c.retries.WithLabelValues(t.Operation.Name, espo.ErrorClass(t.Cause)).Inc()
			}
			return ctx, nil
		},
	}
}

func status(out espo.Outcome) string {
	if out.Err != nil {
		return espo.ErrorClass(out.Err)
	}
	return strconv.Itoa(out.Status)
}

// Describe is a method of prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, m := range c.all() {
		m.Describe(ch)
	}
}

// Collect is a method of prometheus.Collector.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	for _, m := range c.all() {
		m.Collect(ch)
	}
}

func (c *Collector) all() []prometheus.Collector {
	return []prometheus.Collector{c.requests, c.retries, c.duration, c.inFlight}
}
