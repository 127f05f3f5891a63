package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo"
)

// The notes are those that servers of 7.5.6, 9.1.7, 9.2.7 and 10.0 write.
func TestNoteStatusChange(t *testing.T) {
	for name, c := range map[string]struct {
		noteType espo.NoteType
		data     string
		want     espo.NoteStatusChange
		ok       bool
	}{
		"before 9.2":          {espo.NoteTypeStatus, `{"field":"stage","value":"Closed Won","style":"success"}`, espo.NoteStatusChange{Value: "Closed Won", Field: "stage", Style: "success"}, true},
		"alone":               {espo.NoteTypeUpdate, `{"fields":[],"attributes":{"was":{},"became":{}},"value":"In Process"}`, espo.NoteStatusChange{Value: "In Process"}, true},
		"with others":         {espo.NoteTypeUpdate, `{"fields":["amount"],"attributes":{"was":{"amount":20},"became":{"amount":30}},"value":"Closed Won"}`, espo.NoteStatusChange{Value: "Closed Won"}, true},
		"another change":      {espo.NoteTypeUpdate, `{"fields":["amount"],"attributes":{"was":{"amount":10},"became":{"amount":20}}}`, espo.NoteStatusChange{}, false},
		"a new record":        {espo.NoteTypeCreate, `{"statusValue":"Prospecting","statusField":"stage"}`, espo.NoteStatusChange{}, false},
		"an event's attendee": {espo.NoteTypeEventConfirmation, `{"status":"Accepted","style":"success"}`, espo.NoteStatusChange{}, false},
		"a post":              {espo.NoteTypePost, `null`, espo.NoteStatusChange{}, false},
		"an empty map of PHP": {espo.NoteTypeUpdate, `[]`, espo.NoteStatusChange{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			change, ok := noteWith(t, c.noteType, c.data).StatusChange()
			assert.Equal(t, c.ok, ok)
			assert.Equal(t, c.want, change)
		})
	}
}
