package phpbridge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// These name the environment variable and the option of imap_open with an OAuth2 access token,
// and the variable with a command that prints one.
const (
	tokenVariable   = "IMAPCOMPAT_TOKEN"
	commandVariable = "IMAPCOMPAT_TOKEN_COMMAND"
	userVariable    = "IMAPCOMPAT_USER"
)

// tokenSource returns the source of the token for a login: the option IMAPCOMPAT_TOKEN in the
// i-th argument, $options, or the environment. It returns nil if the password applies.
func (c *call) tokenSource(user string, i int) oauth2.TokenSource {
	token, command := c.getenv(tokenVariable), c.getenv(commandVariable)
	if c.given(i) {
		if option, ok := c.array(i).get(tokenVariable); ok {
			token, _ = option.(string)
			command = ""
		}
	}
	switch {
	case token != "":
		return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
	case command != "":
		return &tokenCommand{c.ctx, command, user}
	}
	return nil
}

// tokenCommand runs a shell command at each login. The first line that it prints is the token.
// The user's name is in its environment.
type tokenCommand struct {
	ctx     context.Context
	command string
	user    string
}

// commandTimeout limits the run of the command.
const commandTimeout = time.Minute

func (t *tokenCommand) Token() (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(t.ctx, commandTimeout)
	defer cancel()
	shell := []string{"/bin/sh", "-c"}
	if runtime.GOOS == "windows" {
		shell = []string{"cmd", "/c"}
	}
	cmd := exec.CommandContext(ctx, shell[0], shell[1], t.command)
	cmd.Env = append(os.Environ(), userVariable+"="+t.user)
	cmd.Stderr = os.Stderr
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", commandVariable, err)
	}
	line, _, _ := bytes.Cut(out, []byte("\n"))
	token := strings.TrimSpace(string(line))
	if token == "" {
		return nil, errors.New(commandVariable + " printed no token")
	}
	return &oauth2.Token{AccessToken: token}, nil
}
