package apicheck

import (
	"go/types"
	"strings"
)

// Verbs finds methods whose name promises another result than they have: List
// returns a page, All an iterator with errors, Count a number; what ends in
// Each returns an iterator, and what ends in Many takes a slice.
func Verbs(p *Package) []Finding {
	var findings []Finding
	for _, f := range p.functions() {
		if problem := p.breaksPromise(f); problem != "" && f.of != nil {
			findings = append(findings, p.finding(f.name, f.obj, "%s", problem))
		}
	}
	return findings
}

func (p *Package) breaksPromise(f function) string {
	sig := f.signature()
	switch name := f.obj.Name(); {
	case name == "List" && !strings.HasSuffix(typeName(result(sig)), "Page"):
		return "is a List that does not return a page"
	case name == "All" && !isNamed(result(sig), "iter", "Seq2"):
		return "is an All that does not return an iterator with errors"
	case name == "Count" && !types.Identical(result(sig), types.Typ[types.Int]):
		return "is a Count that does not return an int"
	case strings.HasSuffix(name, "Each") && !isNamed(result(sig), "iter", "Seq", "Seq2"):
		return "is an Each that does not return an iterator"
	case strings.HasSuffix(name, "Many") && !takesSlice(sig):
		return "is a Many that does not take a slice"
	}
	return ""
}

// result is the type of the first result, or nil.
func result(sig *types.Signature) types.Type {
	if sig.Results().Len() == 0 {
		return types.Typ[types.Invalid]
	}
	return sig.Results().At(0).Type()
}

func typeName(t types.Type) string {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}

func takesSlice(sig *types.Signature) bool {
	for _, v := range positional(sig) {
		if _, ok := v.Type().Underlying().(*types.Slice); ok {
			return true
		}
	}
	return false
}

// Errors finds types that are errors and are not named so, types that are
// named so and are none, and variables likewise.
func Errors(p *Package) []Finding {
	fails := types.Universe.Lookup("error").Type().Underlying().(*types.Interface)
	var findings []Finding
	for _, t := range p.typeNames() {
		is := types.Implements(t.Type(), fails) || types.Implements(types.NewPointer(t.Type()), fails)
		if is != strings.HasSuffix(t.Name(), "Error") {
			findings = append(findings, p.finding(t.Name(), t, "is an error: %t; its name says otherwise", is))
		}
	}
	for _, name := range p.types.Scope().Names() {
		v, ok := p.types.Scope().Lookup(name).(*types.Var)
		if ok && v.Exported() && types.Implements(v.Type(), fails) != strings.HasPrefix(name, "Err") {
			findings = append(findings, p.finding(name, v, "is a variable whose name does not say whether it is an error"))
		}
	}
	return findings
}

// Services finds fields of the given type whose service is not named as they
// are, such as CurrencyRates of the type CurrencyRateService, or that have a
// type which cannot grow methods of its own.
func Services(p *Package, client string) []Finding {
	var findings []Finding
	for _, f := range p.fields() {
		owner, name, _ := strings.Cut(f.name, ".")
		if owner != client {
			continue
		}
		pointer, ok := f.obj.Type().(*types.Pointer)
		if !ok || typeName(pointer.Elem()) == "" || pointer.Elem().(*types.Named).TypeArgs().Len() > 0 {
			findings = append(findings, p.finding(f.name, f.obj, "is not a pointer to a service of its own"))
			continue
		}
		service, ok := strings.CutSuffix(typeName(pointer.Elem()), "Service")
		plural := strings.TrimSuffix(service, "y") + "ies"
		if !ok || name != service && name != service+"s" && name != plural {
			findings = append(findings, p.finding(f.name, f.obj, "is a %sService", service))
		}
	}
	return findings
}
