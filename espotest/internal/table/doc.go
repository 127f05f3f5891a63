// Package table reads and writes tables of text in the formats of imports and
// exports: CSV with a delimiter and a qualifier of one's choice, and XLSX.
//
// The package imports no other of this module. It knows cells, not attributes.
package table
