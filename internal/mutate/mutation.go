package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
)

// mutation is a small deliberate bug: a replacement of a text in the body of a
// function.
type mutation struct {
	name string
	file string
	find string // the text, which must be in the file exactly once
	with string // what replaces it
	what string // what is wrong then, in one line
}

// switchName is the environment variable that holds the name of the mutation
// that is switched on, and a variable of the package that is tested.
const (
	switchName = "ESPO_MUTATION"
	switchVar  = "activeMutation"
)

// mutated returns the contents of a file with the mutations in it, each of
// which changes nothing unless it is switched on.
func mutated(file string, src []byte, mutations []mutation) ([]byte, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	offset := func(pos token.Pos) int { return fset.Position(pos).Offset }
	variants := make(map[*ast.FuncDecl][]byte)
	for _, m := range mutations {
		at := bytes.Index(src, []byte(m.find))
		if n := bytes.Count(src, []byte(m.find)); n != 1 || m.find == "" {
			return nil, fmt.Errorf("%s: the text is %d times in %s, not once:\n%s", m.name, n, file, m.find)
		}
		fn := enclosing(parsed, offset, at, at+len(m.find))
		if fn == nil {
			return nil, fmt.Errorf("%s: the text is not in the body of a function", m.name)
		}
		start, end := offset(fn.Body.Lbrace)+1, offset(fn.Body.Rbrace)
		body := string(src[start:at]) + m.with + string(src[at+len(m.find):end])
		variants[fn] = append(variants[fn], variant(m, fset.Position(fn.Body.Lbrace).Line, resultsOf(fn, src, offset), body)...)
	}
	var out []byte
	written := 0
	for _, d := range parsed.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || variants[fn] == nil {
			continue
		}
		brace := offset(fn.Body.Lbrace) + 1
		out = append(out, src[written:brace]...)
		out = append(out, variants[fn]...)
		out = fmt.Appendf(out, "/*line %s:%d*/", file, fset.Position(fn.Body.Lbrace).Line)
		written = brace
	}
	return append(out, src[written:]...), nil
}

// variant is the code that does what the function does with the mutation, when
// that is switched on. The compiler names the mutation in its messages.
func variant(m mutation, line int, results, body string) []byte {
	call, end := "return ", "}"
	if results == "" {
		call, end = "", "; return }"
	}
	return fmt.Appendf(nil, "\nif %s == %q { %sfunc() %s {\n//line %s:%d\n%s\n}()%s\n",
		switchVar, m.name, call, results, mutationFile(m.name), line, body, end)
}

// mutationFile is how the compiler names the place of a mutation.
func mutationFile(name string) string { return "mutation-" + name }

// enclosing returns the function whose body holds a part of the file.
func enclosing(file *ast.File, offset func(token.Pos) int, from, to int) *ast.FuncDecl {
	for _, d := range file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && offset(fn.Body.Lbrace) < from && to <= offset(fn.Body.Rbrace) {
			return fn
		}
	}
	return nil
}

// resultsOf is the result list of a function as it is written.
func resultsOf(fn *ast.FuncDecl, src []byte, offset func(token.Pos) int) string {
	if fn.Type.Results == nil {
		return ""
	}
	return string(src[offset(fn.Type.Results.Pos()):offset(fn.Type.Results.End())])
}

// overlay writes copies of the mutated files into the folder dir, and returns
// what they replace there, as -overlay wants it.
func overlay(root, dir string, mutations []mutation) (map[string]string, error) {
	byFile := make(map[string][]mutation)
	for _, m := range mutations {
		byFile[m.file] = append(byFile[m.file], m)
	}
	replace := make(map[string]string)
	write := func(name string, contents []byte) error {
		replace[filepath.Join(root, name)] = filepath.Join(dir, name)
		return os.WriteFile(filepath.Join(dir, name), contents, 0o600)
	}
	var problems []error
	pkg := ""
	for file, list := range byFile {
		src, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", list[0].name, err))
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, src, parser.PackageClauseOnly)
		if err == nil {
			pkg = parsed.Name.Name
			src, err = mutated(file, src, list)
		}
		if err == nil {
			err = write(file, src)
		}
		problems = append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	source := fmt.Sprintf("package %s\n\nimport \"os\"\n\nvar %s = os.Getenv(%q)\n", pkg, switchVar, switchName)
	return replace, write("mutation_switch.go", []byte(source))
}

// table is every mutation.
var table = slices.Concat(sending, replies, authentication, lists, records, files, webhooks, input, calls, versions)
