package main

import (
	"errors"

	"github.com/xuri/excelize/v2"
)

const sheet = "Pipeline"

// writeSheet writes a spreadsheet with a chart: a column for each month, made of
// the stages.
func (r *report) writeSheet(name string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	head := []any{"month"}
	for _, stage := range r.stages {
		head = append(head, stage)
	}
	if err := f.SetSheetRow(sheet, "A1", &head); err != nil {
		return err
	}
	for i, month := range r.months {
		row := []any{month}
		for _, stage := range r.stages {
			amount, _ := r.sum(month, stage).Float64() // a spreadsheet has no others
			row = append(row, amount)
		}
		cell, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := f.SetSheetRow(sheet, cell, &row); err != nil {
			return err
		}
	}
	if err := r.addChart(f); err != nil {
		return err
	}
	return f.SaveAs(name)
}

func (r *report) addChart(f *excelize.File) error {
	last := len(r.months) + 1
	months, err := span(1, 2, last)
	if err != nil {
		return err
	}
	var series []excelize.ChartSeries
	for i := range r.stages {
		name, err := span(i+2, 1, 1)
		if err != nil {
			return err
		}
		values, err := span(i+2, 2, last)
		if err != nil {
			return err
		}
		series = append(series, excelize.ChartSeries{Name: name, Categories: months, Values: values})
	}
	below, err := excelize.CoordinatesToCellName(1, last+2)
	if err != nil {
		return err
	}
	return f.AddChart(sheet, below, &excelize.Chart{
		Type: excelize.ColStacked, Series: series,
		Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: "Amounts in " + r.currency + " by month of closing"}}},
	})
}

// span names the cells of a column from one row to another.
func span(column, from, to int) (string, error) {
	first, err := excelize.CoordinatesToCellName(column, from, true)
	if err != nil || from == to {
		return sheet + "!" + first, err
	}
	last, err := excelize.CoordinatesToCellName(column, to, true)
	return sheet + "!" + first + ":" + last, err
}
