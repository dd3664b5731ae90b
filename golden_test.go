package imapcompat_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/transcript"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/golden"
	"github.com/imapcompat/imapcompat/internal/short"
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
			for _, difference := range c.Compare(golden.Outcome{Result: result, Err: err, Failed: "false", Errors: notices}) {
				t.Errorf("%s(%q): %s", c.Fn, c.Args, difference)
			}
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
		playCall(t, mbox, c, port, saved, words)
	}
}

// playCall makes a call and compares what comes of it.
func playCall(t *testing.T, mbox *imapcompat.Connection, c golden.Call, port, saved string, words *strings.Replacer) {
	t.Helper()
	f := golden.Functions[c.Fn]
	result, err := f.Call(mbox, goldenArguments(c, words))
	outcome := golden.Outcome{Result: result, Err: err, Failed: f.Failed, Port: port, Errors: mbox.Errors(), Alerts: mbox.Alerts(), File: saved}
	if c.Differs {
		return
	}
	for _, difference := range c.Compare(outcome) {
		t.Errorf("%s(%q): %s", c.Fn, c.Args, difference)
	}
}

// TestGoldenTranscripts is TestGolden with what servers are reported to say.
func TestGoldenTranscripts(t *testing.T) {
	list, err := transcript.ReadDir("conformance/testdata/transcripts")
	must(t, err)
	byName := make(map[string]*transcript.Transcript)
	for _, tr := range list {
		byName[tr.Name] = tr
	}
	var groups [][]golden.Call
	for _, c := range goldenCalls(t, "transcripts.jsonl") {
		if c.Fn == "imap_open" {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], c)
	}
	for _, calls := range short.Sample(groups, 8) {
		name := string(calls[0].Args[0].(golden.Octets))
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			must(t, err)
			defer l.Close()
			go byName[name].Serve(l)
			port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
			mbox, err := imapcompat.Open("{127.0.0.1:"+port+"/imap/notls}INBOX", "user", "password", imapcompat.WithRetries(1))
			must(t, err)
			defer mbox.Close()
			mbox.Errors()
			mbox.Alerts()
			saved := filepath.Join(t.TempDir(), "saved")
			words := strings.NewReplacer("@PORT", port, "@FILE", saved)
			for _, c := range calls[1:] {
				playCall(t, mbox, c, port, saved, words)
			}
		})
	}
}
