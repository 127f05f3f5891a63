package espo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestFilterForms(t *testing.T) {
	day := espo.NewDate(2026, 11, 24)
	moment := time.Date(2026, 11, 24, 10, 5, 0, 0, time.FixedZone("EET", 7200))
	toJSON, toPHP := encoder(t, espo.SearchJSON), encoder(t, espo.SearchPHP)
	for _, c := range []struct {
		filter espo.Filter
		json   string
		php    string // without the prefix where[0] of each part
	}{
		{espo.Equal("type", "Customer"), `{"type":"equals","attribute":"type","value":"Customer"}`, `[attribute]=type&[type]=equals&[value]=Customer`},
		{espo.Equal("n", 0), `{"type":"equals","attribute":"n","value":0}`, `[attribute]=n&[type]=equals&[value]=0`},
		{espo.Equal("b", false), `{"type":"equals","attribute":"b","value":false}`, `[attribute]=b&[type]=equals&[value]=0`},
		{espo.Equal("b", true), `{"type":"equals","attribute":"b","value":true}`, `[attribute]=b&[type]=equals&[value]=1`},
		{espo.Equal("s", ""), `{"type":"equals","attribute":"s","value":""}`, `[attribute]=s&[type]=equals&[value]=`},
		{espo.Equal("at", moment), `{"type":"equals","attribute":"at","value":"2026-11-24 08:05:00"}`, `[attribute]=at&[type]=equals&[value]=2026-11-24 08:05:00`},
		{espo.Equal("at", &moment), `{"type":"equals","attribute":"at","value":"2026-11-24 08:05:00"}`, `[attribute]=at&[type]=equals&[value]=2026-11-24 08:05:00`},
		{espo.Equal("sum", espo.Number("12345678901234567890.10")), `{"type":"equals","attribute":"sum","value":12345678901234567890.10}`, `[attribute]=sum&[type]=equals&[value]=12345678901234567890.10`},
		{espo.NotEqual("type", espo.AccountTypeCustomer), `{"type":"notEquals","attribute":"type","value":"Customer"}`, `[attribute]=type&[type]=notEquals&[value]=Customer`},
		{espo.GreaterThan("n", 1.5), `{"type":"greaterThan","attribute":"n","value":1.5}`, `[attribute]=n&[type]=greaterThan&[value]=1.5`},
		{espo.GreaterOrEqual("n", 1), `{"type":"greaterThanOrEquals","attribute":"n","value":1}`, `[attribute]=n&[type]=greaterThanOrEquals&[value]=1`},
		{espo.LessThan("n", -1), `{"type":"lessThan","attribute":"n","value":-1}`, `[attribute]=n&[type]=lessThan&[value]=-1`},
		{espo.LessOrEqual("n", 1), `{"type":"lessThanOrEquals","attribute":"n","value":1}`, `[attribute]=n&[type]=lessThanOrEquals&[value]=1`},
		{espo.In("type", "a", "b&c"), `{"type":"in","attribute":"type","value":["a","b&c"]}`, `[attribute]=type&[type]=in&[value][]=a&[value][]=b&c`},
		{espo.In("at", moment), `{"type":"in","attribute":"at","value":["2026-11-24 08:05:00"]}`, `[attribute]=at&[type]=in&[value][]=2026-11-24 08:05:00`},
		{espo.NotIn("n", 1, 2), `{"type":"notIn","attribute":"n","value":[1,2]}`, `[attribute]=n&[type]=notIn&[value][]=1&[value][]=2`},
		{espo.Contains("name", "a"), `{"type":"contains","attribute":"name","value":"a"}`, `[attribute]=name&[type]=contains&[value]=a`},
		{espo.NotContains("name", "a"), `{"type":"notContains","attribute":"name","value":"a"}`, `[attribute]=name&[type]=notContains&[value]=a`},
		{espo.StartsWith("name", "a"), `{"type":"startsWith","attribute":"name","value":"a"}`, `[attribute]=name&[type]=startsWith&[value]=a`},
		{espo.EndsWith("name", "a"), `{"type":"endsWith","attribute":"name","value":"a"}`, `[attribute]=name&[type]=endsWith&[value]=a`},
		{espo.Like("name", "a%_"), `{"type":"like","attribute":"name","value":"a%_"}`, `[attribute]=name&[type]=like&[value]=a%_`},
		{espo.NotLike("name", "ї"), `{"type":"notLike","attribute":"name","value":"ї"}`, `[attribute]=name&[type]=notLike&[value]=ї`},
		{espo.LinkedWith("teams", "1", "2"), `{"type":"linkedWith","attribute":"teams","value":["1","2"]}`, `[attribute]=teams&[type]=linkedWith&[value][]=1&[value][]=2`},
		{espo.LinkedWithAll("teams", "1"), `{"type":"linkedWithAll","attribute":"teams","value":["1"]}`, `[attribute]=teams&[type]=linkedWithAll&[value][]=1`},
		{espo.NotLinkedWith("teams", "1"), `{"type":"notLinkedWith","attribute":"teams","value":["1"]}`, `[attribute]=teams&[type]=notLinkedWith&[value][]=1`},
		{espo.IsUserFromTeams("assignedUser", "1"), `{"type":"isUserFromTeams","attribute":"assignedUser","value":["1"]}`, `[attribute]=assignedUser&[type]=isUserFromTeams&[value][]=1`},
		{espo.InCategory("folder", "1", "2"), `{"type":"inCategory","attribute":"folder","value":["1","2"]}`, `[attribute]=folder&[type]=inCategory&[value][]=1&[value][]=2`},
		{espo.ArrayAnyOf("tags", "a"), `{"type":"arrayAnyOf","attribute":"tags","value":["a"]}`, `[attribute]=tags&[type]=arrayAnyOf&[value][]=a`},
		{espo.ArrayNoneOf("tags", "a"), `{"type":"arrayNoneOf","attribute":"tags","value":["a"]}`, `[attribute]=tags&[type]=arrayNoneOf&[value][]=a`},
		{espo.ArrayAllOf("tags", "a"), `{"type":"arrayAllOf","attribute":"tags","value":["a"]}`, `[attribute]=tags&[type]=arrayAllOf&[value][]=a`},

		{espo.On("day", day).Date(), `{"type":"on","attribute":"day","value":"2026-11-24"}`, `[attribute]=day&[type]=on&[value]=2026-11-24`},
		{espo.NotOn("day", day).Date(), `{"type":"notOn","attribute":"day","value":"2026-11-24"}`, `[attribute]=day&[type]=notOn&[value]=2026-11-24`},
		{espo.Before("day", day).Date(), `{"type":"before","attribute":"day","value":"2026-11-24"}`, `[attribute]=day&[type]=before&[value]=2026-11-24`},
		{espo.After("day", day).Date(), `{"type":"after","attribute":"day","value":"2026-11-24"}`, `[attribute]=day&[type]=after&[value]=2026-11-24`},
		{espo.BetweenDays("day", day, day.AddDays(7)).Date(), `{"type":"between","attribute":"day","value":["2026-11-24","2026-12-01"]}`, `[attribute]=day&[type]=between&[value][]=2026-11-24&[value][]=2026-12-01`},
		{espo.Between("n", 1, 2), `{"type":"between","attribute":"n","value":[1,2]}`, `[attribute]=n&[type]=between&[value][]=1&[value][]=2`},
		{espo.LastDays("day", 0).Date(), `{"type":"lastXDays","attribute":"day","value":0}`, `[attribute]=day&[type]=lastXDays&[value]=0`},
		{espo.NextDays("day", 3).Date(), `{"type":"nextXDays","attribute":"day","value":3}`, `[attribute]=day&[type]=nextXDays&[value]=3`},
		{espo.OlderThanDays("day", 3).Date(), `{"type":"olderThanXDays","attribute":"day","value":3}`, `[attribute]=day&[type]=olderThanXDays&[value]=3`},
		{espo.AfterDays("day", 3).Date(), `{"type":"afterXDays","attribute":"day","value":3}`, `[attribute]=day&[type]=afterXDays&[value]=3`},
		{espo.On("at", day).InZone("Europe/Kyiv"), `{"type":"on","attribute":"at","value":"2026-11-24","dateTime":true,"timeZone":"Europe/Kyiv"}`,
			`[attribute]=at&[dateTime]=1&[timeZone]=Europe/Kyiv&[type]=on&[value]=2026-11-24`},
		{espo.Today("at").In(time.UTC), `{"type":"today","attribute":"at","dateTime":true,"timeZone":"UTC"}`, `[attribute]=at&[dateTime]=1&[timeZone]=UTC&[type]=today`},
		{espo.BetweenDays("at", day, day).InZone("UTC"), `{"type":"between","attribute":"at","value":["2026-11-24","2026-11-24"],"dateTime":true,"timeZone":"UTC"}`,
			`[attribute]=at&[dateTime]=1&[timeZone]=UTC&[type]=between&[value][]=2026-11-24&[value][]=2026-11-24`},
		{espo.NotOn("at", day).InZone("UTC"), `{"type":"or","value":[{"type":"before","attribute":"at","value":"2026-11-24","dateTime":true,"timeZone":"UTC"},{"type":"after","attribute":"at","value":"2026-11-24","dateTime":true,"timeZone":"UTC"}]}`,
			`[type]=or&[value][0][attribute]=at&[value][0][dateTime]=1&[value][0][timeZone]=UTC&[value][0][type]=before&[value][0][value]=2026-11-24&[value][1][attribute]=at&[value][1][dateTime]=1&[value][1][timeZone]=UTC&[value][1][type]=after&[value][1][value]=2026-11-24`},

		{espo.Or(espo.IsNull("a"), espo.And(espo.Equal("b", 1), espo.In("c", 2))),
			`{"type":"or","value":[{"type":"isNull","attribute":"a"},{"type":"and","value":[{"type":"equals","attribute":"b","value":1},{"type":"in","attribute":"c","value":[2]}]}]}`,
			`[type]=or&[value][0][attribute]=a&[value][0][type]=isNull&[value][1][type]=and&[value][1][value][0][attribute]=b&[value][1][value][0][type]=equals&[value][1][value][0][value]=1&[value][1][value][1][attribute]=c&[value][1][value][1][type]=in&[value][1][value][1][value][]=2`},
		{espo.CustomFilter(espo.Filter{Type: "within", Attribute: "place", Value: "5km"}), `{"type":"within","attribute":"place","value":"5km"}`, `[attribute]=place&[type]=within&[value]=5km`},
		{espo.CustomFilter(espo.Filter{Type: "mine"}), `{"type":"mine"}`, `[type]=mine`},
	} {
		query, _, err := toJSON(espo.Query{Where: espo.Where(c.filter)})
		require.NoError(t, err, c.json)
		assert.Equal(t, `searchParams={"where":[`+c.json+`]}`, readable(t, query))

		query, _, err = toPHP(espo.Query{Where: espo.Where(c.filter)})
		require.NoError(t, err, c.json)
		want := "where[0]" + strings.ReplaceAll(c.php, "&[", "&where[0][")
		assert.Equal(t, want, readable(t, query))
	}
}

