package espo

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Number is a JSON number with every digit as it stood on the wire, such as
// an amount of money. The zero Number, "", is null.
type Number string

// NumberOf returns the number n. NaN and the infinities, which JSON does not
// have, are errors when they are sent.
func NumberOf[N ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64](n N) Number {
	b, err := json.Marshal(n)
	if err != nil {
		return Number(fmt.Sprint(n))
	}
	return Number(b)
}

// IsZero reports whether n is null. The number 0 is not null.
func (n Number) IsZero() bool { return n == "" }

// Float64 returns the nearest float64; null is 0.
func (n Number) Float64() (float64, error) {
	if n == "" {
		return 0, nil
	}
	return strconv.ParseFloat(string(n), 64)
}

// Int64 returns n as an integer; null is 0. It is an error when n has a
// fraction other than 0 or is out of range.
func (n Number) Int64() (int64, error) {
	if n == "" {
		return 0, nil
	}
	whole, fraction, _ := strings.Cut(string(n), ".")
	if strings.Trim(fraction, "0") != "" {
		return 0, fmt.Errorf("espo: %s is not a whole number", n)
	}
	return strconv.ParseInt(whole, 10, 64)
}

func (n Number) String() string { return string(n) }

// MarshalJSONTo implements [json.MarshalerTo].
func (n Number) MarshalJSONTo(enc *jsontext.Encoder) error {
	if n == "" {
		return enc.WriteToken(jsontext.Null)
	}
	if !isNumber(string(n)) {
		return fmt.Errorf("espo: %q is not a number", string(n))
	}
	return enc.WriteValue(jsontext.Value(n))
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. It accepts a number,
// and a string that holds one, as EspoCRM writes decimals.
func (n *Number) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case 'n':
		*n = ""
		return nil
	case '0':
		*n = Number(v)
		return nil
	case '"':
		s, err := jsontext.AppendUnquote(nil, v)
		if err == nil && len(s) == 0 {
			*n = ""
			return nil
		}
		if err == nil && isNumber(string(s)) {
			*n = Number(s)
			return nil
		}
	}
	return errors.New("espo: not a number")
}

// isNumber reports whether s is a JSON number and nothing else.
func isNumber(s string) bool {
	v := jsontext.Value(s)
	return v.Kind() == '0' && v.IsValid() && strings.TrimSpace(s) == s
}

// MarshalJSON implements the older interface.
func (n Number) MarshalJSON() ([]byte, error) { return marshalTo(n) }

// UnmarshalJSON implements the older interface.
func (n *Number) UnmarshalJSON(b []byte) error { return unmarshalFrom(b, n) }
