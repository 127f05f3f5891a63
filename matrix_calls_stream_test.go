package espo_test

import (
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var streamCalls = []matrixCall{
	{name: "Feed.List", ready: func(x *matrixRun) ask {
		ref := x.notes()
		return func() (any, error) { return x.client.Stream.Of(ref).List(x.ctx, espo.FeedQuery{}, x.opt) }
	}},
	{name: "Feed.List:mine", ready: func(x *matrixRun) ask {
		x.notes()
		return func() (any, error) { return x.client.Stream.Mine().List(x.ctx, espo.FeedQuery{}, x.opt) }
	}},
	{name: "Feed.All", ready: func(x *matrixRun) ask {
		ref := x.notes()
		return func() (any, error) {
			return espo.Collect(x.client.Stream.Posts(ref).All(x.ctx, espo.FeedQuery{MaxSize: 1}, x.opt))
		}
	}},
	{name: "StreamService.Post", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		return func() (any, error) { return x.client.Stream.Post(x.ctx, ref, "Hello", x.opt) }
	}},
	{name: "StreamService.PostTo", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Stream.PostTo(x.ctx, espo.ToSelf(), "Hello", x.opt) }
	}},
	{name: "StreamService.Reply", ready: func(x *matrixRun) ask {
		note := x.note()
		return func() (any, error) { return x.client.Stream.Reply(x.ctx, note, "Hello too", x.opt) }
	}},
	{name: "NoteService.SetText", ready: func(x *matrixRun) ask {
		id := x.note().ID
		return func() (any, error) { return x.client.Notes.SetText(x.ctx, id, "Hello again", x.opt) }
	}},
	{name: "RecordService.Delete:note", ready: func(x *matrixRun) ask {
		id := x.note().ID
		return func() (any, error) { return fails(x.client.Notes.Delete(x.ctx, id, x.opt)) }
	}},
	{name: "StreamService.Follow", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		return func() (any, error) { return fails(x.client.Stream.Follow(x.ctx, ref, x.opt)) }
	}},
	{name: "StreamService.Unfollow", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		require.NoError(x.t, x.client.Stream.Follow(x.ctx, ref))
		return func() (any, error) { return fails(x.client.Stream.Unfollow(x.ctx, ref, x.opt)) }
	}},
	{name: "ListService.List:followers", ready: func(x *matrixRun) ask {
		ref := x.followed()
		return func() (any, error) { return x.client.Stream.Followers(ref).List(x.ctx, espo.Query{}, x.opt) }
	}},
	{name: "ListService.All:followers", ready: func(x *matrixRun) ask {
		ref := x.followed()
		return func() (any, error) {
			return espo.Collect(x.client.Stream.Followers(ref).All(x.ctx, espo.Query{MaxSize: 1}, x.opt))
		}
	}},
	{name: "StreamService.AddFollowers", same: true, ready: func(x *matrixRun) ask {
		ref, me := x.accountRef(), x.administrator()
		return func() (any, error) { return fails(x.admin.Stream.AddFollowers(x.ctx, ref, []string{me}, x.opt)) }
	}},
	{name: "StreamService.RemoveFollowers", ready: func(x *matrixRun) ask {
		ref, me := x.followed(), x.administrator()
		return func() (any, error) { return fails(x.admin.Stream.RemoveFollowers(x.ctx, ref, []string{me}, x.opt)) }
	}},
	{name: "ListService.List:attachments", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		_, err := x.client.Stream.Post(x.ctx, ref, "See there", espo.PostAttachments(x.file()))
		require.NoError(x.t, err)
		return func() (any, error) { return x.client.Stream.Attachments(ref).List(x.ctx, espo.Query{}, x.opt) }
	}},
	{name: "NoteService.Pin", same: true, ready: func(x *matrixRun) ask {
		id := x.note().ID
		return func() (any, error) { return fails(x.client.Notes.Pin(x.ctx, id, x.opt)) }
	}},
	{name: "NoteService.Unpin", ready: func(x *matrixRun) ask {
		id := x.note().ID
		require.NoError(x.t, x.client.Notes.Pin(x.ctx, id))
		return func() (any, error) { return fails(x.client.Notes.Unpin(x.ctx, id, x.opt)) }
	}},
	{name: "NoteService.React", same: true, ready: func(x *matrixRun) ask {
		id := x.note().ID
		return func() (any, error) { return fails(x.client.Notes.React(x.ctx, id, espo.ReactionLike, x.opt)) }
	}},
	{name: "NoteService.Unreact", ready: func(x *matrixRun) ask {
		id := x.note().ID
		require.NoError(x.t, x.client.Notes.React(x.ctx, id, espo.ReactionLike))
		return func() (any, error) { return fails(x.client.Notes.Unreact(x.ctx, id, espo.ReactionLike, x.opt)) }
	}},
	{name: "PagedService.List:reactors", ready: func(x *matrixRun) ask {
		id := x.note().ID
		require.NoError(x.t, x.admin.Notes.React(x.ctx, id, espo.ReactionLike))
		return func() (any, error) {
			return x.client.Notes.Reactors(id, espo.ReactionLike).List(x.ctx, espo.Paging{}, x.opt)
		}
	}},
	{name: "StreamService.Star", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		return func() (any, error) { return fails(x.admin.Stream.Star(x.ctx, ref, x.opt)) }
	}},
	{name: "StreamService.Unstar", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		require.NoError(x.t, x.admin.Stream.Star(x.ctx, ref))
		return func() (any, error) { return fails(x.admin.Stream.Unstar(x.ctx, ref, x.opt)) }
	}},

	{name: "NotificationService.List", ready: func(x *matrixRun) ask {
		x.notification()
		return func() (any, error) { return x.client.Notifications.List(x.ctx, espo.Query{}, x.opt) }
	}},
	{name: "NotificationService.All", ready: func(x *matrixRun) ask {
		x.notification()
		x.notification()
		return func() (any, error) {
			return espo.Collect(x.client.Notifications.All(x.ctx, espo.Query{MaxSize: 1}, x.opt))
		}
	}},
	{name: "PagedService.List:notifications", ready: func(x *matrixRun) ask {
		id := x.notification()
		return func() (any, error) { return x.client.Notifications.Group(id).List(x.ctx, espo.Paging{}, x.opt) }
	}},
	{name: "NotificationService.UnreadCount", ready: func(x *matrixRun) ask {
		x.notification()
		return func() (any, error) { return x.client.Notifications.UnreadCount(x.ctx, x.opt) }
	}},
	{name: "NotificationService.MarkAllRead", same: true, ready: func(x *matrixRun) ask {
		x.notification()
		return func() (any, error) { return fails(x.client.Notifications.MarkAllRead(x.ctx, x.opt)) }
	}},
	{name: "NotificationService.Delete", ready: func(x *matrixRun) ask {
		id := x.notification()
		return func() (any, error) { return fails(x.client.Notifications.Delete(x.ctx, id, x.opt)) }
	}},

	{name: "PagedService.List:activities", ready: func(x *matrixRun) ask {
		ref := x.activity()
		return func() (any, error) {
			return x.client.Activities.Of(ref, espo.ActivityQuery{Kind: espo.ActivityPlanned}).List(x.ctx, espo.Paging{}, x.opt)
		}
	}},
	{name: "ListService.List:activities", ready: func(x *matrixRun) ask {
		ref := x.activity()
		return func() (any, error) {
			return planned(x, ref).List(x.ctx, espo.Query{}, x.opt)
		}
	}},
	{name: "ListService.All:activities", ready: func(x *matrixRun) ask {
		ref := x.activity()
		return func() (any, error) { return espo.Collect(planned(x, ref).All(x.ctx, espo.Query{}, x.opt)) }
	}},
	{name: "PagedService.List:upcoming", ready: func(x *matrixRun) ask {
		x.meeting()
		return func() (any, error) {
			return x.client.Activities.Upcoming(espo.UpcomingQuery{FutureDays: 7}).List(x.ctx, espo.Paging{}, x.opt)
		}
	}},
	{name: "ActivityService.Attendees", ready: func(x *matrixRun) ask {
		ref := x.client.Meetings.Ref(x.meeting())
		return func() (any, error) { return x.client.Activities.Attendees(x.ctx, ref, x.opt) }
	}},
	{name: "ActivityService.SetAcceptance", same: true, ready: func(x *matrixRun) ask {
		ref := x.client.Meetings.Ref(x.meeting())
		return func() (any, error) {
			return fails(x.client.Activities.SetAcceptance(x.ctx, ref, espo.AcceptanceTentative, x.opt))
		}
	}},
	{name: "ActivityService.ComposeAddresses", free: true, ready: func(x *matrixRun) ask {
		ref := x.client.Accounts.Ref(x.seed("Account", espo.Attrs{"name": "Acme", "emailAddress": "acme@x.example"}))
		return func() (any, error) { return x.client.Activities.ComposeAddresses(x.ctx, ref, x.opt) }
	}},
	{name: "ActivityService.Calendar", free: true, ready: func(x *matrixRun) ask {
		x.meeting()
		return func() (any, error) {
			return x.client.Activities.Calendar(x.ctx, espo.CalendarQuery{From: routeDay, To: nextDay}, x.opt)
		}
	}},
	{name: "ActivityService.Timeline", free: true, ready: func(x *matrixRun) ask {
		x.meeting()
		q := espo.CalendarQuery{From: routeDay, To: nextDay, UserIDs: []string{x.me()}}
		return func() (any, error) { return x.client.Activities.Timeline(x.ctx, q, x.opt) }
	}},
	{name: "ActivityService.BusyRanges", free: true, ready: func(x *matrixRun) ask {
		x.meeting()
		users := []string{x.me()}
		return func() (any, error) {
			return x.client.Activities.BusyRanges(x.ctx, espo.BusyQuery{From: routeDay, To: nextDay, UserIDs: users}, x.opt)
		}
	}},
}

