package crm

import (
	"html"
	"regexp"
	"strings"
)

var (
	anchorTag    = regexp.MustCompile(`(?is)<a\s[^>]*href="([^"]*)"[^>]*>(.*?)</a>`)
	boldTag      = regexp.MustCompile(`(?i)</?(b|strong)(\s[^>]*)?>`)
	breakTag     = regexp.MustCompile(`(?i)<br\s*/?>`)
	paragraphEnd = regexp.MustCompile(`(?i)</p>`)
	blockEnd     = regexp.MustCompile(`(?i)</(div|li|h[1-6])>`)
	anyTag       = regexp.MustCompile(`<[^>]*>`)
)

// PlainText turns HTML into the text that the server keeps beside it.
func PlainText(s string) string {
	s = anchorTag.ReplaceAllString(s, "[$2]($1)")
	s = boldTag.ReplaceAllString(s, "**")
	s = breakTag.ReplaceAllString(s, "  \r\n")
	s = paragraphEnd.ReplaceAllString(s, "\r\n\r\n")
	s = blockEnd.ReplaceAllString(s, "\n")
	return strings.TrimSpace(html.UnescapeString(anyTag.ReplaceAllString(s, "")))
}
