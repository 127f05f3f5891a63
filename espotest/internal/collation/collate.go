package collation

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// collationOrder has the ASCII characters that count, least first; control
// characters do not count.
const collationOrder = "\t\n\v\f\r `^_-,;:!?.'\"()[]{}@*/\\&#%+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"

// letterFolds has the letters that count as others, in lower case.
var letterFolds = []struct{ as, letters string }{
	{"a", "ªàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"},
	{"b", "ḃḅḇ"},
	{"c", "çćĉċčḉ"},
	{"d", "ďḋḍḏḑḓ"},
	{"e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"},
	{"f", "ḟ"},
	{"g", "ĝğġģǧǵḡ"},
	{"h", "ĥȟḣḥḧḩḫẖ"},
	{"i", "ìíîïĩīĭįİǐȉȋḭḯỉị"},
	{"ij", "ĳ"},
	{"j", "ĵǰ"},
	{"k", "ķǩḱḳḵ"},
	{"l", "ĺļľḷḹḻḽ"},
	{"m", "ḿṁṃ"},
	{"n", "ñńņňǹṅṇṉṋ"},
	{"o", "ºòóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"},
	{"oe", "œ"},
	{"p", "ṕṗ"},
	{"r", "ŕŗřȑȓṙṛṝṟ"},
	{"s", "śŝşšſșṡṣṥṧṩẛ"},
	{"ss", "ß"},
	{"t", "ţťțṫṭṯṱẗ"},
	{"u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"},
	{"v", "ṽṿ"},
	{"w", "ŵẁẃẅẇẉẘ"},
	{"x", "ẋẍ"},
	{"y", "ýÿŷȳẏẙỳỵỷỹ"},
	{"z", "źżžẑẓẕ"},
	{"ε", "έ"}, {"η", "ή"}, {"ι", "ΐίϊ"}, {"ο", "ό"}, {"σ", "ς"}, {"υ", "ΰϋύ"}, {"ω", "ώ"}, {"α", "ά"},
	{"г", "ґ"}, {"е", "ѐё"}, {"ж", "ӂ"}, {"и", "ѝйӣ"}, {"у", "ӯ"},
}

// letterBetween has letters of their own that stand right behind another.
var letterBetween = map[rune]rune{'æ': 'a', 'ø': 'o'}

// asciiWeights has the weight of each ASCII character, 0 of one that does not
// count.
var asciiWeights = func() (weights [utf8.RuneSelf]uint32) {
	for i, r := range collationOrder {
		weights[r] = uint32(i+1) << 8
		weights[unicode.ToUpper(r)] = uint32(i+1) << 8
	}
	return weights
}()

// foldWeights has the weights of letterFolds.
var foldWeights = func() map[rune][2]uint32 {
	all := map[rune][2]uint32{}
	for _, f := range letterFolds {
		var weights [2]uint32
		for i, r := range []rune(f.as) {
			weights[i] = runeWeight(r)
		}
		for _, r := range f.letters {
			all[r] = weights
		}
	}
	return all
}()

// runeWeight is the weight of a rune that folds to no other.
func runeWeight(r rune) uint32 {
	switch after, ok := letterBetween[r]; {
	case ok:
		return asciiWeights[after] + 1
	case r < utf8.RuneSelf:
		return asciiWeights[r]
	default:
		return uint32(r) << 8
	}
}

// weights returns the one or two weights of a rune; zero does not count.
func weights(r rune) [2]uint32 {
	if r < utf8.RuneSelf {
		return [2]uint32{asciiWeights[r]}
	}
	if r < 0xa0 {
		return [2]uint32{} // control characters
	}
	r = unicode.ToLower(r)
	if w, ok := foldWeights[r]; ok {
		return w
	}
	return [2]uint32{runeWeight(r)}
}

// weightReader hands out the weights of a string one by one.
type weightReader struct {
	s       string
	pending uint32
}

// next returns 0 at the end.
func (wr *weightReader) next() uint32 {
	if w := wr.pending; w != 0 {
		wr.pending = 0
		return w
	}
	for wr.s != "" {
		var w [2]uint32
		if c := wr.s[0]; c < utf8.RuneSelf {
			w[0] = asciiWeights[c]
			wr.s = wr.s[1:]
		} else {
			r, n := utf8.DecodeRuneInString(wr.s)
			w = weights(r)
			wr.s = wr.s[n:]
		}
		if w[0] != 0 {
			wr.pending = w[1]
			return w[0]
		}
	}
	return 0
}

// Compare compares two strings as the server's database does.
func Compare(a, b string) int {
	if a == b {
		return 0
	}
	a, b = strings.TrimRight(a, " "), strings.TrimRight(b, " ")
	// As long as both have plain letters, they go byte by byte.
	for len(a) > 0 && len(b) > 0 && a[0] < utf8.RuneSelf && b[0] < utf8.RuneSelf {
		wa, wb := asciiWeights[a[0]], asciiWeights[b[0]]
		switch {
		case wa == 0 || wb == 0:
			return compareSlowly(a, b)
		case wa != wb:
			return cmp.Compare(wa, wb)
		}
		a, b = a[1:], b[1:]
	}
	return compareSlowly(a, b)
}

// Key is the same for all strings that [Compare] takes for equal, and for no
// others.
func Key(s string) string {
	s = strings.TrimRight(s, " ")
	key := make([]byte, 0, 2*len(s))
	for r := (weightReader{s: s}); ; {
		w := r.next()
		if w == 0 {
			return string(key)
		}
		key = append(key, byte(w>>24), byte(w>>16), byte(w>>8), byte(w))
	}
}

// compareSlowly compares what may have letters of several weights or of none.
func compareSlowly(a, b string) int {
	ra, rb := weightReader{s: a}, weightReader{s: b}
	for {
		wa, wb := ra.next(), rb.next()
		if wa != wb || wa == 0 {
			return cmp.Compare(wa, wb)
		}
	}
}

// Like matches SQL's LIKE: % is any text, _ any character, \ takes the
// next character as it is. Unlike collate it goes character by character.
func Like(pattern, s string) bool {
	backPattern, backText := "", "" // where to go on behind the last %
	some := false
	for {
		r, size := utf8.DecodeRuneInString(pattern)
		switch {
		case size > 0 && r == '%':
			pattern = pattern[size:]
			backPattern, backText, some = pattern, s, true
			continue
		case size == 0 && s == "":
			return true
		case size > 0 && s != "":
			escaped := r == '\\' && len(pattern) > size
			rest := pattern[size:]
			if escaped {
				r, size = utf8.DecodeRuneInString(rest)
				rest = rest[size:]
			}
			c, n := utf8.DecodeRuneInString(s)
			if !escaped && r == '_' || r == c || weights(r) == weights(c) && weights(r)[0] != 0 {
				pattern, s = rest, s[n:]
				continue
			}
		}
		if !some || backText == "" {
			return false
		}
		_, n := utf8.DecodeRuneInString(backText)
		backText = backText[n:]
		pattern, s = backPattern, backText
	}
}
