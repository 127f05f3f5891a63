package validate

import (
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
)

func validEmail(s string) bool {
	local, _, _ := strings.Cut(s, "@")
	return len(local) <= 64 && len(s) <= 254 && matches(emailPattern, s)
}

// validRecipients reports whether a text is a list of addresses, as e-mails have
// it.
func validRecipients(s string) bool {
	for part := range strings.SplitSeq(s, ";") {
		if part = strings.TrimSpace(part); part != "" && !validEmail(part) {
			return false
		}
	}
	return true
}

// emails checks the primary address and those in xData. What is empty is no
// address, and there may be such.
func (v *validator) emails(f *schema.Field) string {
	var values []any
	if x := v.get(f.Name); x != nil && x != "" {
		values = append(values, x)
	}
	list, _ := v.get(f.Name + "Data").([]any)
	for _, x := range list {
		m, ok := x.(map[string]any)
		if !ok {
			return "emailAddress"
		}
		if php.True(m[f.Name]) {
			values = append(values, m[f.Name])
		}
	}
	for _, x := range values {
		if s, ok := x.(string); !ok || !validEmail(s) {
			return "emailAddress"
		}
	}
	return ""
}

// phones checks the primary number and those in xData. There, none may be empty.
func (v *validator) phones(f *schema.Field) string {
	if x := v.get(f.Name); x != nil && x != "" && !v.phone(x) {
		return "valid"
	}
	list, _ := v.get(f.Name + "Data").([]any)
	for _, x := range list {
		m, _ := x.(map[string]any)
		if t, ok := m["type"].(string); !v.phone(m[f.Name]) || ok && len(f.TypeList) > 0 && !slices.Contains(f.TypeList, t) {
			return "valid"
		}
	}
	return ""
}

// phone reports whether a value is a number as the release takes it.
func (v *validator) phone(x any) bool {
	s, ok := x.(string)
	if !v.st.Release.Has(release.Sanitizers) {
		return ok && s != ""
	}
	return ok && matches(`\+(1[0-9]{10}|[2-9][0-9]{6,14})`, s)
}
