package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/internal/markdown"
)

var commandLine = regexp.MustCompile(`^(go|git|cd) `)

// commandsIn are the lines of the blocks of sh in a document, and of its lines
// that are set off by four spaces and begin with a command.
func commandsIn(text string) (commands []string) {
	for b := range markdown.Blocks(text) {
		for line := range strings.Lines(b.Text) {
			line = strings.TrimRight(line, "\n")
			set, off := strings.CutPrefix(line, "    ")
			switch {
			case b.Language == "sh" && line != "" && !strings.HasPrefix(line, "#"):
				commands = append(commands, line)
			case !b.Code && off && commandLine.MatchString(set):
				commands = append(commands, set)
			}
		}
	}
	return commands
}

// inModule reports whether a command is run in another module of this repository.
func inModule(command string) bool { return strings.HasPrefix(command, "cd ") }

// localFake is where espofake listens.
const localFake = "http://127.0.0.1:8080"

// one runs a command. A fake that it starts goes on until the next one, and so
// does what ends in &.
func (r *runner) one(ctx context.Context, command string) error {
	text := strings.NewReplacer(
		"https://crm.example.com", r.server,
		"ESPO_PASSWORD=…", "ESPO_PASSWORD="+espotest.AdminPassword,
		"ESPO_API_KEY=…", "ESPO_API_KEY="+espotest.FullAPIKey,
		"X-Api-Key: …", "X-Api-Key: "+espotest.FullAPIKey,
	).Replace(command)
	if strings.HasPrefix(text, "curl ") {
		// What it talks to may be starting.
		text = "curl --fail-with-body -sS --retry 120 --retry-delay 1 --retry-connrefused " + strings.TrimPrefix(text, "curl ")
	}
	text, goesOn := strings.CutSuffix(text, " &")
	fake := strings.Contains(text, "cmd/espofake")
	cmd := exec.CommandContext(ctx, "bash", "-ec", text)
	if !fake && !goesOn {
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", command, err, out)
		}
		return nil
	}
	r.stop()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with what go run starts
	if err := cmd.Start(); err != nil {
		return err
	}
	r.running = cmd
	if !fake {
		return nil
	}
	return r.listening(ctx)
}

// listening returns when the fake that was started answers.
func (r *runner) listening(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, localFake+"/_fake/", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			return errors.Join(err, resp.Body.Close())
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("espofake does not answer: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// stop ends what a command has started and left running.
func (r *runner) stop() {
	if r.running == nil {
		return
	}
	_ = syscall.Kill(-r.running.Process.Pid, syscall.SIGTERM)
	_ = r.running.Wait()
	http.DefaultClient.CloseIdleConnections()
	r.running = nil
}
