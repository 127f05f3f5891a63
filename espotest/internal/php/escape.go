package php

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Escape writes JSON with the escapes that PHP writes by default. A
// receiver that decodes and encodes a body before it checks the signature
// gets another text, as it does with a real server.
func Escape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		switch {
		case r == '/':
			out = append(out, `\/`...)
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		default:
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
	}
	return out
}
