package espo

import (
	"cmp"
	"time"
)

// Filter is a condition of [Query]. Make one with the functions of this
// package, such as [Equal], [In] or [Or]. Those that count days, such as
// [Today], give a [DayFilter], which becomes a Filter by saying what kind of
// attribute it is about.
//
// Where records are read into a struct, a filter that does not fit the kind of
// the struct's field is an [InputError]: one by day that says Date for a
// [DateTime] or In for a [Date], and one that compares a DateTime with a day
// or a Date with a moment. Attributes that the struct does not name, and those
// of a [Record], cannot be checked so.
//
// A Filter is about attributes of the records that are listed. One about an
// attribute of a linked record, such as "account.industry", is refused by
// servers to everyone but administrators, with [ErrBadRequest] or
// [ErrForbidden], and so is such an order. It takes two steps: read the ids of
// the linked records, and filter by them:
//
//	var ids []string
//	farms := espo.Query{Where: espo.Where(espo.Equal("industry", "Agriculture")), Select: []string{"id"}}
//	for account, err := range client.Accounts.All(ctx, farms) {
//		if err != nil {
//			return err
//		}
//		ids = append(ids, account.ID)
//	}
//	opportunities := client.Opportunities.All(ctx, espo.Query{Where: espo.Where(espo.In("accountId", ids...))})
//
// Servers commonly accept a URL of 8 KB, which holds some hundred ids: with
// more of them, take several queries.
type Filter struct {
	Type      string `json:"type"`
	Attribute string `json:"attribute,omitzero"` // of the entity type, or a link for LinkedWith and its kin
	Value     any    `json:"value,omitzero"`     // as [Equal] says, or a list of such values, or filters; nil without one
	DateTime  bool   `json:"dateTime,omitzero"`  // the attribute is a date-time, compared by day in TimeZone
	TimeZone  string `json:"timeZone,omitzero"`  // such as "Europe/Kyiv"; only with DateTime

	custom  bool
	ofDate  bool   // a filter by day of an attribute that is a date
	problem string // known when the filter was made
}

// Where lists filters which must all hold.
func Where(filters ...Filter) []Filter { return filters }

// plain turns values of Go into what the wire has.
func plain(value any) any {
	switch v := value.(type) {
	case time.Time:
		return NewDateTime(v)
	case *time.Time:
		if v == nil {
			return nil
		}
		return NewDateTime(*v)
	}
	return value
}

func compare(kind, attribute string, value any) Filter {
	return Filter{Type: kind, Attribute: attribute, Value: plain(value)}
}

func list[V any](kind, attribute string, values []V) Filter {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = plain(v)
	}
	return Filter{Type: kind, Attribute: attribute, Value: out}
}

// Equal holds where the attribute equals value: a text, such as an option of
// an enum, a number, a boolean, a [Date], a [DateTime] or a [time.Time]. Text
// is compared without regard to case.
func Equal(attribute string, value any) Filter { return compare("equals", attribute, value) }

// NotEqual holds where the attribute has another value than this one. It does
// not hold where the attribute is null. value is as in [Equal].
func NotEqual(attribute string, value any) Filter { return compare("notEquals", attribute, value) }

// GreaterThan holds where the attribute is greater than value, which is as in
// [Equal].
func GreaterThan(attribute string, value any) Filter {
	return compare("greaterThan", attribute, value)
}

// GreaterOrEqual holds where the attribute is value or greater; value is as in
// [Equal].
func GreaterOrEqual(attribute string, value any) Filter {
	return compare("greaterThanOrEquals", attribute, value)
}

// LessThan holds where the attribute is less than value, which is as in
// [Equal].
func LessThan(attribute string, value any) Filter { return compare("lessThan", attribute, value) }

// LessOrEqual holds where the attribute is value or less; value is as in
// [Equal].
func LessOrEqual(attribute string, value any) Filter {
	return compare("lessThanOrEquals", attribute, value)
}

// Between holds from one value to another, both included: numbers, texts or
// moments. A number or moment from that is greater than to makes the query an
// [InputError]. For days there is [BetweenDays].
func Between[V cmp.Ordered | DateTime | time.Time](attribute string, from, to V) Filter {
	return list("between", attribute, []V{from, to})
}

// In holds where the attribute equals one of the values; without a value the
// query is an error.
func In[V any](attribute string, values ...V) Filter { return list("in", attribute, values) }

// NotIn holds where the attribute has another value than these. It does not
// hold where the attribute is null.
func NotIn[V any](attribute string, values ...V) Filter { return list("notIn", attribute, values) }

