package gen

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Compare says in what the metadata has changed since a file was generated:
// it compares what two of them declare, old and now, and leaves out how it is
// written. Each line begins with the entity type.
func Compare(entityType string, old, now []byte) ([]string, error) {
	before, err := declared(old)
	if err != nil {
		return nil, err
	}
	after, err := declared(now)
	if err != nil {
		return nil, err
	}
	var changes []string
	say := func(what, format string, args ...any) {
		changes = append(changes, entityType+": "+what+" "+fmt.Sprintf(format, args...))
	}
	for _, d := range after {
		was, found := before.get(d.what)
		switch {
		case !found:
			say(d.what, "is new%s", d.shown())
		case was.typ != d.typ && was.typ != "" && d.typ != "": // else one of them is in what is embedded
			say(d.what, "was of type %s and is of type %s", was.typ, d.typ)
		case was.note != d.note:
			say(d.what, "was %q and is %q", was.note, d.note)
		}
	}
	for _, d := range before {
		if _, found := after.get(d.what); !found {
			say(d.what, "is gone")
		}
	}
	return changes, nil
}

// declaration is something that a generated file declares.
type declaration struct {
	what string // such as "attribute status"
	typ  string
	note string // what the metadata demands of it
}

func (d declaration) shown() string {
	switch {
	case d.typ == "":
		return ""
	case d.note == "":
		return ": " + d.typ
	}
	return ": " + d.typ + ", " + d.note
}

type declarations []declaration

func (list declarations) get(what string) (declaration, bool) {
	i := slices.IndexFunc(list, func(d declaration) bool { return d.what == what })
	if i < 0 {
		return declaration{}, false
	}
	return list[i], true
}

// add keeps the first of several declarations of the same thing: an attribute
// has a field and a constant.
func (list *declarations) add(d declaration) {
	if _, found := list.get(d.what); !found {
		*list = append(*list, d)
	}
}

// declared reads what a generated file declares.
func declared(source []byte) (declarations, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var list declarations
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			list.addMethod(decl)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					list.addStruct(spec)
				case *ast.ValueSpec:
					list.addConstant(decl.Doc.Text(), spec)
				}
			}
		}
	}
	return list, nil
}

// addStruct adds the attributes that the fields of a struct are.
func (list *declarations) addStruct(spec *ast.TypeSpec) {
	structure, ok := spec.Type.(*ast.StructType)
	if !ok {
		return // an enum, which its options tell
	}
	for _, f := range structure.Fields.List {
		if f.Tag == nil {
			list.add(declaration{what: "embedded type " + types.ExprString(f.Type)})
			continue
		}
		tag, _ := strconv.Unquote(f.Tag.Value)
		name, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		if name != "" {
			list.add(declaration{"attribute " + name, types.ExprString(f.Type), strings.TrimSpace(f.Comment.Text())})
		}
	}
}

// addConstant adds the option, attribute or link that a constant names.
func (list *declarations) addConstant(doc string, spec *ast.ValueSpec) {
	for _, value := range spec.Values {
		literal, ok := value.(*ast.BasicLit)
		if !ok {
			continue
		}
		name, _ := strconv.Unquote(literal.Value)
		switch {
		case spec.Type != nil:
			list.add(declaration{what: fmt.Sprintf("option %q of %s", name, types.ExprString(spec.Type))})
		case strings.HasPrefix(doc, "Links "):
			list.add(declaration{what: "link " + name})
		default:
			list.add(declaration{what: "attribute " + name})
		}
	}
}

// addMethod adds the records that a method of a service leads to.
func (list *declarations) addMethod(f *ast.FuncDecl) {
	if f.Recv == nil || f.Type.Results == nil || len(f.Type.Results.List) != 1 {
		return
	}
	typ := types.ExprString(f.Type.Results.List[0].Type)
	list.add(declaration{what: "method " + f.Name.Name, typ: typ})
}
