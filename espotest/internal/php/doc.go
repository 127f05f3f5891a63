// Package php reads and writes data as PHP does, in which EspoCRM is written:
// query strings whose brackets make arrays, JSON, base64, numbers in strings,
// and the conversions between scalars.
//
// Values are those of JSON: nil, bool, int64, float64, string, []any and
// map[string]any; [Array] keeps the order that PHP's arrays have.
//
// The package imports no other of this module. It knows nothing of EspoCRM: what
// a parameter means is for those who ask.
package php
