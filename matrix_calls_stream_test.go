package espo_test

import (
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var streamCalls = []matrixCall{
	{name: "Feed.List", ready: func(x *matrixRun) ask {
		ref := x.notes()
		return func() (any, error) { return x.client.Stream.Record(ref).List(x.ctx, espo.FeedQuery{}) }
	}},
	{name: "Feed.List:mine", ready: func(x *matrixRun) ask {
		x.notes()
		return func() (any, error) { return x.client.Stream.Mine().List(x.ctx, espo.FeedQuery{}) }
	}},
	{name: "Feed.All", ready: func(x *matrixRun) ask {
		ref := x.notes()
		return func() (any, error) {
			return espo.Collect(x.client.Stream.Posts(ref).All(x.ctx, espo.FeedQuery{MaxSize: 1}), 0)
		}
	}},
	{name: "StreamService.Get", ready: func(x *matrixRun) ask {
		id := x.note().ID
		return func() (any, error) { return x.client.Stream.Get(x.ctx, id) }
	}},
	{name: "StreamService.Post", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		return func() (any, error) { return x.client.Stream.Post(x.ctx, ref, "Hello") }
	}},
	{name: "StreamService.PostTo", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Stream.PostTo(x.ctx, espo.ToSelf(), "Hello") }
	}},
	{name: "StreamService.Reply", ready: func(x *matrixRun) ask {
		note := x.note()
		return func() (any, error) { return x.client.Stream.Reply(x.ctx, note, "Hello too") }
	}},
	{name: "StreamService.Edit", ready: func(x *matrixRun) ask {
		id := x.note().ID
		return func() (any, error) { return x.client.Stream.Edit(x.ctx, id, "Hello again") }
	}},
	{name: "StreamService.Delete", ready: func(x *matrixRun) ask {
		id := x.note().ID
		return func() (any, error) { return fails(x.client.Stream.Delete(x.ctx, id)) }
	}},
	{name: "StreamService.Follow", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		return func() (any, error) { return fails(x.client.Stream.Follow(x.ctx, ref)) }
	}},
	{name: "StreamService.Unfollow", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		require.NoError(x.t, x.client.Stream.Follow(x.ctx, ref))
		return func() (any, error) { return fails(x.client.Stream.Unfollow(x.ctx, ref)) }
	}},
	{name: "StreamService.Followers", ready: func(x *matrixRun) ask {
		ref := x.followed()
		return func() (any, error) { return x.client.Stream.Followers(x.ctx, ref, espo.Query{}) }
	}},
	{name: "StreamService.AddFollowers", same: true, ready: func(x *matrixRun) ask {
		ref, me := x.accountRef(), x.administrator()
		return func() (any, error) { return fails(x.admin.Stream.AddFollowers(x.ctx, ref, me)) }
	}},
	{name: "StreamService.RemoveFollowers", ready: func(x *matrixRun) ask {
		ref, me := x.followed(), x.administrator()
		return func() (any, error) { return fails(x.admin.Stream.RemoveFollowers(x.ctx, ref, me)) }
	}},
	{name: "StreamService.Attachments", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		_, err := x.client.Stream.Post(x.ctx, ref, "See there", espo.PostAttachments(x.file()))
		require.NoError(x.t, err)
		return func() (any, error) { return x.client.Stream.Attachments(x.ctx, ref, espo.Query{}) }
	}},
	{name: "StreamService.Pin", same: true, ready: func(x *matrixRun) ask {
		id := x.note().ID
		return func() (any, error) { return fails(x.client.Stream.Pin(x.ctx, id)) }
	}},
	{name: "StreamService.Unpin", ready: func(x *matrixRun) ask {
		id := x.note().ID
		require.NoError(x.t, x.client.Stream.Pin(x.ctx, id))
		return func() (any, error) { return fails(x.client.Stream.Unpin(x.ctx, id)) }
	}},
	{name: "StreamService.React", same: true, ready: func(x *matrixRun) ask {
		id := x.note().ID
		return func() (any, error) { return fails(x.client.Stream.React(x.ctx, id, "Like")) }
	}},
	{name: "StreamService.Unreact", ready: func(x *matrixRun) ask {
		id := x.note().ID
		require.NoError(x.t, x.client.Stream.React(x.ctx, id, "Like"))
		return func() (any, error) { return fails(x.client.Stream.Unreact(x.ctx, id, "Like")) }
	}},
	{name: "StreamService.Reactors", ready: func(x *matrixRun) ask {
		id := x.note().ID
		require.NoError(x.t, x.admin.Stream.React(x.ctx, id, "Like"))
		return func() (any, error) { return x.client.Stream.Reactors(x.ctx, id, "Like") }
	}},
	{name: "StreamService.Star", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		return func() (any, error) { return fails(x.admin.Stream.Star(x.ctx, ref)) }
	}},
	{name: "StreamService.Unstar", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		require.NoError(x.t, x.admin.Stream.Star(x.ctx, ref))
		return func() (any, error) { return fails(x.admin.Stream.Unstar(x.ctx, ref)) }
	}},

	{name: "NotificationService.List", ready: func(x *matrixRun) ask {
		x.notification()
		return func() (any, error) { return x.client.Notifications.List(x.ctx, espo.Query{}) }
	}},
	{name: "NotificationService.All", ready: func(x *matrixRun) ask {
		x.notification()
		x.notification()
		return func() (any, error) {
			return espo.Collect(x.client.Notifications.All(x.ctx, espo.Query{MaxSize: 1}), 0)
		}
	}},
	{name: "NotificationService.Group", ready: func(x *matrixRun) ask {
		id := x.notification()
		return func() (any, error) { return x.client.Notifications.Group(x.ctx, id) }
	}},
	{name: "NotificationService.UnreadCount", ready: func(x *matrixRun) ask {
		x.notification()
		return func() (any, error) { return x.client.Notifications.UnreadCount(x.ctx) }
	}},
	{name: "NotificationService.MarkAllRead", same: true, ready: func(x *matrixRun) ask {
		x.notification()
		return func() (any, error) { return fails(x.client.Notifications.MarkAllRead(x.ctx)) }
	}},
	{name: "NotificationService.Delete", ready: func(x *matrixRun) ask {
		id := x.notification()
		return func() (any, error) { return fails(x.client.Notifications.Delete(x.ctx, id)) }
	}},

	{name: "ActivityService.List", ready: func(x *matrixRun) ask {
		ref := x.activity()
		return func() (any, error) {
			return x.client.Activities.List(x.ctx, ref, espo.ActivityPlanned, "", espo.Paging{})
		}
	}},
	{name: "ActivityService.Records", ready: func(x *matrixRun) ask {
		ref := x.activity()
		return func() (any, error) {
			return x.client.Activities.Records(x.ctx, ref, espo.ActivityPlanned, "Meeting", espo.Query{})
		}
	}},
	{name: "ActivityService.Upcoming", ready: func(x *matrixRun) ask {
		x.meeting()
		return func() (any, error) {
			return x.client.Activities.Upcoming(x.ctx, espo.UpcomingQuery{FutureDays: 7})
		}
	}},
	{name: "ActivityService.Attendees", ready: func(x *matrixRun) ask {
		ref := espo.Ref{Type: "Meeting", ID: x.meeting()}
		return func() (any, error) { return x.client.Activities.Attendees(x.ctx, ref) }
	}},
	{name: "ActivityService.SetAcceptance", same: true, ready: func(x *matrixRun) ask {
		ref := espo.Ref{Type: "Meeting", ID: x.meeting()}
		return func() (any, error) { return fails(x.client.Activities.SetAcceptance(x.ctx, ref, "Tentative")) }
	}},
	{name: "ActivityService.ComposeAddresses", free: true, ready: func(x *matrixRun) ask {
		ref := espo.Ref{Type: "Account", ID: x.seed("Account", espo.Attrs{"name": "Acme", "emailAddress": "acme@x.example"})}
		return func() (any, error) { return x.client.Activities.ComposeAddresses(x.ctx, ref) }
	}},
	{name: "ActivityService.Calendar", free: true, ready: func(x *matrixRun) ask {
		x.meeting()
		return func() (any, error) {
			return x.client.Activities.Calendar(x.ctx, espo.CalendarQuery{From: routeDay, To: nextDay})
		}
	}},
	{name: "ActivityService.Timeline", free: true, ready: func(x *matrixRun) ask {
		x.meeting()
		q := espo.CalendarQuery{From: routeDay, To: nextDay, UserIDs: []string{x.me()}}
		return func() (any, error) { return x.client.Activities.Timeline(x.ctx, q) }
	}},
	{name: "ActivityService.BusyRanges", free: true, ready: func(x *matrixRun) ask {
		x.meeting()
		users := []string{x.me()}
		return func() (any, error) {
			return x.client.Activities.BusyRanges(x.ctx, routeDay, nextDay, users, espo.Ref{})
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
	user, err := x.admin.App.User(x.ctx)
	require.NoError(x.t, err)
	return user.User.ID
}

// followed is an account that the administrator follows.
func (x *matrixRun) followed() espo.Ref {
	ref := x.accountRef()
	require.NoError(x.t, x.admin.Stream.AddFollowers(x.ctx, ref, x.administrator()))
	return ref
}

// activity is an account with a meeting.
func (x *matrixRun) activity() espo.Ref {
	ref := x.accountRef()
	x.seed("Meeting", espo.Attrs{"name": "Meeting", "dateStart": routeDay, "dateEnd": nextDay, "parentType": "Account", "parentId": ref.ID, "assignedUserId": x.me()})
	return ref
}