// notes is an account with two posts of the client's.
func (x *matrixRun) notes() espo.Ref {
	ref := x.accountRef()
	for _, text := range []string{"Hello", "Hello again"} {
		_, err := x.client.Stream.Post(x.ctx, ref, text)
		require.NoError(x.t, err)
	}
	return ref
}

// administrator is the id of the administrator.
func (x *matrixRun) administrator() string {
	user, err := x.admin.App.CurrentUser(x.ctx)
	require.NoError(x.t, err)
	return user.User.ID
}

// followed is an account that the administrator follows.
func (x *matrixRun) followed() espo.Ref {
	ref := x.accountRef()
	require.NoError(x.t, x.admin.Stream.AddFollowers(x.ctx, ref, []string{x.administrator()}))
	return ref
}

// planned is the meetings of a record.
func planned(x *matrixRun, of espo.Ref) *espo.ListService[espo.Meeting] {
	return espo.ActivityRecords[espo.Meeting](x.client, of, espo.ActivityQuery{Kind: espo.ActivityPlanned, EntityType: "Meeting"})
}

// activity is an account with a meeting.
func (x *matrixRun) activity() espo.Ref {
	ref := x.accountRef()
	x.seed("Meeting", espo.Attrs{"name": "Meeting", "dateStart": routeDay, "dateEnd": nextDay, "parentType": "Account", "parentId": ref.ID, "assignedUserId": x.me()})
	return ref
}
