package activities

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// How far Activities/upcoming looks ahead without a number, and always for tasks.
const (
	upcomingDays     = 1
	upcomingTaskDays = 7
)

// takesPart reports whether an activity is a user's. One that the user has declined
// is not.
func takesPart(c *crm.Call, r *store.Record, userID string) bool {
	if r.Entity.Links["users"] != nil {
		own := c.Store.ColumnsOf(r, "users", userID)
		return own != nil && own["status"] != "Declined"
	}
	return r.Str("assignedUserId") == userID
}

// Upcoming lists what a user has to do soon: GET Activities/upcoming.
func Upcoming(c *crm.Call) (any, *answer.Error) {
	query := c.Req.URL.Query()
	userID := cmp.Or(query.Get("userId"), c.User.Rec.ID)
	if err := mayPlan(c, userID); err != nil {
		return nil, err
	}
	offset, size, err := c.PageOf()
	if err != nil {
		return nil, err
	}
	days, convErr := strconv.Atoi(query.Get("futureDays"))
	if convErr != nil {
		days = upcomingDays
	}
	types := query["entityTypeList[]"]
	if len(types) == 0 {
		types = activityTypes
	}
	found := planned(c, types, func(r *store.Record) bool {
		return takesPart(c, r, userID) && c.Users[userID].May(rights.Read, r) && isUpcoming(c, r, days)
	})
	slices.SortStableFunc(found, inTurn)
	list := []answer.Object{}
	first, end := crm.PageBounds(offset, size, len(found))
	for _, r := range found[first:end] {
		list = append(list, append(c.Item(r, c.ListAttributes(r.Entity, where.Params{})), answer.Member{Name: "_scope", Value: r.Entity.Name}))
	}
	return answer.Object{{Name: "total", Value: int64(len(found))}, {Name: "list", Value: list}}, nil
}

// isUpcoming reports whether an event is today or soon, or a task open that has
// begun or is soon due.
func isUpcoming(c *crm.Call, r *store.Record, days int) bool {
	now := c.Store.Now().UTC()
	at := func(days int) string { return now.AddDate(0, 0, days).Format(time.DateTime) }
	start, end, status := r.Str("dateStart"), r.Str("dateEnd"), r.Str("status")
	tomorrow := now.AddDate(0, 0, 1).Format(time.DateOnly)
	if r.Entity.Name == "Task" {
		if slices.Contains([]string{"Completed", "Canceled", "Deferred"}, status) {
			return false
		}
		if start == "" {
			return end < at(upcomingTaskDays)
		}
		return start < max(tomorrow, at(days))
	}
	today := start >= now.Format(time.DateOnly) && start < tomorrow
	return slices.Contains(r.Entity.ActivityStatuses, status) && (today || end > at(0) && start != "" && start < at(days))
}

// inTurn compares activities by when they are due, those without an end last.
func inTurn(a, b *store.Record) int {
	due := func(r *store.Record) string {
		if r.Entity.Name == "Task" {
			return r.Str("dateEnd")
		}
		return r.Str("dateStart")
	}
	ends := func(r *store.Record) int { return store.BoolRank(php.Truthy(r.Get("dateEnd"))) }
	return cmp.Or(
		cmp.Compare(ends(b), ends(a)), cmp.Compare(due(a), due(b)), cmp.Compare(a.Str("dateStart"), b.Str("dateStart")),
		cmp.Compare(a.Str("dateEnd"), b.Str("dateEnd")), cmp.Compare(a.Str("name"), b.Str("name")),
	)
}
