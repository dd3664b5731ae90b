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

// defaultTimeout is the default time limit of Send.
const defaultTimeout = time.Minute

// Command sends a message with a program that reads it from standard input. It does not use a
// shell.
type Command struct {
	// Path is the path of the program. PHP's default is "/usr/sbin/sendmail".
	Path string
	// Args are the arguments of the program. Nil means PHP's default, "-t" and "-i". The
	// program must take the recipients from the message.
	Args []string
	// Timeout limits the run of the program, 1 minute if 0. After it, or when the context ends,
	// the program is killed.
	Timeout time.Duration
}

// Send runs the program. An exit status other than 0 is an error with the beginning of the
// program's output.
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

// beginning keeps the first octets written to it.
type beginning []byte

func (b *beginning) Write(p []byte) (int, error) {
	const most = 1000
	*b = append(*b, p[:min(len(p), most-len(*b))]...)
	return len(p), nil
}
