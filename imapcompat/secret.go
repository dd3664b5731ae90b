package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"

	"golang.org/x/oauth2"
)

// login is where the secret of an account comes from. Without any it comes from the
// environment variables of the command, or the user is asked.
type login struct {
	PasswordEnv     string `toml:"password_env"`
	PasswordFile    string `toml:"password_file"`
	PasswordCommand string `toml:"password_command"`
	TokenEnv        string `toml:"token_env"`
	TokenFile       string `toml:"token_file"`
	TokenCommand    string `toml:"token_command"`
}

func (l *login) check() error {
	n := 0
	for _, one := range []string{l.PasswordEnv, l.PasswordFile, l.PasswordCommand, l.TokenEnv, l.TokenFile, l.TokenCommand} {
		if one != "" {
			n++
		}
	}
	if n > 1 {
		return errors.New("the password or token comes from more than one place")
	}
	return nil
}

// usesToken reports whether the secret is an OAuth2 access token.
func (l *login) usesToken() bool { return l.TokenEnv+l.TokenFile+l.TokenCommand != "" }

// isSet reports whether the account says where its secret comes from.
func (l *login) isSet() bool { return *l != login{} }

// tokenSource returns where the access tokens of a request come from, nil for a password.
func (c *cli) tokenSource(ctx context.Context, r *request) oauth2.TokenSource {
	if r.login != nil {
		if r.login.usesToken() {
			return &tokens{c: c, ctx: ctx, login: r.login}
		}
		return nil
	}
	if token := c.getenv("IMAPCOMPAT_TOKEN"); token != "" {
		return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
	}
	return nil
}

func (c *cli) passwordOf(ctx context.Context, r *request) (string, error) {
	if r.login != nil {
		return c.secret(ctx, r.login)
	}
	return c.password(ctx)
}

// secret gets the password or the token. Its errors do not have it.
func (c *cli) secret(ctx context.Context, l *login) (string, error) {
	switch {
	case l.PasswordEnv+l.TokenEnv != "":
		name := l.PasswordEnv + l.TokenEnv
		value, ok := c.lookupEnv(name)
		if !ok {
			return "", fmt.Errorf("the environment variable %s is not set", name)
		}
		return value, nil
	case l.PasswordFile+l.TokenFile != "":
		return firstLine(os.ReadFile(l.PasswordFile + l.TokenFile))
	}
	text := l.PasswordCommand + l.TokenCommand
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", text)
	cmd.Stderr = c.stderr
	line, err := firstLine(cmd.Output())
	if err != nil {
		return "", fmt.Errorf("the command for the password: %w", err)
	}
	return line, nil
}

// firstLine returns a text up to its first line end.
func firstLine(text []byte, err error) (string, error) {
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	return strings.TrimSuffix(string(line), "\r"), err
}

// tokens gets an access token for each login, because one lasts about an hour.
type tokens struct {
	c     *cli
	ctx   context.Context
	login *login

	mu     sync.Mutex
	failed error // why there was no token: the library does not say it
}

func (t *tokens) Token() (*oauth2.Token, error) {
	token, err := t.c.secret(t.ctx, t.login)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = err
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: token}, nil
}

// explain adds the reason to an error of a login without a token.
func (t *tokens) explain(err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == nil {
		return err
	}
	return fmt.Errorf("%w: %w", err, t.failed)
}
