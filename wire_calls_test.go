package espo_test

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo"
)

// replayed is a call of the SDK's own method for a route.
type replayed struct {
	c    *espo.Client
	ctx  context.Context
	path []string // the segments that a route's * stands for
	e    *recorded
}

// outcome is what a method returned; values are compared with what was
// recorded in their place.
type outcome struct {
	value    any            // nil when there is nothing to compare
	recorded jsontext.Value // what value must not have lost anything of
	exact    bool           // null, false and the like count too
	err      error
}

type wireRoute struct {
	route string // METHOD and path, with * for any segment
	call  func(replayed) []outcome
}

// whole is the outcome of a method whose value stands for the whole body.
func (r replayed) whole(value any, err error) []outcome {
	return []outcome{{value: value, recorded: jsontext.Value(r.e.Response.Body), err: err}}
}

func done(err error) []outcome { return []outcome{{err: err}} }

func typedOnly[T any](_ T, err error) []outcome { return done(err) }

func listed[T any](r replayed, page espo.Page[T], err error) outcome {
	return outcome{value: page.Records, recorded: r.e.member("list"), err: err}
}

// recordCalls are the calls of an entity type with T.
type recordCalls struct {
	list, get, create, update func(r replayed, entityType string) outcome
	related                   func(r replayed) outcome
}

func callsOf[T any]() recordCalls {
	var zero T
	_, exact := any(zero).(espo.Record)
	record := func(r replayed, value T, err error) outcome {
		return outcome{value: value, recorded: jsontext.Value(r.e.Response.Body), exact: exact, err: err}
	}
	list := func(r replayed, page espo.Page[T], err error) outcome {
		o := listed(r, page, err)
		o.exact = exact
		return o
	}
	return recordCalls{
		list: func(r replayed, t string) outcome {
			page, err := espo.Records[T](r.c, t).List(r.ctx, espo.Query{})
			return list(r, page, err)
		},
		get: func(r replayed, t string) outcome {
			v, err := espo.Records[T](r.c, t).Get(r.ctx, r.path[1])
			return record(r, v, err)
		},
		create: func(r replayed, t string) outcome {
			v, err := espo.Records[T](r.c, t).Create(r.ctx, zero)
			return record(r, v, err)
		},
		update: func(r replayed, t string) outcome {
			v, err := espo.Records[T](r.c, t).Update(r.ctx, r.path[1], espo.Attrs{"name": "x"})
			return record(r, v, err)
		},
		related: func(r replayed) outcome {
			page, err := espo.Related[T](r.c, r.ref(), r.path[2]).List(r.ctx, espo.Query{})
			return list(r, page, err)
		},
	}
}

// each makes the call with a Record and, where there is one, with the type.
func each(entityType string, call func(recordCalls) outcome) []outcome {
	outcomes := []outcome{call(dynamicCalls)}
	if typed, ok := typedCalls[entityType]; ok {
		outcomes = append(outcomes, call(typed))
	}
	return outcomes
}

func (r replayed) ref() espo.Ref { return espo.Ref{Type: r.path[0], ID: r.path[1]} }

func (r replayed) feed(f *espo.Feed) []outcome {
	page, err := f.List(r.ctx, espo.FeedQuery{})
	return []outcome{{value: page.Records, recorded: r.e.member("list"), err: err}}
}

func (r replayed) ids() []string {
	var body struct {
		ID  string   `json:"id"`
		IDs []string `json:"ids"`
	}
	_ = json.Unmarshal(r.e.Request.Body, &body)
	if body.ID != "" {
		return []string{body.ID}
	}
	if len(body.IDs) == 0 {
		return []string{"1"}
	}
	return body.IDs
}

