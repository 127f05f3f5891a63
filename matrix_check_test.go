package espo_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo/espotest"
)

// cause is why a cell fails.
type cause string

// The causes.
const (
	causePanic       cause = "it panicked"
	causeHang        cause = "it did not end by itself"
	causeLate        cause = "it went on after its context had ended"
	causeGoroutine   cause = "goroutines were left behind"
	causeConnection  cause = "a connection was not closed"
	causeFile        cause = "a temporary file was left behind"
	causeStranger    cause = "it turned to another host"
	causeMuch        cause = "it read more than it may"
	causeWait        cause = "it waited longer than MaxRetryAfter"
	causeTwice       cause = "the effect was brought about twice"
	causeLogin       cause = "a login was sent again"
	causeNoEffect    cause = "success without the effect"
	causeWrongData   cause = "success with other data"
	causeWrongState  cause = "success with other records on the server"
	causeHarmless    cause = "an error although the answer was right"
	causeNotAgain    cause = "it was not tried again"
	causeNoType      cause = "an error without a type of the package"
	causeInput       cause = "an InputError although a request was sent"
	causeNoPlace     cause = "an error without method and path"
	causeNotUnknown  cause = "an unknown outcome that is not said to be"
	causeNotCertain  cause = "a known outcome that is said to be unknown"
	causeForeign     cause = "a foreign answer taken for the server's"
	causeNotForeign  cause = "a foreign answer without ErrNotEspoCRM"
	causeContext     cause = "the end of the context is not what the error says"
	causeCredential  cause = "a credential in an error or a log line"
	causeControlChar cause = "a control character in an error or a log line"
)

// check is what must hold of every cell.
type check struct {
	cell
	*upshot
	clean *cleanRun
	found map[cause]string
}

func checked(c cell, o *upshot, clean *cleanRun) map[cause]string {
	k := &check{cell: c, upshot: o, clean: clean, found: map[cause]string{}}
	if o.panicked != "" {
		k.fail(causePanic, "%s", o.panicked)
		return k.found
	}
	k.leaks()
	k.effects()
	k.texts()
	switch {
	case o.err != nil:
		k.failure()
	case !k.lied():
		k.success()
	}
	return k.found
}

func (k *check) fail(c cause, format string, args ...any) {
	if k.found[c] == "" {
		k.found[c] = fmt.Sprintf(format, args...)
	}
}

func (k *check) that(ok bool, c cause, format string, args ...any) {
	if !ok {
		k.fail(c, format, args...)
	}
}

// leaks checks what a call takes and gives back.
func (k *check) leaks() {
	k.that(k.stuck == "", causeGoroutine, "%s", k.stuck)
	k.that(k.open == 0, causeConnection, "%d open", k.open)
	k.that(len(k.left) == 0, causeFile, "%v", k.left)
	k.that(len(k.strangers) == 0, causeStranger, "%v", k.strangers)
	k.that(!k.timedOut(), causeHang, "after %v and %d connections: %v", k.elapsed, k.dials, k.err)
	k.that(k.late <= 5*time.Second, causeLate, "%v", k.late)
	for _, d := range k.waits {
		k.that(d >= 0 && d <= time.Minute, causeWait, "%v", d)
	}
	// Of each answer its head, its body up to the limit, and what is drained.
	each := 1.5
	if k.fault.readable > 0 {
		each = k.fault.readable
	}
	bound := int64(each*float64(k.hits())*(1<<20)) + 1<<20*int64(len(k.log)-k.hits()) + 64<<10
	k.that(k.downloads() || k.read <= bound, causeMuch, "%d bytes of %d", k.read, bound)
}

func (k *check) hits() (n int) {
	for _, v := range k.log {
		if v.hit {
			n++
		}
	}
	return n
}

// downloads reports whether the answer was a file, which has no limit.
func (k *check) downloads() bool {
	return slices.ContainsFunc(k.log, func(v *visit) bool { return v.hit && v.good.kind == kindFile })
}

// lied reports whether the call was told something false that no client can
// tell from the truth.
func (k *check) lied() bool {
	if k.call.any && slices.ContainsFunc(slices.Concat(malformedFaults, bodyFaults, recordFaults, listFaults), func(f fault) bool { return f.name == k.fault.name }) {
		return true
	}
	return slices.ContainsFunc(k.log, func(v *visit) bool {
		return v.hit && (v.good.kind == kindFailure || k.fault.lies != nil && k.fault.lies(k.call, v.good.kind))
	})
}

// writes reports whether the request is one for a change. One POST only asks.
func (v *visit) writes() bool {
	return v.method != http.MethodGet && v.method != http.MethodHead && v.path != "Lead/action/getConvertAttributes"
}

// once reports whether a second such request would do a second thing.
func (k *check) once(v *visit) bool {
	return v.method == http.MethodPost && !k.call.same || strings.Contains(string(v.body), `"status":"Sending"`)
}

// logsIn reports whether the request carries a password to get a token.
func (v *visit) logsIn() bool {
	return v.path == "App/user" && v.header.Get("Espo-Authorization") != "" && v.header.Get("Espo-Authorization-By-Token") == ""
}

// succeeded reports whether the server has done what it was asked.
func (v *visit) succeeded() bool { return v.done && v.good.status >= 200 && v.good.status <= 299 }

