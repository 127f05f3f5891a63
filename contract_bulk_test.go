package espo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// contractAccounts creates accounts that go with the test, in one go.
func contractAccounts(t *testing.T, client *espo.Client, name string, n int) []string {
	t.Helper()
	records := make([]espo.Account, n)
	for i := range records {
		records[i].Name = fmt.Sprintf("%s #%d", name, i)
	}
	results, err := client.Accounts.CreateAll(t.Context(), records, espo.BulkOptions{Concurrency: 3})
	require.NoError(t, err)
	ids := make([]string, n)
	for i, r := range results {
		require.Equal(t, records[i].Name, r.Record.Name)
		ids[i] = r.Record.ID
	}
	t.Cleanup(func() {
		_, err := client.Accounts.DeleteAll(context.WithoutCancel(t.Context()), ids, espo.BulkOptions{})
		var bulk *espo.BulkError
		if errors.As(err, &bulk) {
			for _, err := range bulk.Unwrap() {
				assert.ErrorIs(t, err, espo.ErrNotFound)
			}
		}
	})
	return ids
}

func TestContractBulk(t *testing.T) {
	ctx := t.Context()
	client := contractClient(t)
	ids := contractAccounts(t, client, uniqueName(t), 5)
	changes := make([]espo.BulkUpdate, len(ids))
	for i, id := range ids {
		changes[i] = espo.BulkUpdate{ID: id, Attrs: espo.Attrs{"description": id}}
	}
	changes = append(changes, espo.BulkUpdate{ID: "000000000000000ab", Attrs: espo.Attrs{"description": "x"}})
	results, err := client.Accounts.UpdateAll(ctx, changes, espo.BulkOptions{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	for i, id := range ids {
		assert.Equal(t, id, results[i].Record.Description)
	}
	require.ErrorIs(t, results[len(ids)].Err, espo.ErrNotFound)
}

func TestContractMassActions(t *testing.T) {
	ctx := t.Context()
	client := contractClient(t)
	name := uniqueName(t)
	ids := contractAccounts(t, client, name, 3)
	mine := espo.StartsWith("name", name)
	mass := client.MassActions

	result, err := mass.Update(ctx, espo.ByIDs("Account", ids[0], ids[1], "000000000000000ab"), espo.Attrs{"description": "mass"}, espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, 2, result.Count)
	assert.ElementsMatch(t, ids[:2], result.IDs)
	result, err = mass.Update(ctx, espo.ByFilter("Account", mine), espo.Attrs{"type": "Partner"}, espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, espo.MassResult{Count: 3}, result)
	result, err = mass.Update(ctx, espo.ByQuery("Account", espo.Query{Where: espo.Where(mine), TextFilter: name}), espo.Attrs{"type": "Nope"}, espo.MassOptions{})
	require.NoError(t, err)
	assert.Zero(t, result.Count, "refused values pass a record over")
	for _, do := range []func(context.Context, espo.Selection, espo.MassOptions, ...espo.CallOption) (espo.MassResult, error){mass.Follow, mass.Unfollow} {
		result, err = do(ctx, espo.ByFilter("Account", mine), espo.MassOptions{})
		require.NoError(t, err)
		assert.Equal(t, 3, result.Count)
	}
	count, err := client.Accounts.Count(ctx, espo.Query{Where: espo.Where(mine, espo.Equal("type", "Partner"))})
	require.NoError(t, err)
	assert.Equal(t, 3, count)

	queued, err := mass.Update(ctx, espo.ByIDs("Account", ids...), espo.Attrs{"description": "later"}, espo.MassOptions{InBackground: true})
	require.NoError(t, err)
	require.NotEmpty(t, queued.JobID)
	require.NoError(t, mass.Subscribe(ctx, queued.JobID))
	status, err := mass.Status(ctx, queued.JobID)
	require.NoError(t, err)
	assert.Contains(t, []espo.JobStatus{espo.JobPending, espo.JobRunning, espo.JobSuccess}, status.Status)

	_, err = mass.Run(ctx, espo.MassAction{Name: "noSuchAction"}, espo.ByIDs("Account", ids...), espo.MassOptions{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = mass.Delete(ctx, espo.ByFilter("Account", espo.Equal("noSuchAttribute", 1)), espo.MassOptions{})
	require.ErrorIs(t, err, espo.ErrBadRequest)
	_, err = mass.Status(ctx, "000000000000000ab")
	require.ErrorIs(t, err, espo.ErrNotFound)

	result, err = mass.Delete(ctx, espo.ByIDs("Account", ids...), espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, 3, result.Count)
	count, err = client.Accounts.Count(ctx, espo.Query{Where: espo.Where(mine)})
	require.NoError(t, err)
	assert.Zero(t, count)
}

func TestContractConvertCurrency(t *testing.T) {
	ctx := t.Context()
	client := contractClient(t)
	o, err := client.Opportunities.Create(ctx, espo.Opportunity{
		Name: uniqueName(t), Amount: "100", AmountCurrency: "EUR", Probability: 10, CloseDate: espo.NewDate(2030, 1, 2),
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Opportunities.Delete(context.WithoutCancel(ctx), o.ID) })
	result, err := client.MassActions.ConvertCurrency(ctx, espo.ByIDs("Opportunity", o.ID), espo.MassCurrencyConversion{
		To: "USD", Base: "USD", Rates: map[string]espo.Number{"EUR": "2"},
	}, espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, 1, result.Count)
	o, err = client.Opportunities.Get(ctx, o.ID)
	require.NoError(t, err)
	assert.Equal(t, espo.Number("200"), o.Amount)
	assert.EqualValues(t, "USD", o.AmountCurrency)
	_, err = client.MassActions.ConvertCurrency(ctx, espo.ByIDs("Opportunity", o.ID), espo.MassCurrencyConversion{To: "EUR"}, espo.MassOptions{})
	require.NoError(t, err)
	o, err = client.Opportunities.Get(ctx, o.ID)
	require.NoError(t, err)
	assert.EqualValues(t, "EUR", o.AmountCurrency, "at the server's own rate")
}

func TestContractExports(t *testing.T) {
	ctx := t.Context()
	client := contractClient(t)
	name := uniqueName(t)
	ids := contractAccounts(t, client, name, 2)
	var b bytes.Buffer
	n, err := client.Exports.Export(ctx, espo.ByIDs("Account", ids[0]), &b, espo.ExportOptions{Attributes: []string{"name", "website"}})
	require.NoError(t, err)
	assert.Equal(t, "name,website\n\""+name+" #0\",\n", b.String())
	assert.EqualValues(t, b.Len(), n)
	b.Reset()
	_, err = client.Exports.Export(ctx, espo.ByFilter("Account", espo.StartsWith("name", name)), &b, espo.ExportOptions{Fields: []string{"name"}})
	require.NoError(t, err)
	assert.Equal(t, 3, strings.Count(b.String(), "\n"))
	b.Reset()
	_, err = client.Exports.Export(ctx, espo.ByIDs("Account", ids...), &b, espo.ExportOptions{Format: espo.ExportXLSX, Fields: []string{"name"}})
	require.NoError(t, err)
	assert.Equal(t, "PK", b.String()[:2])
	job, err := client.Exports.Start(ctx, espo.ByIDs("Account", ids...), espo.ExportOptions{InBackground: true})
	require.NoError(t, err)
	status, err := client.Exports.Status(ctx, job.JobID)
	require.NoError(t, err)
	assert.NotEqual(t, espo.JobFailed, status.Status)
}

func TestContractImports(t *testing.T) {
	ctx := t.Context()
	client := contractClient(t)
	name := uniqueName(t)
	csv := fmt.Sprintf("name,skipped,website,type\n%[1]s #1,x,https://one.example,Customer\n,x,https://two.example,\n%[1]s #2,x,,Nope\n%[1]s #3,x,,\n", name)
	file, err := client.Imports.UploadCSV(ctx, strings.NewReader(csv))
	require.NoError(t, err)
	columns := []string{"name", "", "website", "type"}
	result, err := client.Imports.Run(ctx, espo.ImportOptions{EntityType: "Account", AttachmentID: file, Columns: columns})
	require.NoError(t, err)
	reverted := false
	t.Cleanup(func() {
		if !reverted {
			_ = client.Imports.Revert(context.WithoutCancel(ctx), result.ID)
		}
	})
	assert.Equal(t, 2, result.Created)
	record, err := client.Imports.Get(ctx, result.ID)
	require.NoError(t, err)
	assert.EqualValues(t, "Complete", record.Status)
	assert.Equal(t, 2, record.ImportedCount)
	assert.Equal(t, 4, record.LastIndex)
	imported, err := client.Imports.Imported(result.ID).Count(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Equal(t, 2, imported)
	rows := map[int]string{}
	for e, err := range client.Imports.Errors(result.ID).All(ctx, espo.Query{MaxSize: 1}) {
		require.NoError(t, err)
		require.Len(t, e.Failures, 1)
		rows[e.RowIndex] = e.Failures[0].Field + " " + e.Failures[0].Rule
	}
	named := rowErrorsAreShown(t, client)
	if named {
		assert.Equal(t, map[int]string{2: "name required", 3: "type valid"}, rows)
	}
	var b bytes.Buffer
	_, err = client.Imports.ExportErrors(ctx, result.ID, &b)
	require.NoError(t, err)
	assert.Equal(t, 3, strings.Count(b.String(), "\n"), "the header and two rows")

	file, err = client.Imports.UploadCSV(ctx, strings.NewReader(fmt.Sprintf("%[1]s #1,,https://late.example,\n%[1]s #9,,,\n", name)))
	require.NoError(t, err)
	update, err := client.Imports.Run(ctx, espo.ImportOptions{
		EntityType: "Account", AttachmentID: file, Columns: columns, NoHeader: true,
		Action: espo.ImportUpdate, UpdateBy: []string{"name"},
	})
	require.NoError(t, err)
	assert.Equal(t, 1, update.Updated)
	page, err := client.Imports.Errors(update.ID).List(ctx, espo.Query{})
	require.NoError(t, err)
	if named {
		require.Len(t, page.Records, 1)
		assert.Equal(t, "Not-Found", page.Records[0].Type)
		assert.Equal(t, 1, page.Records[0].RowIndex)
	}
	require.NoError(t, client.Imports.Revert(ctx, update.ID))

	require.NoError(t, client.Imports.Revert(ctx, result.ID))
	reverted = true
	count, err := client.Accounts.Count(ctx, espo.Query{Where: espo.Where(espo.StartsWith("name", name))})
	require.NoError(t, err)
	assert.Zero(t, count)
}

// rowErrorsAreShown reports whether the caller may see the errors of an import.
func rowErrorsAreShown(t *testing.T, client *espo.Client) bool {
	t.Helper()
	v, err := client.ServerVersion(t.Context())
	require.NoError(t, err)
	user, err := client.App.CurrentUser(t.Context())
	require.NoError(t, err)
	if v.Major == 9 && v.Minor == 0 && user.User.Type != espo.UserTypeAdmin {
		t.Logf("not checked: EspoCRM %s shows the errors of an import to administrators alone", v)
		return false
	}
	return true
}
