// Package espoprom counts and times what a client of package espo does, for
// Prometheus:
//
//	metrics := espoprom.NewCollector()
//	prometheus.MustRegister(metrics)
//	client, err := espo.NewClient(url, auth, espo.WithHook(metrics.Hook()))
//
// # Metrics
//
//   - espo_requests_total{operation, status}: requests that have ended, each
//     with all of its tries
//   - espo_request_duration_seconds{operation}: how long they took, as a
//     histogram
//   - espo_retries_total{operation, status}: further tries, by what made each of
//     them necessary
//   - espo_requests_in_flight: requests that have begun and not ended
//
// A request ends when its answer is read, and that for a file when its
// contents begin to come. A call that sends several requests, such as one that
// reads page after page, counts as many times. A login counts by itself, as
// "App.login".
//
// # Labels
//
// operation is the name of an [espo.Operation], such as "Account.create". It
// holds no ids: there are as many as a program uses entity types, links and
// methods. What [espo.Client.Do] and [espo.Client.Records] are given from
// outside may be any number; for the first there is espo.Request.Operation.
//
// status is the status of HTTP, such as "200" or "404", when the server has
// answered. Otherwise it is what ended the request, an [espo.ErrorClass]:
// "canceled", "timeout", "connection", "reply" for an answer that cannot be used,
// "input" for what was refused and not sent, and the like.
//
// Other labels and another prefix come from the registry:
// prometheus.WrapRegistererWith and prometheus.WrapRegistererWithPrefix.
package espoprom
