package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/big"
	"os"
	"slices"
	"time"

	"github.com/go-espo/espo"
)

// report has a sum for each month and stage.
type report struct {
	begin    espo.Date
	months   []string
	stages   []string
	currency string
	sums     map[[2]string]*big.Rat // by month and stage; exact, as amounts must be
	count    int
}

func newReport(begin espo.Date, months int, stages []string, currency string) *report {
	r := &report{begin: begin, stages: stages, currency: currency, sums: make(map[[2]string]*big.Rat)}
	for i := range months {
		r.months = append(r.months, monthOf(espo.NewDate(begin.Year, begin.Month+time.Month(i), 1)))
	}
	return r
}

func monthOf(d espo.Date) string { return fmt.Sprintf("%d-%02d", d.Year, d.Month) }

// read reads no more than is needed: two attributes beside the amount, of the
// opportunities that close in these months.
func (r *report) read(ctx context.Context, client *espo.Client) error {
	end := espo.NewDate(r.begin.Year, r.begin.Month+time.Month(len(r.months)), 1)
	q := espo.Query{
		Where:  espo.Where(espo.BetweenDays("closeDate", r.begin, end.AddDays(-1)).Date()),
		Select: []string{"stage", "closeDate", "amountConverted"},
	}
	for deal, err := range client.Opportunities.All(ctx, q) {
		if err != nil {
			return err
		}
		if err := r.add(deal); err != nil {
			return err
		}
	}
	return nil
}

// add adds an amount in the base currency, so that all of them can be summed up.
func (r *report) add(deal espo.Opportunity) error {
	r.count++
	if deal.AmountConverted.IsZero() { // null
		return nil
	}
	amount, ok := new(big.Rat).SetString(deal.AmountConverted.String())
	if !ok {
		return fmt.Errorf("opportunity %s: amount %q", deal.ID, deal.AmountConverted)
	}
	if !slices.Contains(r.stages, string(deal.Stage)) { // one that is not an option any more
		r.stages = append(r.stages, string(deal.Stage))
	}
	cell := [2]string{monthOf(deal.CloseDate), string(deal.Stage)}
	if r.sums[cell] == nil {
		r.sums[cell] = new(big.Rat)
	}
	r.sums[cell].Add(r.sums[cell], amount)
	return nil
}

// sum is exact in CSV, and as near as a spreadsheet's numbers are there.
func (r *report) sum(month, stage string) *big.Rat {
	if sum := r.sums[[2]string{month, stage}]; sum != nil {
		return sum
	}
	return new(big.Rat)
}

// rows are the head and a row for each month.
func (r *report) rows() [][]string {
	rows := make([][]string, 0, 1+len(r.months))
	rows = append(rows, append([]string{"month"}, r.stages...))
	for _, month := range r.months {
		row := make([]string, 0, 1+len(r.stages))
		row = append(row, month)
		for _, stage := range r.stages {
			row = append(row, r.sum(month, stage).FloatString(2))
		}
		rows = append(rows, row)
	}
	return rows
}

func (r *report) writeCSV(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := csv.NewWriter(f).WriteAll(r.rows()); err != nil {
		return err
	}
	return f.Close()
}
