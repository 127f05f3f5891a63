package espo_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestContractCampaigns(t *testing.T) {
	client, ctx := contractClient(t), t.Context()
	name := uniqueName(t)
	list, err := client.TargetLists.Create(ctx, espo.TargetList{Name: name})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.TargetLists.Delete(context.WithoutCancel(ctx), list.ID) })
	account := contractAccount(t, client, espo.Account{Name: name})
	target := espo.Ref{Type: "Account", ID: account.ID}
	require.NoError(t, client.TargetLists.OptOut(ctx, list.ID, target))
	page, err := client.TargetLists.OptedOut(list.ID).List(ctx, espo.Paging{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, target, page.Records[0].Ref())
	assert.Equal(t, name, page.Records[0].Name)
	require.NoError(t, client.TargetLists.CancelOptOut(ctx, list.ID, target))
	page, err = client.TargetLists.OptedOut(list.ID).List(ctx, espo.Paging{})
	require.NoError(t, err)
	assert.Zero(t, page.Total)
	require.ErrorIs(t, client.TargetLists.OptOut(ctx, list.ID, espo.Ref{Type: "Account", ID: "missing"}), espo.ErrNotFound)

	campaign, err := client.Campaigns.Create(ctx, espo.Campaign{Name: name, Type: espo.CampaignTypeMail})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Campaigns.Delete(context.WithoutCancel(ctx), campaign.ID) })
	_, err = client.Campaigns.GenerateMailMerge(ctx, campaign.ID, "accounts")
	require.ErrorIs(t, err, espo.ErrServer, "it has no template")
	_, err = client.Campaigns.GenerateMailMerge(ctx, campaign.ID, "targetLists")
	require.ErrorIs(t, err, espo.ErrBadRequest)
}

func TestContractTimeline(t *testing.T) {
	client, ctx := contractClient(t), t.Context()
	require.NoError(t, client.App.Ping(ctx))
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	day := time.Date(2031, 3, 3, 0, 0, 0, 0, time.UTC)
	meeting, err := client.Meetings.Create(ctx, espo.Meeting{
		Name: uniqueName(t), DateStart: espo.NewDateTime(day.Add(10 * time.Hour)), DateEnd: espo.NewDateTime(day.Add(11 * time.Hour)),
		AssignedUserID: me.User.ID, UsersIDs: []string{me.User.ID},
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Meetings.Delete(context.WithoutCancel(ctx), meeting.ID) })
	timeline, err := client.Activities.Timeline(ctx, espo.CalendarQuery{From: espo.NewDateTime(day), To: espo.NewDateTime(day.AddDate(0, 0, 1)), UserIDs: []string{me.User.ID}})
	require.NoError(t, err)
	var ids []string
	for _, event := range timeline[me.User.ID] {
		ids = append(ids, event.ID)
	}
	assert.Contains(t, ids, meeting.ID)

	page, err := client.Users.AccessTo(client.Meetings.Ref(meeting.ID)).List(ctx, espo.Query{Select: []string{"userName", "type"}})
	if !contractHas(t, client, err) {
		return
	}
	assert.NotEmpty(t, page.Records)
	for _, u := range page.Records {
		if u.Type == espo.UserTypeAdmin {
			assert.True(t, u.RecordAccessLevels.Edit)
		}
	}
}
