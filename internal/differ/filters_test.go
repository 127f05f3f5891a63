package differ

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/go-espo/espo"
)

// stock makes the records that filters, orders and selects are tried on.
func stock(r *run) {
	types := []any{"Customer", "Partner", "", nil, "Investor"}
	industries := []any{"Finance", nil, "Software", "Energy"}
	cities := []any{"Kyiv", "kyiv", "Lviv", nil, "", "Ünter", "München", "50% off", "under_score", `back\slash`}
	var accounts []string
	for i := range 20 {
		accounts = append(accounts, r.create(fmt.Sprintf("account.%02d", i), r.user, "Account", rec{
			"name": fmt.Sprintf("Stock %02d", i), "type": types[i%len(types)], "industry": industries[i%len(industries)],
			"billingAddressCity": cities[i%len(cities)], "sicCode": strconv.Itoa(i * 7 % 10), "website": []any{nil, "https://a.example", "b.example"}[i%3],
			"emailAddress": []any{nil, fmt.Sprintf("stock%d@differ.example", i)}[i%2], "phoneNumber": []any{fmt.Sprintf("+38044123450%d", i%10), nil, nil}[i%3],
			"assignedUserId": []any{nil, r.userID, r.limitedID}[i%3], "teamsIds": [][]string{{}, {r.teamID}}[i%2],
			"description": []any{nil, "a description of words", "other Words"}[i%3],
		}, espo.SkipDuplicateCheck()))
	}
	amounts := []any{100, 0, 2500.5, 1e6, -3, 99.99}
	for i := range 14 {
		r.create(fmt.Sprintf("opportunity.%02d", i), r.user, "Opportunity", rec{
			"name": fmt.Sprintf("Deal %02d", i), "amount": amounts[i%len(amounts)], "amountCurrency": []any{"USD", "EUR"}[i%2],
			"closeDate": r.day((i - 7) * 11), "stage": []any{"Prospecting", "Qualification", "Closed Won", "Closed Lost"}[i%4],
			"accountId": accounts[i%5], "assignedUserId": []any{nil, r.userID}[i%2],
		})
		r.create(fmt.Sprintf("contact.%02d", i), r.user, "Contact", rec{
			"firstName": []any{"Olena", nil, "Taras"}[i%3], "lastName": fmt.Sprintf("Person %02d", i), "accountId": []any{accounts[i%4], nil}[i%2],
			"doNotCall": i%3 == 0, "salutationName": []any{"Mr.", "Dr.", nil}[i%3], "title": []any{"Boss", nil}[i%2],
			"emailAddress": fmt.Sprintf("person%d@differ.example", i),
		}, espo.SkipDuplicateCheck())
	}
	for i := range 14 {
		r.create(fmt.Sprintf("meeting.%02d", i), r.user, "Meeting", rec{
			"name": fmt.Sprintf("Meet %02d", i), "dateStart": r.at((i-7)*5, "22:30:00"), "dateEnd": r.at((i-7)*5, "23:30:00"),
			"status": []any{"Planned", "Held", "Not Held"}[i%3], "assignedUserId": []any{r.userID, r.limitedID}[i%2],
			"parentType": "Account", "parentId": accounts[i%3],
		})
		task := rec{
			"name": fmt.Sprintf("Todo %02d", i), "status": []any{"Not Started", "Completed", "Deferred"}[i%3], "priority": []any{"Low", "Urgent", "Normal", "High"}[i%4],
			"assignedUserId": []any{nil, r.userID}[i%2],
		}
		switch i % 3 {
		case 0:
			task["dateEnd"] = r.at(i-7, "21:30:00")
		case 1:
			task["dateEndDate"] = r.day(i - 7)
		}
		r.create(fmt.Sprintf("task.%02d", i), r.user, "Task", task)
	}
	for i := range 8 {
		r.create(fmt.Sprintf("lead.%02d", i), r.user, "Lead", rec{
			"firstName": "Lead", "lastName": fmt.Sprintf("Number %02d", i), "status": []any{"New", "In Process", "Dead"}[i%3],
			"opportunityAmount": []any{nil, 50, 75.5}[i%3], "source": []any{"Call", "", nil}[i%3], "doNotCall": i%2 == 0,
		}, espo.SkipDuplicateCheck())
		r.create(fmt.Sprintf("case.%02d", i), r.user, "Case", rec{
			"name": fmt.Sprintf("Issue %02d", i), "status": []any{"New", "Closed", "Pending"}[i%3], "accountId": []any{accounts[1], nil}[i%2],
			"priority": []any{"Low", "Normal", "High", "Urgent"}[i%4],
		})
	}
}

