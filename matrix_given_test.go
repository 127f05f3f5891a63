package espo_test

import (
	"slices"
	"strconv"
	"strings"
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

// leveledLines is a state without what may differ from run to run, the order
// of the records included.
func leveledLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = leveled(numberText.ReplaceAllString(line, `"number":0`))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// leveled is a result or a record without what may differ from run to run:
// which ids were given, when and how often something was touched.
func leveled(s string) string {
	names := map[string]string{}
	s = idText.ReplaceAllStringFunc(s, func(id string) string {
		if names[id] == "" {
			names[id] = "#" + strconv.Itoa(len(names)+1)
		}
		return names[id]
	})
	return passingText.ReplaceAllString(s, `"$1":0`)
}
