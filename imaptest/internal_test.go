package imaptest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzParsePOP3(f *testing.F) {
	for _, seed := range []string{
		"STAT\r\n", "user a\n", "PASS  two  spaces \r\n", "TOP 1 10\r\n", "", "\r\n", " ", "A\x00B\r\n",
		"AUTH PLAIN AHVzZXIAcGFzc3dvcmQ=\r\n", "LIST 99999999999999999999\r\n", strings.Repeat("x", 256),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		cmd, err := parsePOP3(line)
		if err != nil {
			return
		}
		if strings.ContainsAny(cmd.name+cmd.rest, "\r\n\x00") {
			t.Errorf("%q: line break or NUL in %q", line, cmd)
		}
		if strings.Contains(cmd.name, " ") || cmd.name != strings.ToUpper(cmd.name) {
			t.Errorf("%q: name %q", line, cmd.name)
		}
		for _, arg := range cmd.args {
			if arg == "" || !strings.Contains(cmd.rest, arg) {
				t.Errorf("%q: argument %q", line, arg)
			}
		}
	})
}

// FuzzTexts runs the store's functions for texts on any text.
func FuzzTexts(f *testing.F) {
	for _, seed := range []string{"", "\n", "\n\nbody", "Subject: x", "Subject: x\n folded\n\nbody\n", "a\r\n\rb\r\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := withCRLF(s)
		if again := withCRLF(string(text)); !bytes.Equal(again, text) {
			t.Errorf("%q changes to %q", text, again)
		}
		header, body := splitMessage(text)
		if string(header)+string(body) != string(text) {
			t.Errorf("%q is split into %q and %q", text, header, body)
		}
	})
}

// FuzzNames encodes and decodes names of mailboxes.
func FuzzNames(f *testing.F) {
	for _, seed := range []string{"", "INBOX", "&", "&-", "Entw&APw-rfe", "&AOQ-&AOQ-", "&2D3eAA-", "&2D0-", "&AAA", "a\x00b", "ä€😀"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if utf8.ValidString(s) {
			if name, ok := decodeName(encodeName(s)); !ok || name != s {
				t.Errorf("%q comes back as %q, %t", s, name, ok)
			}
		}
		if name, ok := decodeName(s); ok && encodeName(name) != s {
			t.Errorf("%q is the name %q, which is written %q", s, name, encodeName(name))
		}
	})
}

// FuzzNumbers parses sets.
func FuzzNumbers(f *testing.F) {
	for _, seed := range []string{"1", "*", "1:*", "*:1", "3,1:2", "0", "4294967295", "4294967296", "1:", ",", "9:*"} {
		f.Add(seed, uint32(5))
	}
	f.Fuzz(func(t *testing.T, s string, last uint32) {
		set, err := parseNumbers(s)
		if err != nil {
			return
		}
		if strings.Contains(s, "*") && last > 0 && !set.contains(last, last) {
			t.Errorf("%q is without %d, the last", s, last)
		}
		var built numberSet
		for _, r := range set {
			if r.first == 0 || r.first > r.last {
				t.Errorf("%q has the range %v", s, r)
			}
			built.add(r.first)
		}
		if again, err := parseNumbers(built.String()); err != nil || !slices.Equal(again, built) {
			t.Errorf("%v comes back as %v, %v", built, again, err)
		}
	})
}