// stockQuery is about the records of stock alone.
func stockQuery(entityType string, filters ...espo.Filter) espo.Query {
	prefix := map[string]string{
		"Account": "Stock ", "Opportunity": "Deal ", "Contact": "Person ", "Meeting": "Meet ", "Task": "Todo ", "Lead": "Number ", "Case": "Issue ",
	}[entityType]
	field := "name"
	if entityType == "Contact" || entityType == "Lead" {
		field = "lastName"
	}
	return espo.Query{Where: append(espo.Where(espo.StartsWith(field, prefix)), filters...), OrderBy: field, Order: espo.Asc, Select: []string{"name"}}
}

func (r *run) filter(name, entityType string, f espo.Filter) {
	r.t.Helper()
	r.list(name, r.user, entityType, stockQuery(entityType, f))
}

var textFilters = []struct {
	name string
	make func(attribute, value string) espo.Filter
}{
	{"equals", func(a, v string) espo.Filter { return espo.Equal(a, v) }},
	{"notEquals", func(a, v string) espo.Filter { return espo.NotEqual(a, v) }},
	{"contains", espo.Contains}, {"notContains", espo.NotContains}, {"startsWith", espo.StartsWith}, {"endsWith", espo.EndsWith},
	{"like", espo.Like}, {"notLike", espo.NotLike},
	{"greaterThan", func(a, v string) espo.Filter { return espo.GreaterThan(a, v) }},
	{"lessOrEquals", func(a, v string) espo.Filter { return espo.LessOrEqual(a, v) }},
	{"in", func(a, v string) espo.Filter { return espo.In(a, v, "Lviv") }},
	{"notIn", func(a, v string) espo.Filter { return espo.NotIn(a, v, "Lviv") }},
}

func textFilter(r *run) {
	texts := []struct{ name, text string }{
		{"plain", "Kyiv"}, {"lower", "kyiv"}, {"empty", ""}, {"umlaut", "munchen"}, {"percent", "50%"}, {"underscore", "under_"}, {"backslash", `k\s`},
		{"wild", "%v"}, {"quote", "'"}, {"space", " "},
	}
	for _, f := range textFilters {
		for _, v := range texts {
			r.filter(f.name+"."+v.name, "Account", f.make("billingAddressCity", v.text))
		}
	}
	for _, a := range []string{
		"name", "website", "type", "industry", "description", "emailAddress", "phoneNumber", "assignedUserId", "assignedUserName", "createdById", "teamsIds",
		"billingAddress", "createdAt", "deleted", "isFollowed", "noSuchAttribute", "campaignId", "emailAddressIsOptedOut", "account", "originalLeadId",
	} {
		for _, f := range []espo.Filter{
			espo.IsNull(a), espo.IsNotNull(a), espo.Equal(a, "Customer"), espo.NotEqual(a, "Customer"), espo.In(a, "Customer", "Finance"), espo.NotIn(a, "Customer"),
			espo.Contains(a, "zz"), espo.IsTrue(a), espo.IsFalse(a),
		} {
			r.filter("of."+a+"."+f.Type, "Account", f)
		}
	}
	r.filter("in.none", "Account", espo.In[string]("type"))
	r.filter("notIn.none", "Account", espo.NotIn[string]("type"))
	r.filter("between", "Account", espo.Between("name", "Stock 03", "Stock 05"))
	r.filter("equal.null", "Account", espo.Equal("type", nil))
	r.filter("equal.number", "Account", espo.Equal("sicCode", 7))
	r.filter("equal.list", "Account", espo.Equal("type", []string{"Customer", "Partner"}))
	r.filter("notEqual.list", "Account", espo.NotEqual("type", []string{"Customer", "Partner"}))
}

