package php

import (
	"math"
	"slices"
	"strconv"
)

// EspoCRM is written in PHP, and PHP's way of reading a query string shows:
// brackets make arrays, the last value of a name wins, "2x" counts as 2. This
// file reads query strings and JSON as PHP does.

// Array is PHP's array: an ordered map whose integer-like keys are integers.
// A list is an array with the keys 0, 1, 2 and so on. Values are nil, bool,
// int64, float64, string and *Array.
type Array struct {
	Keys []string
	Vals map[string]any
	last *int64 // the greatest integer key
}

// NewArray makes an empty array.
func NewArray() *Array { return &Array{Vals: map[string]any{}} }

// Set sets the value of a key; a new key comes last.
func (a *Array) Set(key string, v any) {
	if _, ok := a.Vals[key]; !ok {
		a.Keys = append(a.Keys, key)
		if n, err := strconv.ParseInt(key, 10, 64); err == nil && strconv.FormatInt(n, 10) == key {
			if a.last == nil || n > *a.last {
				a.last = &n
			}
		}
	}
	a.Vals[key] = v
}

// Push appends a value, unless there is no greater key any more.
func (a *Array) Push(v any) {
	switch {
	case a.last == nil:
		a.Set("0", v)
	case *a.last < math.MaxInt64:
		a.Set(strconv.FormatInt(*a.last+1, 10), v)
	}
}

func (a *Array) remove(key string) {
	delete(a.Vals, key)
	a.Keys = slices.DeleteFunc(a.Keys, func(k string) bool { return k == key })
}

// Get returns nil where there is nothing; PHP code rarely tells the two apart.
func (a *Array) Get(key string) any { return a.Vals[key] }

// IsSequence reports whether the keys are 0, 1, 2 and so on, as in a list of
// JSON.
func (a *Array) IsSequence() bool {
	for i, k := range a.Keys {
		if k != strconv.Itoa(i) {
			return false
		}
	}
	return true
}

// Values returns the values in order.
func (a *Array) Values() []any {
	vs := make([]any, len(a.Keys))
	for i, k := range a.Keys {
		vs[i] = a.Vals[k]
	}
	return vs
}

// Plain turns a value into what JSON in Go has: []any for a list,
// map[string]any for any other array.
func Plain(v any) any {
	a, ok := v.(*Array)
	switch {
	case !ok:
		return v
	case a.IsSequence():
		vs := a.Values()
		for i := range vs {
			vs[i] = Plain(vs[i])
		}
		return vs
	}
	m := make(map[string]any, len(a.Keys))
	for k, v := range a.Vals {
		m[k] = Plain(v)
	}
	return m
}

// descend returns the array below key, making one where there is none.
func (a *Array) descend(key string, appends bool) *Array {
	if !appends {
		if sub, ok := a.Vals[key].(*Array); ok {
			return sub
		}
	}
	sub := NewArray()
	if appends {
		a.Push(sub)
	} else {
		a.Set(key, sub)
	}
	return sub
}