// wireRoutes are the SDK's methods by route; the first that matches counts.
var wireRoutes = []wireRoute{
	{"GET App/user", func(r replayed) []outcome { return typedOnly(r.c.App.CurrentUser(r.ctx)) }},
	{"GET Settings", func(r replayed) []outcome { return typedOnly(r.c.App.Settings(r.ctx)) }},
	{"POST Admin/rebuild", func(r replayed) []outcome { return done(r.c.Admin.Rebuild(r.ctx)) }},
	{"GET EmailAddress/search", func(r replayed) []outcome { return typedOnly(r.c.Emails.SearchAddresses(r.ctx, "acme", 3)) }},
	{"GET I18n", func(r replayed) []outcome { return r.whole(r.c.I18n.Labels(r.ctx)) }},
	{"GET CurrencyRate", func(r replayed) []outcome { return r.whole(r.c.CurrencyRates.Get(r.ctx)) }},
	{"PUT CurrencyRate", func(r replayed) []outcome {
		return done(r.c.CurrencyRates.Set(r.ctx, map[string]espo.Number{"EUR": "1.11"}))
	}},
	{"GET Metadata", func(r replayed) []outcome {
		var out any
		query, _ := url.ParseQuery(r.e.Request.Query)
		return done(r.c.Metadata.Get(r.ctx, query.Get("key"), &out))
	}},
	{"GET GlobalSearch", func(r replayed) []outcome {
		page, err := r.c.GlobalSearch.Search("Needle").List(r.ctx, espo.Paging{})
		return []outcome{listed(r, page, err)}
	}},
	{"GET Notification", func(r replayed) []outcome {
		page, err := r.c.Notifications.List(r.ctx, espo.Query{})
		return []outcome{listed(r, page, err)}
	}},
	{"POST MassAction", func(r replayed) []outcome {
		return typedOnly(r.c.MassActions.Run(r.ctx, espo.MassAction{Name: "update", Data: espo.Attrs{"name": "x"}}, espo.ByIDs("Account", "1"), espo.MassOptions{}))
	}},
	{"GET MassAction/*/status", func(r replayed) []outcome { return typedOnly(r.c.MassActions.Status(r.ctx, r.path[0])) }},
	{"POST Export", func(r replayed) []outcome {
		return typedOnly(r.c.Exports.Start(r.ctx, espo.ByIDs("Account", "1"), espo.ExportOptions{}))
	}},
	{"POST Import/file", func(r replayed) []outcome {
		return typedOnly(r.c.Imports.UploadCSV(r.ctx, strings.NewReader("name\n")))
	}},
	{"POST Import", func(r replayed) []outcome {
		return typedOnly(r.c.Imports.Run(r.ctx, espo.ImportOptions{EntityType: "Account", AttachmentID: "1", Columns: []string{"name"}}))
	}},
	{"GET Import/*", func(r replayed) []outcome { return r.whole(r.c.Imports.Get(r.ctx, r.path[0])) }},
	{"POST Import/*/revert", func(r replayed) []outcome { return done(r.c.Imports.Revert(r.ctx, r.path[0])) }},
	{"GET Import/*/errors", func(r replayed) []outcome {
		page, err := r.c.Imports.Errors(r.path[0]).List(r.ctx, espo.Query{})
		return []outcome{listed(r, page, err)}
	}},
	{"POST Lead/action/getConvertAttributes", func(r replayed) []outcome {
		into, err := r.c.Leads.ConvertAttributes(r.ctx, "1")
		return r.whole(into.Records, err)
	}},
	{"POST Lead/action/convert", func(r replayed) []outcome {
		return r.whole(r.c.Leads.Convert(r.ctx, "1", espo.LeadConversion{Records: map[string]espo.Attrs{"Account": {"name": "x"}}}))
	}},
	{"GET Kanban/*", func(r replayed) []outcome {
		board, err := r.c.Records(r.path[0]).Kanban(r.ctx, espo.Query{})
		return typedOnly(board, err)
	}},
	{"GET Activities/upcoming", func(r replayed) []outcome {
		page, err := r.c.Activities.Upcoming(espo.UpcomingQuery{}).List(r.ctx, espo.Paging{})
		return []outcome{listed(r, page, err)}
	}},
	{"GET Activities/*/*/*", func(r replayed) []outcome {
		page, err := r.c.Activities.Of(r.ref(), espo.ActivityQuery{Kind: espo.ActivityKind(r.path[2])}).List(r.ctx, espo.Paging{})
		return []outcome{listed(r, page, err)}
	}},
	{"GET Meeting/*/attendees", func(r replayed) []outcome {
		return typedOnly(r.c.Activities.Attendees(r.ctx, espo.Ref{Type: "Meeting", ID: r.path[0]}))
	}},
	{"GET Attachment/file/*", func(r replayed) []outcome {
		var got bytes.Buffer
		_, err := r.c.Attachments.DownloadTo(r.ctx, r.path[0], &got)
		if err == nil && !bytes.Equal(got.Bytes(), r.e.Response.Bytes()) {
			err = fmt.Errorf("downloaded %q", got.String())
		}
		return done(err)
	}},
	{"GET Stream", func(r replayed) []outcome { return r.feed(r.c.Stream.Mine()) }},
	{"GET GlobalStream", func(r replayed) []outcome { return r.feed(r.c.Stream.Global()) }},
	{"GET */*/stream", func(r replayed) []outcome { return r.feed(r.c.Stream.Of(r.ref())) }},
	{"GET */*/posts", func(r replayed) []outcome { return r.feed(r.c.Stream.Posts(r.ref())) }},
	{"GET */*/updateStream", func(r replayed) []outcome { return r.feed(r.c.Stream.Updates(r.ref())) }},
	{"GET */*/streamAttachments", func(r replayed) []outcome {
		page, err := r.c.Stream.Attachments(r.ref()).List(r.ctx, espo.Query{})
		return []outcome{listed(r, page, err)}
	}},
	{"GET */*/followers", func(r replayed) []outcome {
		page, err := r.c.Stream.Followers(r.ref()).List(r.ctx, espo.Query{})
		return []outcome{listed(r, page, err)}
	}},
	{"POST */*/followers", func(r replayed) []outcome { return done(r.c.Stream.AddFollowers(r.ctx, r.ref(), r.ids())) }},
	{"DELETE */*/followers", func(r replayed) []outcome { return done(r.c.Stream.RemoveFollowers(r.ctx, r.ref(), r.ids())) }},
	{"PUT */*/subscription", func(r replayed) []outcome { return done(r.c.Stream.Follow(r.ctx, r.ref())) }},
	{"DELETE */*/subscription", func(r replayed) []outcome { return done(r.c.Stream.Unfollow(r.ctx, r.ref())) }},
	{"PUT */*/starSubscription", func(r replayed) []outcome { return done(r.c.Stream.Star(r.ctx, r.ref())) }},
	{"DELETE */*/starSubscription", func(r replayed) []outcome { return done(r.c.Stream.Unstar(r.ctx, r.ref())) }},
	{"POST Note", func(r replayed) []outcome {
		return r.whole(r.c.Stream.Post(r.ctx, espo.Ref{Type: "Account", ID: "1"}, "Hello"))
	}},
	{"PUT Note/*", func(r replayed) []outcome { return r.whole(r.c.Notes.SetText(r.ctx, r.path[0], "Hello")) }},
	{"DELETE Note/*", func(r replayed) []outcome { return done(r.c.Notes.Delete(r.ctx, r.path[0])) }},
	{"POST Note/*/pin", func(r replayed) []outcome { return done(r.c.Notes.Pin(r.ctx, r.path[0])) }},
	{"DELETE Note/*/pin", func(r replayed) []outcome { return done(r.c.Notes.Unpin(r.ctx, r.path[0])) }},
	{"POST Note/*/myReactions/*", func(r replayed) []outcome { return done(r.c.Notes.React(r.ctx, r.path[0], espo.Reaction(r.path[1]))) }},
	{"DELETE Note/*/myReactions/*", func(r replayed) []outcome { return done(r.c.Notes.Unreact(r.ctx, r.path[0], espo.Reaction(r.path[1]))) }},
	{"GET Note/*/reactors/*", func(r replayed) []outcome {
		page, err := r.c.Notes.Reactors(r.path[0], espo.Reaction(r.path[1])).List(r.ctx, espo.Paging{})
		return []outcome{listed(r, page, err)}
	}},

	{"GET *", func(r replayed) []outcome {
		return each(r.path[0], func(c recordCalls) outcome { return c.list(r, r.path[0]) })
	}},
	{"POST *", func(r replayed) []outcome {
		return each(r.path[0], func(c recordCalls) outcome { return c.create(r, r.path[0]) })
	}},
	{"GET */*", func(r replayed) []outcome {
		return each(r.path[0], func(c recordCalls) outcome { return c.get(r, r.path[0]) })
	}},
	{"PUT */*", func(r replayed) []outcome {
		return each(r.path[0], func(c recordCalls) outcome { return c.update(r, r.path[0]) })
	}},
	{"PATCH */*", func(r replayed) []outcome {
		return each(r.path[0], func(c recordCalls) outcome { return c.update(r, r.path[0]) })
	}},
	{"DELETE */*", func(r replayed) []outcome { return done(r.c.Records(r.path[0]).Delete(r.ctx, r.path[1])) }},
	{"GET */*/*", func(r replayed) []outcome {
		return each(linkedTypes[r.path[2]], func(c recordCalls) outcome { return c.related(r) })
	}},
	{"POST */*/*", func(r replayed) []outcome {
		return done(r.c.Related(r.ref(), r.path[2]).LinkMany(r.ctx, r.ids()))
	}},
	{"DELETE */*/*", func(r replayed) []outcome {
		return done(r.c.Related(r.ref(), r.path[2]).UnlinkMany(r.ctx, r.ids()))
	}},
}

