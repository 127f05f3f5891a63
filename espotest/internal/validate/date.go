package validate

import (
	"time"

	"github.com/go-espo/espo/espotest/internal/php"
)

// badReminder reports whether an item of reminders is none.
func badReminder(v any) bool {
	m, _ := v.(map[string]any)
	_, ok := php.Number(m["seconds"])
	return !ok || m["type"] != "Popup" && m["type"] != "Email"
}

func dates(value any, valid func(any) bool) string {
	if value != nil && !valid(value) {
		return "valid"
	}
	return ""
}

func validDate(v any) bool {
	s, _ := v.(string)
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func DateTime(v any) bool {
	s, _ := v.(string)
	if _, err := time.Parse(time.DateTime, s); err == nil {
		return true
	}
	_, err := time.Parse("2006-01-02 15:04", s)
	return err == nil
}