// IsNull holds where the attribute is null.
func IsNull(attribute string) Filter { return Filter{Type: "isNull", Attribute: attribute} }

// IsNotNull holds where the attribute is not null.
func IsNotNull(attribute string) Filter { return Filter{Type: "isNotNull", Attribute: attribute} }

// Ever holds where a date or a date-time is not null.
func Ever(attribute string) Filter { return Filter{Type: "ever", Attribute: attribute} }

// IsTrue holds where a boolean attribute is true.
func IsTrue(attribute string) Filter { return Filter{Type: "isTrue", Attribute: attribute} }

// IsFalse holds where a boolean attribute is false.
func IsFalse(attribute string) Filter { return Filter{Type: "isFalse", Attribute: attribute} }

// Contains holds where a text has part in it.
func Contains(attribute, part string) Filter { return compare("contains", attribute, part) }

// NotContains holds where a text does not have part in it.
func NotContains(attribute, part string) Filter { return compare("notContains", attribute, part) }

// StartsWith holds where a text begins with start.
func StartsWith(attribute, start string) Filter { return compare("startsWith", attribute, start) }

// EndsWith holds where a text ends with end.
func EndsWith(attribute, end string) Filter { return compare("endsWith", attribute, end) }

// Like holds where a text matches pattern, in which % stands for any text and
// _ for any character.
func Like(attribute, pattern string) Filter { return compare("like", attribute, pattern) }

// NotLike holds where a text does not match pattern.
func NotLike(attribute, pattern string) Filter { return compare("notLike", attribute, pattern) }

// And holds where all of the filters do.
func And(filters ...Filter) Filter { return Filter{Type: "and", Value: filters} }

// Or holds where at least one of the filters does.
func Or(filters ...Filter) Filter { return Filter{Type: "or", Value: filters} }

// CustomFilter is a filter of a type that an extension has added to the server.
// It is sent as it is. A type that every server has is an [InputError]: it has
// a function of its own.
//
//	espo.CustomFilter(espo.Filter{Type: "within", Attribute: "place", Value: "5km"})
func CustomFilter(f Filter) Filter {
	f.Value, f.custom = plain(f.Value), true
	return f
}

// LinkedWith holds where at least one of the records is linked through link.
func LinkedWith(link string, ids ...string) Filter { return list("linkedWith", link, ids) }

// LinkedWithAll holds where all of the records are linked through link.
func LinkedWithAll(link string, ids ...string) Filter { return list("linkedWithAll", link, ids) }

// NotLinkedWith holds where none of the records is linked through link.
func NotLinkedWith(link string, ids ...string) Filter { return list("notLinkedWith", link, ids) }

// IsLinked holds where any record is linked through link.
func IsLinked(link string) Filter { return Filter{Type: "isLinked", Attribute: link} }

// IsNotLinked holds where no record is linked through link.
func IsNotLinked(link string) Filter { return Filter{Type: "isNotLinked", Attribute: link} }

// IsUserFromTeams holds where the user of a link, such as assignedUser, is a
// member of one of the teams.
func IsUserFromTeams(link string, teamIDs ...string) Filter {
	return list("isUserFromTeams", link, teamIDs)
}

// InCategory holds where the record is in one of the categories, or in one
// below them. The link is one to a tree of categories, such as folder of a
// Document or categories of a KnowledgeBaseArticle.
func InCategory(link string, categoryIDs ...string) Filter {
	return list("inCategory", link, categoryIDs)
}

// ArrayAnyOf holds where a multi-enum or an array has one of the values.
func ArrayAnyOf(attribute string, values ...string) Filter {
	return list("arrayAnyOf", attribute, values)
}

// ArrayNoneOf holds where a multi-enum or an array has none of the values.
func ArrayNoneOf(attribute string, values ...string) Filter {
	return list("arrayNoneOf", attribute, values)
}

// ArrayAllOf holds where a multi-enum or an array has all of the values.
func ArrayAllOf(attribute string, values ...string) Filter {
	return list("arrayAllOf", attribute, values)
}

// ArrayIsEmpty holds where a multi-enum or an array has no value.
func ArrayIsEmpty(attribute string) Filter { return Filter{Type: "arrayIsEmpty", Attribute: attribute} }

// ArrayIsNotEmpty holds where a multi-enum or an array has a value.
func ArrayIsNotEmpty(attribute string) Filter {
	return Filter{Type: "arrayIsNotEmpty", Attribute: attribute}
}
