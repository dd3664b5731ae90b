// Package php calls functions of PHP's imap extension from Go, in a PHP
// process that lives as long as its connections do.
package php

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/conformance/harness"
)

//go:embed worker.php openssl.cnf
var files embed.FS

// ErrMissing means that PHP or its imap extension is not installed.
var ErrMissing = errors.New("PHP's imap extension is not installed: apt-get install php8.2-cli php8.2-imap")

// Available returns why no worker can be started here, an error that is [ErrMissing], or nil.
func Available() error {
	if exec.Command("php", "-r", `exit(extension_loaded("imap") ? 0 : 1);`).Run() != nil {
		return ErrMissing
	}
	return nil
}

// Handle is a connection of a worker, as an argument of a Call.
type Handle struct {
	Number int `json:"$handle"`
}

// Bytes is a string of any bytes, which JSON does not allow. Each byte becomes the code point
// with the same number.
type Bytes []byte

// MarshalText implements [encoding.TextMarshaler].
func (b Bytes) MarshalText() ([]byte, error) {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return []byte(string(runes)), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (b *Bytes) UnmarshalText(text []byte) error {
	*b = (*b)[:0]
	for _, r := range string(text) {
		if r > 0xFF {
			return fmt.Errorf("U+%04X is no byte", r)
		}
		*b = append(*b, byte(r))
	}
	return nil
}

// Answer is the outcome of a call. The bytes of its strings are code points, see [Bytes].
type Answer struct {
	// Result is the result in the form of json_encode.
	Result    json.RawMessage
	Warnings  []Warning
	Exception *Exception
	// Errors and Alerts are imap_errors() and imap_alerts() after the call, if requested.
	Errors, Alerts json.RawMessage
}

// Warning is a warning, notice or deprecation.
type Warning struct {
	Level   string // "Warning", "Notice" or "Deprecated"
	Message string
}

// Exception is an exception that a call threw.
type Exception struct{ Class, Message string }

// Handle returns the connection that a call opened.
func (a *Answer) Handle() (Handle, bool) {
	var h Handle
	err := json.Unmarshal(a.Result, &h)
	return h, err == nil && h.Number > 0
}

// CrashError reports a worker that ended during a call.
type CrashError struct {
	Status string // "signal: segmentation fault", "exit status 255"
	Output string // what PHP printed
}

func (e *CrashError) Error() string { return "PHP died: " + e.Status + ": " + e.Output }

// Worker is a PHP process. It makes one call or batch at a time; calls from several goroutines
// wait for each other.
//
// After a [CrashError] or a timeout the process has ended, with all connections. The next call
// starts a new one.
type Worker struct {
	// Env is added to the environment of the process, "NAME=value".
	Env []string
	// Timeout limits a call or a batch, 30 seconds if 0.
	Timeout time.Duration

	mu     sync.Mutex
	proc   *process
	lastID int
}

type request struct {
	ID    int    `json:"id"`
	Calls []Call `json:"calls"`
}

// Call is a call of a PHP function. Arguments are anything that encodes to JSON. A string must
// be UTF-8; its code points below 256 are bytes.
type Call struct {
	Fn   string `json:"fn"`
	Args []any  `json:"args"`
	// Errors moves PHP's stacks of errors and alerts into the answer.
	Errors bool `json:"errors,omitempty"`
}

// Call calls a PHP function with the arguments of a [Call].
func (w *Worker) Call(fn string, args ...any) (*Answer, error) {
	return w.one(Call{Fn: fn, Args: args})
}

// CallErrors is Call, and moves PHP's stacks of errors and alerts into the answer.
func (w *Worker) CallErrors(fn string, args ...any) (*Answer, error) {
	return w.one(Call{Fn: fn, Args: args, Errors: true})
}

func (w *Worker) one(c Call) (*Answer, error) {
	answers, err := w.Batch(c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Fn, err)
	}
	return answers[0], nil
}

// Forget releases a connection, as a script does when its variable goes out of scope.
func (w *Worker) Forget(h Handle) error {
	_, err := w.Call("$forget", h)
	return err
}

// Batch makes several calls in one exchange with the process. After an error there are no
// answers, whichever call failed.
func (w *Worker) Batch(calls ...Call) ([]*Answer, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.proc == nil {
		p, err := start(w.Env)
		if err != nil {
			return nil, err
		}
		w.proc = p
	}
	w.lastID++
	r := request{ID: w.lastID}
	for _, c := range calls {
		if c.Args == nil {
			c.Args = []any{}
		}
		r.Calls = append(r.Calls, c)
	}
	timeout := w.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	answers, err := w.proc.exchange(r, timeout)
	if err != nil {
		w.proc.kill()
		w.proc = nil
	}
	return answers, err
}

// Close ends the process.
func (w *Worker) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.proc != nil {
		w.proc.kill()
		w.proc = nil
	}
	return nil
}

// process is a running PHP.
type process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr bytes.Buffer
	dir    string // holds files, for the interpreter takes them from disk
}

func start(env []string) (*process, error) {
	dir, err := os.MkdirTemp("", "imapcompat-php-")
	if err != nil {
		return nil, err
	}
	p := &process{dir: dir}
	if err := p.start(env); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("starting PHP: %w", err)
	}
	return p, nil
}

func (p *process) start(env []string) error {
	if err := os.CopyFS(p.dir, files); err != nil {
		return err
	}
	p.cmd = exec.Command("php", "-d", "display_errors=stderr", "-d", "memory_limit=-1", filepath.Join(p.dir, "worker.php"))
	p.cmd.Env = append(os.Environ(), "TZ=UTC", "OPENSSL_CONF="+filepath.Join(p.dir, "openssl.cnf"))
	p.cmd.Env = append(p.cmd.Env, env...)
	if err := harness.GiveHome(p.cmd, p.dir); err != nil {
		return err
	}
	p.cmd.Stderr = &p.stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	p.in, p.out = in, bufio.NewReader(out)
	return p.cmd.Start()
}

func (p *process) exchange(r request, timeout time.Duration) ([]*Answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	// Killing the process ends the read below.
	stop := context.AfterFunc(ctx, func() { p.cmd.Process.Kill() })
	defer stop()

	if err := json.NewEncoder(p.in).Encode(r); err != nil {
		return nil, p.died(ctx)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return nil, p.died(ctx)
	}
	var answer struct {
		ID      int
		Answers []*Answer
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return nil, fmt.Errorf("%w in the answer %.200q", err, line)
	}
	if answer.ID != r.ID {
		return nil, fmt.Errorf("answer %d to request %d", answer.ID, r.ID)
	}
	if len(answer.Answers) != len(r.Calls) {
		return nil, fmt.Errorf("%d answers to %d calls", len(answer.Answers), len(r.Calls))
	}
	return answer.Answers, nil
}

func (p *process) died(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	p.cmd.Wait()
	return &CrashError{Status: p.cmd.ProcessState.String(), Output: p.stderr.String()}
}

func (p *process) kill() {
	p.in.Close()
	p.cmd.Process.Kill()
	p.cmd.Wait()
	os.RemoveAll(p.dir)
}
