package validate

import (
	"time"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
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

// DateTime reports whether a value is a date-time as the server takes it, with
// or without seconds.
func DateTime(v any) bool {
	s, _ := v.(string)
	if _, err := time.Parse(time.DateTime, s); err == nil {
		return true
	}
	_, err := time.Parse("2006-01-02 15:04", s)
	return err == nil
}

// Storable reports whether the database takes the days of a record that no rule
// was asked about.
func Storable(e *schema.EntityType, mem map[string]any) bool {
	for _, f := range e.FieldList {
		value := mem[f.Name]
		if f.Type == "date" && dates(value, validDate) != "" || f.Type == "datetime" && dates(value, DateTime) != "" {
			return false
		}
	}
	return true
}

// date checks a date, and that a campaign does not end before it starts.
func (v *validator) date(f *schema.Field, value any) string {
	if v.e.Name == "Campaign" && f.Name == "startDate" && validDate(value) {
		if end, ok := v.get("endDate").(string); ok && end < value.(string) {
			return "beforeEndDate"
		}
	}
	return dates(value, validDate)
}
