package main

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/examples/internal/demo"
)

// rights are those of the cookbook.
var rights = espotest.Role{
	Scopes: map[string]espotest.Access{
		"Opportunity": {Read: espo.AccessAll},
	},
}

// What closes in these months is summed up exactly, and what does not, or has
// no amount, is not.
func TestSums(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	for day, amount := range map[string]string{
		"2026-10-31": "1", "2026-11-01": "0.1", "2026-11-30": "0.2", "2026-12-31": "7", "2027-01-01": "1",
	} {
		srv.Seed("Opportunity", espo.Attrs{"name": day, "closeDate": day, "stage": "Proposal", "amount": espo.Number(amount)})
	}
	r := newReport(espo.NewDate(2026, 11, 1), 2, []string{"Prospecting", "Proposal"}, "USD")
	require.NoError(t, r.read(t.Context(), client))
	assert.Equal(t, 3, r.count)
	assert.Equal(t, [][]string{
		{"month", "Prospecting", "Proposal"},
		{"2026-11", "0.00", "0.30"},
		{"2026-12", "0.00", "7.00"},
	}, r.rows())

	require.NoError(t, r.add(espo.Opportunity{Stage: "Lost long ago", CloseDate: espo.NewDate(2026, 11, 2), AmountConverted: "5"}))
	assert.Equal(t, []string{"2026-11", "0.00", "0.30", "5.00"}, r.rows()[1], "a stage that is not an option any more")
	require.NoError(t, r.add(espo.Opportunity{Stage: "Proposal", CloseDate: espo.NewDate(2026, 11, 2)}))
	assert.Equal(t, "0.30", r.rows()[1][2])
}

func TestFiles(t *testing.T) {
	r := newReport(espo.NewDate(2026, 11, 1), 2, []string{"Proposal"}, "USD")
	require.NoError(t, r.add(espo.Opportunity{Stage: "Proposal", CloseDate: espo.NewDate(2026, 12, 2), AmountConverted: "1200.50"}))
	name := filepath.Join(t.TempDir(), "pipeline")
	require.NoError(t, r.writeCSV(name+".csv"))
	content, err := os.ReadFile(name + ".csv")
	require.NoError(t, err)
	assert.Equal(t, "month,Proposal\n2026-11,0.00\n2026-12,1200.50\n", string(content))

	require.NoError(t, r.writeSheet(name+".xlsx"))
	f, err := excelize.OpenFile(name + ".xlsx")
	require.NoError(t, err)
	defer f.Close()
	rows, err := f.GetRows(sheet)
	require.NoError(t, err)
	assert.Equal(t, []string{"2026-12", "1200.5"}, rows[2])
	parts, err := zip.OpenReader(name + ".xlsx")
	require.NoError(t, err)
	defer parts.Close()
	chart, err := parts.Open("xl/charts/chart1.xml")
	require.NoError(t, err)
	assert.NoError(t, chart.Close())
}
