package espo_test

import (
	"testing"
)

// noFault is that of a cell in which nothing goes wrong.
var noFault = &fault{name: "none"}

// trial is a call of the matrix with what is given to it, and what came of it.
type trial struct {
	call  *matrixCall
	given *given
	upshot
}

// tryCalls makes each call of the matrix, unless given returns nil for it.
func tryCalls(t *testing.T, given func(*matrixCall) *given) []trial {
	t.Helper()
	var trials []trial
	for i := range matrixCalls {
		if g := given(&matrixCalls[i]); g != nil {
			trials = append(trials, trial{call: &matrixCalls[i], given: g})
		}
	}
	parallel(len(trials), func(i int) {
		x := &trials[i]
		x.upshot = run(t, cell{call: x.call, fault: noFault, at: -1, given: x.given}, nil)
	})
	return trials
}

// sent are the requests of the call that take its options: a login does not.
func (o *upshot) sent() (all []*visit) {
	for _, v := range o.log {
		if !v.logsIn() {
			all = append(all, v)
		}
	}
	return all
}
