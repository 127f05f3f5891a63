package main

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
)

// fault is a way in which a request fails. The dice choose it, a header names
// it, and the front of the server carries it out.
type fault struct {
	name   string
	weight int
	// doubtful faults leave it open whether a write was done. After the others
	// the client knows that it was not.
	doubtful bool
	again    again // what is sent again after it
	// harmless faults are no reason for a call to fail.
	harmless bool
}

// again says what is sent again after a fault.
type again int

const (
	nothing    again = iota
	whatReads        // only that
	whatStays        // what leaves the second time what it has left the first time, too
	everything       // since the server has done nothing
)

// The names of the faults.
const (
	cutBefore     = "connection cut before the effect"
	cutAfter      = "connection cut after the effect"
	truncated     = "body broken off"
	brokenBefore  = "bare 500 before the effect"
	brokenAfter   = "bare 500 after the effect"
	gatewayBefore = "502 page before the effect"
	gatewayAfter  = "502 page after the effect"
	awayBefore    = "503 page before the effect"
	awayAfter     = "503 page after the effect"
	overdueBefore = "504 page before the effect"
	overdueAfter  = "504 page after the effect"
	tooMany       = "429 with Retry-After"
	maintenance   = "maintenance mode"
	unauthorized  = "bare 401"
	revoked       = "all tokens revoked"
	firewall      = "403 page of a firewall"
	missingPage   = "404 page of a proxy"
	loginBefore   = "login page with 200 before the effect"
	loginAfter    = "login page with 200 after the effect"
	nullAfter     = "null with 200 after the effect"
	slow          = "slow answer"
	silentBefore  = "no answer, before the effect"
	silentAfter   = "no answer, after the effect"
	callerLeaves  = "the caller gives up"
)

// faults are all kinds. Those that hold a worker up for long are rare.
var faults = []*fault{
	{name: cutBefore, weight: 20, doubtful: true, again: whatReads},
	{name: cutAfter, weight: 20, doubtful: true, again: whatReads},
	{name: truncated, weight: 20, doubtful: true, again: whatReads},
	{name: brokenBefore, weight: 5, doubtful: true},
	{name: brokenAfter, weight: 5, doubtful: true},
	{name: gatewayBefore, weight: 10, doubtful: true, again: whatStays},
	{name: gatewayAfter, weight: 10, doubtful: true, again: whatStays},
	{name: awayBefore, weight: 10, doubtful: true, again: whatStays},
	{name: awayAfter, weight: 10, doubtful: true, again: whatStays},
	{name: overdueBefore, weight: 10, doubtful: true, again: whatStays},
	{name: overdueAfter, weight: 10, doubtful: true, again: whatStays},
	{name: tooMany, weight: 20, again: everything},
	{name: maintenance, weight: 10, again: everything},
	{name: unauthorized, weight: 5},
	{name: revoked, weight: 10, harmless: true},
	{name: firewall, weight: 5},
	{name: missingPage, weight: 5},
	{name: loginBefore, weight: 10, doubtful: true},
	{name: loginAfter, weight: 10, doubtful: true},
	{name: nullAfter, weight: 5, doubtful: true},
	{name: slow, weight: 10, harmless: true},
	{name: silentBefore, weight: 1, doubtful: true, again: whatReads},
	{name: silentAfter, weight: 1, doubtful: true, again: whatReads},
	{name: callerLeaves, weight: 5, doubtful: true},
}

// faultHeader names the fault of a request to the server's front.
const faultHeader = "X-Soak-Fault"

// dice decide which requests of a worker fail, and how. Each worker has its
// own, so that its luck does not depend on the order in which goroutines run.
type dice struct {
	rate float64

	mu  sync.Mutex
	rng *rand.Rand
}

func newDice(seed uint64, worker int, rate float64) *dice {
	return &dice{rate: rate, rng: rand.New(rand.NewPCG(seed, uint64(worker)<<1|1))}
}

// roll returns the fault that a request meets, nil for none.
func (d *dice) roll(r *http.Request) *fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rng.Float64() >= d.rate {
		return nil
	}
	total := 0
	for _, f := range faults {
		total += f.weight
	}
	n := d.rng.IntN(total)
	for _, f := range faults {
		if n -= f.weight; n >= 0 {
			continue
		}
		if f.name == unauthorized && isLogin(r) {
			return nil // a refused password is final, as it should be
		}
		return f
	}
	return nil
}

// isLogin reports whether a request is a login with a password.
func isLogin(r *http.Request) bool {
	return strings.HasSuffix(r.URL.Path, "/App/user") && r.Header.Get("Espo-Authorization") != "" &&
		r.Header.Get("Espo-Authorization-By-Token") == ""
}
