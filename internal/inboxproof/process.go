package inboxproof

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"testing"
)

// Process starts the test's own binary as a receiver, with some more environment,
// and kills it without a warning.
func Process(environment ...string) Start {
	return func(t *testing.T, r Receiver) func() {
		t.Helper()
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "-test.run=^$") //nolint:gosec // this test itself
		cmd.Env = append(append(os.Environ(), environment...), r.setting())
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		read := make(chan struct{})
		go func() {
			defer close(read)
			forward(out, r.Out)
		}()
		return func() {
			_ = cmd.Process.Kill()
			<-read
			_ = cmd.Wait()
		}
	}
}

// forward passes on whole lines.
func forward(from io.Reader, to io.Writer) {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		_, _ = to.Write(append(lines.Bytes(), '\n'))
	}
}
