package main

import (
	"cmp"
	"fmt"
	"go/constant"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// lines lists what a package exports: one line for each constant, variable,
// function, type, field and method, with its type.
func lines(pkg *types.Package) []string {
	l := lister{pkg: pkg}
	for _, name := range pkg.Scope().Names() {
		if obj := pkg.Scope().Lookup(name); obj.Exported() {
			l.object(obj)
		}
	}
	slices.SortFunc(l.out, func(a, b string) int {
		return cmp.Or(cmp.Compare(nameOf(a), nameOf(b)), cmp.Compare(a, b))
	})
	return l.out
}

var linePattern = regexp.MustCompile(`^\w+ \(?\*?(\w+)(?:\[[^\]]*\])?\)?(?:\.(\w+))?`)

// nameOf is what a line is about: Type, Type.Member, Function.
func nameOf(line string) string {
	m := linePattern.FindStringSubmatch(line)
	switch {
	case m == nil:
		return ""
	case m[2] != "" && (strings.HasPrefix(line, "field ") || strings.HasPrefix(line, "method ")):
		return m[1] + "." + m[2]
	}
	return m[1]
}

type lister struct {
	pkg *types.Package
	out []string
}

func (l *lister) add(format string, args ...any) { l.out = append(l.out, fmt.Sprintf(format, args...)) }

func (l *lister) object(obj types.Object) {
	switch obj := obj.(type) {
	case *types.Const:
		l.constant(obj)
	case *types.Var:
		l.add("var %s %s", obj.Name(), l.text(obj.Type()))
	case *types.Func:
		sig := obj.Signature()
		l.add("func %s%s%s", obj.Name(), l.typeParams(sig.TypeParams()), l.signature(sig))
	case *types.TypeName:
		if obj.IsAlias() {
			l.add("type %s = %s", obj.Name(), l.text(types.Unalias(obj.Type())))
			return
		}
		l.named(obj.Type().(*types.Named))
	}
}

func (l *lister) constant(c *types.Const) {
	if c.Name() == "Version" { // it changes with each release
		l.add("const Version")
		return
	}
	head, value := c.Name(), c.Val().ExactString()
	if b, ok := c.Type().(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
		head += " " + l.text(c.Type())
	}
	if c.Val().Kind() == constant.String {
		value = strconv.Quote(constant.StringVal(c.Val()))
	}
	l.add("const %s = %s", head, value)
}

func (l *lister) named(t *types.Named) {
	head := "type " + t.Obj().Name() + l.typeParams(t.TypeParams())
	self := t.Obj().Name()
	if params := t.TypeParams(); params.Len() > 0 {
		var names []string
		for p := range params.TypeParams() {
			names = append(names, p.Obj().Name())
		}
		self += "[" + strings.Join(names, ", ") + "]"
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		l.iface(head, self, u)
		return
	case *types.Struct:
		l.add("%s struct", head)
		l.fields(self, u)
	case *types.Signature:
		l.add("%s func%s", head, l.signature(u))
	default:
		l.add("%s %s", head, l.text(u))
	}
	l.methods(self, t)
}

// iface lists an interface. One that others can implement is a single line,
// since a method more breaks them. One with a method that is not exported is
// implemented here alone, and can grow.
func (l *lister) iface(head, self string, t *types.Interface) {
	var methods []string
	sealed := false
	for m := range t.Methods() {
		sealed = sealed || !m.Exported()
		methods = append(methods, m.Name()+l.signature(m.Signature()))
	}
	switch {
	case !t.IsMethodSet():
		l.add("%s %s", head, l.text(t))
	case !sealed && len(methods) == 0:
		l.add("%s interface {}", head)
	case !sealed:
		l.add("%s interface { %s }", head, strings.Join(methods, "; "))
	default:
		l.add("%s interface, sealed", head)
		for m := range t.Methods() {
			if m.Exported() {
				l.add("method %s.%s%s", self, m.Name(), l.signature(m.Signature()))
			}
		}
	}
}

// fields lists the exported fields of a struct. Those of an embedded type stand
// there, unless nobody can name that type.
func (l *lister) fields(self string, t *types.Struct) {
	for f := range t.Fields() {
		switch {
		case f.Exported() && f.Embedded():
			l.add("field %s.%s %s, embedded", self, f.Name(), l.text(f.Type()))
		case f.Exported():
			l.add("field %s.%s %s", self, f.Name(), l.text(f.Type()))
		case f.Embedded():
			if inner, ok := deref(f.Type()).Underlying().(*types.Struct); ok {
				l.fields(self, inner)
			}
		}
	}
}

// methods lists the exported methods of a type, and those that it has from an
// embedded type that nobody can name.
func (l *lister) methods(self string, t *types.Named) {
	value := types.NewMethodSet(t)
	for m := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		if !m.Obj().Exported() || embeddedExported(t, m.Index()) {
			continue
		}
		receiver := "(*" + self + ")"
		if value.Lookup(l.pkg, m.Obj().Name()) != nil {
			receiver = self
		}
		l.add("method %s.%s%s", receiver, m.Obj().Name(), l.signature(m.Type().(*types.Signature)))
	}
}

// embeddedExported reports whether a method is that of an embedded field which
// is listed itself. index is the path to the method.
func embeddedExported(t types.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		f := deref(t).Underlying().(*types.Struct).Field(i)
		if f.Exported() {
			return true
		}
		t = f.Type()
	}
	return false
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func (l *lister) text(t types.Type) string {
	if sig, ok := t.(*types.Signature); ok {
		return "func" + l.signature(sig)
	}
	return types.TypeString(t, func(p *types.Package) string {
		if p == l.pkg {
			return ""
		}
		return p.Name()
	})
}

// signature is the parameters and results without their names, which nobody
// depends on.
func (l *lister) signature(sig *types.Signature) string {
	params := l.tuple(sig.Params(), sig.Variadic())
	results := l.tuple(sig.Results(), false)
	switch sig.Results().Len() {
	case 0:
		return "(" + params + ")"
	case 1:
		return "(" + params + ") " + results
	}
	return "(" + params + ") (" + results + ")"
}

func (l *lister) tuple(vars *types.Tuple, variadic bool) string {
	var out []string
	for v := range vars.Variables() {
		out = append(out, l.text(v.Type()))
	}
	if variadic {
		last := vars.At(vars.Len() - 1).Type()
		out[len(out)-1] = "..." + l.text(last.(*types.Slice).Elem())
	}
	return strings.Join(out, ", ")
}

func (l *lister) typeParams(params *types.TypeParamList) string {
	if params.Len() == 0 {
		return ""
	}
	var out []string
	for p := range params.TypeParams() {
		out = append(out, p.Obj().Name()+" "+l.text(p.Constraint()))
	}
	return "[" + strings.Join(out, ", ") + "]"
}
