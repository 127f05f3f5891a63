package apicheck

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strconv"
	"strings"
)

// endpoint is how a doc comment names one, such as "GET Account/{id}".
var endpoint = regexp.MustCompile(`\b(GET|POST|PUT|PATCH|DELETE) ([A-Z{]\S*|on the API's own address)`)

// place is a path alone, as the comments of methods that return a list have it.
var place = regexp.MustCompile(`\b[A-Z][A-Za-z]*/\{id\}/`)

// Endpoints finds what sends a request and whose doc comment does not name the
// endpoint, or names another one than the code does, and what returns one of
// the given lists and does not name it either.
func Endpoints(p *Package, sender string, lists ...string) []Finding {
	docs, bodies := p.comments(), p.bodies()
	var findings []Finding
	for _, f := range p.calls(sender) {
		if !endpoint.MatchString(docs[f.obj]) {
			findings = append(findings, p.finding(f.name, f.obj, "does not name the endpoint"))
			continue
		}
		for _, called := range p.patterns(bodies[f.obj]) {
			if !names(docs[f.obj], called) {
				findings = append(findings, p.finding(f.name, f.obj, "does not name the endpoint %s", called))
			}
		}
	}
	for _, f := range p.functions() {
		for v := range f.signature().Results().Variables() {
			pointer, ok := types.Unalias(v.Type()).(*types.Pointer)
			if ok && isNamed(pointer.Elem(), p.types.Path(), lists...) && !endpoint.MatchString(docs[f.obj]) && !place.MatchString(docs[f.obj]) {
				findings = append(findings, p.finding(f.name, f.obj, "does not name the endpoint of the list"))
			}
		}
	}
	return findings
}

func (p *Package) bodies() map[*types.Func]*ast.BlockStmt {
	bodies := make(map[*types.Func]*ast.BlockStmt)
	for _, file := range p.files {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				bodies[p.info.Defs[f.Name].(*types.Func)] = f.Body
			}
		}
	}
	return bodies
}

// patterns are the methods and patterns that a function itself gives to
// newRequest, such as "GET Account/{id}".
func (p *Package) patterns(body *ast.BlockStmt) []string {
	var list []string
	if body == nil {
		return nil
	}
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fun, ok := call.Fun.(*ast.Ident)
		if !ok || fun.Name != "newRequest" || len(call.Args) < 3 {
			return true
		}
		method, isSelector := call.Args[1].(*ast.SelectorExpr)
		pattern, isLiteral := call.Args[2].(*ast.BasicLit)
		if !isSelector || !isLiteral || pattern.Kind != token.STRING {
			return true
		}
		verb, ofHTTP := strings.CutPrefix(method.Sel.Name, "Method") // else it is an option of the client
		if text, err := strconv.Unquote(pattern.Value); err == nil && text != "" && ofHTTP {
			list = append(list, strings.ToUpper(verb)+" "+text)
		}
		return true
	})
	return list
}

// names reports whether a comment names an endpoint. What is a parameter of
// the path may be something in particular there, such as an entity type.
func names(doc, called string) bool {
	method, pattern, _ := strings.Cut(called, " ")
	segments := strings.Split(pattern, "/")
	for _, found := range endpoint.FindAllStringSubmatch(doc, -1) {
		path, _, _ := strings.Cut(found[2], "?")
		told := strings.Split(strings.TrimRight(path, ".,:;"), "/")
		same := found[1] == method && len(told) == len(segments)
		for i := range segments {
			same = same && (strings.HasPrefix(segments[i], "{") || segments[i] == told[i])
		}
		if same {
			return true
		}
	}
	return false
}
