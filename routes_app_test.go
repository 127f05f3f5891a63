package espo_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

var appRouteCalls = []routeCall{
	{"GET ", func(x *routeRun) error { return x.client.App.Ping(x.ctx) }, nil},
	{"GET App/user", func(x *routeRun) error { return failure(x.client.App.CurrentUser(x.ctx)) }, nil},
	{"POST App/destroyAuthToken", func(x *routeRun) error {
		c := x.srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword))
		return errors.Join(c.App.Ping(x.ctx), c.Logout(x.ctx))
	}, nil},
	{"GET App/about", func(x *routeRun) error { return failure(x.client.App.About(x.ctx)) }, nil},
	{"GET App/appParams", func(x *routeRun) error { return failure(x.client.App.Params(x.ctx)) }, nil},
	{"GET Metadata", func(x *routeRun) error {
		var scopes espo.Record
		return errors.Join(
			failure(x.client.Metadata.Full(x.ctx)),
			x.client.Metadata.Get(x.ctx, "scopes", &scopes),
			failure(x.client.Metadata.EntityTypes(x.ctx)),
			failure(x.client.Metadata.EntityType(x.ctx, "Account")),
			failure(x.client.Metadata.Field(x.ctx, "Account", "name")),
			failure(x.client.Metadata.Link(x.ctx, "Account", "contacts")),
			failure(x.client.Metadata.EnumOptions(x.ctx, "Lead", "status")),
		)
	}, nil},
	{"GET I18n", func(x *routeRun) error {
		return errors.Join(failure(x.client.I18n.Labels(x.ctx)), failure(x.client.I18n.DefaultLabels(x.ctx)))
	}, nil},
	{"GET Settings", func(x *routeRun) error {
		return errors.Join(failure(x.client.App.Settings(x.ctx)), failure(x.client.ServerVersion(x.ctx)))
	}, nil},
	{"PATCH Settings", func(x *routeRun) error {
		c := x.srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword), espo.WithUpdateMethod(http.MethodPatch))
		return failure(c.App.UpdateSettings(x.ctx, espo.Attrs{"timeZone": "UTC"}))
	}, nil},
	{"PUT Settings", func(x *routeRun) error {
		return failure(x.admin.App.UpdateSettings(x.ctx, espo.Attrs{"timeZone": "UTC"}))
	}, nil},

	{"GET Stream", func(x *routeRun) error { return readFeed(x.ctx, x.client.Stream.Mine()) }, nil},
	{"GET GlobalStream", func(x *routeRun) error { return readFeed(x.ctx, x.admin.Stream.Global()) }, nil},
	{"GET GlobalSearch", func(x *routeRun) error {
		return errors.Join(
			failure(x.client.GlobalSearch.Search("Acme").List(x.ctx, espo.Paging{})),
			failure(espo.Collect(x.client.GlobalSearch.Search("Acme").All(x.ctx))),
		)
	}, nil},

	{"POST LeadCapture/form/:id", func(x *routeRun) error {
		return failure(x.client.LeadCapture.SubmitForm(x.ctx, x.capturePoint().String("formId"), espo.FormSubmission{Lead: espo.Attrs{"lastName": "Koval"}}))
	}, nil},
	{"POST LeadCapture/:apiKey", func(x *routeRun) error {
		return x.client.LeadCapture.Submit(x.ctx, espo.Secret(x.capturePoint().String("apiKey")), espo.Attrs{"lastName": "Koval"})
	}, nil},
	{"OPTIONS LeadCapture/:apiKey", func(x *routeRun) error {
		return x.do("OPTIONS", "LeadCapture/"+x.capturePoint().String("apiKey"), nil)
	}, nil},

	{"POST :controller/action/:action", func(x *routeRun) error {
		lead := x.seed("Lead", espo.Attrs{"lastName": "Melnyk"})
		into, err := x.client.Leads.ConvertAttributes(x.ctx, lead)
		require.NoError(x.t, err)
		meeting := x.client.Meetings.Ref(x.meeting())
		list := x.seed("TargetList", espo.Attrs{"name": "News"})
		target := x.client.Contacts.Ref(x.contact())
		return errors.Join(
			failure(x.client.Leads.Convert(x.ctx, lead, espo.LeadConversion{Records: map[string]espo.Attrs{"Contact": into.Records["Contact"]}})),
			x.client.Activities.SetAcceptance(x.ctx, meeting, espo.AcceptanceAccepted),
			x.client.Notifications.MarkAllRead(x.ctx),
			failure(x.admin.LeadCapture.GenerateAPIKey(x.ctx, x.capturePoint().ID())),
			x.client.TargetLists.OptOut(x.ctx, list, target),
			x.client.TargetLists.CancelOptOut(x.ctx, list, target),
			x.client.TargetLists.UnlinkAll(x.ctx, list, "contacts"),
			failure(x.client.Contacts.DuplicateAttributes(x.ctx, target.ID)),
			x.client.Contacts.Delete(x.ctx, target.ID),
			x.admin.Contacts.Restore(x.ctx, target.ID),
			failure(x.admin.Schema.CreateEntityType(x.ctx, projects)),
			x.admin.Schema.UpdateEntityType(x.ctx, "CProject", espo.Attrs{"stream": true}),
			x.admin.Schema.RemoveEntityType(x.ctx, "CProject"),
			failure(x.admin.Schema.CreateLink(x.ctx, visits)),
			x.admin.Schema.UpdateLink(x.ctx, "Account", "cVisits", espo.Attrs{"label": "Calls"}),
			x.admin.Schema.RemoveLink(x.ctx, "Account", "cVisits"),
			x.do("POST", "TargetList/action/optOut", espo.Attrs{"id": list, "targetType": target.Type, "targetId": target.ID}),
		)
	}, nil},
	{"PUT :controller/action/:action", func(x *routeRun) error {
		return x.do("PUT", "Account/action/nothing", espo.Attrs{})
	}, espo.ErrNotFound},
	{"GET :controller/action/:action", func(x *routeRun) error {
		return errors.Join(
			failure(x.client.Emails.Folders(x.ctx)),
			failure(x.client.Notifications.UnreadCount(x.ctx)),
			failure(x.client.Records("KnowledgeBaseCategory").Tree(x.ctx, espo.TreeQuery{})),
			x.do("GET", "Notification/action/notReadCount", nil),
		)
	}, nil},
	{"GET :controller/layout/:name", func(x *routeRun) error {
		return errors.Join(
			failure(x.client.Layouts.Raw(x.ctx, "Account", "bottomPanelsDetail")),
			failure(x.client.Layouts.Columns(x.ctx, "Account", "list")),
			failure(x.client.Layouts.Panels(x.ctx, "Account", "detail")),
			failure(x.client.Layouts.Fields(x.ctx, "Account", "filters")),
		)
	}, nil},
	{"PUT :controller/layout/:name", func(x *routeRun) error {
		return x.do("PUT", "Account/layout/list", espo.Attrs{})
	}, espo.ErrMethodNotAllowed},
	{"PUT :controller/layout/:name/:setId", func(x *routeRun) error {
		return x.do("PUT", "Account/layout/list/1", espo.Attrs{})
	}, espo.ErrNotFound},

	{"POST Admin/rebuild", func(x *routeRun) error { return x.admin.Admin.Rebuild(x.ctx) }, nil},
	{"POST Admin/clearCache", func(x *routeRun) error { return x.admin.Admin.ClearCache(x.ctx) }, nil},
	{"GET Admin/jobs", func(x *routeRun) error { return failure(x.admin.Admin.JobNames(x.ctx)) }, nil},
	{"GET Admin/fieldManager/:scope/:name", func(x *routeRun) error {
		return x.admin.Do(x.ctx, espo.Request{Path: []string{"Admin", "fieldManager", "Account", "name"}}, nil)
	}, nil},
	{"POST Admin/fieldManager/:scope", func(x *routeRun) error {
		return failure(x.admin.Schema.CreateField(x.ctx, "Account", espo.FieldParams{Name: "size", Type: "int"}))
	}, nil},
	{"PUT Admin/fieldManager/:scope/:name", func(x *routeRun) error {
		return failure(x.admin.Schema.UpdateField(x.ctx, "Account", "website", espo.Attrs{"required": true}))
	}, nil},
	{"PATCH Admin/fieldManager/:scope/:name", func(x *routeRun) error {
		c := x.srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword), espo.WithUpdateMethod(http.MethodPatch))
		return failure(c.Schema.UpdateField(x.ctx, "Account", "website", espo.Attrs{"required": true}))
	}, nil},
	{"DELETE Admin/fieldManager/:scope/:name", func(x *routeRun) error {
		return x.admin.Schema.RemoveField(x.ctx, "Account", "cSize")
	}, nil},
	{"GET CurrencyRate", func(x *routeRun) error { return failure(x.client.CurrencyRates.Get(x.ctx)) }, nil},
	{"PUT CurrencyRate", func(x *routeRun) error {
		return x.client.CurrencyRates.Set(x.ctx, map[string]espo.Number{"EUR": "1.25"})
	}, nil},
}

