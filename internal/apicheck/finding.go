package apicheck

import (
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
)

// Finding is something that breaks a rule.
type Finding struct {
	Name    string // what breaks it, such as "RecordService.Create"
	Problem string
	Where   token.Position
}

func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", filepath.Base(f.Where.Filename), f.Where.Line, f.Name, f.Problem)
}

func (p *Package) finding(name string, at types.Object, format string, args ...any) Finding {
	return Finding{Name: name, Problem: fmt.Sprintf(format, args...), Where: p.fset.Position(at.Pos())}
}

// Except returns the findings that have no reason by their name, and a
// complaint about each reason that is empty or that has no finding any more.
func Except(findings []Finding, reasons map[string]string) []string {
	var problems []string
	found := make(map[string]bool)
	for _, f := range findings {
		found[f.Name] = true
		if _, ok := reasons[f.Name]; !ok {
			problems = append(problems, f.String())
		}
	}
	for _, name := range slices.Sorted(maps.Keys(reasons)) {
		switch {
		case !found[name]:
			problems = append(problems, name+": an exception that is not needed")
		case reasons[name] == "":
			problems = append(problems, name+": an exception without a reason")
		}
	}
	return problems
}
