package espo_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/internal/apicheck"
)

// decodedTypes are the structs that answers are decoded into.
var decodedTypes = []any{
	espo.ACL{}, espo.About{}, espo.Account{}, espo.Activity{}, espo.Attachment{}, espo.Attendee{}, espo.AttributeChanges{},
	espo.BusyRange{}, espo.CalendarEvent{}, espo.Call{}, espo.Campaign{}, espo.Case{}, espo.CollectionDefs{},
	espo.ComposeAddress{}, espo.Contact{}, espo.CopiedAttachments{}, espo.CurrentUser{}, espo.Document{}, espo.Email{},
	espo.EmailAddressEntry{}, espo.EmailFolder{}, espo.EntityTypeDefs{}, espo.ExportJob{}, espo.ExportStatus{}, espo.FieldDefs{},
	espo.FoundAddress{}, espo.FoundRecord{}, espo.Import{}, espo.ImportFailedRow{}, espo.ImportFailure{}, espo.ImportResult{},
	espo.InsertableFields{}, espo.KnowledgeBaseArticle{}, espo.LayoutCell{}, espo.LayoutColumn{}, espo.LayoutPanel{}, espo.Lead{}, espo.LinkDefs{}, espo.MassResult{}, espo.MassStatus{},
	espo.Meeting{}, espo.Note{}, espo.NoteAssignData{}, espo.NoteCreateData{}, espo.NoteEmailData{},
	espo.NoteEventConfirmationData{}, espo.NoteOtherData{}, espo.NoteStatusData{}, espo.NoteUpdateData{}, espo.Notification{},
	espo.Opportunity{}, espo.PhoneNumberEntry{}, espo.Pipeline{}, espo.PipelineStage{}, espo.Portal{}, espo.PortalRole{}, espo.PreparedEmail{}, espo.RecordAccess{}, espo.ReminderEntry{}, espo.Role{}, espo.Settings{},
	espo.Target{}, espo.TargetList{}, espo.Task{}, espo.Team{}, espo.User{}, espo.Webhook{}, espo.WebhookFailure{},
}

// The table has every type that the rules find.
func TestDecodedTypesAreComplete(t *testing.T) {
	var have, want []string
	for _, v := range decodedTypes {
		have = append(have, reflect.TypeOf(v).Name())
	}
	for _, name := range apicheck.Decoded(loaded(t), sender) {
		if notDecoded[name] == "" {
			want = append(want, name)
		}
	}
	assert.ElementsMatch(t, want, have)
}

// unknown is a member that no type names, with a number whose last digit a
// float64 would lose.
const unknown = `"zzUnknown":{"deep":[1.50,null]}`

// roundTrip decodes into a new value of a type and encodes it again.
func roundTrip(t *testing.T, into reflect.Type, text string) (reflect.Value, string) {
	t.Helper()
	v := reflect.New(into)
	require.NoError(t, espo.Unmarshal([]byte(text), v.Interface()))
	encoded, err := espo.Marshal(v.Interface())
	require.NoError(t, err)
	assert.True(t, json.Valid(encoded))
	return v.Elem(), string(encoded)
}

func TestUnknownMembersSurvive(t *testing.T) {
	for _, v := range decodedTypes {
		of := reflect.TypeOf(v)
		t.Run(of.Name(), func(t *testing.T) {
			got, encoded := roundTrip(t, of, "{"+unknown+"}")
			extra := got.FieldByName("Extra")
			require.True(t, extra.IsValid(), "it has no Extra")
			assert.Equal(t, espo.Attrs{"zzUnknown": map[string]any{"deep": []any{espo.Number("1.50"), nil}}}, extra.Interface())
			assert.Contains(t, encoded, unknown)
			assert.NotContains(t, encoded, "Extra")
		})
	}
}

// What is inside another struct keeps its unknown members there, too.
func TestUnknownMembersSurviveInside(t *testing.T) {
	checked := 0
	for _, v := range decodedTypes {
		of := reflect.TypeOf(v)
		for _, f := range reflect.VisibleFields(of) {
			inner, frame := innermost(f.Type)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || !slices.ContainsFunc(decodedTypes, func(v any) bool { return reflect.TypeOf(v) == inner }) {
				continue
			}
			checked++
			t.Run(of.Name()+"."+f.Name, func(t *testing.T) {
				_, encoded := roundTrip(t, of, fmt.Sprintf(`{%q:%s}`, name, fmt.Sprintf(frame, "{"+unknown+"}")))
				assert.Contains(t, encoded, unknown)
			})
		}
	}
	assert.Greater(t, checked, 15)
}

// innermost is the struct in a slice or a map, and the JSON around it.
func innermost(t reflect.Type) (inner reflect.Type, frame string) {
	switch t.Kind() {
	case reflect.Slice:
		inner, frame = innermost(t.Elem())
		return inner, "[" + frame + "]"
	case reflect.Map:
		inner, frame = innermost(t.Elem())
		return inner, `{"x":` + frame + `}`
	case reflect.Pointer:
		return innermost(t.Elem())
	}
	return t, "%s"
}
