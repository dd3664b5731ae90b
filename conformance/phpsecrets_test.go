package conformance

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

const (
	secretPassword = "Marker-Password-93"
	secretToken    = "ya29.Marker-Token_47"
)

// TestPHPSecrets checks that a script over the bridge shows no secrets: in warnings, lists of
// errors, exceptions and their traces, logs, objects, and arguments of processes.
// testdata/secrets/show.php makes the calls and prints everything.
func TestPHPSecrets(t *testing.T) {
	needOracle(t)
	for _, tt := range []struct {
		name        string
		environment []string
		options     map[string]string
		password    string
	}{
		{name: "password", password: secretPassword},
		{name: "wrong password", password: secretPassword + "x"},
		{name: "option", options: map[string]string{"IMAPCOMPAT_TOKEN": secretToken}},
		{name: "wrong option", options: map[string]string{"IMAPCOMPAT_TOKEN": secretToken + "x"}},
		{name: "variable", environment: []string{"IMAPCOMPAT_TOKEN=" + secretToken}},
		{name: "command", environment: []string{"IMAPCOMPAT_TOKEN_COMMAND=tr '\\0' ' ' < /proc/$$/cmdline >&2; cat token"}},
		{name: "command that fails", environment: []string{"IMAPCOMPAT_TOKEN_COMMAND=cat token; exit 3"}},
	} {
		for service, of := range map[string]func(*imaptest.Server) string{"imap": (*imaptest.Server).IMAP, "pop3": (*imaptest.Server).POP3} {
			t.Run(tt.name+"/"+service, func(t *testing.T) {
				t.Parallel()
				checks(t)
				srv := imaptest.Config{Password: secretPassword, Token: secretToken}.NewServer(t, "Subject: x\r\n\r\nx\r\n")
				name := strings.Replace(of(srv), "}", "/debug}", 1)
				options := tt.options
				if options == nil {
					options = map[string]string{}
				}
				for _, mode := range []string{"", "handle", "handle,silent", "handle,throw", "uncaught"} {
					login := map[string]any{"args": []any{name, srv.User, tt.password, 0, 1, options}}
					for _, flag := range []string{"handle", "silent", "throw", "uncaught"} {
						login[flag] = strings.Contains(mode, flag)
					}
					checkPHPSecrets(t, login, tt.environment)
				}
			})
		}
	}
}

// checkPHPSecrets runs the script with a login, and searches everything that it produces.
func checkPHPSecrets(t *testing.T, login map[string]any, environment []string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte(secretToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(login)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scriptTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "php", "-n", "-d", "auto_prepend_file="+absolute(t, "../phpbridge/imap.php"),
		"-d", "log_errors=1", "-d", "error_log="+filepath.Join(dir, "log"), "-d", "display_errors=1",
		// A trace contains all arguments.
		"-d", "zend.exception_ignore_args=0", "-d", "zend.exception_string_param_max_len=100000",
		absolute(t, "testdata/secrets/show.php"))
	cmd.Dir = dir
	cmd.Stdin = bytes.NewReader(input)
	cmd.Env = append(append(os.Environ(), "IMAPCOMPAT_BIN="+engine(t)), environment...)
	out, _ := cmd.CombinedOutput() // one that ends in an exception has a status
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil && login["handle"] == false {
		t.Error("there is no log:", err)
	}
	text := string(out) + string(log)
	for _, secret := range secretForms() {
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("%q is shown: …%s…", secret, text[max(0, i-1500):min(len(text), i+200)])
			return
		}
	}
	for _, part := range []string{"== success", "Couldn't open stream", "object(SensitiveParameterValue)", "TypeError: imap_open(): Argument #2"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not shown: %s", part, text)
		}
	}
}

// secretForms returns the secrets, unchanged and in the forms in which the mechanisms send
// them.
func secretForms() []string {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return []string{
		"Marker-", b64(secretPassword), b64("\x00user\x00" + secretPassword), b64(secretToken),
		b64("user=user\x01auth=Bearer " + secretToken + "\x01\x01"),
	}
}

// TestPHPSensitiveParameters checks that the bridge hides in traces what the extension hides,
// and also what may contain a token.
func TestPHPSensitiveParameters(t *testing.T) {
	checks(t)
	list := func(door string) string {
		out, err := exec.Command("php", "-n", "-d", door, absolute(t, "testdata/secrets/parameters.php")).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	want := list("extension=imap") + "imap_open $options\n"
	if got := list("auto_prepend_file=" + absolute(t, "../phpbridge/imap.php")); got != want || !strings.Contains(got, "$password") {
		t.Errorf("got %s, want %s", got, want)
	}
}
