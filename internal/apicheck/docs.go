package apicheck

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"unicode"
)

// comments are the doc comments of what a package declares at its top, and of
// the methods of interfaces.
func (p *Package) comments() map[types.Object]string {
	docs := make(map[types.Object]string)
	add := func(name *ast.Ident, groups ...*ast.CommentGroup) {
		for _, g := range groups {
			if text := strings.TrimSpace(g.Text()); text != "" {
				docs[p.info.Defs[name]] = text
				return
			}
		}
	}
	for _, file := range p.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch d := n.(type) {
			case *ast.FuncDecl:
				add(d.Name, d.Doc)
				return false
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						add(s.Name, s.Doc, d.Doc)
					case *ast.ValueSpec:
						for _, name := range s.Names {
							add(name, s.Doc, s.Comment, d.Doc)
						}
					}
				}
			case *ast.InterfaceType:
				for _, m := range d.Methods.List {
					for _, name := range m.Names {
						add(name, m.Doc, m.Comment)
					}
				}
			}
			return true
		})
	}
	return docs
}

// known are methods that every Go programmer knows.
var known = []string{
	"Error", "Unwrap", "Is", "String", "Format", "GoString", "LogValue",
	"MarshalText", "UnmarshalText", "MarshalJSON", "UnmarshalJSON",
}

// Undocumented finds what is exported and has no doc comment, and types,
// functions and methods whose comment begins with another name.
func Undocumented(p *Package) []Finding {
	docs := p.comments()
	var findings []Finding
	complain := func(name string, obj types.Object, named bool) {
		switch doc := docs[obj]; {
		case doc == "":
			findings = append(findings, p.finding(name, obj, "has no doc comment"))
		case named && !begins(doc, obj.Name()):
			findings = append(findings, p.finding(name, obj, "has a doc comment that begins with another name"))
		}
	}
	for _, f := range p.functions() {
		if f.of == nil || docs[f.obj] != "" || !slices.Contains(known, f.obj.Name()) {
			complain(f.name, f.obj, true)
		}
	}
	for _, name := range p.types.Scope().Names() {
		switch obj := p.types.Scope().Lookup(name).(type) {
		case *types.Func: // which are there already
		case *types.TypeName:
			if obj.Exported() {
				complain(name, obj, true)
			}
		default:
			if obj.Exported() {
				complain(name, obj, false)
			}
		}
	}
	return findings
}

// begins reports whether a comment begins with a name, as Go has it.
func begins(doc, name string) bool {
	for _, article := range []string{"", "A ", "An ", "The "} {
		if rest, ok := strings.CutPrefix(doc, article+name); ok {
			return rest == "" || !unicode.IsLetter(rune(rest[0])) && !unicode.IsDigit(rune(rest[0]))
		}
	}
	return false
}
