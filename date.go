package espo

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Wire forms of dates: EspoCRM sends and reads date-times in UTC without a
// zone.
const (
	dateLayout     = "2006-01-02"
	dateTimeLayout = "2006-01-02 15:04:05"

	zeroDate = "0000-00-00" // what some databases keep for no date
)

// Date is a calendar day without a time and a zone, YYYY-MM-DD on the wire.
// The zero Date is null.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// NewDate returns the given day. Values outside of their range are
// normalised as by [time.Date]: October 32 becomes November 1.
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the day that t falls on in t's own location.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil {
		return Date{}, fmt.Errorf("espo: %q is not a date: %w", s, err)
	}
	if t.Year() < 1 {
		return Date{}, fmt.Errorf("espo: the year of %q is outside of what EspoCRM can store", s)
	}
	return DateOf(t), nil
}

// IsZero reports whether d is the zero Date, which is null on the wire.
func (d Date) IsZero() bool { return d == Date{} }

// In returns the moment at which the day begins in loc.
func (d Date) In(loc *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// AddDays returns the day n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return NewDate(d.Year, d.Month, d.Day+n) }

// Compare returns -1, 0 or +1 as d is before, the same as or after e.
func (d Date) Compare(e Date) int { return d.In(time.UTC).Compare(e.In(time.UTC)) }

// String returns YYYY-MM-DD, or "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalJSONTo implements [json.MarshalerTo].
func (d Date) MarshalJSONTo(enc *jsontext.Encoder) error {
	if d.IsZero() {
		return enc.WriteToken(jsontext.Null)
	}
	if t := d.In(time.UTC); DateOf(t) != d || d.Year < 1 || d.Year > 9999 {
		return fmt.Errorf("espo: %d-%d-%d is not a day that EspoCRM can store", d.Year, d.Month, d.Day)
	}
	return enc.WriteToken(jsontext.String(d.String()))
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. It also accepts a
// date-time, of which it takes the day as written.
func (d *Date) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	s, err := textOrNull(dec)
	if err != nil || s == "" || strings.HasPrefix(s, zeroDate) {
		*d = Date{}
		return err
	}
	if n := len(dateLayout); len(s) > n && (s[n] == ' ' || s[n] == 'T') {
		s = s[:n]
	}
	*d, err = ParseDate(s)
	return err
}

// DateTime is a moment, YYYY-MM-DD HH:mm:ss in UTC on the wire, whole
// seconds. In Go it may have any location. The zero DateTime is null.
type DateTime struct{ time.Time }

// NewDateTime returns the moment t, without its fraction of a second.
func NewDateTime(t time.Time) DateTime { return DateTime{t.Truncate(time.Second)} }

// ParseDateTime reads EspoCRM's form in UTC, with or without seconds, and
// RFC 3339.
func ParseDateTime(s string) (DateTime, error) {
	// The wire's own form first, by hand: a list of 200 records has 600 of them.
	if t, ok := parseWireTime(s); ok {
		return DateTime{t}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04:05", dateLayout} {
		if t, err := time.Parse(layout, s); err == nil {
			if y := t.UTC().Year(); y < 1 || y > 9999 {
				break
			}
			return NewDateTime(t), nil
		}
	}
	return DateTime{}, fmt.Errorf("espo: %q is not a date-time", s)
}

// parseWireTime reads "2006-01-02 15:04:05".
func parseWireTime(s string) (time.Time, bool) {
	if len(s) != len(dateTimeLayout) || s[4] != '-' || s[7] != '-' || s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	num := func(i, j int) int {
		n := 0
		for _, c := range []byte(s[i:j]) {
			if c < '0' || c > '9' {
				return -1 << 20
			}
			n = n*10 + int(c-'0')
		}
		return n
	}
	year, month, day := num(0, 4), num(5, 7), num(8, 10)
	hour, minute, second := num(11, 13), num(14, 16), num(17, 19)
	if year < 1 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	return t, t.Day() == day && int(t.Month()) == month
}

// String returns the wire's form in UTC, or "" for the zero DateTime.
func (t DateTime) String() string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(dateTimeLayout)
}

// MarshalJSONTo implements [json.MarshalerTo].
func (t DateTime) MarshalJSONTo(enc *jsontext.Encoder) error {
	if t.IsZero() {
		return enc.WriteToken(jsontext.Null)
	}
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		return fmt.Errorf("espo: the year %d is outside of what EspoCRM can store", y)
	}
	return enc.WriteToken(jsontext.String(t.String()))
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (t *DateTime) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	s, err := textOrNull(dec)
	if err != nil || s == "" || strings.HasPrefix(s, zeroDate) {
		*t = DateTime{}
		return err
	}
	*t, err = ParseDateTime(s)
	return err
}

// MarshalJSON implements the older interface, which would otherwise be
// promoted from [time.Time] with another form.
func (t DateTime) MarshalJSON() ([]byte, error) { return marshalTo(t) }

// UnmarshalJSON implements the older interface.
func (t *DateTime) UnmarshalJSON(b []byte) error { return unmarshalFrom(b, t) }

// MarshalText returns the wire's form in UTC.
func (t DateTime) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what [ParseDateTime] reads; empty text is the zero
// DateTime.
func (t *DateTime) UnmarshalText(b []byte) (err error) {
	*t = DateTime{}
	if len(b) > 0 {
		*t, err = ParseDateTime(string(b))
	}
	return err
}

// MarshalJSON implements the older interface.
func (d Date) MarshalJSON() ([]byte, error) { return marshalTo(d) }

// UnmarshalJSON implements the older interface.
func (d *Date) UnmarshalJSON(b []byte) error { return unmarshalFrom(b, d) }