// FuzzCommands reads commands from any octets. What is kept of a command is bounded, and a
// command that is skipped takes no octet of the next one with it.
func FuzzCommands(f *testing.F) {
	for _, seed := range []string{
		"a NOOP\r\n", "a LOGIN {4}\r\nuser {4+}\r\npass\r\n", "a UID FETCH 1 (FLAGS BODY[HEADER.FIELDS (A \"B\")])\n", "", "\r\n",
		"a APPEND x {0+}\r\n\r\n", "a X {999999999999999999+}\r\nx", "a X {99999999999999999999}\r\n", "{3}\r\n", "a  b",
		"a X \"\\\"\\\\\" (()) ~{3}\r\n", "a X (\r\nb Y )\r\n", "a X \"\r\n", "a X {1+\r\n", "a X {2+}x\r\n", "a\rb\r\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		r := newCommandReader(strings.NewReader(sent), true, func() error { return nil })
		for {
			r.begin()
			if _, err := r.word(); err != nil && !isSyntax(err) {
				break
			}
			args, err := r.arguments()
			if err != nil && !isSyntax(err) {
				break
			}
			if size := sizeOf(args); size > maxCommand {
				t.Errorf("%q has arguments of %d octets", sent, size)
			}
			if err == nil && !r.atEnd {
				t.Errorf("%q: the arguments end before the line", sent)
			}
			if r.skip() != nil {
				break
			}
		}
		command := fmt.Sprintf("SEARCH TEXT {%d+}\r\n%s\r\ny NOOP\r\n", len(sent), sent)
		r = newCommandReader(strings.NewReader(command), true, nil)
		r.word()
		if err := r.skip(); err != nil {
			t.Fatal(err)
		}
		if rest, err := r.line(); rest != "y NOOP" || err != nil {
			t.Errorf("after %q comes %q, %v", command, rest, err)
		}
	})
}

func isSyntax(err error) bool {
	var syntax syntaxError
	return errors.As(err, &syntax)
}

func sizeOf(args []argument) (octets int) {
	for _, arg := range args {
		octets += len(arg.text) + sizeOf(arg.list)
	}
	return octets
}

// script is a connection on which a client sends a text and then ends.
type script struct {
	net.Conn
	in  *strings.Reader
	out bytes.Buffer
}

func (s *script) Read(p []byte) (int, error)       { return s.in.Read(p) }
func (s *script) Write(p []byte) (int, error)      { return s.out.Write(p) }
func (s *script) SetReadDeadline(time.Time) error  { return nil }
func (s *script) SetWriteDeadline(time.Time) error { return nil }
func (s *script) Close() error                     { return nil }

// FuzzSession runs whole sessions. Each line from the server is a response, or belongs to a literal
// in one.
func FuzzSession(f *testing.F) {
	steps, err := filepath.Glob("testdata/dialogues/*.txt")
	if err != nil || len(steps) == 0 {
		f.Fatalf("%d dialogues, %v", len(steps), err)
	}
	for _, file := range steps {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var commands strings.Builder
		for step := range strings.SplitSeq(string(text), "\n\n") {
			command, _, _ := strings.Cut(step, "\n")
			if _, command, ok := strings.Cut(command, " "); ok && !strings.HasPrefix(command, "IDLE") {
				commands.WriteString("x " + strings.ReplaceAll(command, "⏎", "\r\n") + "\r\n")
			}
		}
		f.Add(commands.String())
	}
	f.Add("x IDLE\r\nDONE\r\nx STORE 1 +FLAGS (\\Seen\r\n")
	f.Fuzz(func(t *testing.T, sent string) {
		srv := &Server{
			User: "user", Password: "password", store: newStore(personality{}), mechanisms: []string{Plain},
			without: []string{"COMPRESS=DEFLATE"}, // whose octets are no lines
			conns:   make(map[*conn]bool), dropAfter: -1,
		}
		for _, m := range []Message{
			{Text: "Subject: a\n\nbody\n"},
			{Text: "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: x\n\none\n--b--\n", Flags: []string{`\Seen`, "kw"}},
		} {
			if _, err := srv.Append("INBOX", m); err != nil {
				t.Fatal(err)
			}
		}
		c := &script{in: strings.NewReader("a LOGIN user password\r\nb SELECT INBOX\r\n" + sent)}
		srv.serveIMAP(&conn{Conn: c, tcp: c, srv: srv})
		checkResponses(t, c.out.String())
	})
}

var responseLine = regexp.MustCompile(`^(\*|\+|[^ *+]+) [^\r\n]*$`)

// checkResponses reads lines, and steps over literals.
func checkResponses(t *testing.T, text string) {
	for inResponse := false; text != ""; {
		line, rest, ended := strings.Cut(text, "\r\n")
		if !ended || !inResponse && !responseLine.MatchString(line) {
			t.Fatalf("%q is no response", line)
		}
		lit, ok := literalAt([]byte(line))
		if ok && int(lit.octets) > len(rest) {
			t.Fatalf("%q announces more than comes", line)
		}
		if inResponse = ok; ok {
			rest = rest[lit.octets:]
		}
		text = rest
	}
}
