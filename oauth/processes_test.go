package oauth_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/internal/failpoint"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// The environment of a child process.
const (
	childDir  = "OAUTH_TEST_DIR"
	childURL  = "OAUTH_TEST_URL"
	childKill = "OAUTH_TEST_KILL" // the number of the step at which it is killed
	childApp  = "OAUTH_TEST_APP"  // the secret of a program that logs in by itself
)

// TestChild is a process of the tests below. For each line that it reads, it gets a token as a new
// job does, and prints it.
func TestChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		t.Skip("this is not a child process")
	}
	client := &oauth.Client{
		Issuer: oauth.Issuer{Name: "oauthtest", TokenURL: os.Getenv(childURL) + oauthtest.TokenPath},
		ID:     "client-id", Scopes: []string{"imap"},
	}
	var left int
	if _, err := fmt.Sscan(os.Getenv(childKill), &left); err == nil {
		failpoint.Set(func(name string) {
			fmt.Println("step", name)
			if left--; left == 0 {
				die()
			}
		})
	}
	ctx, store := context.Background(), oauth.File{Dir: dir}
	job := func() oauth2.TokenSource { return client.Stored(ctx, store, address) }
	if secret := os.Getenv(childApp); secret != "" {
		client.Secret, client.Issuer.AppScopes = secret, client.Scopes
		job = func() oauth2.TokenSource { return oauth.Kept(ctx, store, address, "test", client.AppOnly(ctx)) }
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		token, err := job().Token()
		if err != nil {
			fmt.Println("error", err)
			continue
		}
		fmt.Println("token", token.AccessToken)
	}
}

// die ends the process as SIGKILL does.
func die() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {} // until the signal comes
}

// child is a running TestChild.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func (l *loggedIn) start(env ...string) *child {
	l.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(append(os.Environ(), childDir+"="+l.store.Dir, childURL+"="+l.srv.URL()), env...)
	in, err := cmd.StdinPipe()
	check(l.t, err)
	out, err := cmd.StdoutPipe()
	check(l.t, err)
	check(l.t, cmd.Start())
	l.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return &child{cmd, in, bufio.NewScanner(out)}
}

// line returns the next line of the output that begins with a word, or "" at its end.
func (c *child) line() (word, rest string) {
	for c.out.Scan() {
		word, rest, _ = strings.Cut(c.out.Text(), " ")
		if word == "step" || word == "token" || word == "error" {
			return word, rest
		}
	}
	return "", ""
}

// Eight processes that start their jobs at once, each time that the access token has expired,
// refresh it once. None loses the consent, although the issuer replaces refresh tokens and ends the
// grant when one is used twice.
func TestProcesses(t *testing.T) {
	l := logIn(t, oauthtest.Config{Rotate: true})
	var children []*child
	for range 8 {
		children = append(children, l.start())
	}
	rounds := 10
	if testing.Short() {
		rounds = 3
	}
	for round := 1; round <= rounds; round++ {
		l.expire()
		for _, c := range children {
			_, err := io.WriteString(c.in, "go\n")
			check(t, err)
		}
		var first string
		for i, c := range children {
			word, text := c.line()
			if word != "token" {
				t.Fatalf("round %d: %s %s", round, word, text)
			}
			if i == 0 {
				first = text
			} else if text != first {
				t.Errorf("round %d: processes have different tokens", round)
			}
		}
		l.opens("a process", first)
		l.wantRefreshes(round)
	}
}

// Eight processes without a user that start their jobs at once ask for one token.
func TestProcessesWithoutUser(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{Clients: []oauthtest.Client{{ID: "client-id", Secret: clientSecret, Roles: []string{"imap"}}}})
	l := &loggedIn{t, srv, srv.Client(), oauth.File{Dir: t.TempDir()}}
	var children []*child
	for range 8 {
		children = append(children, l.start(childApp+"="+clientSecret))
	}
	for round := 1; round <= 3; round++ {
		for _, c := range children {
			_, err := io.WriteString(c.in, "go\n")
			check(t, err)
		}
		for _, c := range children {
			if word, text := c.line(); word != "token" {
				t.Fatalf("round %d: %s %s", round, word, text)
			}
		}
		if n := srv.Granted("client_credentials"); n != round {
			t.Errorf("round %d: %d requests", round, n)
		}
		check(t, oauth.Replace(context.Background(), l.store, address, nil)) // as a new login does
	}
}

// A process is killed at each step of a refresh. Afterwards the account works, unless the issuer
// has replaced the refresh token and the answer was not stored yet: then the error says so. No lock
// stays, and the next login or refresh leaves no temporary file that is old.
func TestKilled(t *testing.T) {
	for _, rotate := range []bool{true, false} {
		var steps []string
		for n, done := 1, false; !done; n++ {
			l := logIn(t, oauthtest.Config{Rotate: rotate})
			l.expire()
			c := l.start(fmt.Sprintf("%s=%d", childKill, n))
			_, err := io.WriteString(c.in, "go\n")
			check(t, err)
			check(t, c.in.Close())
			steps = nil
			for {
				word, text := c.line()
				if word == "error" {
					t.Fatalf("step %d: %s", n, text)
				}
				if done = word == "token"; word != "step" {
					break
				}
				steps = append(steps, text)
			}
			if done {
				break
			}
			c.cmd.Wait() // its error is that it was killed
			name := fmt.Sprintf("rotation %v, killed at step %d, %v", rotate, n, steps)
			answered, saved := false, false
			for _, step := range steps {
				answered = answered || step == "answered"
				saved = saved || answered && step == "renamed"
			}
			before := l.srv.Granted("refresh_token")
			token, err := l.token()
			switch {
			case rotate && answered && !saved:
				if !errors.Is(err, oauth.ErrConsent) || !strings.Contains(err.Error(), "was lost before it was stored") {
					t.Errorf("%s: %v", name, err)
				}
			case err != nil:
				t.Errorf("%s: %v", name, err)
			default:
				l.opens(name, token.AccessToken)
				if more := l.srv.Granted("refresh_token") - before; saved && more != 0 || !saved && more != 1 {
					t.Errorf("%s: %d more refreshes", name, more)
				}
			}
			removeOld(t, l)
		}
		const want = "locked created written closed renamed saved noted answered created written closed renamed saved done"
		if got := strings.Join(steps, " "); got != want {
			t.Errorf("steps: %s", got)
		}
	}
}

// removeOld checks that a later lock removes what was left, once it is old.
func removeOld(t *testing.T, l *loggedIn) {
	t.Helper()
	old := time.Now().Add(-time.Hour)
	for _, name := range names(t, l.store.Dir) {
		check(t, os.Chtimes(l.store.Dir+"/"+name, old, old))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	unlock, err := l.store.Lock(ctx, address)
	check(t, err)
	unlock()
	for _, name := range names(t, l.store.Dir) {
		if strings.HasSuffix(name, ".tmp") {
			t.Errorf("left: %s", name)
		}
	}
}
