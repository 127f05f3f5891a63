package espotest_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// What becomes of rows, as real servers import them.
func TestImportRows(t *testing.T) {
	for name, c := range map[string]struct {
		csv              string
		o                espo.ImportOptions
		created, updated int
		failed           string // "type field,field" of each row
		file             string
	}{
		"ends at an empty line": {"name\nOne\n\nTwo\n", espo.ImportOptions{Columns: []string{"name"}}, 1, 0, "", ""},
		"other encoding":        {"name\nOn\xe9\n", espo.ImportOptions{Columns: []string{"name"}}, 0, 0, " ", "name\nOn\xe9\n"},
		"every failure": {
			"name,mail,phone\nTwo words,bad,bad\n", espo.ImportOptions{Columns: []string{"name", "emailAddress", "phoneNumber"}}, 0, 0,
			"Validation emailAddress,phoneNumber", "name,mail,phone\nTwo words,bad,bad\n",
		},
		"by the same letters": {
			"name,type\nacme,Partner\n", espo.ImportOptions{Columns: []string{"name", "type"}, Action: espo.ImportUpdate, UpdateBy: []string{"name"}}, 0, 1, "", "",
		},
		"by an id": {
			"id,name\nabc,First\nabc,Second\n", espo.ImportOptions{Columns: []string{"id", "name"}}, 1, 0, "Integrity-Constraint-Violation ", "id,name\nabc,Second\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, ctx := espotest.NewServer(t), t.Context()
			s.Seed("Account", map[string]any{"name": "Acme"})
			imports := s.Client().Imports
			file, err := imports.UploadCSV(ctx, strings.NewReader(c.csv))
			require.NoError(t, err)
			c.o.EntityType, c.o.AttachmentID = "Account", file
			result, err := imports.Run(ctx, c.o)
			require.NoError(t, err)
			assert.Equal(t, c.created, result.Created)
			assert.Equal(t, c.updated, result.Updated)
			rows, err := imports.Errors(result.ID).List(ctx, espo.Query{})
			require.NoError(t, err)
			var failed []string
			for _, row := range rows.Records {
				var fields []string
				for _, f := range row.Failures {
					fields = append(fields, f.Field)
				}
				failed = append(failed, row.Type+" "+strings.Join(fields, ","))
			}
			assert.Equal(t, c.failed, strings.Join(failed, ";"))
			var b bytes.Buffer
			_, err = imports.ExportErrors(ctx, result.ID, &b)
			require.NoError(t, err)
			assert.Equal(t, c.file, b.String())
		})
	}
}

// Names of links link; nobody imports what he may not create.
func TestImportLinksAndRights(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	account := s.Seed("Account", map[string]any{"name": "Acme"})[0]
	file, err := s.Client().Imports.UploadCSV(ctx, strings.NewReader("name,account\nAnn Bee,acme\n"))
	require.NoError(t, err)
	result, err := s.Client().Imports.Run(ctx, espo.ImportOptions{EntityType: "Contact", AttachmentID: file, Columns: []string{"name", "accountName"}})
	require.NoError(t, err)
	made, err := s.Client().Imports.Imported(result.ID).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, made.Records, 1)
	assert.Equal(t, account, made.Records[0]["accountId"])
	assert.True(t, made.Records[0].IsNull("streamUpdatedAt"))
	_, err = s.Client().Imports.Run(ctx, espo.ImportOptions{EntityType: "User", AttachmentID: file, Columns: []string{"name"}})
	var refused *espo.Error
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "No create access for 'User'.", refused.Reason)
}
