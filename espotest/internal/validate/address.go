package validate

import (
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/schema"
)

func validEmail(s string) bool {
	local, _, _ := strings.Cut(s, "@")
	return len(local) <= 64 && len(s) <= 254 && matches(emailPattern, s)
}

// addresses checks the primary address or number and those in xData.
func (v *validator) addresses(f *schema.Field, rule func(string) string) string {
	var all []string
	if s, ok := v.get(f.Name).(string); ok {
		all = append(all, s)
	}
	list, _ := v.get(f.Name + "Data").([]any)
	for _, x := range list {
		m, _ := x.(map[string]any)
		s, _ := m[f.Name].(string)
		all = append(all, s)
	}
	for _, s := range all {
		if r := rule(s); r != "" {
			return r
		}
	}
	return ""
}

// phoneTypes checks the types of numbers, such as Mobile.
func (v *validator) phoneTypes(f *schema.Field) string {
	list, _ := v.get(f.Name + "Data").([]any)
	for _, x := range list {
		m, _ := x.(map[string]any)
		if t, ok := m["type"].(string); ok && len(f.TypeList) > 0 && !slices.Contains(f.TypeList, t) {
			return "valid"
		}
	}
	return ""
}

func emailRule(s string) string {
	if !validEmail(s) {
		return "emailAddress"
	}
	return ""
}

func phoneRule(s string) string {
	if !matches(`\+(1[0-9]{10}|[2-9][0-9]{6,14})`, s) {
		return "valid"
	}
	return ""
}
