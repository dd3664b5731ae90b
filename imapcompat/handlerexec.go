package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// execHandler is a handler that runs a command for each message.
type execHandler struct {
	*task
	running *running
}

// The exit codes of a command that mean something, of sysexits.h.
const (
	exitDataErr  = 65 // EX_DATAERR
	exitTempFail = 75 // EX_TEMPFAIL
)

func (p *execHandler) handle(ctx context.Context, m *inbox.Message) error {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", p.Exec)
	cmd.Env = withoutSecrets(os.Environ(), p.secretVariables...)
	for _, f := range factsOf(m, p.box.Name(), p.Mailbox) {
		cmd.Env = append(cmd.Env, "IMAPCOMPAT_"+f.name+"="+f.value)
	}
	stdout, stderr := p.lines(m.Key(), p.stdout), p.lines(m.Key(), p.stderr)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = m.Text(), stdout, stderr
	err := p.running.run(cmd)
	stdout.end()
	stderr.end()
	if cmd.ProcessState != nil && !cmd.ProcessState.Success() && ctx.Err() != nil {
		err = context.Cause(ctx)
		if stderr.last != "" {
			err = fmt.Errorf("%w: %s", err, stderr.last)
		}
		return err
	}
	return outcome(cmd.ProcessState, err, stderr.last)
}

// outcome returns what the end of a command says of a message.
func outcome(state *os.ProcessState, err error, last string) error {
	if state == nil {
		return later(err)
	}
	if state.Success() {
		return nil // whatever became of its input and output
	}
	reason := errors.New(state.String())
	if last != "" {
		reason = fmt.Errorf("%w: %s", reason, last)
	}
	switch state.ExitCode() {
	case exitTempFail:
		return later(reason)
	case exitDataErr:
		return inbox.Permanent(reason)
	}
	return reason
}

// withoutSecrets leaves out the variables that this program logs in with, and more of them: a handler
// that a stranger's message leads astray, or a browser, does not get them.
func withoutSecrets(environ []string, more ...string) []string {
	secrets := append([]string{"IMAPCOMPAT_PASSWORD", "IMAPCOMPAT_TOKEN", statusTokenVariable}, more...)
	return slices.DeleteFunc(slices.Clone(environ), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(secrets, name)
	})
}

// maxLine bounds a line of a command's output, and maxReason one that is kept as the reason of a
// failure, in octets. A longer line is several.
const (
	maxLine   = 8000
	maxReason = 500
)

// lines returns a writer for the output of a command that handles a message.
func (p *execHandler) lines(key string, print func(string)) *lineWriter {
	return &lineWriter{print: func(line string) { print(key + ": " + line) }}
}

// lineWriter prints each line of an output, without control characters.
type lineWriter struct {
	print func(line string)

	mu      sync.Mutex
	partial []byte
	last    string // the last line that has anything in it
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.partial = append(w.partial, p...)
	for {
		line, rest, ended := bytes.Cut(w.partial, []byte{'\n'})
		if !ended && len(w.partial) < maxLine {
			return len(p), nil
		}
		if !ended {
			line, rest = w.partial[:maxLine], w.partial[maxLine:]
		}
		w.line(line)
		w.partial = bytes.Clone(rest)
	}
}

// end prints a last line without an end.
func (w *lineWriter) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.partial) > 0 {
		w.line(w.partial)
		w.partial = nil
	}
}

func (w *lineWriter) line(octets []byte) {
	text := strings.TrimRight(clean(string(octets)), " ")
	w.print(text)
	if strings.TrimSpace(text) != "" {
		w.last = bounded(text, maxReason)
	}
}

// running are the commands that run.
type running struct {
	mu   sync.Mutex
	cmds map[*exec.Cmd]bool
}

const (
	// killDelay is how long a command may take to end after SIGTERM.
	killDelay = 3 * time.Second
	// pipeDelay is how long a command's output is read after its end, or the end of its time:
	// a process that it has started may hold it.
	pipeDelay = killDelay + 2*time.Second
)

// run runs a command in a process group of its own. The end of its context ends the group:
// by SIGTERM, and a moment later by SIGKILL.
func (r *running) run(cmd *exec.Cmd) error {
	ownGroup(cmd)
	ended := false
	cmd.WaitDelay = pipeDelay
	cmd.Cancel = func() error {
		ended = true
		time.AfterFunc(killDelay, func() { r.killIf(cmd) })
		return endGroup(cmd)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	r.mu.Lock()
	r.cmds[cmd] = true
	r.mu.Unlock()
	err := cmd.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.cmds, cmd)
	if ended {
		killGroup(cmd) // what it has started
	}
	return err
}

func (r *running) killIf(cmd *exec.Cmd) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmds[cmd] {
		killGroup(cmd)
	}
}

// kill ends all commands at once.
func (r *running) kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for cmd := range r.cmds {
		killGroup(cmd)
	}
}
