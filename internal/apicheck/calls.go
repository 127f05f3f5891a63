package apicheck

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// calls are the exported functions and methods that send a request: those that
// lead to the method sender, such as "Client.do", through whatever they call.
func (p *Package) calls(sender string) []function {
	callers := p.callers()
	sends := make(map[*types.Func]bool)
	var mark func(f *types.Func)
	mark = func(f *types.Func) {
		if !sends[f] {
			sends[f] = true
			for _, caller := range callers[f] {
				mark(caller)
			}
		}
	}
	typeName, method, _ := strings.Cut(sender, ".")
	for f := range callers {
		if owner := receiver(f); f.Name() == method && owner != nil && owner.Name() == typeName {
			mark(f)
		}
	}
	return slices.DeleteFunc(p.functions(), func(f function) bool { return !sends[f.obj] })
}

// callers are the functions that use a function, by calling it or by handing
// it on.
func (p *Package) callers() map[*types.Func][]*types.Func {
	callers := make(map[*types.Func][]*types.Func)
	for _, file := range p.files {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			from := p.info.Defs[f.Name].(*types.Func)
			ast.Inspect(f, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					if to, ok := p.info.Uses[id].(*types.Func); ok {
						callers[to.Origin()] = append(callers[to.Origin()], from)
					}
				}
				return true
			})
		}
	}
	return callers
}

// Calls finds what sends a request and does not take a context first, or does
// not take options of a call last: those of a type that every CallOption is.
func Calls(p *Package, sender string) []Finding {
	every := p.types.Scope().Lookup("CallOption")
	var findings []Finding
	for _, f := range p.calls(sender) {
		params := f.signature().Params()
		if params.Len() == 0 || !isNamed(params.At(0).Type(), "context", "Context") {
			findings = append(findings, p.finding(f.name, f.obj, "sends a request, and does not take a context first"))
			continue
		}
		if !takesOptions(f.signature(), every.Type()) {
			findings = append(findings, p.finding(f.name, f.obj, "sends a request, and does not take options last"))
		}
	}
	return findings
}

func takesOptions(sig *types.Signature, every types.Type) bool {
	if !sig.Variadic() {
		return false
	}
	last := sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice).Elem()
	named, ok := types.Unalias(last).(*types.Named)
	return ok && strings.HasSuffix(named.Obj().Name(), "Option") && types.AssignableTo(every, last)
}

// Results finds what sends a request and returns a pointer: a caller would
// have to ask whether it is nil.
func Results(p *Package, sender string) []Finding {
	var findings []Finding
	for _, f := range p.calls(sender) {
		for v := range f.signature().Results().Variables() {
			if _, ok := types.Unalias(v.Type()).(*types.Pointer); ok {
				findings = append(findings, p.finding(f.name, f.obj, "returns a pointer"))
			}
		}
	}
	return findings
}
