package apicheck

import (
	"go/types"
)

// most is how many parameters may be told apart by their place alone.
const most = 3

// Parameters finds functions, methods and functions that are passed or stored,
// which have two parameters side by side that can be swapped, because they have
// the same type, or more than three beside a context and a list at the end.
func Parameters(p *Package) []Finding {
	var findings []Finding
	for _, s := range p.surfaces() {
		inside(s.of, func(t types.Type) {
			sig, ok := t.(*types.Signature)
			if !ok {
				return
			}
			params := positional(sig)
			if len(params) > most {
				findings = append(findings, p.finding(s.name, s.obj, "has %d parameters", len(params)))
			}
			for i := 1; i < len(params); i++ {
				if a, b := params[i-1], params[i]; swappable(a.Type(), b.Type()) {
					findings = append(findings, p.finding(s.name, s.obj, "%s and %s can be swapped", a.Name(), b.Name()))
				}
			}
		})
	}
	return findings
}

// positional are the parameters but for a context and a list at the end.
func positional(sig *types.Signature) []*types.Var {
	var list []*types.Var
	for i := range sig.Params().Len() {
		v := sig.Params().At(i)
		if isNamed(v.Type(), "context", "Context") || sig.Variadic() && i == sig.Params().Len()-1 {
			continue
		}
		list = append(list, v)
	}
	return list
}

// swappable reports whether a value of each type can also stand for the other:
// the types are the same, or one is a type parameter that takes both.
func swappable(a, b types.Type) bool {
	return types.Identical(a, b) || takes(a, b) || takes(b, a)
}

// takes reports whether t is a type parameter, of some types only, that can be
// what other is.
func takes(t, other types.Type) bool {
	param, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return false
	}
	limits, ok := param.Constraint().Underlying().(*types.Interface)
	return ok && !limits.Empty() && types.Satisfies(other, limits)
}
