package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCommandsIn(t *testing.T) {
	assert.Equal(t, []string{"go run ./x", "curl http://x", "go test ./...", "git clone x", "cd x && go run ."}, commandsIn(
		"Text\n\n```sh\ngo run ./x\n# a comment\n\ncurl http://x\n```\n\n```go\ngo run()\n```\n\n    go test ./...\n    git clone x\n    cd x && go run .\n    sum by (x)\n"))
}
