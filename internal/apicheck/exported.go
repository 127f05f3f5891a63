package apicheck

import (
	"go/types"
	"slices"
)

// function is an exported function, or an exported method of an exported type.
type function struct {
	name string // such as "Collect" or "RecordService.Create"
	obj  *types.Func
	of   types.Type // the type of a method, or nil
}

func (f function) signature() *types.Signature { return f.obj.Signature() }

// typeNames are the exported types, by name.
func (p *Package) typeNames() []*types.TypeName {
	var names []*types.TypeName
	for _, name := range p.types.Scope().Names() {
		if t, ok := p.types.Scope().Lookup(name).(*types.TypeName); ok && t.Exported() {
			names = append(names, t)
		}
	}
	return names
}

// functions are the exported functions and methods, those of interfaces
// included. A method of an embedded type counts there, if that is exported.
func (p *Package) functions() []function {
	var list []function
	for _, name := range p.types.Scope().Names() {
		if f, ok := p.types.Scope().Lookup(name).(*types.Func); ok && f.Exported() {
			list = append(list, function{name: name, obj: f})
		}
	}
	for _, t := range p.typeNames() {
		of := t.Type()
		if !types.IsInterface(of) {
			of = types.NewPointer(of)
		}
		methods := types.NewMethodSet(of)
		for i := range methods.Len() {
			f := methods.At(i).Obj().(*types.Func).Origin()
			if owner := receiver(f); f.Exported() && f.Pkg() == p.types && (owner == nil || owner == t || !owner.Exported()) {
				list = append(list, function{name: t.Name() + "." + f.Name(), obj: f, of: t.Type()})
			}
		}
	}
	return list
}

// receiver is the type whose method f is.
func receiver(f *types.Func) *types.TypeName {
	recv := f.Signature().Recv()
	if recv == nil {
		return nil
	}
	t := types.Unalias(recv.Type())
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj()
	}
	return nil
}

// field is an exported field of an exported struct.
type field struct {
	name string // such as "Upload.Progress"
	obj  *types.Var
}

func (p *Package) fields() []field {
	var list []field
	for _, t := range p.typeNames() {
		s, ok := t.Type().Underlying().(*types.Struct)
		if !ok {
			continue
		}
		for f := range s.Fields() {
			if f.Exported() {
				list = append(list, field{name: t.Name() + "." + f.Name(), obj: f})
			}
		}
	}
	return list
}

// inside calls visit with a type and everything that it is made of, but not
// with what a type that has a name is made of.
func inside(t types.Type, visit func(types.Type)) {
	t = types.Unalias(t)
	visit(t)
	switch t := t.(type) {
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		if m, ok := t.(*types.Map); ok {
			inside(m.Key(), visit)
		}
		inside(t.Elem(), visit)
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			inside(arg, visit)
		}
	case *types.Struct:
		for f := range t.Fields() {
			inside(f.Type(), visit)
		}
	case *types.Signature:
		for _, tuple := range []*types.Tuple{t.Params(), t.Results()} {
			for v := range tuple.Variables() {
				inside(v.Type(), visit)
			}
		}
	}
}

// surface is a part of the API that has a type: a field, a parameter, a
// result, a variable, or what an exported type is.
type surface struct {
	name string
	obj  types.Object
	of   types.Type
}

func (p *Package) surfaces() []surface {
	var list []surface
	for _, f := range p.functions() {
		list = append(list, surface{name: f.name, obj: f.obj, of: f.signature()})
	}
	for _, f := range p.fields() {
		list = append(list, surface{name: f.name, obj: f.obj, of: f.obj.Type()})
	}
	for _, name := range p.types.Scope().Names() {
		switch obj := p.types.Scope().Lookup(name).(type) {
		case *types.TypeName:
			under := obj.Type().Underlying()
			_, isStruct := under.(*types.Struct) // whose fields are there already
			if obj.Exported() && !isStruct && !types.IsInterface(under) {
				list = append(list, surface{name: name, obj: obj, of: under})
			}
		case *types.Var:
			if obj.Exported() {
				list = append(list, surface{name: name, obj: obj, of: obj.Type()})
			}
		}
	}
	return list
}

// isNamed reports whether t is the named type of a package.
func isNamed(t types.Type, path string, names ...string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path && slices.Contains(names, named.Obj().Name())
}
