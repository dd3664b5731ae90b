package imapcompat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/golden"
)

// TestGolden makes the calls in testdata/golden and compares what comes of them
// with what PHP 8.2 returned of the same messages. The IMAP server repeats what
// Dovecot says of them.
func TestGolden(t *testing.T) {
	var recording golden.Recording
	for _, name := range []string{"empty", "imap"} {
		recording = goldenRecording(t, name)
		t.Run(name, func(t *testing.T) {
			server := golden.Server{Recording: &recording}
			port, err := server.Start()
			must(t, err)
			defer server.Close()
			playGolden(t, name+".jsonl", fmt.Sprintf("{127.0.0.1:%d/imap/notls}INBOX", port), "user", "password", strconv.Itoa(port))
			for _, command := range server.Unanswered() {
				t.Errorf("no answer to %q is recorded: run conformance/run -test.run TestGolden -record", command)
			}
		})
	}
	for _, r := range golden.Replies {
		t.Run(r.Name, func(t *testing.T) {
			server := golden.Server{Recording: &recording, Reply: r.Reply}
			port, err := server.Start()
			must(t, err)
			defer server.Close()
			playGolden(t, r.Name+".jsonl", fmt.Sprintf("{127.0.0.1:%d/imap/notls}INBOX", port), "user", "password", strconv.Itoa(port))
		})
	}
	t.Run("pop3", func(t *testing.T) {
		var texts []string
		for _, m := range recording.Messages {
			texts = append(texts, string(m.Text))
		}
		srv := imaptest.NewServer(t, texts...)
		port, _, _ := strings.Cut(strings.TrimPrefix(srv.POP3(), "{127.0.0.1:"), "/")
		playGolden(t, "pop3.jsonl", srv.POP3(), srv.User, srv.Password, port)
	})
	t.Run("empty-pop3", func(t *testing.T) {
		srv := imaptest.NewServer(t)
		port, _, _ := strings.Cut(strings.TrimPrefix(srv.POP3(), "{127.0.0.1:"), "/")
		playGolden(t, "empty-pop3.jsonl", srv.POP3(), srv.User, srv.Password, port)
	})
	t.Run("parsing", func(t *testing.T) {
		var octets []golden.Octets
		text, err := os.ReadFile("testdata/golden/parsing-messages.json")
		must(t, err)
		must(t, json.Unmarshal(text, &octets))
		var texts []string
		for _, text := range octets {
			texts = append(texts, string(text))
		}
		srv := imaptest.NewServer(t, texts...)
		port, _, _ := strings.Cut(strings.TrimPrefix(srv.POP3(), "{127.0.0.1:"), "/")
		playGolden(t, "parsing.jsonl", srv.POP3(), srv.User, srv.Password, port)
	})
	t.Run("plain", func(t *testing.T) {
		for _, c := range goldenCalls(t, "plain.jsonl") {
			result, notices, err := callPlain(c)
			if got := goldenStack(notices, ""); got != string(c.Errors) {
				t.Errorf("%s(%q): errors %s, PHP %s", c.Fn, c.Args, got, c.Errors)
			}
			compareGolden(t, c, result, err, "false", "")
		}
	})
}

func goldenRecording(t *testing.T, name string) (recording golden.Recording) {
	t.Helper()
	text, err := os.ReadFile("testdata/golden/" + name + "-server.json")
	must(t, err)
	must(t, json.Unmarshal(text, &recording))
	return recording
}

func goldenCalls(t *testing.T, file string) []golden.Call {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata/golden", file))
	must(t, err)
	calls, err := golden.Calls(text)
	must(t, err)
	if len(calls) < 30 {
		t.Fatalf("%d calls in %s", len(calls), file)
	}
	return calls
}

// callPlain makes a call without a connection.
func callPlain(c golden.Call) (result any, notices []string, err error) {
	args := goldenArguments(c, strings.NewReplacer())
	if text, ok := golden.TextFunctions[c.Fn]; ok {
		return text(args.Text(0))
	}
	return golden.Parsers[c.Fn](args)
}

func goldenArguments(c golden.Call, words *strings.Replacer) golden.Arguments {
	args := make(golden.Arguments, len(c.Args))
	for i, arg := range c.Args {
		if text, ok := arg.(golden.Octets); ok {
			arg = words.Replace(string(text))
		}
		args[i] = arg
	}
	return args
}