// The filters that have no value, by type.
func TestFiltersWithoutValue(t *testing.T) {
	toJSON, toPHP := encoder(t, espo.SearchJSON), encoder(t, espo.SearchPHP)
	for kind, filter := range map[string]func(string) espo.Filter{
		"isNull": espo.IsNull, "isNotNull": espo.IsNotNull, "isTrue": espo.IsTrue, "isFalse": espo.IsFalse,
		"isLinked": espo.IsLinked, "isNotLinked": espo.IsNotLinked, "arrayIsEmpty": espo.ArrayIsEmpty, "arrayIsNotEmpty": espo.ArrayIsNotEmpty,
		"ever": espo.Ever,
	} {
		query, _, err := toJSON(espo.Query{Where: espo.Where(filter("a"))})
		require.NoError(t, err, kind)
		assert.Equal(t, `searchParams={"where":[{"type":"`+kind+`","attribute":"a"}]}`, readable(t, query))
		query, _, err = toPHP(espo.Query{Where: espo.Where(filter("a"))})
		require.NoError(t, err, kind)
		assert.Equal(t, `where[0][attribute]=a&where[0][type]=`+kind, readable(t, query))
	}
}

// What only JSON can say is an error in the other forms.
func TestCustomFilterInPHPForm(t *testing.T) {
	for _, value := range []any{espo.Attrs{"a": 1}, []any{[]any{1}}, []any{espo.Attrs{}}, []any{nil}} {
		q := espo.Query{Where: espo.Where(espo.CustomFilter(espo.Filter{Type: "within", Attribute: "place", Value: value}))}
		_, _, err := encoder(t, espo.SearchPHP)(q)
		assert.ErrorIs(t, err, espo.ErrInput)
		_, _, err = encoder(t, espo.SearchJSON)(q)
		assert.NoError(t, err)
	}
}
