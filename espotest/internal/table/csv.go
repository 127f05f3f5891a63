package table

import (
	"bytes"
	"strings"
)

// ParseCSV splits text into rows; a qualified cell may hold the delimiter,
// line breaks and, doubled, the qualifier. It ends at an empty line.
func ParseCSV(text, delimiter, qualifier string) [][]string {
	var rows [][]string
	var row []string
	var cell strings.Builder
	qualified, any := false, false
	endCell := func() {
		row = append(row, cell.String())
		cell.Reset()
	}
	endRow := func() (empty bool) {
		if !any {
			return true
		}
		endCell()
		rows = append(rows, row)
		row, any = nil, false
		return false
	}
	for len(text) > 0 {
		switch {
		case qualified && strings.HasPrefix(text, qualifier+qualifier):
			cell.WriteString(qualifier)
			text = text[2*len(qualifier):]
			continue
		case strings.HasPrefix(text, qualifier) && (qualified || cell.Len() == 0):
			qualified, any = !qualified, true
			text = text[len(qualifier):]
			continue
		case qualified:
		case strings.HasPrefix(text, delimiter):
			endCell()
			any = true
			text = text[len(delimiter):]
			continue
		case text[0] == '\n' || text[0] == '\r':
			if endRow() {
				return rows
			}
			if text[0] == '\r' && strings.HasPrefix(text[1:], "\n") {
				text = text[1:]
			}
			text = text[1:]
			continue
		}
		cell.WriteByte(text[0])
		any, text = true, text[1:]
	}
	endRow()
	return rows
}

// EncodeCSV quotes what PHP quotes.
func EncodeCSV(rows [][]string) []byte { return encode(rows, ",\"\\\n\r\t ") }

// EncodePlainCSV quotes what must be quoted.
func EncodePlainCSV(rows [][]string) []byte { return encode(rows, ",\"\n\r") }

func encode(rows [][]string, quoted string) []byte {
	var b bytes.Buffer
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			if strings.ContainsAny(cell, quoted) {
				b.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
			} else {
				b.WriteString(cell)
			}
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}
