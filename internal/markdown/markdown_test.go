package markdown_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo/internal/markdown"
)

func TestBlocks(t *testing.T) {
	document := "# Title\n\n```go\na()\n\n```\n```sh\n```\ntext\n- item\n\n  ```\n  plain\n  ```\n```go\nwithout an end\n"
	assert.Equal(t, []markdown.Block{
		{Line: 1, Text: "# Title\n\n"},
		{Code: true, Language: "go", Line: 4, Text: "a()\n\n"},
		{Code: true, Language: "sh", Line: 8},
		{Line: 9, Text: "text\n- item\n\n"},
		{Code: true, Line: 13, Text: "  plain\n"},
	}, slices.Collect(markdown.Blocks(document)))
	assert.Empty(t, slices.Collect(markdown.Blocks("")))
}
