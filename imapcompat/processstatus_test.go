package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

const statusToken = "0123456789abcdef-status"

// background runs the program until stop is called, which returns its exit code.
func background(t *testing.T, env map[string]string, args ...string) (stderr *buffer, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stderr = &buffer{}
	env["IMAPCOMPAT_PASSWORD"] = testPassword
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, args, strings.NewReader(""), io.Discard, stderr, environment(env)) }()
	return stderr, func() int { cancel(); return <-ended }
}

// eventually waits until f returns a text that matches, and returns the first group.
func eventually(t *testing.T, pattern string, f func() string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	text := ""
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(10 * time.Millisecond) {
		text = f()
		if match := re.FindStringSubmatch(text); match != nil {
			return match[len(match)-1]
		}
	}
	t.Fatalf("no %s in\n%s", pattern, text)
	return ""
}

// browse returns an answer of the status page, whose token comes along if there is one.
func browse(t *testing.T, method, address, token string, form url.Values) string {
	t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d %s", resp.StatusCode, text)
}

// The page shows what a watch does, and a message that is tried again is handled.
func TestProcessStatus(t *testing.T) {
	needShell(t)
	onBoth(t, func(t *testing.T, mailbox func(*imaptest.Server) string) {
		srv := mailServer(t, letters(3)...)
		folder, ready, tokenFile := t.TempDir(), filepath.Join(t.TempDir(), "ready"), filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(tokenFile, []byte(statusToken+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		stderr, stop := background(t, map[string]string{}, "process", mailbox(srv), "--user", "joe", "--name", "letters",
			"--ledger", filepath.Join(t.TempDir(), "inbox.db"), "--every", "100ms", "--quarantine", "dir:"+folder,
			"--exec", `case "$IMAPCOMPAT_SUBJECT" in *2) test -e '`+ready+`' || exit 65;; esac`,
			"--status", "127.0.0.1:0", "--status-token-file", tokenFile, "--metrics", "127.0.0.1:0")
		page := eventually(t, `status page: (http://\S+)/\n`, stderr.String)
		measured := eventually(t, `metrics: (http://\S+)/metrics\n`, stderr.String)
		get := func(path string) func() string {
			return func() string { return browse(t, http.MethodGet, page+path, statusToken, nil) }
		}
		if got := browse(t, http.MethodGet, page+"/box?box=letters", "wrong", nil); !strings.HasPrefix(got, "401 ") {
			t.Error(got)
		}
		key := eventually(t, `/message\?box=letters&amp;key=(\w+)`, get("/box?box=letters"))
		eventually(t, `letter 2[^§]*The whole message`, get("/message?box=letters&key="+key))
		eventually(t, `Text of 2\.`, get("/text?box=letters&key="+key))
		eventually(t, `(?s)letters<.*Connected`, get("/"))
		eventually(t, `imapcompat_messages_total\{box="letters",outcome="quarantined"\} 1\n`, func() string {
			return browse(t, http.MethodGet, measured+"/metrics", "", nil)
		})
		eventually(t, `200 ready`, func() string { return browse(t, http.MethodGet, measured+"/readyz", "", nil) })
		if err := os.WriteFile(ready, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := browse(t, http.MethodPost, page+"/retry", statusToken, url.Values{"box": {"letters"}, "key": {key}}); !strings.HasPrefix(got, "200 ") {
			t.Error(got)
		}
		eventually(t, `(?s)<dt>Quarantined</dt><dd>0</dd>.*<dt>Done</dt><dd>3</dd>`, get("/box?box=letters"))
		if code := stop(); code != 0 {
			t.Error(code, stderr)
		}
		if text := stderr.String(); strings.Contains(text, statusToken) || strings.Contains(text, testPassword) {
			t.Error(text)
		}
		if _, err := http.Get(page); err == nil {
			t.Error("the page is still there")
		}
	})
}

// A mailbox that cannot be opened is on the page with its error, also if its name is not known.
func TestProcessStatusWithoutServer(t *testing.T) {
	srv := mailServer(t)
	for _, command := range []string{"LOGIN", "AUTHENTICATE"} {
		if err := srv.Refuse(command, 1000, "[UNAVAILABLE] the database of users is away"); err != nil {
			t.Fatal(err)
		}
	}
	log := filepath.Join(t.TempDir(), "log")
	stderr, stop := background(t, map[string]string{}, "process", srv.IMAP(), "--user", "joe", "--ledger", filepath.Join(t.TempDir(), "inbox.db"),
		"--every", "1h", "--into", "dir:"+t.TempDir(), "--status", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--log", log)
	page := eventually(t, `status page: (http://\S+)/\n`, stderr.String)
	eventually(t, `(?s)1 of 1 mailboxes in trouble.*database of users is away`, func() string { return browse(t, http.MethodGet, page, "", nil) })
	measured := eventually(t, `metrics: (http://\S+)/metrics\n`, stderr.String)
	eventually(t, `(?s)imapcompat_connected\{box="[^"]+"\} 0\n.*imapcompat_consecutive_failures\{box="[^"]+"\} 1\n`, func() string {
		return browse(t, http.MethodGet, measured+"/metrics", "", nil)
	})
	eventually(t, `503 no mailbox is connected`, func() string { return browse(t, http.MethodGet, measured+"/readyz", "", nil) })
	stop()
	if text, err := os.ReadFile(log); err != nil || !strings.Contains(string(text), "the mailbox cannot be opened") || !strings.Contains(string(text), "database of users is away") {
		t.Errorf("%s, %v", text, err)
	}
}

func TestProcessStatusUsage(t *testing.T) {
	srv := newServer(t)
	empty, accounts := filepath.Join(t.TempDir(), "empty"), filepath.Join(t.TempDir(), "accounts.toml")
	text := ""
	for _, name := range []string{"a", "b"} {
		text += fmt.Sprintf("[accounts.%s]\nmailbox = %q\nuser = \"joe\"\nledger = %q\ninto = \"dir:x\"\n", name, srv.IMAP(), filepath.Join(t.TempDir(), name))
	}
	for path, text := range map[string]string{empty: "\n", accounts: text} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		token  string
		args   []string
		stderr string
	}{
		{"", []string{"--status", "0.0.0.0:0"}, "a token is needed (--status-token-file or IMAPCOMPAT_STATUS_TOKEN)"},
		{"", []string{"--status", ":0"}, "a token is needed"},
		{"", []string{"--status", "example.org:80"}, "a token is needed"},
		{"", []string{"--status", "8080"}, "is no address"},
		{"short", []string{"--status", "127.0.0.1:0"}, "the token has less than 16 characters"},
		{"", []string{"--status", "127.0.0.1:0", "--status-token-file", empty}, "has no token"},
		{"", []string{"--status", "127.0.0.1:0", "--status-token-file", empty + "-not"}, "empty-not"},
		{"", []string{"--status-token-file", empty}, "--status-token-file is for --status"},
		{"", []string{"--metrics", "9090"}, "--metrics: \"9090\" is no address"},
	} {
		args := append([]string{"process", srv.IMAP(), "--user", "joe", "--ledger", filepath.Join(t.TempDir(), "x"), "--into", "dir:x"}, test.args...)
		r := executeWith(t, t.Context(), map[string]string{"IMAPCOMPAT_PASSWORD": testPassword, statusTokenVariable: test.token}, args...)
		if r.code != exitUsage || !strings.Contains(r.stderr, test.stderr) {
			t.Errorf("%q: got %+v, want %q", test.args, r, test.stderr)
		}
	}
	r := execute(t, "process", "--accounts", accounts, "--status", "127.0.0.1:0")
	if r.code != exitUsage || !strings.Contains(r.stderr, "accounts with one ledger") {
		t.Errorf("%+v", r)
	}
	if sent := srv.Transcript(); len(sent) > 0 {
		t.Errorf("sent %q", sent)
	}
}
