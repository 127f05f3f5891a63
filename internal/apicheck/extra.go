package apicheck

import (
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// Decoded are the names of the structs that answers of the server are decoded
// into: what the calls return, the records of services and lists, and what
// those hold or give out.
func Decoded(p *Package, sender string) []string {
	found := p.decoded(sender)
	names := make([]string, 0, len(found))
	for _, t := range found {
		names = append(names, t.Obj().Name())
	}
	slices.Sort(names)
	return names
}

func (p *Package) decoded(sender string) []*types.Named {
	r := &reach{p: p, seen: make(map[*types.TypeName]bool)}
	for _, f := range p.calls(sender) {
		r.results(f.obj, r.follow)
	}
	for _, f := range p.functions() {
		r.results(f.obj, r.arguments)
	}
	for _, f := range p.fields() {
		inside(f.obj.Type(), r.arguments)
	}
	return r.structs
}

// reach is what can be reached from results.
type reach struct {
	p       *Package
	seen    map[*types.TypeName]bool
	structs []*types.Named
}

func (r *reach) results(f *types.Func, visit func(types.Type)) {
	for v := range f.Signature().Results().Variables() {
		inside(v.Type(), visit)
	}
}

// arguments follows the type arguments of a service or a list, such as T of
// RelatedService[T], and those of what a service embeds.
func (r *reach) arguments(t types.Type) {
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() != r.p.types {
		return
	}
	for arg := range named.TypeArgs().Types() {
		inside(arg, r.follow)
	}
	if s, ok := named.Underlying().(*types.Struct); ok {
		for f := range s.Fields() {
			if f.Embedded() {
				inside(f.Type(), r.arguments)
			}
		}
	}
}

// follow adds a type of the package, and what it holds or gives out.
func (r *reach) follow(t types.Type) {
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() != r.p.types || r.seen[named.Obj()] {
		return
	}
	r.seen[named.Obj()] = true
	for m := range named.Methods() {
		if m.Exported() {
			r.results(m, r.follow)
		}
	}
	switch under := named.Underlying().(type) {
	case *types.Struct:
		r.fields(named.Origin(), under)
	case *types.Interface:
		for _, t := range r.p.typeNames() {
			if types.AssignableTo(t.Type(), named) {
				r.follow(t.Type())
			}
		}
	default:
		inside(under, r.follow)
	}
}

// fields adds a struct that has exported fields, and what is in them.
func (r *reach) fields(of *types.Named, s *types.Struct) {
	exported := false
	for f := range s.Fields() {
		if f.Exported() {
			exported = true
			inside(f.Type(), r.follow)
		}
	}
	if exported {
		r.structs = append(r.structs, of)
	}
}

// Extra finds structs that answers are decoded into and that drop what they do
// not name, since they have no field Extra of the type Attrs for it.
func Extra(p *Package, sender string) []Finding {
	var findings []Finding
	for _, t := range p.decoded(sender) {
		if problem := p.drops(t); problem != "" {
			findings = append(findings, p.finding(t.Obj().Name(), t.Obj(), "%s", problem))
		}
	}
	return findings
}

func (p *Package) drops(t *types.Named) string {
	s := t.Underlying().(*types.Struct)
	for i := range s.NumFields() {
		f := s.Field(i)
		if f.Name() != "Extra" {
			continue
		}
		if attrs := p.types.Scope().Lookup("Attrs"); !types.Identical(f.Type(), attrs.Type()) {
			return "has an Extra that is not of the type Attrs"
		}
		_, options, _ := strings.Cut(reflect.StructTag(s.Tag(i)).Get("json"), ",")
		if !slices.Contains(strings.Split(options, ","), "embed") && !p.hasMethod(t, "UnmarshalJSONFrom") {
			return "has an Extra that nothing is decoded into"
		}
		return ""
	}
	return "has no Extra for what it does not name"
}

func (p *Package) hasMethod(t types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), false, p.types, name)
	_, ok := obj.(*types.Func)
	return ok
}