// playGolden makes the calls of a file, in their order on one connection.
func playGolden(t *testing.T, file, name, user, password, port string) {
	var mbox *imapcompat.Connection
	saved := filepath.Join(t.TempDir(), "saved")
	words := strings.NewReplacer("@PORT", port, "@FILE", saved)
	for _, c := range goldenCalls(t, file) {
		if c.Fn == "imap_open" {
			var err error
			mbox, err = imapcompat.Open(name, user, password, goldenArguments(c, words).OpenOptions(0)...)
			must(t, err)
			defer mbox.Close()
			mbox.Errors()
			continue
		}
		f := golden.Functions[c.Fn]
		result, err := f.Call(mbox, goldenArguments(c, words))
		failed := f.Failed
		if result == false {
			failed = "false"
		}
		compareGolden(t, c, result, err, failed, port)
		if got := goldenStack(mbox.Errors(), port); got != string(c.Errors) {
			t.Errorf("%s(%q): errors %s, PHP %s", c.Fn, c.Args, got, c.Errors)
		}
		if got := goldenStack(mbox.Alerts(), port); got != string(c.Alerts) {
			t.Errorf("%s(%q): alerts %s, PHP %s", c.Fn, c.Args, got, c.Alerts)
		}
		if c.File != nil {
			if text, err := os.ReadFile(saved); err != nil || string(text) != string(*c.File) {
				t.Errorf("%s(%q): wrote %q, %v, PHP %q", c.Fn, c.Args, text, err, *c.File)
			}
		}
	}
}

// compareGolden compares a result, or an error with PHP's exception or warning
// and what its function returns when it fails.
func compareGolden(t *testing.T, c golden.Call, result any, err error, failed, port string) {
	t.Helper()
	got := failed
	var e *imapcompat.Error
	switch {
	case err == nil:
		got = golden.Now(withoutPort(golden.JSON(result), port))
	case !errors.As(err, &e):
		t.Errorf("%s(%q): %v is no Error", c.Fn, c.Args, err)
	case e.Func != c.Fn:
		t.Errorf("%s(%q): an error of %s", c.Fn, c.Args, e.Func)
	case c.Exception != "":
		if e.Func+"(): "+e.Text != c.Exception && e.Text != c.Exception {
			t.Errorf("%s(%q): %q, PHP throws %q", c.Fn, c.Args, e.Error(), c.Exception)
		}
		return
	case len(c.Warnings) > 0:
		got = "false"
		if text := e.Func + "(): " + e.Text; text != c.Warnings[0] && e.Text != c.Warnings[0] {
			t.Errorf("%s(%q): %q, PHP warns %q", c.Fn, c.Args, e.Error(), c.Warnings)
		}
	}
	if got != string(c.Result) {
		t.Errorf("%s(%q): %v\ngot %s\nPHP %s", c.Fn, c.Args, err, got, c.Result)
	}
	if err == nil && (c.Exception != "" || len(c.Warnings) > 0) {
		t.Errorf("%s(%q): no error, PHP %q %q", c.Fn, c.Args, c.Exception, c.Warnings)
	}
}

func withoutPort(text, port string) string {
	if port == "" {
		return text
	}
	return strings.ReplaceAll(text, ":"+port, ":@PORT")
}

func goldenStack(texts []string, port string) string {
	if len(texts) == 0 {
		return ""
	}
	return withoutPort(golden.JSON(texts), port)
}

// Where PHP returns what it has of a mailbox that the server refuses to tell of, we
// return an error.
func TestRefusedMailboxMsgInfo(t *testing.T) {
	recording := goldenRecording(t, "imap")
	server := golden.Server{Recording: &recording, Reply: "NO denied"}
	port, err := server.Start()
	must(t, err)
	defer server.Close()
	mbox, err := imapcompat.Open(fmt.Sprintf("{127.0.0.1:%d/imap/notls}INBOX", port), "user", "password")
	must(t, err)
	defer mbox.Close()
	if info, err := mbox.MailboxMsgInfo(); err == nil || err.Error() != "imap_mailboxmsginfo(): denied" {
		t.Errorf("got %+v, %v", info, err)
	}
	if _, err := mbox.HeaderInfo(1, 1, 2, 3); err == nil || err.Error() != "imap_headerinfo(): Argument #5 ($lengths) is one too many" {
		t.Error(err)
	}
}
