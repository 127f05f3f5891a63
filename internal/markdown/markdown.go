// Package markdown takes documents apart into their blocks of code and the text
// between them.
package markdown

import (
	"iter"
	"strings"
)

// Block is a block of code, or the text between two of them.
type Block struct {
	Code     bool
	Language string // of code, such as "go"
	Line     int    // of its first line, 1 at first
	Text     string
}

// Blocks yields the blocks of a document. A block of code that does not end is not
// yielded.
func Blocks(document string) iter.Seq[Block] {
	return func(yield func(Block) bool) {
		b, line := Block{Line: 1}, 0
		for text := range strings.Lines(document) {
			line++
			fence, found := strings.CutPrefix(strings.TrimSpace(text), "```")
			if !found || b.Code && fence != "" {
				b.Text += text
				continue
			}
			if (b.Code || b.Text != "") && !yield(b) {
				return
			}
			b = Block{Code: !b.Code, Language: fence, Line: line + 1}
		}
		if !b.Code && b.Text != "" {
			yield(b)
		}
	}
}
