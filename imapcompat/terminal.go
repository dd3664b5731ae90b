package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// password takes the password from the environment or from the user.
func (c *cli) password(ctx context.Context) (string, error) {
	if password, ok := c.lookupEnv("IMAPCOMPAT_PASSWORD"); ok {
		return password, nil
	}
	stdin := c.terminal()
	if stdin == nil {
		return "", errors.New("no password: standard input is no terminal to ask on, and IMAPCOMPAT_PASSWORD is not set")
	}
	fmt.Fprint(c.stderr, "Password: ")
	defer fmt.Fprintln(c.stderr)
	return readPassword(ctx, int(stdin.Fd()))
}

// terminal returns standard input if it is a terminal.
func (c *cli) terminal() *os.File {
	if f, ok := c.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// readPassword reads a line without echo. If ctx ends first, it turns the echo on again.
func readPassword(ctx context.Context, fd int) (string, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	password, err := orInterrupted(ctx, func() ([]byte, error) { return term.ReadPassword(fd) })
	if ctx.Err() != nil {
		term.Restore(fd, before)
	}
	return string(password), err
}

// orInterrupted calls f, which has no context, and stops waiting for it when ctx ends.
func orInterrupted[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	answered := make(chan answer, 1)
	go func() {
		value, err := f()
		answered <- answer{value, err}
	}()
	select {
	case a := <-answered:
		return a.value, a.err
	case <-ctx.Done():
		return *new(T), ctx.Err()
	}
}

// confirm asks whether to go on, if standard input is a terminal and --yes is not given. A
// script is not asked.
func (c *cli) confirm(ctx context.Context, r *request, question string) error {
	stdin := c.terminal()
	if stdin == nil || r.yes {
		return nil
	}
	fmt.Fprintf(c.stderr, "%s [y/N] ", clean(question))
	line, err := orInterrupted(ctx, func() (string, error) { return bufio.NewReader(stdin).ReadString('\n') })
	if ctx.Err() != nil {
		fmt.Fprintln(c.stderr)
		return err
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return nil
	}
	return errors.New("not confirmed: nothing is changed")
}
