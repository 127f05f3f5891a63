package espotest_test

import (
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/internal/wire"
)

// allowedDifference is a rule of testdata/wire-allowed.json: where the fake
// server may differ from a real one, and why.
type allowedDifference struct {
	// Route is a [path.Match] pattern for "METHOD path"; "" is every route.
	Route string `json:"route,omitzero"`
	// Server is such a pattern for the version of the server; "" is every version.
	Server string `json:"server,omitzero"`
	// Attribute is the name of an attribute wherever it occurs; "" is the
	// attributes that only the server's answer has.
	Attribute string `json:"attribute,omitzero"`
	// Extra allows attributes that were not recorded.
	Extra  bool   `json:"extra,omitzero"`
	Reason string `json:"reason"`

	used bool
}

func readAllowed(t *testing.T) []allowedDifference {
	t.Helper()
	b, err := os.ReadFile("../testdata/wire-allowed.json")
	require.NoError(t, err)
	var list []allowedDifference
	require.NoError(t, json.Unmarshal(b, &list))
	require.LessOrEqual(t, len(list), 40)
	for _, r := range list {
		require.NotEmpty(t, r.Reason)
	}
	return list
}

// comparison compares one answer with the recorded one.
type comparison struct {
	*replay
	route string
	diffs []string
}

func (c *comparison) differ(at, format string, args ...any) {
	c.diffs = append(c.diffs, at+": "+fmt.Sprintf(format, args...))
}

func (c *comparison) isAllowed(attribute string, extra bool) bool {
	for i := range c.allowed {
		r := &c.allowed[i]
		if !matches(r.Route, c.route) || !matches(r.Server, c.version) {
			continue
		}
		if extra && r.Extra && (r.Attribute == "" || r.Attribute == attribute) || !r.Extra && r.Attribute == attribute {
			r.used = true
			c.excused++
			return true
		}
	}
	return false
}

// matches reports whether a pattern is one for s; "" is one for everything.
func matches(pattern, s string) bool {
	ok, _ := path.Match(pattern, s)
	return ok || pattern == ""
}

// compare walks both values. Names of objects may be ids, too.
func (c *comparison) compare(at string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			c.differ(at, "recorded an object, got %s", show(got))
			return
		}
		c.object(at, want, object)
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			c.differ(at, "recorded %s, got %s", show(want), show(got))
			return
		}
		for i := range want {
			c.compare(fmt.Sprintf("%s[%d]", at, i), want[i], list[i])
		}
	case string:
		s, ok := got.(string)
		if !ok || !c.text(at, want, s) {
			c.differ(at, "recorded %s, got %s", show(want), show(got))
		}
	default:
		if want != got {
			c.differ(at, "recorded %s, got %s", show(want), show(got))
		}
	}
}

func (c *comparison) object(at string, want, got map[string]any) {
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		own := name
		if wire.IsID(name) {
			own = c.Mapped(name)
		}
		seen[own] = true
		before := len(c.diffs)
		if v, ok := got[own]; ok {
			c.compare(at+"."+name, want[name], v)
		} else {
			c.differ(at+"."+name, "recorded %s, got nothing", show(want[name]))
		}
		if len(c.diffs) > before && c.isAllowed(name, false) {
			c.diffs = c.diffs[:before]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if !seen[name] && !c.isAllowed(name, true) && !c.isAllowed(name, false) {
			c.differ(at+"."+name, "not recorded, got %s", show(got[name]))
		}
	}
}

// text compares strings: ids and tokens by what they stand for, and times
// that the server took from its clock as times only.
func (c *comparison) text(at, want, got string) bool {
	if want == got {
		return true
	}
	if wire.IsID(want) && wire.IsID(got) && len(want) == len(got) {
		return c.Map(want, got)
	}
	if strings.HasSuffix(at, "At") || strings.HasSuffix(at, "CheckDate") || strings.HasSuffix(at, "dateCompleted") {
		_, err1 := time.Parse(time.DateTime, want)
		_, err2 := time.Parse(time.DateTime, got)
		return err1 == nil && err2 == nil
	}
	return c.Mapped(want) == got
}

func show(v any) string {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(b) > 300 {
		b = append(b[:300:300], "…"...)
	}
	return string(b)
}
