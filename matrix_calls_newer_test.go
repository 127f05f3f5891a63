package espo_test

import (
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// setupCalls are about categories, layouts and records as a whole.
var setupCalls = []matrixCall{
	{name: "RecordService.Restore", ready: func(x *matrixRun) ask {
		id := x.account()
		require.NoError(x.t, x.client.Accounts.Delete(x.ctx, id))
		return func() (any, error) { return fails(x.admin.Accounts.Restore(x.ctx, id, x.opt)) }
	}},
	{name: "RecordService.DuplicateAttributes", noIDs: true, ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) { return x.client.Accounts.DuplicateAttributes(x.ctx, id, x.opt) }
	}},
	{name: "RecordService.Tree", ready: func(x *matrixRun) ask {
		x.seed("DocumentFolder", espo.Attrs{"name": "Sales", "parentId": x.seed("DocumentFolder", espo.Attrs{"name": "All"})})
		return func() (any, error) { return x.client.Records("DocumentFolder").Tree(x.ctx, espo.TreeQuery{}, x.opt) }
	}},
	{name: "TargetListService.UnlinkAll", same: true, ready: func(x *matrixRun) ask {
		id := x.seed("TargetList", espo.Attrs{"name": "News"})
		require.NoError(x.t, x.client.TargetLists.Contacts(id).Link(x.ctx, x.contact()))
		return func() (any, error) { return fails(x.client.TargetLists.UnlinkAll(x.ctx, id, "contacts", x.opt)) }
	}},
	{name: "LayoutService.Raw", any: true, noIDs: true, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			layout, err := x.client.Layouts.Raw(x.ctx, "Account", "detail", x.opt)
			return string(layout), err
		}
	}},
	{name: "LayoutService.Columns", free: true, noIDs: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Layouts.Columns(x.ctx, "Account", "list", x.opt) }
	}},
	{name: "LayoutService.Panels", free: true, noIDs: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Layouts.Panels(x.ctx, "Account", "detail", x.opt) }
	}},
	{name: "LayoutService.Fields", any: true, noIDs: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Layouts.Fields(x.ctx, "Account", "massUpdate", x.opt) }
	}},
}

// newerCalls need a server of a newer version than the usual one.
var newerCalls = []matrixCall{
	{name: "PagedService.List:notification-group", version: "10.0", ready: func(x *matrixRun) ask {
		group := x.client.Notifications.InGroup(x.notificationGroup())
		return func() (any, error) { return group.List(x.ctx, espo.Paging{}, x.opt) }
	}},
	{name: "NotificationService.MarkGroupRead", version: "10.0", same: true, ready: func(x *matrixRun) ask {
		group := x.notificationGroup()
		return func() (any, error) { return fails(x.client.Notifications.MarkGroupRead(x.ctx, group, x.opt)) }
	}},
	{name: "NotificationService.DeleteGroup", version: "10.0", ready: func(x *matrixRun) ask {
		group := x.notificationGroup()
		return func() (any, error) { return fails(x.client.Notifications.DeleteGroup(x.ctx, group, x.opt)) }
	}},
	{name: "EmailService.ResetFetching", version: "10.0", ready: func(x *matrixRun) ask {
		account := x.emailAccount()
		return func() (any, error) {
			return x.client.Emails.ResetFetching(x.ctx, account, espo.NewDate(2026, 1, 2), x.opt)
		}
	}},
	{name: "PipelineService.Move", version: "10.0", ready: func(x *matrixRun) ask {
		ids := x.pipelines()
		return func() (any, error) { return fails(x.admin.Pipelines.Move(x.ctx, ids[2], espo.MoveUp, x.opt)) }
	}},
	{name: "PipelineService.Move:top", version: "10.0", same: true, ready: func(x *matrixRun) ask {
		ids := x.pipelines()
		return func() (any, error) { return fails(x.admin.Pipelines.Move(x.ctx, ids[2], espo.MoveTop, x.opt)) }
	}},
	{name: "PipelineStageService.Move", version: "10.0", ready: func(x *matrixRun) ask {
		ids := x.stages()
		return func() (any, error) { return fails(x.admin.PipelineStages.Move(x.ctx, ids[0], espo.MoveDown, x.opt)) }
	}},
}
