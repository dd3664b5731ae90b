package prove

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"
)

// maxStderr is how much of the end of standard error is kept, in octets.
const maxStderr = 64 << 10

// pipeDelay is how long the output of processes that have outlived the program is read.
const pipeDelay = 2 * time.Second

// errFlood ends a program that prints too much.
var errFlood = errors.New("it printed too much")

// runProcess runs a program in a process group of its own. It ends the group when the program has
// ended, after timeout, or when it prints more than limit octets.
func runProcess(ctx context.Context, cmd *exec.Cmd, timeout time.Duration, limit int, o *Observation) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	errTimeout := fmt.Errorf("it did not end within %v", timeout)
	timer := time.AfterFunc(timeout, func() { cancel(errTimeout) })
	defer timer.Stop()
	stdout := &bounded{limit: limit, full: func() { cancel(errFlood) }}
	stderr := &tail{limit: maxStderr}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.WaitDelay = pipeDelay
	ownGroup(cmd)
	o.Start = time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { killGroup(cmd) })
	err := cmd.Wait()
	stop()
	killGroup(cmd) // what it has started
	o.End = time.Now()
	o.Stdout, o.Stderr = Text(stdout.octets()), Text(stderr.octets())
	o.ExitCode = cmd.ProcessState.ExitCode()
	switch cause := context.Cause(ctx); {
	case cause == nil:
	case errors.Is(cause, errTimeout), errors.Is(cause, errFlood):
		o.Ended = cause.Error()
		return nil
	default:
		return cause
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return err
	}
	if o.ExitCode < 0 {
		o.Ended = cmd.ProcessState.String()
	}
	return nil
}

// bounded keeps up to limit octets, and calls full when there are more.
type bounded struct {
	limit int
	full  func()

	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *bounded) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	room := b.limit - b.buf.Len()
	if len(p) <= room {
		return b.buf.Write(p)
	}
	b.buf.Write(p[:room])
	b.full()
	return len(p), nil
}

func (b *bounded) octets() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.buf.Bytes())
}

// tail keeps the last octets.
type tail struct {
	limit int

	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - t.limit; over > t.limit {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

func (t *tail) octets() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.buf[max(0, len(t.buf)-t.limit):])
}
