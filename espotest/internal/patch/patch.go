package patch

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// order is the member of a patch that lists the names of the members, where
// they are in another order than those of the base with new ones at their end.
const order = ""

var null = jsontext.Value("null")

// Apply lays a patch over base, and returns base.
func Apply(base, patch *Object) *Object {
	for _, name := range patch.names {
		if name == order {
			continue
		}
		switch over := patch.values[name].(type) {
		case *Object:
			if under := base.Object(name); under != nil {
				base.set(name, Apply(under, over))
			} else {
				base.set(name, over)
			}
		case jsontext.Value:
			if over.Kind() != 'n' {
				base.set(name, over)
			} else {
				base.Delete(name)
			}
		}
	}
	if raw, ok := patch.values[order].(jsontext.Value); ok {
		var names []string
		if json.Unmarshal(raw, &names) == nil {
			base.names = names
		}
	}
	return base
}

// Diff returns the patch that makes other of base, nil when they are the same.
// The order of members counts where all of them are objects.
func Diff(base, other *Object) *Object {
	patch := &Object{values: map[string]any{}}
	names := slices.Clone(base.names)
	for _, name := range base.names {
		if _, ok := other.values[name]; !ok {
			patch.set(name, null)
			names = slices.DeleteFunc(names, func(n string) bool { return n == name })
		}
	}
	objects := true
	for _, name := range other.names {
		v := other.values[name]
		over, isObject := v.(*Object)
		objects = objects && isObject
		under := base.Object(name)
		if _, ok := base.values[name]; !ok {
			names = append(names, name)
		}
		switch {
		case isObject && under != nil:
			if d := Diff(under, over); d != nil {
				patch.set(name, d)
			}
		case isObject || !same(base.values[name], v):
			patch.set(name, v)
		}
	}
	if objects && !slices.Equal(names, other.names) {
		b, err := json.Marshal(other.names)
		if err != nil {
			panic(err) // plain data
		}
		patch.set(order, jsontext.Value(b))
	}
	if len(patch.names) == 0 {
		return nil
	}
	return patch
}

// same reports whether two values that are not objects are the same.
func same(a, b any) bool {
	x, ok1 := a.(jsontext.Value)
	y, ok2 := b.(jsontext.Value)
	if !ok1 || !ok2 {
		return false
	}
	x, y = x.Clone(), y.Clone()
	return x.Compact() == nil && y.Compact() == nil && bytes.Equal(x, y)
}
