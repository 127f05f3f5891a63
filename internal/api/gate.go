package main

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// baseline is the committed list of what a package exports.
type baseline struct {
	has     []string // what it exports
	removed []string // what it has exported since the last release, and no longer does
}

const removedMark = "removed "

func parseBaseline(text string) baseline {
	var b baseline
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		old, removed := strings.CutPrefix(line, removedMark)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case removed:
			b.removed = append(b.removed, old)
		default:
			b.has = append(b.has, line)
		}
	}
	return b
}

// update brings the baseline to what the package exports now. What it no longer
// exports stays as removed.
func (b baseline) update(now []string) baseline {
	var removed []string
	for _, line := range slices.Concat(b.has, b.removed) {
		if !slices.Contains(now, line) {
			removed = append(removed, line)
		}
	}
	return baseline{has: now, removed: removed}
}

func (b baseline) String() string {
	all := slices.Clone(b.has)
	for _, line := range b.removed {
		all = append(all, removedMark+line)
	}
	slices.SortFunc(all, func(x, y string) int {
		x, y = strings.TrimPrefix(x, removedMark), strings.TrimPrefix(y, removedMark)
		return cmp.Or(cmp.Compare(nameOf(x), nameOf(y)), cmp.Compare(x, y))
	})
	return "# What the package exports. Written by go generate; see docs/compatibility.md.\n" + strings.Join(all, "\n") + "\n"
}

// check compares the baseline of a package with what it exports now, and
// returns what is wrong: a break that the changelog does not name, and a
// baseline that is not up to date. prefix stands before the package's names in
// the changelog; it is empty for the package of the root.
func (b baseline) check(now []string, changelog, prefix string) []string {
	var problems []string
	for _, line := range now {
		if !slices.Contains(b.has, line) {
			problems = append(problems, "new, run go generate: "+line)
		}
	}
	for _, line := range b.has {
		if !slices.Contains(now, line) {
			problems = append(problems, "removed or changed, run go generate: "+line)
		}
	}
	named := namesIn(unreleased(changelog), prefix)
	gone := removedTypes(slices.Concat(b.has, b.removed), now)
	for _, line := range b.update(now).removed {
		if !named[nameOf(line)] && !dependsOn(line, gone) {
			problems = append(problems, "a break that the section Unreleased of CHANGELOG.md does not name (`"+prefix+nameOf(line)+"`): "+line)
		}
	}
	return problems
}

// dependsOn reports whether a line that went belongs to a type that went, or
// mentions one: then the name of that type says enough.
func dependsOn(line string, goneTypes map[string]bool) bool {
	self := ""
	if strings.HasPrefix(line, "type ") {
		self = nameOf(line)
	}
	return slices.ContainsFunc(word.FindAllString(line, -1), func(w string) bool { return goneTypes[w] && w != self })
}

func removedTypes(before, now []string) map[string]bool {
	gone := map[string]bool{}
	for _, line := range before {
		if strings.HasPrefix(line, "type ") {
			gone[nameOf(line)] = true
		}
	}
	for _, line := range now {
		if strings.HasPrefix(line, "type ") {
			delete(gone, nameOf(line))
		}
	}
	return gone
}

// unreleased is the section of the changelog that has no version yet.
func unreleased(changelog string) string {
	_, section, _ := strings.Cut("\n"+changelog, "\n## Unreleased\n")
	section, _, _ = strings.Cut(section, "\n## ")
	return section
}

var (
	codeSpan = regexp.MustCompile("`[^`\n]+`")
	word     = regexp.MustCompile(`[A-Za-z_]\w*`)
	dotted   = regexp.MustCompile(`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*`)
)

// namesIn are the names in backquotes, without the package's name before them.
func namesIn(section, prefix string) map[string]bool {
	named := map[string]bool{}
	for _, span := range codeSpan.FindAllString(section, -1) {
		for _, name := range dotted.FindAllString(span, -1) {
			name = strings.TrimPrefix(name, "espo.")
			if name, ok := strings.CutPrefix(name, prefix); ok {
				named[name] = true
			}
		}
	}
	return named
}
