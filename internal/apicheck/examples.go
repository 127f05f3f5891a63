package apicheck

import (
	"context"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// Examples are the names of a package that the bodies of its examples mention.
// An example whose output is not checked does not count, and neither does what a
// function mentions that it calls.
type Examples struct {
	names map[string]bool // such as "Collect", and "RecordService.Create" for a method that is called
}

// LoadExamples reads the example*_test.go in a directory, which make a package
// of their own: what an example needs must stand in one of them.
func LoadExamples(ctx context.Context, dir string) (*Examples, error) {
	p := &Package{fset: token.NewFileSet()}
	files, err := filepath.Glob(filepath.Join(dir, "example*_test.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		file, err := parser.ParseFile(p.fset, name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, file)
	}
	if err := p.check(ctx, dir); err != nil {
		return nil, err
	}
	return p.examples(), nil
}

// ParseExamples reads examples of one file, which has what they use in itself.
func ParseExamples(ctx context.Context, source string) (*Examples, error) {
	p, err := Parse(ctx, source)
	if err != nil {
		return nil, err
	}
	return p.examples(), nil
}

func (p *Package) examples() *Examples {
	of := strings.TrimSuffix(p.types.Name(), "_test")
	e := &Examples{names: make(map[string]bool)}
	for _, example := range doc.Examples(p.files...) {
		if example.Output == "" {
			continue
		}
		ast.Inspect(example.Code, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if obj := p.info.Uses[n]; obj != nil && obj.Pkg() != nil && obj.Pkg().Name() == of {
					e.names[nameOf(obj)] = true
				}
			case *ast.SelectorExpr:
				// The method of an embedded type counts for both types.
				if sel := p.info.Selections[n]; sel != nil && sel.Kind() == types.MethodVal {
					e.names[namedType(sel.Recv())+"."+n.Sel.Name] = true
				}
			}
			return true
		})
	}
	return e
}

// nameOf is the name of a thing, for a method with its type.
func nameOf(obj types.Object) string {
	f, ok := obj.(*types.Func)
	if !ok {
		return obj.Name()
	}
	if owner := receiver(f); owner != nil {
		return owner.Name() + "." + f.Name()
	}
	return f.Name()
}

// namedType is the name of a type or of what it points to.
func namedType(t types.Type) string {
	t = types.Unalias(t)
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}

// Shown finds what no example shows: functions, errors, and types that do
// something, such as services, of which no method is called.
func Shown(p *Package, e *Examples) []Finding {
	var findings []Finding
	for _, f := range p.functions() {
		if f.of == nil && !e.names[f.name] {
			findings = append(findings, p.finding(f.name, f.obj, "no example calls it"))
		}
	}
	for _, name := range p.types.Scope().Names() {
		obj := p.types.Scope().Lookup(name)
		if v, ok := obj.(*types.Var); ok && v.Exported() && !e.names[name] {
			findings = append(findings, p.finding(name, obj, "no example mentions it"))
		}
	}
	for _, t := range p.typeNames() {
		isError := strings.HasSuffix(t.Name(), "Error")
		switch methods := p.methodsOf(t); {
		case isError && !e.names[t.Name()]:
			findings = append(findings, p.finding(t.Name(), t, "no example mentions it"))
		case !isError && len(methods) > 0 && !slices.ContainsFunc(methods, func(m string) bool { return e.names[m] }):
			findings = append(findings, p.finding(t.Name(), t, "no example calls a method of it"))
		}
	}
	return findings
}

// ShownMethods finds the methods of types that no example calls.
func ShownMethods(p *Package, e *Examples, names ...string) []Finding {
	var findings []Finding
	for _, f := range p.functions() {
		if owner, _, ok := strings.Cut(f.name, "."); ok && slices.Contains(names, owner) && !e.names[f.name] {
			findings = append(findings, p.finding(f.name, f.obj, "no example calls it"))
		}
	}
	return findings
}

// byOthers are methods that other packages call, to print, log and store.
var byOthers = []string{
	"Error", "Is", "Unwrap", "Format", "GoString", "LogValue",
	"MarshalJSON", "MarshalJSONTo", "MarshalText", "UnmarshalJSON", "UnmarshalJSONFrom", "UnmarshalText",
}

// methodsOf are the methods that a user of a type calls, with those of
// embedded types.
func (p *Package) methodsOf(t *types.TypeName) []string {
	if types.IsInterface(t.Type()) {
		return nil // which the user implements
	}
	var list []string
	methods := types.NewMethodSet(types.NewPointer(t.Type()))
	for i := range methods.Len() {
		if m := methods.At(i).Obj(); m.Exported() && !slices.Contains(byOthers, m.Name()) {
			list = append(list, t.Name()+"."+m.Name())
		}
	}
	return list
}
