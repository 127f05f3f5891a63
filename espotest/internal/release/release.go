package release

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Release is a version of EspoCRM.
type Release struct {
	major, minor, patch int
}

// supported are the releases that there are facts of, the oldest first. Each
// stands for all of its minor version.
var supported = []Release{{7, 5, 6}, {8, 4, 2}, {9, 0, 8}, {9, 1, 7}, {9, 2, 7}, {9, 3, 10}, {10, 0, 0}}

// Default is the release that a server is when nobody says which.
var Default = Release{9, 3, 10}

// Supported are the releases that there are facts of, the oldest first.
func Supported() []Release { return slices.Clone(supported) }

var form = regexp.MustCompile(`^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?$`)

// Parse reads a version such as "8.4" or "8.4.1". Without the number of a patch,
// it is the one that there are facts of.
func Parse(s string) (Release, error) {
	m := form.FindStringSubmatch(s)
	if m == nil {
		return Release{}, unsupported(s)
	}
	number := func(i int) int { n, _ := strconv.Atoi(m[i]); return n }
	r := Release{number(1), number(2), 0}
	i := slices.IndexFunc(supported, func(known Release) bool { return known.Minor() == r.Minor() })
	if i < 0 {
		return Release{}, unsupported(s)
	}
	if m[3] == "" {
		return supported[i], nil
	}
	r.patch = number(3)
	return r, nil
}

func unsupported(s string) error {
	names := make([]string, len(supported))
	for i, r := range supported {
		names[i] = r.Minor()
	}
	return fmt.Errorf("there is no version %q, but %s, each with or without the number of a patch", s, strings.Join(names, ", "))
}

// String is the version with the number of its patch, such as "9.3.10".
func (r Release) String() string { return fmt.Sprintf("%d.%d.%d", r.major, r.minor, r.patch) }

// Minor is the version without the number of its patch, such as "9.3".
func (r Release) Minor() string { return fmt.Sprintf("%d.%d", r.major, r.minor) }

// Has reports whether the release has the feature.
func (r Release) Has(f Feature) bool { return !r.before(since[f]) }

func (r Release) before(other Release) bool {
	return cmp.Or(cmp.Compare(r.major, other.major), cmp.Compare(r.minor, other.minor), cmp.Compare(r.patch, other.patch)) < 0
}
