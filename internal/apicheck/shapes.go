package apicheck

import "go/types"

// Anonymous finds fields, parameters, results and types that hold a struct or
// an interface without a name, which can neither be documented nor grow.
func Anonymous(p *Package) []Finding {
	return p.holding("a type without a name", func(t types.Type) bool {
		switch t := t.(type) {
		case *types.Struct:
			return true
		case *types.Interface:
			return !t.Empty()
		}
		return false
	})
}

// Any finds fields, parameters, results and types that hold values of type
// any, of which the compiler cannot say what they may be.
func Any(p *Package) []Finding {
	return p.holding("any", func(t types.Type) bool {
		i, ok := t.(*types.Interface)
		return ok && i.Empty()
	})
}

func (p *Package) holding(what string, is func(types.Type) bool) []Finding {
	var findings []Finding
	for _, s := range p.surfaces() {
		found := false
		inside(s.of, func(t types.Type) { found = found || is(t) })
		if found {
			findings = append(findings, p.finding(s.name, s.obj, "holds %s", what))
		}
	}
	return findings
}
