package espo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// values reads JSON into values of type any. It does what package json does with
// exactNumber among its options, in little more than half of the time, since it
// knows what comes: many objects of the same size, with the same names.
type values struct {
	texts  [512]string // short texts that came before, by a hash
	size   int         // of the last object of a list
	buffer []byte
}

var valuesPool = sync.Pool{New: func() any { return new(values) }}

// readAttributes reads an object into a map.
func readAttributes(dec *jsontext.Decoder) (map[string]any, error) {
	if k := dec.PeekKind(); k != '{' {
		return phpMap[any](dec) // null, a list, or what is wrong
	}
	r := valuesPool.Get().(*values)
	defer valuesPool.Put(r)
	m, err := r.object(dec, r.size)
	r.size = len(m)
	return m, err
}

func (r *values) object(dec *jsontext.Decoder, size int) (map[string]any, error) {
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	m := make(map[string]any, size)
	for dec.PeekKind() != '}' {
		name, err := r.text(dec)
		if err != nil {
			return m, err
		}
		if m[name], err = r.value(dec); err != nil {
			return m, err
		}
	}
	_, err := dec.ReadToken()
	return m, err
}

func (r *values) list(dec *jsontext.Decoder) ([]any, error) {
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	list := []any{}
	for dec.PeekKind() != ']' {
		v, err := r.value(dec)
		if err != nil {
			return list, err
		}
		list = append(list, v)
	}
	_, err := dec.ReadToken()
	return list, err
}

func (r *values) value(dec *jsontext.Decoder) (any, error) {
	switch dec.PeekKind() {
	case '{':
		return r.object(dec, 0)
	case '[':
		return r.list(dec)
	case '"':
		return r.text(dec)
	case '0':
		raw, err := dec.ReadValue()
		return Number(raw), err
	}
	token, err := dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case 't', 'f':
		return token.Bool(), nil
	case 'n':
		return nil, nil
	}
	return nil, fmt.Errorf("espo: %s where a value was expected", token.Kind())
}

// text reads a string, or the name of an attribute.
func (r *values) text(dec *jsontext.Decoder) (string, error) {
	raw, err := dec.ReadValue()
	if err != nil {
		return "", err
	}
	if raw.Kind() != '"' {
		return "", fmt.Errorf("espo: %s where text was expected", raw.Kind())
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return r.shared(raw[1 : len(raw)-1]), nil
	}
	r.buffer, err = jsontext.AppendUnquote(r.buffer[:0], raw)
	return string(r.buffer), err
}

// shared returns the text that came before, where it is the same, so that names
// and what many records have in common are in memory once.
func (r *values) shared(b []byte) string {
	n := len(b)
	if n < 4 || n > 40 {
		return string(b)
	}
	var begin, end uint64
	if n >= 8 {
		begin, end = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	} else {
		begin, end = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	}
	h := (begin ^ end<<7 ^ end>>57 ^ uint64(n)) * 0x9e3779b97f4a7c15 // the golden ratio: a multiplicative hash
	known := &r.texts[h>>55]
	if *known != string(b) {
		*known = string(b)
	}
	return *known
}