// capturePoint is an entry point for leads.
func (x *routeRun) capturePoint() espo.Record {
	point, err := x.admin.Records("LeadCapture").Create(x.ctx, espo.Record{
		"name": "Site", "fieldList": []string{"lastName"}, "subscribeToTargetList": false, "formEnabled": true,
	})
	require.NoError(x.t, err)
	return point
}

// routeRun is a server with clients for it.
type routeRun struct {
	t             *testing.T
	ctx           context.Context
	srv           *espotest.Server
	client, admin *espo.Client
}

const routeImage = "https://img.example/logo.png"

func newRouteRun(t *testing.T, opts ...espotest.Option) *routeRun {
	t.Helper()
	srv := espotest.NewServer(t, append(opts,
		espotest.WithSettings(map[string]any{"smtpServer": "smtp.example"}),
		espotest.WithImage(routeImage, "image/png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR1234")),
	)...)
	return &routeRun{
		t: t, ctx: t.Context(), srv: srv,
		client: srv.Client(noWait),
		admin:  srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)),
	}
}

// seed creates a record and returns its id.
func (x *routeRun) seed(entityType string, attrs espo.Attrs) string {
	return x.srv.Seed(entityType, attrs)[0]
}

func (x *routeRun) account() string { return x.seed("Account", espo.Attrs{"name": "Acme"}) }

