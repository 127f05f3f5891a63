package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestNoteDetails(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithVersion("9.1")) // which has notes of every type that the test is about
	client, ctx := srv.Client(), t.Context()
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	acc := streamedAccount(t, srv)
	opp, err := admin.Opportunities.Create(ctx, espo.Opportunity{
		Name: "Deal", AccountID: acc.ID, Amount: "10", CloseDate: espo.NewDate(2026, 12, 1), Probability: 10,
	})
	require.NoError(t, err)
	_, err = client.Opportunities.Update(ctx, opp.ID, espo.Attrs{
		"stage": "Closed Won", "amount": 20, "assignedUserId": opp.CreatedByID,
	})
	require.NoError(t, err)
	feed := client.Stream.Of(espo.Ref{Type: "Opportunity", ID: opp.ID})
	details := map[espo.NoteType]espo.NoteData{}
	for n, err := range feed.All(ctx, espo.FeedQuery{}) {
		require.NoError(t, err)
		details[n.Type], err = n.Details()
		require.NoError(t, err)
	}
	assert.Equal(t, espo.NoteCreateData{StatusField: "stage", StatusValue: "Prospecting", StatusStyle: "default"}, details[espo.NoteTypeCreate])
	assert.Equal(t, espo.NoteStatusData{Field: "stage", Value: "Closed Won", Style: "success"}, details[espo.NoteTypeStatus])
	assert.Equal(t, espo.NoteAssignData{AssignedUserID: opp.CreatedByID, AssignedUserName: "Admin"}, details[espo.NoteTypeAssign])
	update, ok := details[espo.NoteTypeUpdate].(espo.NoteUpdateData)
	require.True(t, ok)
	assert.Equal(t, []string{"amount"}, update.Fields)
	assert.Equal(t, espo.Number("10"), update.Attributes.Was["amount"])
	assert.Equal(t, espo.Number("20"), update.Attributes.Became["amount"])

	updates, err := client.Stream.Updates(espo.Ref{Type: "Opportunity", ID: opp.ID}).List(ctx, espo.FeedQuery{})
	require.NoError(t, err)
	assert.Len(t, updates.Records, 2)

	// The account's stream has them, too.
	page, err := client.Stream.Of(acc).List(ctx, espo.FeedQuery{Where: espo.Where(espo.Equal("type", "Status"))})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, "Deal", page.Records[0].ParentName)
	assert.Equal(t, acc.ID, page.Records[0].SuperParentID)
}

func TestNoteDetailsByType(t *testing.T) {
	for _, c := range []struct {
		noteType espo.NoteType
		data     string
		want     espo.NoteData
	}{
		{espo.NoteTypePost, `{}`, espo.NoteOtherData{}},
		{espo.NoteTypePost, `null`, espo.NoteOtherData{}},
		{espo.NoteTypeCreateRelated, `null`, espo.NoteCreateData{}},
		{espo.NoteTypeUpdate, `[]`, espo.NoteUpdateData{}},
		{espo.NoteTypeEmailReceived, `{"emailId":"e","emailName":"Hi","personEntityType":"Contact","personEntityId":"c","personEntityName":"Ann"}`,
			espo.NoteEmailData{EmailID: "e", EmailName: "Hi", PersonEntityType: "Contact", PersonEntityID: "c", PersonEntityName: "Ann"}},
		{espo.NoteTypeEventConfirmation, `{"status":"Declined","style":"danger"}`, espo.NoteEventConfirmationData{Status: "Declined", Style: "danger"}},
		{"Custom", `{"a":1}`, espo.NoteOtherData{Extra: espo.Attrs{"a": espo.Number("1")}}},
	} {
		got, err := noteWith(t, c.noteType, c.data).Details()
		require.NoError(t, err)
		assert.Equal(t, c.want, got, c.noteType)
	}
	_, err := noteWith(t, espo.NoteTypeStatus, `{"field":1}`).Details()
	require.ErrorContains(t, err, "note n of type Status")
}

// noteWith is a note as a server sends it.
func noteWith(t *testing.T, noteType espo.NoteType, data string) espo.Note {
	t.Helper()
	var note espo.Note
	require.NoError(t, espo.Unmarshal([]byte(`{"id":"n","type":"`+string(noteType)+`","data":`+data+`}`), &note))
	return note
}
