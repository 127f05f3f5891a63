package differ

import (
	"path"
	"strings"
)

// allowed is a difference that is none: which steps it is in, by a pattern, and
// where in their results.
type allowed struct {
	step, place string
	reason      string
}

var differencesAllowed = []allowed{
	{"admin.metadata.*", "*", "the fake's metadata is what its own entity types need: WithMetadata has the rest"},
	{"marketing.capture", "value.exampleRequest*", "an example for the web page"},
	{"marketing.capture", "value.formUrl", "an address of the web page"},
	{"portal.portal*", "value.url", "an address of the web page"},
	{"calendar.action.send*", "error.*", "the fake sends no invitations"},
}

// isAllowed says whether each of the differences of a step is allowed.
func isAllowed(step string, found []string, _ string) bool {
	for _, f := range found {
		at, _, _ := strings.Cut(f, ": ")
		ok := false
		for _, a := range differencesAllowed {
			inStep, _ := path.Match(a.step, step)
			inPlace, _ := path.Match(a.place, at)
			ok = ok || inStep && inPlace
		}
		if !ok {
			return false
		}
	}
	return true
}
