package espotest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// Conflict makes the update of a record meet one of somebody else's, saved just
// before: the record has another version then, and the answer is 409 with the
// present values of what was sent. It happens to updates with X-Version-Number,
// of entity types with optimistic concurrency control, that would change
// something. To say what the other one saves, save it in a [Fault.Delay]
// instead.
type Conflict struct{ recordKind }

// Duplicate makes the creation of a record meet one of somebody else's, of the
// same record just before: that one exists then, and the answer is 409 with the
// likely duplicates. It happens to entity types with fields by which duplicates
// are found, when one of them is sent, and not with X-Skip-Duplicate-Check.
type Duplicate struct{ recordKind }

// Invalid makes the creation or the update of a record fail the validation: the
// answer is 400 with the field and the rule.
type Invalid struct {
	recordKind
	// Field is a field of the entity type, such as "emailAddress".
	Field string
	// Rule is what it breaks, such as "required" or "maxLength".
	Rule string
}

// recordKind is a kind that concerns what is done to one record.
type recordKind struct{}

func (recordKind) stage() crm.Stage { return crm.InHandler }

// target returns the entity type that a path begins with, or nil. It is for those
// who have the installation's lock.
func (s *Server) target(path []string) *schema.EntityType {
	return s.crm.Store.Types[controllerName(path[0])]
}

// types are the entity types as they are now, which nobody changes.
func (s *Server) types() map[string]*schema.EntityType {
	s.crm.Mu.RLock()
	defer s.crm.Mu.RUnlock()
	return s.crm.Store.Types
}

// hasTarget reports whether a path begins with an entity type.
func (s *Server) hasTarget(path []string) bool { return s.types()[controllerName(path[0])] != nil }

func updatesRecord(method string, path []string) bool {
	return (method == http.MethodPut || method == http.MethodPatch) && len(path) == 2
}

func createsRecord(method string, path []string) bool {
	return method == http.MethodPost && len(path) == 1
}

func writesRecord(method string, path []string) bool {
	return createsRecord(method, path) || updatesRecord(method, path)
}

func (Conflict) concerns(s *Server, method string, path []string) bool {
	return updatesRecord(method, path) && s.hasTarget(path)
}

func (Duplicate) concerns(s *Server, method string, path []string) bool {
	return createsRecord(method, path) && s.hasTarget(path)
}

func (Invalid) concerns(s *Server, method string, path []string) bool {
	return writesRecord(method, path) && s.hasTarget(path)
}

func (Conflict) check(s *Server, f *Fault) string {
	return s.checkTarget(f, "Conflict happens to the update of a record", updatesRecord, unguarded)
}

func (Duplicate) check(s *Server, f *Fault) string {
	return s.checkTarget(f, "Duplicate happens to the creation of a record", createsRecord, unchecked)
}

func (k Invalid) check(s *Server, f *Fault) string {
	if k.Field == "" || k.Rule == "" {
		return "Invalid needs a Field and a Rule"
	}
	return s.checkTarget(f, "Invalid happens to the creation and the update of a record", writesRecord, k.unknown)
}

// checkTarget says why no request that the fault matches is of those that fit,
// or why the entity type is none that can fail so, or "".
func (s *Server) checkTarget(f *Fault, rule string, fits func(string, []string) bool, impossible func(*schema.EntityType) string) string {
	path := strings.Split(f.Path, "/")
	shapes := [][]string{path}
	if f.Path == "" || strings.Contains(f.Path, "[") { // of any number of segments
		shapes = [][]string{{"*"}, {"*", "*"}}
	}
	if !slices.ContainsFunc(methods, func(method string) bool {
		return (f.Method == "" || f.Method == method) &&
			slices.ContainsFunc(shapes, func(path []string) bool { return fits(method, path) })
	}) {
		return fmt.Sprintf("%s: no request with Method %q and Path %q is one", rule, f.Method, f.Path)
	}
	if f.Path == "" || strings.ContainsAny(path[0], `*?[\`) {
		return ""
	}
	types := s.types()
	e := types[controllerName(path[0])]
	if e == nil {
		return fmt.Sprintf("there is no entity type %q%s", path[0], schema.Meant(path[0], slices.Collect(maps.Keys(types))))
	}
	return impossible(e)
}

// unguarded says why updates of the entity type meet no conflict, or "".
func unguarded(e *schema.EntityType) string {
	if e.OptimisticConcurrency {
		return ""
	}
	return e.Name + " has no optimistic concurrency control, without which nothing conflicts"
}

// unchecked says why creates of the entity type meet no duplicate, or "".
func unchecked(e *schema.EntityType) string {
	if len(e.DuplicateCheckFields) > 0 {
		return ""
	}
	return e.Name + " has no field by which duplicates are found"
}

// unknown says why records of the entity type cannot break the rule, or "".
func (k Invalid) unknown(e *schema.EntityType) string {
	if e.HasField(k.Field) {
		return ""
	}
	return fmt.Sprintf("%s has no field %q%s", e.Name, k.Field, schema.Meant(k.Field, e.FieldNames))
}

func (Conflict) handle(s *Server, c *crm.Call, rt *route) (any, *answer.Error) {
	path := segmentsOf(c.Path)
	e := s.target(path)
	c.Misfit = unguarded(e)
	if c.Misfit == "" && len(c.Req.Header.Values("X-Version-Number")) == 0 {
		c.Misfit = "the request has no X-Version-Number, without which EspoCRM compares no versions"
	}
	if c.Misfit != "" {
		return handle(c, rt)
	}
	if r := c.Store.Find(e.Name, path[1]); r != nil {
		r.Version++
		c.InternalCall().Modified(r)
	}
	return handleTo(c, "modified", rt, "the request sends what the record has already, which EspoCRM lets pass")
}

func (Duplicate) handle(s *Server, c *crm.Call, rt *route) (any, *answer.Error) {
	e := s.target(segmentsOf(c.Path))
	c.Misfit = unchecked(e)
	if c.Misfit == "" && c.Header("X-Skip-Duplicate-Check") == "true" {
		c.Misfit = "the request has X-Skip-Duplicate-Check, with which EspoCRM looks for no duplicates"
	}
	if c.Misfit != "" {
		return handle(c, rt)
	}
	// What cannot be created is refused when the request itself is handled.
	_, _, _ = c.InternalCall().Create(e, c.Data, true)
	return handleTo(c, "duplicate", rt, "the request sends nothing by which duplicates are found: "+strings.Join(e.DuplicateCheckFields, ", "))
}

func (k Invalid) handle(s *Server, c *crm.Call, rt *route) (any, *answer.Error) {
	e := s.target(segmentsOf(c.Path))
	if c.Misfit = k.unknown(e); c.Misfit != "" {
		return handle(c, rt)
	}
	c.Happened = true
	return nil, answer.Invalid(e.Name, k.Field, k.Rule)
}

// handleTo handles a request that should fail for the reason. otherwise is why
// it does not when it succeeds.
func handleTo(c *crm.Call, reason string, rt *route, otherwise string) (any, *answer.Error) {
	out, err := handle(c, rt)
	if err == nil {
		c.Misfit = otherwise
	} else {
		c.Happened = err.Reason == reason
	}
	return out, err
}
