package differ

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// comparison is what has come of two runs.
type comparison struct {
	steps, agreed, allowed int
	areas                  []*areaCount
	lines                  []string
}

type areaCount struct {
	name          string
	steps, differ int
}

// compare holds the steps of two runs beside each other.
func compare(one, two []outcome, version string) *comparison {
	c := &comparison{}
	others := map[string]any{}
	for _, o := range two {
		others[o.name] = o.result
	}
	for _, o := range one {
		if len(c.areas) == 0 || c.areas[len(c.areas)-1].name != o.area {
			c.areas = append(c.areas, &areaCount{name: o.area})
		}
		area := c.areas[len(c.areas)-1]
		area.steps++
		c.steps++
		found := differences("", o.result, others[o.name])
		switch {
		case len(found) == 0:
			c.agreed++
		case isAllowed(o.name, found, version):
			c.agreed++
			c.allowed++
		default:
			area.differ++
			c.lines = append(c.lines, o.name+": "+strings.Join(found, "; "))
		}
	}
	return c
}

func (c *comparison) agreement() float64 { return 100 * float64(c.agreed) / float64(max(c.steps, 1)) }

func (c *comparison) print(t *testing.T, title string) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d steps, %d agree (%d of them differ as allowed), %d differ: %.2f %%\n",
		title, c.steps, c.agreed, c.allowed, c.steps-c.agreed, c.agreement())
	for _, a := range c.areas {
		fmt.Fprintf(&b, "  %-14s %5d steps %5d agree %5d differ\n", a.name, a.steps, a.steps-a.differ, a.differ)
	}
	for _, line := range c.lines {
		fmt.Fprintln(&b, line)
	}
	t.Log(b.String())
}

// differences are the places where two results differ, with both values.
func differences(path string, one, two any) []string {
	a, isObject := one.(map[string]any)
	b, both := two.(map[string]any)
	if isObject && both {
		var found []string
		all := maps.Clone(a)
		maps.Copy(all, b)
		for _, k := range slices.Sorted(maps.Keys(all)) {
			x, inOne := a[k]
			y, inTwo := b[k]
			at := strings.TrimPrefix(path+"."+k, ".")
			switch {
			case !inOne:
				found = append(found, fmt.Sprintf("%s: - | %s", at, short(y)))
			case !inTwo:
				found = append(found, fmt.Sprintf("%s: %s | -", at, short(x)))
			default:
				found = append(found, differences(at, x, y)...)
			}
		}
		return found
	}
	p, isList := one.([]any)
	q, both := two.([]any)
	if isList && both && len(p) == len(q) {
		var found []string
		for i := range p {
			found = append(found, differences(fmt.Sprintf("%s.%d", path, i), p[i], q[i])...)
		}
		return found
	}
	if reflect.DeepEqual(one, two) {
		return nil
	}
	if isList && both {
		at := 0
		for at < min(len(p), len(q)) && reflect.DeepEqual(p[at], q[at]) {
			at++
		}
		item := func(list []any) string {
			if at < len(list) {
				return short(list[at])
			}
			return "-"
		}
		return []string{fmt.Sprintf("%s: %d items, at %d %s | %d items, at %d %s", path, len(p), at, item(p), len(q), at, item(q))}
	}
	return []string{fmt.Sprintf("%s: %s | %s", path, short(one), short(two))}
}

func short(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err.Error()
	}
	text := strings.TrimSpace(b.String())
	if len(text) > 300 {
		return text[:300] + "…"
	}
	return text
}