// byDo are the routes without a method that makes exactly their request; they
// go through Client.Do.
var byDo = map[string]string{
	"POST App/destroyAuthToken": "Client.Logout, which needs a token: see TestLogout",
	"POST Attachment/chunk/*":   "a part of Attachments.Upload",
	"POST Account/action/nope":  "no such action",
	"POST Action":               "the action of the captures does not exist",
	"PATCH Account":             "no such method",
	"GET Activities/*/*/nope":   "no such kind",
	"GET Account/x/y/z/w":       "no such route",
}

func routeOf(method, path string) (wireRoute, []string, bool) {
	for _, rt := range wireRoutes {
		if got, ok := matchRoute(rt.route, method, path); ok {
			return rt, got, true
		}
	}
	return wireRoute{}, nil, false
}

func matchRoute(pattern, method, path string) ([]string, bool) {
	verb, want, _ := strings.Cut(pattern, " ")
	wants, segments := strings.Split(want, "/"), strings.Split(path, "/")
	if verb != method || len(wants) != len(segments) {
		return nil, false
	}
	var stars []string
	for i, w := range wants {
		s, err := url.PathUnescape(segments[i])
		if err != nil || w != "*" && w != s {
			return nil, false
		}
		if w == "*" {
			stars = append(stars, s)
		}
	}
	return stars, true
}
