package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// outcome is what the library has said of a call.
type outcome int

const (
	done    outcome = iota // it has succeeded
	failed                 // it has failed, and nothing was done
	unknown                // it has failed, and may have been done
)

func (o outcome) String() string { return [...]string{"done", "failed", "unknown"}[o] }

// judgeCount says what is wrong when an effect that was asked for once is found
// n times; "" for nothing.
func judgeCount(o outcome, n int) string {
	switch {
	case n > 1:
		return fmt.Sprintf("done %d times", n)
	case o == done && n == 0:
		return "reported as done, and was not"
	case o == failed && n == 1:
		return "reported as failed, and was done all the same"
	}
	return ""
}

// judgeState says what is wrong when a state that was to be reached is found or
// not.
func judgeState(o outcome, reached bool) string {
	if reached {
		return judgeCount(o, 1)
	}
	return judgeCount(o, 0)
}

// judgeValue says what is wrong with an attribute that was to be changed from
// one value to another.
func judgeValue(o outcome, was, want, got string) string {
	switch {
	case got == want && (o != failed || was == want), got == was && o != done:
		return ""
	case got == was:
		return fmt.Sprintf("reported as changed to %s, and is still %s", want, got)
	case got == want:
		return fmt.Sprintf("reported as failed, and was changed to %s all the same", got)
	}
	return fmt.Sprintf("is %s, and should be %s or, before, %s", got, want, was)
}

// judgeIDs says what is wrong with a set of records.
func judgeIDs(want, got []string) string {
	counts := map[string]int{}
	for _, id := range got {
		counts[id]++
	}
	var problems []string
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		if counts[id] > 1 {
			problems = append(problems, fmt.Sprintf("%s comes %d times", id, counts[id]))
		}
		if !slices.Contains(want, id) {
			problems = append(problems, id+" should not be there")
		}
	}
	for _, id := range want {
		if counts[id] == 0 {
			problems = append(problems, id+" is missing")
		}
	}
	return strings.Join(problems, ", ")
}

// judgeRecord says what is wrong with a record that was read. What a struct
// leaves out is empty.
func judgeRecord(want, got values) string {
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, there := got[name]
		if want[name] != value && (there || !isEmpty(want[name])) {
			problems = append(problems, fmt.Sprintf("%s is %s, and should be %s", name, value, want[name]))
		}
	}
	return strings.Join(problems, ", ")
}

func isEmpty(value string) bool {
	return slices.Contains([]string{"null", "false", "0", `""`, "[]", "{}"}, value)
}
