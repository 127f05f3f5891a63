package php

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// DecodeJSON decodes JSON into nil, bool, string, int64, float64, []any and
// map[string]any. Whole numbers beyond int64 become float64, as in PHP.
func DecodeJSON(b []byte) (any, error) {
	return decode(b, parseNumber, false, jsontext.AllowInvalidUTF8(true))
}

// DecodeJSONArrays decodes JSON as PHP does into arrays: objects too become
// arrays, integers and other numbers differ.
func DecodeJSONArrays(s string) (any, error) {
	return decode([]byte(s), integerOrFloat, true)
}

var errTrailingJSON = errors.New("text after the JSON value")

func decode(b []byte, number func(string) (any, error), arrays bool, opts ...jsontext.Options) (any, error) {
	d := &jsonDecoder{jsontext.NewDecoder(bytes.NewReader(b), append(opts, jsontext.AllowDuplicateNames(true))...), number, arrays}
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errTrailingJSON
	}
	return v, nil
}

type jsonDecoder struct {
	*jsontext.Decoder
	number func(string) (any, error)
	arrays bool // lists and objects become an *Array
}

func (d *jsonDecoder) value() (any, error) {
	tok, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch tok.Kind() {
	case 'n':
		return nil, nil
	case 't', 'f':
		return tok.Bool(), nil
	case '"':
		return tok.String(), nil
	case '0':
		return d.number(tok.String())
	case '[':
		if d.arrays {
			a := NewArray()
			return a, d.items(a.Push)
		}
		list := []any{}
		err := d.items(func(v any) { list = append(list, v) })
		return list, err
	default:
		if d.arrays {
			a := NewArray()
			return a, d.members(a.Set)
		}
		object := map[string]any{}
		return object, d.members(func(name string, v any) { object[name] = v })
	}
}

// items reads the values of a list, and the bracket behind them.
func (d *jsonDecoder) items(add func(any)) error {
	for d.PeekKind() != ']' {
		v, err := d.value()
		if err != nil {
			return err
		}
		add(v)
	}
	_, err := d.ReadToken()
	return err
}

// members reads the members of an object, and the brace behind them.
func (d *jsonDecoder) members(set func(string, any)) error {
	for d.PeekKind() != '}' {
		tok, err := d.ReadToken()
		if err != nil {
			return err
		}
		name := tok.String()
		v, err := d.value()
		if err != nil {
			return err
		}
		set(name, v)
	}
	_, err := d.ReadToken()
	return err
}

// parseNumber fails for numbers that no answer could hold.
func parseNumber(s string) (any, error) {
	if !strings.ContainsAny(s, ".eE") {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, nil
		}
	}
	return strconv.ParseFloat(s, 64)
}

// integerOrFloat is an integer where the text is one that fits, else a float,
// which may be infinite.
func integerOrFloat(text string) (any, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && text != "-0" {
		return n, nil
	}
	f, _ := strconv.ParseFloat(text, 64)
	return f, nil
}
