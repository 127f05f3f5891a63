package validate

import (
	"regexp"
	"sync"
)

// patterns are the named patterns that a field can ask for.
var patterns = map[string]string{
	"$noBadCharacters":              `[^<>=]+`,
	"$latinLetters":                 `[A-Za-z]+`,
	"$latinLettersDigits":           `[A-Za-z0-9]+`,
	"$latinLettersWhitespace":       `[A-Za-z ]+`,
	"$latinLettersDigitsWhitespace": `[A-Za-z0-9 ]+`,
	"$noAsciiSpecialCharacters":     "[^`~!@#$%^&*()_+={}\\[\\]|\\\\:;\"'<,>.?]+",
	"$digits":                       `[0-9]+`,
	"$id":                           `[A-Za-z0-9_=\-.]+`,
	"$uri":                          `([a-zA-Z0-9]+://)?[a-zA-Z0-9%./?:@\-_=#$!+*()',]+\.([a-zA-Z0-9%&./?:@\-_=#$!+*()',~])*`,
	"$phoneNumberLoose":             `[0-9A-Za-z_@:#+()\-. ]+`,
}

var compiled sync.Map // pattern → *regexp.Regexp

func matches(pattern, s string) bool {
	if p, ok := patterns[pattern]; ok {
		pattern = p
	}
	re, ok := compiled.Load(pattern)
	if !ok {
		r, err := regexp.Compile(`^(?:` + pattern + `)$`)
		if err != nil {
			return true // a pattern of PHP's that Go does not have
		}
		re, _ = compiled.LoadOrStore(pattern, r)
	}
	return re.(*regexp.Regexp).MatchString(s)
}

const emailPattern = `[A-Za-z0-9!#$%&'*+/=?^_{|}~` + "`" + `-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~` + "`" + `-]+)*` +
	`@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?`