// effect names what the request does.
func (v *visit) effect() string {
	body := string(v.body)
	var m any
	if len(body) < 4096 && json.Unmarshal(v.body, &m) == nil {
		b, _ := json.Marshal(m, json.Deterministic(true))
		body = string(b)
	} else if len(body) > 64 {
		body = body[:64] + itoa(len(body))
	}
	return idText.ReplaceAllString(v.key()+" "+body, "#")
}

// effectsOf counts what was done.
func effectsOf(log []*visit, which func(*visit) bool) map[string]int {
	effects := map[string]int{}
	for _, v := range log {
		if v.writes() && v.succeeded() && which(v) {
			effects[v.effect()]++
		}
	}
	return effects
}

// effects checks that nothing was done twice.
func (k *check) effects() {
	logins := map[string]bool{} // that may have been refused, by their code
	for _, v := range k.log {
		if !v.logsIn() {
			continue
		}
		code := v.header.Get("Espo-Authorization-Code")
		k.that(!logins[code], causeLogin, "%s", k.requests())
		logins[code] = logins[code] || v.hit && !v.reused && !k.fault.follows && k.fault.says != nothing && !k.lied()
	}
	if k.call.restart {
		n, most := wholeFiles(k.state), wholeFiles(k.clean.state)
		k.that(n <= most, causeTwice, "%d files instead of %d", n, most)
		return
	}
	clean := effectsOf(k.clean.log, k.once)
	for effect, n := range effectsOf(k.log, k.once) {
		k.that(n <= max(clean[effect], 1), causeTwice, "%d times %s", n, effect)
	}
	for entityType, state := range k.clean.state {
		n, most := records(k.state[entityType]), records(state)
		k.that(n <= max(most, records(k.clean.before[entityType])), causeTwice, "%d records of %s instead of %d", n, entityType, most)
	}
}

// wholeFiles are how many files a state has that are not half-uploaded.
func wholeFiles(state map[string]string) int {
	return strings.Count(state["Attachment"], `"isBeingUploaded":false`)
}

// success checks that it is one.
func (k *check) success() {
	result, want := k.result, k.clean.result
	if k.fault.loose {
		result, want = totalText.ReplaceAllString(result, ""), totalText.ReplaceAllString(want, "")
	}
	if result != want && leveled(result) != leveled(want) || k.clean.err != nil {
		k.fail(causeWrongData, "%s", firstDifference(result, want))
	}
	if k.call.restart {
		k.that(wholeFiles(k.state) == wholeFiles(k.clean.state), causeWrongState, "%s", k.state["Attachment"])
	}
	done := effectsOf(k.log, func(*visit) bool { return true })
	for effect, n := range effectsOf(k.clean.log, func(*visit) bool { return true }) {
		k.that(done[effect] >= n, causeNoEffect, "%s", effect)
	}
	for entityType, state := range k.clean.state {
		if got := k.state[entityType]; got != state && len(done) > 0 && !k.call.restart {
			got, state := leveledLines(got), leveledLines(state)
			k.that(got == state, causeWrongState, "%s: %s", entityType, firstDifference(got, state))
		}
	}
}

// firstDifference shows where a text begins to differ from what it should be.
func firstDifference(got, want string) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	i = max(i-40, 0)
	return "…" + clipped(got[i:]) + " instead of …" + clipped(want[i:])
}

func clipped(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}

// commonSecrets are the credentials of all calls.
var commonSecrets = []string{
	espotest.FullAPIKey, espotest.AdminPassword, espotest.HMACSecret,
	basicAuth(espotest.AdminUser, espotest.AdminPassword),
}

// credentialsIn are those that a request carries.
func credentialsIn(h http.Header) (all []string) {
	for _, name := range []string{"X-Api-Key", "Authorization", "Espo-Authorization", "X-Hmac-Authorization", "Cookie"} {
		if v := strings.TrimPrefix(h.Get(name), "Basic "); v != "" {
			all = append(all, v)
		}
	}
	return all
}

func basicAuth(user, password string) string {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(user, password)
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Basic ")
}

// texts checks what can be read of an error and in the log.
func (k *check) texts() {
	shown := slices.Clone(k.said)
	if k.err != nil {
		shown = append(shown, k.err.Error(), fmt.Sprintf("%+v", k.err), slog.AnyValue(k.err).Resolve().String())
	}
	for _, s := range shown {
		if i := strings.IndexFunc(s, unicode.IsControl); i >= 0 {
			k.fail(causeControlChar, "%q", clipped(s))
		}
	}
	if k.err != nil {
		shown = append(shown, fmt.Sprintf("%#v %q", k.err, k.err))
	}
	secrets := slices.Concat(commonSecrets, k.secrets)
	for _, v := range k.log {
		secrets = append(secrets, credentialsIn(v.header)...)
	}
	for _, s := range shown {
		for _, secret := range secrets {
			k.that(!strings.Contains(s, secret), causeCredential, "%s", clipped(s))
		}
	}
}

// requests lists what was sent.
func (k *check) requests() string {
	var all []string
	for _, v := range k.log {
		s := v.method + " " + v.path
		if v.hit {
			s += "!"
		}
		if v.done {
			s += " " + itoa(v.good.status)
		}
		all = append(all, s)
	}
	return "[" + strings.Join(all, ", ") + "]"
}
