package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// seed creates the records of a file, in the order given, and returns their
// ids by entity type.
func seed(srv *espotest.Server, file []byte) (map[string][]string, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(file))
	if tok, err := dec.ReadToken(); err != nil || tok.Kind() != '{' {
		return nil, errors.New("it must be a JSON object: a list of records by entity type")
	}
	ids := map[string][]string{}
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		entityType := tok.String()
		var records []espo.Attrs
		if err := json.UnmarshalDecode(dec, &records); err != nil {
			return nil, fmt.Errorf("%s: %w", entityType, err)
		}
		for i, record := range records {
			if err := create(srv, entityType, record, ids); err != nil {
				return nil, fmt.Errorf("record %d of %s: %w", i+1, entityType, err)
			}
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something after the JSON object")
	}
	return ids, nil
}

func create(srv *espotest.Server, entityType string, record espo.Attrs, ids map[string][]string) error {
	for name, v := range record {
		resolved, err := resolve(v, ids)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		record[name] = resolved
	}
	return attempt(func() { ids[entityType] = append(ids[entityType], srv.Seed(entityType, record)...) })
}

// reference names a record of the file: "@Account/1" is the first account.
var reference = regexp.MustCompile(`^@([A-Z][A-Za-z0-9]*)/([0-9]+)$`)

// resolve replaces references by ids, in lists, too.
func resolve(v any, ids map[string][]string) (any, error) {
	switch v := v.(type) {
	case string:
		m := reference.FindStringSubmatch(v)
		if m == nil {
			return v, nil
		}
		n, err := strconv.Atoi(m[2])
		if err != nil || n < 1 || n > len(ids[m[1]]) {
			return nil, fmt.Errorf("there is no record %s before it: of %s there are %d", v, m[1], len(ids[m[1]]))
		}
		return ids[m[1]][n-1], nil
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			resolved, err := resolve(x, ids)
			if err != nil {
				return nil, err
			}
			out[i] = resolved
		}
		return out, nil
	}
	return v, nil
}
