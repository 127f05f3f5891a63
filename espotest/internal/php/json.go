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
	dec := jsontext.NewDecoder(bytes.NewReader(b), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	v, err := decodeValue(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, &jsontext.SyntacticError{Err: io.ErrUnexpectedEOF}
	}
	return v, nil
}

func decodeValue(dec *jsontext.Decoder) (any, error) {
	tok, err := dec.ReadToken()
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
		return parseNumber(tok.String())
	case '[':
		list := []any{}
		for dec.PeekKind() != ']' {
			v, err := decodeValue(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.ReadToken()
		return list, err
	default:
		object := map[string]any{}
		for dec.PeekKind() != '}' {
			name, err := dec.ReadToken()
			if err != nil {
				return nil, err
			}
			key := name.String()
			if object[key], err = decodeValue(dec); err != nil {
				return nil, err
			}
		}
		_, err = dec.ReadToken()
		return object, err
	}
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

// DecodeJSONArrays decodes JSON as PHP does into arrays: objects too become
// arrays, integers and other numbers differ.
func DecodeJSONArrays(s string) (any, error) {
	dec := jsontext.NewDecoder(bytes.NewBufferString(s), jsontext.AllowDuplicateNames(true))
	v, err := decodeArrayValue(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errTrailingJSON
	}
	return v, nil
}

const errTrailingJSON = constError("text after the JSON value")

type constError string

func (e constError) Error() string { return string(e) }

func decodeArrayValue(dec *jsontext.Decoder) (any, error) {
	tok, err := dec.ReadToken()
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
		return integerOrFloat(tok.String()), nil
	case '{':
		a := NewArray()
		for dec.PeekKind() != '}' {
			name, err := dec.ReadToken()
			if err != nil {
				return nil, err
			}
			key := name.String()
			v, err := decodeArrayValue(dec)
			if err != nil {
				return nil, err
			}
			a.Set(key, v)
		}
		_, err := dec.ReadToken()
		return a, err
	default:
		a := NewArray()
		for dec.PeekKind() != ']' {
			v, err := decodeArrayValue(dec)
			if err != nil {
				return nil, err
			}
			a.Push(v)
		}
		_, err := dec.ReadToken()
		return a, err
	}
}

// integerOrFloat is an integer where the text is one that fits, else a float.
func integerOrFloat(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && text != "-0" {
		return n
	}
	f, _ := strconv.ParseFloat(text, 64)
	return f
}
