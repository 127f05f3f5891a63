package espo_test

import "path"

// pending are the cells in which the package does not do yet what it should:
// they are counted and do not fail the test. Each is a pattern of [path.Match];
// one that no cell of the whole matrix needs any more fails it.
var pending = []pendingCells{
	// What a server repeats of the credentials, in its reason or in an address
	// that net/http cannot parse and therefore shows.
	{causeCredential, "*/echo-in-reason/*/*"},
	{causeCredential, "*/echo-in-bad-location/*/*"},
	// A redirect within the host is followed although it drops the query, and
	// with that the filter, the key or the size of the page.
	{causeWrongData, "*/30?-without-query/*/*"},
	{causeNoEffect, "*/30?-without-query/*/*"},
	// Files are asked for without a coding, and taken with one.
	{causeWrongData, "*/gzip-unasked/*/*"},
	// An answer without a subject and a body.
	{causeWrongData, "EmailService.PrepareTemplate/*/*/*"},
	{causeNoEffect, "EmailService.PrepareTemplate/*/*/*"},
	// What the log form of an Error, and a JobError, have from the server.
	{causeControlChar, "*/key-of-controls/*/*"},
	{causeControlChar, "ExportService.*/attributes-texts/*/*"},
	// Ids of the server's that are none.
	{causeInput, "RecordService.Upsert:*/409-*/*/*"},
	{causeInput, "ExportService.Export:wait/attributes-texts/*/*"},
	{causeInput, "ImportService.ExportErrors/attributes-texts/*/*"},
	// Columns that cannot be decoded.
	{causeNoType, "RelatedService.Columns/attributes-*/*/*"},
}

type pendingCells struct {
	cause cause
	cells string
}

func (p pendingCells) has(c cause, cell cell) bool {
	ok, err := path.Match(p.cells, cell.String())
	return c == p.cause && (ok || err != nil)
}
