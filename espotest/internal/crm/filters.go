package crm

import (
	"slices"
	"time"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// namedFilter returns the named filter of an entity type.
func namedFilter(c *Call, e *schema.EntityType, name string) (func(*store.Record) bool, *answer.Error) {
	if f := primaryFilters[e.Name+"."+name]; f != nil {
		return func(r *store.Record) bool { return f(c, r) }, nil
	}
	switch {
	case name == "followed" && e.Stream:
		return func(r *store.Record) bool { return r.FollowedBy(c.User.Rec.ID) }, nil
	case name == "starred" && e.Stars:
		return func(r *store.Record) bool { return r.StarredBy(c.User.Rec.ID) }, nil
	case e.Name == "Contact" && name == "accountActive":
		return nil, answer.ServerError() // it is there, but does not work
	case name == "all":
		return func(*store.Record) bool { return true }, nil
	}
	return nil, answer.BadRequest("No primary filter '%s' for '%s'.", name, e.Name)
}

// boolFilters returns the bool filters, of which one must hold.
func boolFilters(c *Call, e *schema.EntityType, names []string) (func(*store.Record) bool, *answer.Error) {
	var any []func(*store.Record) bool
	for _, name := range names {
		switch {
		case name == "":
			return nil, answer.ServerError()
		case name == "onlyMy":
			any = append(any, c.onlyMy)
		case name == "onlyMyTeam" && e.HasField("teams"):
			any = append(any, c.User.SharesTeam)
		case name == "followed" && e.Stream:
			any = append(any, func(r *store.Record) bool { return r.FollowedBy(c.User.Rec.ID) })
		case name == "starred" && e.Stars:
			any = append(any, func(r *store.Record) bool { return r.StarredBy(c.User.Rec.ID) })
		case name == "shared" && c.Has(release.SharedFilter):
			if e.HasField("collaborators") { // others are not asked for it
				any = append(any, func(r *store.Record) bool { return slices.Contains(c.Store.Linked(r, "collaborators"), c.User.Rec.ID) })
			}
		default:
			return nil, answer.BadRequest("No bool filter '%s' for '%s'.", name, e.Name)
		}
	}
	return func(r *store.Record) bool {
		return len(any) == 0 || slices.ContainsFunc(any, func(f func(*store.Record) bool) bool { return f(r) })
	}, nil
}

func (c *Call) onlyMy(r *store.Record) bool {
	id := c.User.Rec.ID
	switch {
	case r.Entity.Name == "User":
		return r.ID == id
	case r.Entity.HasField("users"):
		return slices.Contains(c.Store.Linked(r, "users"), id)
	case r.Entity.HasField("assignedUser"):
		return r.Str("assignedUserId") == id
	}
	return r.Str("createdById") == id
}

type primaryFilter func(c *Call, r *store.Record) bool

// primaryFilters by "EntityType.name".
var primaryFilters = map[string]primaryFilter{
	"Account.customers":       is("type", "Customer"),
	"Account.partners":        is("type", "Partner"),
	"Account.resellers":       is("type", "Reseller"),
	"Account.recentlyCreated": recentlyCreated,
	"Contact.portalUsers":     is("hasPortalUser", true),
	"Contact.notPortalUsers":  is("hasPortalUser", false),
	"Lead.actual":             isNot("status", "Converted", "Recycled", "Dead", "Canceled"),
	"Lead.active":             isNot("status", "Converted", "Recycled", "Dead", "Canceled"),
	"Lead.converted":          is("status", "Converted"),
	"Opportunity.open":        isNot("stage", "Closed Won", "Closed Lost"),
	"Opportunity.won":         is("stage", "Closed Won"),
	"Opportunity.lost":        is("stage", "Closed Lost"),
	"Case.open":               isNot("status", "Closed", "Rejected", "Duplicate"),
	"Case.closed":             is("status", "Closed"),
	"Meeting.planned":         is("status", "Planned"),
	"Meeting.held":            is("status", "Held"),
	"Meeting.todays":          today("dateStart"),
	"Call.planned":            is("status", "Planned"),
	"Call.held":               is("status", "Held"),
	"Call.todays":             today("dateStart"),
	"Task.actual":             isNot("status", "Completed", "Canceled", "Deferred"),
	"Task.actualStartingNotInFuture": func(c *Call, r *store.Record) bool {
		start := r.Str("dateStart")
		return isNot("status", "Completed", "Canceled", "Deferred")(c, r) && (start == "" || start <= c.Store.Timestamp())
	},
	"Task.completed": is("status", "Completed"),
	"Task.deferred":  is("status", "Deferred"),
	"Task.todays":    today("dateEnd"),
	"Task.overdue": func(c *Call, r *store.Record) bool {
		end := r.Str("dateEnd")
		return isNot("status", "Completed", "Canceled")(c, r) && end != "" && end < c.Store.Timestamp()
	},
	"Campaign.active":                is("status", "Active"),
	"Document.active":                is("status", "Active"),
	"Document.draft":                 is("status", "Draft"),
	"KnowledgeBaseArticle.published": is("status", "Published"),
	"User.active":                    userType("regular", "admin"),
	"User.activeApi":                 userType("api"),
	"User.activePortal":              userType("portal"),
}

func is(name string, values ...any) primaryFilter {
	return func(_ *Call, r *store.Record) bool { return slices.Contains(values, r.Get(name)) }
}

func isNot(name string, values ...any) primaryFilter {
	return func(_ *Call, r *store.Record) bool { return !slices.Contains(values, r.Get(name)) }
}

func userType(types ...any) primaryFilter {
	return func(_ *Call, r *store.Record) bool {
		return r.Get("isActive") == true && slices.Contains(types, r.Get("type"))
	}
}

func recentlyCreated(c *Call, r *store.Record) bool {
	from := c.Store.Now().UTC().AddDate(0, 0, -7).Format(time.DateTime)
	return r.Str("createdAt") >= from
}

// today matches a date-time on today's date in the server's time zone.
func today(name string) primaryFilter {
	return func(c *Call, r *store.Record) bool {
		loc := c.location()
		if day := r.Str(name + "Date"); day != "" {
			return day == c.Store.Now().In(loc).Format(time.DateOnly)
		}
		t, err := time.Parse(time.DateTime, r.Str(name))
		return err == nil && t.In(loc).Format(time.DateOnly) == c.Store.Now().In(loc).Format(time.DateOnly)
	}
}
