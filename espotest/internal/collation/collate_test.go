package collation

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"alpha", "ALPHA", 0}, {"delta", "Délta", 0}, {"Straße", "strasse", 0}, {"a", "a  ", 0}, {"a", " a", 1},
		{"a", "b", -1}, {"a", "ab", -1}, {"", "", 0}, {"", "a", -1}, {"a\x01", "a", 0},
		{"ae", "æ", -1}, {"az", "æ", -1}, {"b", "æ", 1}, {"ø", "p", -1}, {"œ", "oe", 0},
		{"10", "9", -1}, {"_", "-", -1}, {"-", "a", -1}, {"$", "0", -1}, {"z", "а", -1}, {"ёлка", "ЕЛКА", 0}, {"ñ", "N", 0},
	} {
		assert.Equal(t, c.want, Compare(c.a, c.b), "%q %q", c.a, c.b)
		assert.Equal(t, -c.want, Compare(c.b, c.a), "%q %q", c.b, c.a)
	}
}

func TestCompareIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("aAäbß æ_1é\x01")), 0, 4, -1), 3, 3).Draw(t, "s")
		slices.SortFunc(s, Compare)
		if Compare(s[0], s[1]) > 0 || Compare(s[1], s[2]) > 0 || Compare(s[0], s[2]) > 0 {
			t.Fatalf("not in order: %q", s)
		}
	})
}

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"a", "", false}, {"%", "", true}, {"%", "abc", true}, {"%%", "a", true},
		{"_", "", false}, {"_", "é", true}, {"a%c", "abc", true}, {"a%c", "abcd", false}, {"%bc", "abcbc", true},
		{"%b%d%", "abcde", true}, {"A_c", "aBC", true}, {"é%", "Elan", true}, {"a ", "a", false}, {"ss", "ß", false},
		{`\%`, "%", true}, {`\%`, "a", false}, {`\_`, "_", true}, {`\\`, `\`, true}, {`a\`, `a\`, true}, {`\a`, "a", true},
		{"%aab", "aaab", true}, {"%ab%ab", "abab", true}, {"%ab%ab", "ab", false}, {"50%", "50", true},
	} {
		assert.Equal(t, c.want, Like(c.pattern, c.text), "%q %q", c.pattern, c.text)
	}
}

func FuzzLike(f *testing.F) {
	f.Add("a%", "abc")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		Like(pattern, text)
		if !Like("%"+text, text) && !slices.ContainsFunc([]rune(text), func(r rune) bool { return r == '\\' || r == '_' || r == '%' }) {
			t.Errorf("%q does not match itself", text)
		}
	})
}
