package espo_test

import (
	"errors"
	"net/http"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var recordRouteCalls = []routeCall{
	{"GET :controller/:id", func(x *routeRun) error {
		id, accounts := x.account(), x.client.Accounts
		return errors.Join(
			failure(accounts.Get(x.ctx, id)),
			failure(accounts.Exists(x.ctx, id)),
			failure(accounts.Modify(x.ctx, id, func(a *espo.Account) error { a.Description = "x"; return nil })),
			failure(x.client.Notes.Get(x.ctx, x.note().ID)),
			failure(x.client.Imports.Get(x.ctx, x.imported())),
			failure(x.client.Imports.Wait(x.ctx, x.imported(), espo.ImportWait{})),
			failure(x.client.Contacts.Accounts(x.contact()).Columns(x.ctx)),
			failure(x.client.Users.Preferences(x.ctx, x.me())),
		)
	}, nil},
	{"GET :controller", func(x *routeRun) error {
		id, accounts := x.account(), x.client.Accounts
		return errors.Join(
			x.upsert("Acme"),
			failure(accounts.List(x.ctx, espo.Query{})),
			failure(espo.Collect(accounts.All(x.ctx, espo.Query{}))),
			failure(espo.Collect(accounts.Changes(x.ctx, "", espo.ChangeOptions{}))),
			failure(espo.Collect(accounts.FindDeleted(x.ctx, unordered{id}, "", espo.ChangeOptions{}))),
			failure(accounts.First(x.ctx, espo.Query{})),
			failure(accounts.Count(x.ctx, espo.Query{})),
			failure(accounts.GetMany(x.ctx, []string{id})),
			failure(x.client.Notifications.List(x.ctx, espo.Query{})),
			failure(espo.Collect(x.client.Notifications.All(x.ctx, espo.Query{}))),
			failure(espo.Collect(x.admin.Webhooks.Failed(x.ctx, espo.Query{}))),
			x.ensure(espo.WebhookCreate),
		)
	}, nil},
	{"POST :controller", func(x *routeRun) error {
		accounts, account := x.client.Accounts, x.accountRef()
		event, err := espo.ParseWebhookEvent("Account.create")
		return errors.Join(
			err, x.upsert("Upserted"),
			outcomes(accounts.CreateEach(x.ctx, sequence(espo.Account{Name: "Each"}), espo.BulkOptions{})),
			failure(accounts.Create(x.ctx, espo.Account{Name: "One"})),
			failure(accounts.CreateAll(x.ctx, []espo.Account{{Name: "Two"}}, espo.BulkOptions{})),
			failure(x.client.Attachments.Upload(x.ctx, espo.Upload{Name: "x", Content: http.NoBody, For: espo.NoteAttachment()})),
			failure(x.client.Stream.Post(x.ctx, account, "Hello")),
			failure(x.client.Stream.PostTo(x.ctx, espo.ToSelf(), "Hello")),
			failure(x.client.Stream.Reply(x.ctx, x.note(), "Hello")),
			failure(x.client.Emails.Send(x.ctx, espo.Email{Name: "Hi", From: "a@x.example", To: "b@x.example"})),
			failure(x.client.Webhooks.Register(x.ctx, espo.Webhook{Event: event, URL: "https://hooks.example/espo"})),
			x.ensure(espo.WebhookDelete),
		)
	}, nil},
	{"PUT :controller/:id", func(x *routeRun) error {
		id, accounts := x.account(), x.client.Accounts
		draft, err := x.client.Emails.Create(x.ctx, espo.Email{
			Name: "Hi", From: "a@x.example", To: "b@x.example", Status: espo.EmailStatusDraft,
		})
		hook := x.webhook()
		worksAt := x.client.Contacts.Accounts(x.contact())
		return errors.Join(
			err, x.upsert("Acme"),
			failure(accounts.Update(x.ctx, id, espo.Attrs{"website": "https://acme.example"})),
			failure(accounts.UpdateAll(x.ctx, []espo.BulkUpdate{{ID: id, Attrs: espo.Attrs{"type": "Partner"}}}, espo.BulkOptions{})),
			outcomes(accounts.UpdateEach(x.ctx, sequence(espo.BulkUpdate{ID: id, Attrs: espo.Attrs{"type": "Investor"}}), espo.BulkOptions{})),
			failure(accounts.Modify(x.ctx, id, func(a *espo.Account) error { a.Description = "y"; return nil })),
			failure(x.client.Notes.SetText(x.ctx, x.note().ID, "Hello again")),
			failure(x.client.Emails.SendDraft(x.ctx, draft.ID)),
			failure(x.client.Webhooks.Deactivate(x.ctx, hook)),
			failure(x.client.Webhooks.Activate(x.ctx, hook)),
			failure(x.client.Webhooks.Deactivate(x.ctx, hook)),
			x.ensure(espo.WebhookCreate),
			failure(x.client.Users.UpdatePreferences(x.ctx, x.me(), espo.Attrs{"decimalMark": ","})),
			worksAt.Link(x.ctx, id),
			worksAt.SetColumns(x.ctx, id, espo.Attrs{"role": "Director"}),
			x.linkWithColumns(),
		)
	}, nil},
	{"PATCH :controller/:id", func(x *routeRun) error {
		c := x.srv.Client(espo.WithUpdateMethod(http.MethodPatch))
		return failure(c.Accounts.Update(x.ctx, x.account(), espo.Attrs{"website": nil}))
	}, nil},
	{"DELETE :controller/:id", func(x *routeRun) error {
		return errors.Join(
			x.client.Accounts.Delete(x.ctx, x.account()),
			failure(x.client.Accounts.DeleteAll(x.ctx, []string{x.account()}, espo.BulkOptions{})),
			outcomes(x.client.Accounts.DeleteEach(x.ctx, sequence(x.account()), espo.BulkOptions{})),
			x.client.Notes.Delete(x.ctx, x.note().ID),
			x.client.Notifications.Delete(x.ctx, x.notification()),
			failure(x.client.Users.ResetPreferences(x.ctx, x.me())),
			x.ensure(espo.WebhookUpdate),
		)
	}, nil},

	{"GET :entityType/:id/followers", func(x *routeRun) error {
		return readList(x.ctx, x.client.Stream.Followers(x.accountRef()))
	}, nil},
	{"POST :entityType/:id/followers", func(x *routeRun) error {
		return x.admin.Stream.AddFollowers(x.ctx, x.accountRef(), []string{x.me()})
	}, nil},
	{"DELETE :entityType/:id/followers", func(x *routeRun) error {
		ref, me := x.accountRef(), x.me()
		return errors.Join(x.admin.Stream.AddFollowers(x.ctx, ref, []string{me}), x.admin.Stream.RemoveFollowers(x.ctx, ref, []string{me}))
	}, nil},
	{"GET :controller/:id/stream", func(x *routeRun) error {
		return errors.Join(readFeed(x.ctx, x.client.Stream.Of(x.accountRef())), readFeed(x.ctx, x.client.Stream.User(x.me())))
	}, nil},
	{"GET :controller/:id/posts", func(x *routeRun) error {
		return readFeed(x.ctx, x.client.Stream.Posts(x.accountRef()))
	}, nil},
	{"GET :controller/:id/updateStream", func(x *routeRun) error {
		return readFeed(x.ctx, x.client.Stream.Updates(x.accountRef()))
	}, nil},
	{"PUT :controller/:id/subscription", func(x *routeRun) error {
		return x.client.Stream.Follow(x.ctx, x.accountRef())
	}, nil},
	{"DELETE :controller/:id/subscription", func(x *routeRun) error {
		ref := x.accountRef()
		return errors.Join(x.client.Stream.Follow(x.ctx, ref), x.client.Stream.Unfollow(x.ctx, ref))
	}, nil},
	{"GET :entityType/:id/streamAttachments", func(x *routeRun) error {
		return readList(x.ctx, x.client.Stream.Attachments(x.accountRef()))
	}, nil},
	{"POST Note/:id/pin", func(x *routeRun) error { return x.client.Notes.Pin(x.ctx, x.note().ID) }, nil},
	{"DELETE Note/:id/pin", func(x *routeRun) error {
		id := x.note().ID
		return errors.Join(x.client.Notes.Pin(x.ctx, id), x.client.Notes.Unpin(x.ctx, id))
	}, nil},
	{"PUT :entityType/:id/starSubscription", func(x *routeRun) error {
		return x.admin.Stream.Star(x.ctx, x.accountRef())
	}, nil},
	{"DELETE :entityType/:id/starSubscription", func(x *routeRun) error {
		ref := x.accountRef()
		return errors.Join(x.admin.Stream.Star(x.ctx, ref), x.admin.Stream.Unstar(x.ctx, ref))
	}, nil},
	{"GET :entityType/:id/usersAccess", func(x *routeRun) error {
		return readList(x.ctx, x.admin.Users.AccessTo(x.accountRef()))
	}, nil},

	{"GET :controller/:id/:link", func(x *routeRun) error {
		contacts, imported := x.client.Accounts.Contacts(x.account()), x.imported()
		return errors.Join(
			failure(contacts.List(x.ctx, espo.Query{})),
			failure(espo.Collect(contacts.All(x.ctx, espo.Query{}))),
			failure(contacts.Count(x.ctx, espo.Query{})),
			failure(x.client.Imports.Imported(imported).List(x.ctx, espo.Query{})),
			failure(x.client.Imports.Updated(imported).List(x.ctx, espo.Query{})),
			failure(x.client.Imports.Duplicates(imported).List(x.ctx, espo.Query{})),
			failure(x.client.Imports.Errors(imported).List(x.ctx, espo.Query{})),
		)
	}, nil},
	{"POST :controller/:id/:link", func(x *routeRun) error {
		id := x.account()
		list := x.client.TargetLists.Contacts(x.seed("TargetList", espo.Attrs{"name": "News"}))
		return errors.Join(
			x.client.Accounts.Contacts(id).Link(x.ctx, x.contact()),
			x.client.Accounts.Contacts(id).LinkMany(x.ctx, []string{x.contact(), x.contact()}),
			x.client.Accounts.Link(x.ctx, id, "contacts", x.contact()),
			x.linkWithColumns(),
			list.LinkWhere(x.ctx, espo.Where(espo.Equal("lastName", "Koval"))),
		)
	}, nil},
	{"DELETE :controller/:id/:link", func(x *routeRun) error {
		id, linked := x.account(), []string{x.contact(), x.contact(), x.contact()}
		return errors.Join(
			x.client.Accounts.Contacts(id).LinkMany(x.ctx, linked),
			x.client.Accounts.Contacts(id).Unlink(x.ctx, linked[0]),
			x.client.Accounts.Contacts(id).UnlinkMany(x.ctx, linked[2:]),
			x.client.Accounts.Unlink(x.ctx, id, "contacts", linked[1]),
		)
	}, nil},
}

var activityRouteCalls = []routeCall{
	{"GET Activities/:parentType/:id/composeEmailAddressList", func(x *routeRun) error {
		return failure(x.client.Activities.ComposeAddresses(x.ctx, x.accountRef()))
	}, nil},
	{"GET Activities/:parentType/:id/:type", func(x *routeRun) error {
		planned := x.client.Activities.Of(x.accountRef(), espo.ActivityQuery{Kind: espo.ActivityPlanned})
		return errors.Join(failure(planned.List(x.ctx, espo.Paging{})), failure(espo.Collect(planned.All(x.ctx))))
	}, nil},
	{"GET Activities/:parentType/:id/:type/list/:targetType", func(x *routeRun) error {
		return readList(x.ctx, espo.ActivityRecords[espo.Call](x.client, x.accountRef(), espo.ActivityQuery{
			Kind: espo.ActivityHistory, EntityType: "Call",
		}))
	}, nil},
	{"GET Activities/upcoming", func(x *routeRun) error {
		upcoming := x.client.Activities.Upcoming(espo.UpcomingQuery{})
		return errors.Join(failure(upcoming.List(x.ctx, espo.Paging{})), failure(espo.Collect(upcoming.All(x.ctx))))
	}, nil},
	{"GET Activities", func(x *routeRun) error {
		return failure(x.client.Activities.Calendar(x.ctx, espo.CalendarQuery{From: routeDay, To: nextDay}))
	}, nil},
	{"GET Timeline", func(x *routeRun) error {
		return failure(x.client.Activities.Timeline(x.ctx, espo.CalendarQuery{From: routeDay, To: nextDay, UserIDs: []string{x.me()}}))
	}, nil},
	{"GET Timeline/busyRanges", func(x *routeRun) error {
		return failure(x.client.Activities.BusyRanges(x.ctx, espo.BusyQuery{From: routeDay, To: nextDay, UserIDs: []string{x.me()}}))
	}, nil},
	{"GET Meeting/:id/attendees", func(x *routeRun) error {
		return failure(x.client.Activities.Attendees(x.ctx, x.client.Meetings.Ref(x.meeting())))
	}, nil},
	{"GET Call/:id/attendees", func(x *routeRun) error {
		call := x.seed("Call", espo.Attrs{"name": "Call", "dateStart": routeDay, "dateEnd": nextDay, "assignedUserId": x.me()})
		return failure(x.client.Activities.Attendees(x.ctx, x.client.Calls.Ref(call)))
	}, nil},

	{"POST Campaign/:id/generateMailMerge", func(x *routeRun) error {
		list := x.seed("TargetList", espo.Attrs{"name": "News"})
		x.seed("Contact", espo.Attrs{"lastName": "Koval", "addressStreet": "Main 1", "targetListsIds": []string{list}})
		campaign := x.seed("Campaign", espo.Attrs{
			"name": "Spring", "type": "Mail", "targetListsIds": []string{list},
			"contactsTemplateId": x.seed("Template", espo.Attrs{"name": "Letter", "entityType": "Contact"}),
		})
		return failure(x.client.Campaigns.GenerateMailMerge(x.ctx, campaign, "contacts"))
	}, nil},
	{"GET TargetList/:id/optedOut", func(x *routeRun) error {
		out := x.client.TargetLists.OptedOut(x.seed("TargetList", espo.Attrs{"name": "News"}))
		return errors.Join(failure(out.List(x.ctx, espo.Paging{})), failure(espo.Collect(out.All(x.ctx))))
	}, nil},
	{"POST Campaign/unsubscribe/:id", func(x *routeRun) error {
		return x.do("POST", "Campaign/unsubscribe/6b0538bc04ab91663", nil)
	}, espo.ErrNotFound},
	{"DELETE Campaign/unsubscribe/:id", func(x *routeRun) error {
		return x.do("DELETE", "Campaign/unsubscribe/6b0538bc04ab91663", nil)
	}, espo.ErrNotFound},
	{"POST Campaign/unsubscribe/:emailAddress/:hash", func(x *routeRun) error {
		return x.do("POST", "Campaign/unsubscribe/you@x.example/5555", nil)
	}, espo.ErrNotFound},
	{"DELETE Campaign/unsubscribe/:emailAddress/:hash", func(x *routeRun) error {
		return x.do("DELETE", "Campaign/unsubscribe/you@x.example/5555", nil)
	}, espo.ErrNotFound},
}

var (
	routeDay = espo.NewDateTime(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	nextDay  = espo.NewDateTime(routeDay.AddDate(0, 0, 1))
)

// upsert updates or creates an account in each way.
func (x *routeRun) upsert(name string) error {
	accounts, u := x.client.Accounts, espo.Upsert{Match: espo.Attrs{"name": name}, Set: espo.Attrs{"description": "x"}}
	_, _, err := accounts.Upsert(x.ctx, u)
	return errors.Join(
		err,
		failure(accounts.UpsertAll(x.ctx, []espo.Upsert{u}, espo.BulkOptions{})),
		outcomes(accounts.UpsertEach(x.ctx, sequence(u), espo.BulkOptions{})),
	)
}

// linkWithColumns links records and sets columns of the link.
func (x *routeRun) linkWithColumns() error {
	return errors.Join(
		x.client.Opportunities.Contacts(x.opportunity()).LinkWith(x.ctx, x.contact(), espo.Attrs{"role": "Evaluator"}),
		x.client.Accounts.AddContact(x.ctx, x.account(), espo.AccountContact{ContactID: x.contact(), Role: "Director"}),
	)
}

func (x *routeRun) accountRef() espo.Ref { return x.client.Accounts.Ref(x.account()) }

// meeting is one of the client's.
func (x *routeRun) meeting() string {
	return x.seed("Meeting", espo.Attrs{
		"name": "Meeting", "dateStart": routeDay, "dateEnd": nextDay, "usersIds": []string{x.me()}, "assignedUserId": x.me(),
	})
}

func (x *routeRun) webhook() string {
	hook, err := x.client.Webhooks.Register(x.ctx, espo.Webhook{
		Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, URL: "https://hooks.example/espo",
	})
	require.NoError(x.t, err)
	return hook.ID
}

// ensure makes the webhook of an event the only one.
func (x *routeRun) ensure(kind espo.WebhookKind) error {
	x.webhook()
	return failure(x.client.Webhooks.Ensure(x.ctx, []espo.Webhook{
		{Event: espo.WebhookEvent{EntityType: "Account", Kind: kind}, URL: "https://hooks.example/espo"},
	}, espo.EnsureWebhooksOptions{}))
}
