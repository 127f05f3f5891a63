package differ

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-espo/espo"
)

// lists are orders, selections, pages and the filters that entity types have.
func lists(r *run) {
	for _, row := range []struct {
		entityType string
		orders     string
		primary    string
		bool       string
	}{
		{"Account", "name type industry billingAddressCity billingAddress website sicCode assignedUser assignedUserId createdBy teams contacts emailAddress phoneNumber description noSuch campaign assignedUser.userName isStarred", "customers partners resellers recentlyCreated noSuch", "onlyMy onlyMyTeam followed noSuch shared"},
		{"Opportunity", "name amount amountConverted probability stage closeDate account accountId leadSource amountCurrency amountWeightedConverted lastStage contacts", "open won lost closed", "onlyMy"},
		{"Contact", "name firstName lastName salutationName account title doNotCall accountRole accounts addressCity", "portalUsers notPortalUsers accountActive", "onlyMy"},
		{"Meeting", "name dateStart dateEnd status parent parentId isAllDay duration users assignedUser", "planned held todays", "onlyMy"},
		{"Task", "name dateStart dateEnd dateEndDate status priority isOverdue parent dateCompleted", "actual completed actualStartingNotInFuture deferred todays overdue", "onlyMy"},
		{"Lead", "name status source opportunityAmount createdAccount industry doNotCall", "actual active converted", "onlyMy"},
		{"Case", "name status priority type account contact", "open closed", "onlyMy"},
	} {
		t := row.entityType
		for _, by := range strings.Fields(row.orders) {
			for _, order := range []espo.Order{espo.Asc, espo.Desc} {
				q := stockQuery(t)
				q.OrderBy, q.Order, q.MaxSize = by, order, 5
				r.list(fmt.Sprintf("%s.order.%s.%s", t, by, order), r.user, t, q)
			}
		}
		for _, f := range strings.Fields(row.primary) {
			q := stockQuery(t)
			q.PrimaryFilter = f
			r.list(fmt.Sprintf("%s.primary.%s", t, f), r.user, t, q)
		}
		for _, f := range strings.Fields(row.bool) {
			q := stockQuery(t)
			q.BoolFilters = []string{f}
			r.list(fmt.Sprintf("%s.bool.%s", t, f), r.user, t, q)
		}
		for i, text := range []string{"stock", "Stock 0", "Deal 1", "Meet", "person", "olena", "words", "differ.example", "stock1@differ.example", "*", "", "a*", "Lead Number", "%", `a\`, "12", "+3804412345", `"quoted"`} {
			q := stockQuery(t)
			q.TextFilter, q.MaxSize = text, 4
			r.list(fmt.Sprintf("%s.text.%d", t, i), r.user, t, q)
		}
		for i, s := range [][]string{
			{"id"}, {"name", "assignedUserId", "teamsIds"}, {"assignedUser"}, {"noSuch"}, {"description", "emailAddress", "phoneNumberData"},
			{"assignedUserName", "accountName", "parentName"}, {"billingAddress"}, {"createdByName", "createdBy"}, nil,
		} {
			q := stockQuery(t)
			q.Select, q.MaxSize = s, 3
			r.list(fmt.Sprintf("%s.select.%d", t, i), r.user, t, q)
		}
		for i, p := range []espo.Paging{{MaxSize: 2}, {MaxSize: 2, Offset: 3}, {Offset: 1000, MaxSize: 5}, {MaxSize: 200}, {MaxSize: 201}, {MaxSize: 1, Offset: 1}} {
			q := stockQuery(t)
			q.MaxSize, q.Offset = p.MaxSize, p.Offset
			r.list(fmt.Sprintf("%s.page.%d", t, i), r.user, t, q)
			q.NoTotal = true
			r.list(fmt.Sprintf("%s.page.untold.%d", t, i), r.user, t, q)
		}
		r.do(t+".count", func() (any, error) { return r.user.Records(t).Count(r.ctx, stockQuery(t)) })
		r.list(t+".limited", r.limited, t, stockQuery(t))
	}
	for i, text := range []string{"Stock 01", "olena", "Deal", "nothing at all", "person1@differ.example", "%"} {
		r.do(fmt.Sprintf("globalsearch.%d", i), func() (any, error) { return r.user.GlobalSearch.Search(text).List(r.ctx, espo.Paging{MaxSize: 5}) })
	}
}

// nested are random combinations of filters.
func nested(r *run) {
	var make func(depth int) espo.Filter
	leaf := []func() espo.Filter{
		func() espo.Filter { return espo.Equal("type", []any{"Customer", "Partner", "", nil}[r.rnd.IntN(4)]) },
		func() espo.Filter { return espo.In("industry", "Finance", "Energy") },
		func() espo.Filter { return espo.NotIn("type", "Customer") },
		func() espo.Filter {
			return espo.Contains("billingAddressCity", []string{"k", "v", "n", ""}[r.rnd.IntN(4)])
		},
		func() espo.Filter {
			return espo.IsNull([]string{"website", "type", "assignedUserId", "billingAddressCity"}[r.rnd.IntN(4)])
		},
		func() espo.Filter { return espo.IsNotNull([]string{"website", "type", "emailAddress"}[r.rnd.IntN(3)]) },
		func() espo.Filter { return espo.EndsWith("name", strconv.Itoa(r.rnd.IntN(10))) },
		func() espo.Filter { return espo.LinkedWith("teams", r.teamID) },
		func() espo.Filter { return espo.NotLinkedWith("teams", r.teamID) },
		func() espo.Filter { return espo.LinkedWith("assignedUser", r.userID, r.limitedID) },
		func() espo.Filter {
			return espo.IsLinked([]string{"opportunities", "contacts", "teams"}[r.rnd.IntN(3)])
		},
		func() espo.Filter {
			return espo.IsNotLinked([]string{"opportunities", "contacts", "teams"}[r.rnd.IntN(3)])
		},
		func() espo.Filter { return espo.GreaterThan("sicCode", strconv.Itoa(r.rnd.IntN(10))) },
		func() espo.Filter { return espo.IsUserFromTeams("assignedUser", r.teamID) },
		func() espo.Filter { return espo.LinkedWithAll("teams", r.teamID) },
	}
	make = func(depth int) espo.Filter {
		if depth == 0 || r.rnd.IntN(3) == 0 {
			return leaf[r.rnd.IntN(len(leaf))]()
		}
		parts := []espo.Filter{}
		for range 1 + r.rnd.IntN(3) {
			parts = append(parts, make(depth-1))
		}
		if r.rnd.IntN(2) == 0 {
			return espo.And(parts...)
		}
		return espo.Or(parts...)
	}
	for i := range 120 {
		r.filter(fmt.Sprintf("%03d", i), "Account", make(3))
	}
	for i, f := range []espo.Filter{
		espo.And(), espo.Or(), espo.LinkedWith("teams"), espo.LinkedWith("teams", missing), espo.LinkedWith("noSuch", missing), espo.IsLinked("noSuch"), espo.IsLinked("name"),
		espo.LinkedWith("contacts", missing), espo.NotLinkedWith("contacts", missing), espo.LinkedWithAll("contacts", missing), espo.IsUserFromTeams("assignedUser", missing),
		espo.IsUserFromTeams("teams", r.teamID), espo.InCategory("noSuch", missing), espo.ArrayAnyOf("type", "Customer"), espo.ArrayIsEmpty("type"), espo.ArrayAllOf("teamsIds", "a"),
		espo.Equal("assignedUser.userName", "x"), espo.Equal("contacts.lastName", "Person 00"), espo.CustomFilter(espo.Filter{Type: "noSuchType", Attribute: "name", Value: "x"}),
		espo.ArrayNoneOf("type", "x"), espo.ArrayIsNotEmpty("noSuch"), espo.Equal("name:", "x"), espo.Equal("UPPER:(name)", "STOCK 01"), espo.Ever("createdAt"),
	} {
		r.filter(fmt.Sprintf("odd.%02d.%s", i, f.Type), "Account", f)
		r.list(fmt.Sprintf("odd.admin.%02d.%s", i, f.Type), r.admin, "Account", stockQuery("Account", f))
	}
}