func numberFilter(r *run) {
	for _, a := range []string{"amount", "probability", "amountWeightedConverted", "amountConverted"} {
		for i, f := range []espo.Filter{
			espo.Equal(a, 100), espo.Equal(a, 0), espo.Equal(a, "100"), espo.Equal(a, "abc"), espo.NotEqual(a, 100), espo.GreaterThan(a, 99.99),
			espo.GreaterOrEqual(a, 99.99), espo.LessThan(a, 0), espo.LessOrEqual(a, 0), espo.Between(a, 0, 100), espo.Between(a, 100, 0), espo.In(a, 0, 10, 100),
			espo.NotIn(a, 0), espo.IsNull(a), espo.IsNotNull(a), espo.Equal(a, -3), espo.GreaterThan(a, 1e5), espo.GreaterThan(a, ""),
		} {
			r.filter(fmt.Sprintf("%s.%d.%s", a, i, f.Type), "Opportunity", f)
		}
	}
	for _, f := range []espo.Filter{
		espo.IsTrue("doNotCall"), espo.IsFalse("doNotCall"), espo.Equal("doNotCall", true), espo.Equal("doNotCall", false), espo.NotEqual("doNotCall", true),
		espo.Equal("doNotCall", 1), espo.IsNull("doNotCall"), espo.IsNotNull("doNotCall"),
	} {
		text, _ := json.Marshal(f)
		r.filter("bool."+string(text), "Contact", f)
	}
	for _, code := range []any{"USD", "EUR", "ZZZ", nil} {
		r.filter(fmt.Sprint("currency.", code), "Opportunity", espo.Equal("amountCurrency", code))
	}
}

func dayFilter(r *run) {
	day := espo.DateOf(r.base)
	periods := []espo.DayFilter{}
	of := func(a string) []espo.DayFilter {
		return append(periods,
			espo.On(a, day), espo.NotOn(a, day), espo.Before(a, day), espo.After(a, day), espo.BetweenDays(a, day.AddDays(-11), day.AddDays(11)),
			espo.Today(a), espo.Past(a), espo.Future(a), espo.LastSevenDays(a), espo.CurrentMonth(a), espo.LastMonth(a), espo.NextMonth(a),
			espo.CurrentQuarter(a), espo.LastQuarter(a), espo.CurrentYear(a), espo.LastYear(a), espo.CurrentFiscalYear(a), espo.LastFiscalYear(a),
			espo.CurrentFiscalQuarter(a), espo.LastFiscalQuarter(a), espo.LastDays(a, 5), espo.NextDays(a, 5), espo.OlderThanDays(a, 5), espo.AfterDays(a, 5),
			espo.LastDays(a, 0), espo.NextDays(a, 0),
		)
	}
	each := func(entityType, a, zone string) {
		for i, f := range of(a) {
			filter := f.Date()
			if zone != "" {
				filter = f.InZone(zone)
			}
			r.filter(fmt.Sprintf("%s.%s.%d.%s.%s", entityType, a, i, filter.Type, zone), entityType, filter)
		}
	}
	each("Opportunity", "closeDate", "")
	each("Meeting", "dateStart", "UTC")
	each("Meeting", "dateStart", "America/New_York")
	each("Meeting", "dateEnd", "Asia/Kolkata")
	each("Task", "dateEnd", "Europe/Kyiv")
}
