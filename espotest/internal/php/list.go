package php

import (
	"maps"
	"reflect"
	"slices"
)

// Same reports whether two JSON values are equal; 1 and 1.0 are.
func Same(a, b any) bool {
	if x, ok := Number(a); ok {
		y, ok := Number(b)
		return ok && x == y
	}
	return reflect.DeepEqual(a, b)
}

// List returns strings as JSON has them.
func List(ids []string) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = id
	}
	return out
}

// IsList tells whether a value was an array.
func IsList(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// Values returns the values of an array, in the order of its keys, or the value
// alone.
func Values(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case map[string]any:
		list := make([]any, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			list = append(list, v[key])
		}
		return list
	}
	return []any{v}
}

// Strings is Values in strings; ok is false if one is an array itself.
func Strings(v any) (values []string, ok bool) {
	for _, v := range Values(v) {
		s, ok := String(v)
		if !ok || IsList(v) {
			return nil, false
		}
		values = append(values, s)
	}
	return values, true
}

// Truthy is [True] for arrays, too: an empty one is false.
func Truthy(v any) bool {
	if IsList(v) {
		return len(Values(v)) > 0
	}
	return True(v)
}

// EmptyToNull returns nil for an empty string.
func EmptyToNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
