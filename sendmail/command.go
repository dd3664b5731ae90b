package sendmail

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// defaultTimeout is how long sending a message may take.
const defaultTimeout = time.Minute

// Command sends a message by running a program, which reads it on its standard
// input. No shell is involved.
type Command struct {
	// Path is the program, PHP's default "/usr/sbin/sendmail".
	Path string
	// Args are its arguments; nil is PHP's default, "-t" and "-i". The program
	// must take the recipients from the message.
	Args []string
	// Timeout bounds the time that the program runs, 1 minute if 0. It is
	// killed then, as when the context ends.
	Timeout time.Duration
}

// Send runs the program. That it ends with a status other than 0 is an error,
// with the begin of what it printed.
func (c *Command) Send(ctx context.Context, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.Timeout, defaultTimeout))
	defer cancel()
	args := c.Args
	if args == nil {
		args = []string{"-t", "-i"}
	}
	var output beginning
	cmd := exec.CommandContext(ctx, cmp.Or(c.Path, "/usr/sbin/sendmail"), args...)
	cmd.Stdin = bytes.NewReader(message)
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", cmd.Path, ctx.Err())
	case len(output) > 0:
		return fmt.Errorf("%s: %w: %s", cmd.Path, err, strings.TrimSpace(string(output)))
	}
	return fmt.Errorf("%s: %w", cmd.Path, err)
}

// beginning keeps the first octets that are written to it.
type beginning []byte

func (b *beginning) Write(p []byte) (int, error) {
	const most = 1000
	*b = append(*b, p[:min(len(p), most-len(*b))]...)
	return len(p), nil
}