func (x *routeRun) contact() string { return x.seed("Contact", espo.Attrs{"lastName": "Koval"}) }

// me is the id of the client's user.
func (x *routeRun) me() string {
	user, err := x.client.App.CurrentUser(x.ctx)
	require.NoError(x.t, err)
	return user.User.ID
}

// do calls Client.Do, as its examples in docs/routes.md do.
func (x *routeRun) do(method, path string, body espo.Attrs) error {
	req := espo.Request{Method: method, Path: strings.Split(path, "/")}
	if body != nil {
		req.Body = body
	}
	return x.admin.Do(x.ctx, req, nil)
}

// failure is the error of a call.
func failure[T any](_ T, err error) error { return err }

// outcomes is the errors of calls for each of many.
func outcomes[In, Out any](results iter.Seq[espo.BulkResult[In, Out]]) error {
	var errs []error
	for r := range results {
		errs = append(errs, r.Err)
	}
	return errors.Join(errs...)
}

// sequence yields values, as a file or another server may.
func sequence[T any](values ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// readList reads a list in each way.
func readList[T any](ctx context.Context, list *espo.ListService[T]) error {
	return errors.Join(
		failure(list.List(ctx, espo.Query{})),
		failure(espo.Collect(list.All(ctx, espo.Query{}))),
	)
}

// readFeed reads a stream in each way.
func readFeed(ctx context.Context, f *espo.Feed) error {
	return errors.Join(
		failure(f.List(ctx, espo.FeedQuery{})),
		failure(espo.Collect(f.All(ctx, espo.FeedQuery{}))),
	)
}
