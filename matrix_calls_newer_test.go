package espo_test

import (
	"github.com/go-espo/espo"
)

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
