package espo

import (
	"fmt"
	"regexp"

	"github.com/go-json-experiment/json/jsontext"
)

// Decimal is the value of a field of type decimal, or of an amount of money
// whose field has the parameter decimal, such as "12345678901234.123456". It
// goes on the wire as text, in which the server stores every digit: of a JSON
// number it keeps 15 to 17, without an error. The zero Decimal, "", is null.
//
// It is written with digits, a sign and a point, as in "-0.05", and has no
// exponent. How many digits a field has is in its metadata: the server rounds
// what has more after the point.
type Decimal string

var decimalForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// IsZero reports whether d is null. The decimal 0 is not null.
func (d Decimal) IsZero() bool { return d == "" }

// Float64 returns the nearest float64; null is 0.
func (d Decimal) Float64() (float64, error) { return Number(d).Float64() }

func (d Decimal) String() string { return string(d) }

// MarshalJSONTo implements [json.MarshalerTo].
func (d Decimal) MarshalJSONTo(enc *jsontext.Encoder) error {
	if d == "" {
		return enc.WriteToken(jsontext.Null)
	}
	if !decimalForm.MatchString(string(d)) {
		return fmt.Errorf("espo: %q is not a decimal", string(d))
	}
	return enc.WriteToken(jsontext.String(string(d)))
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. It accepts a text that
// holds a decimal, and a number without an exponent.
func (d *Decimal) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var n Number
	if err := n.UnmarshalJSONFrom(dec); err != nil {
		return err
	}
	if n != "" && !decimalForm.MatchString(string(n)) {
		return fmt.Errorf("espo: %q is not a decimal", string(n))
	}
	*d = Decimal(n)
	return nil
}

// MarshalJSON implements the older interface.
func (d Decimal) MarshalJSON() ([]byte, error) { return marshalTo(d) }

// UnmarshalJSON implements the older interface.
func (d *Decimal) UnmarshalJSON(b []byte) error { return unmarshalFrom(b, d) }
