package imaptest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
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

// FuzzMessage runs the servers' functions for messages on any text.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "\n\nbody", "Subject: x", "Subject: x\n folded\n\nbody\n", "no header\n\nbody",
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n",
		"Content-Type: multipart/mixed; boundary=b\n\n", "Content-Type: /\n\n", "Content-Type: message/rfc822\n\n",
		"From: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>, \"a, b\" <b@example.org>\n\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := &message{text: withCRLF(text)}
		if again := withCRLF(string(m.text)); !bytes.Equal(again, m.text) {
			t.Errorf("%q changes to %q", m.text, again)
		}
		header, body := splitMessage(m.text)
		if string(header)+string(body) != string(m.text) {
			t.Errorf("%q is split into %q and %q", m.text, header, body)
		}
		var fields []byte
		for _, field := range headerFields(header) {
			fields = append(fields, field...)
		}
		if !bytes.HasPrefix(header, fields) || len(header)-len(fields) > len("\r\n") {
			t.Errorf("header %q has fields %q", header, fields)
		}
		if e := m.envelope(); strings.Contains(e.Subject, hiddenWord) && !strings.Contains(text, hiddenWord) {
			t.Errorf("%q: subject %q", text, e.Subject)
		}
		checkStructure(t, m.bodyStructure())
		matchText(m, &imap.SearchCriteria{Body: []string{"x"}, Text: []string{"y"}})
	})
}

// checkStructure checks for structures at which imapserver panics when it writes.
func checkStructure(t *testing.T, bs imap.BodyStructure) {
	switch bs := bs.(type) {
	case *imap.BodyStructureMultiPart:
		if len(bs.Children) == 0 || bs.Extended == nil {
			t.Errorf("multipart %+v", bs)
		}
		for _, child := range bs.Children {
			checkStructure(t, child)
		}
	case *imap.BodyStructureSinglePart:
		if bs.Type == "" || bs.Subtype == "" || bs.Extended == nil {
			t.Errorf("part %+v", bs)
		}
		if bs.MessageRFC822 != nil {
			checkStructure(t, bs.MessageRFC822.BodyStructure)
		}
	default:
		t.Errorf("body structure %T", bs)
	}
}

// chunks is a connection on which octets arrive in chunks of this size.
type chunks struct {
	net.Conn
	text []byte
	size int
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.text) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.size)], c.text)
	c.text = c.text[n:]
	return n, nil
}

func (c *chunks) Write(p []byte) (int, error) { return len(p), nil }

// FuzzIMAPCommands checks that imapserver receives every octet of commands that are not refused,
// and no octet of refused ones.
func FuzzIMAPCommands(f *testing.F) {
	for _, seed := range []string{
		"a NOOP\r\n", "a LOGIN {4}\r\nuser {4+}\r\npass\r\n", "a UID FETCH 1 FLAGS\n", "a ID NIL\r\n", "", "\r\n",
		"a APPEND x {0+}\r\n\r\n", "a X {999999999999999999+}\r\nx", "a X {99999999999999999999}\r\n", "{3}\r\n", "a  b",
	} {
		f.Add(seed, 1)
		f.Add(seed, 100)
	}
	f.Fuzz(func(t *testing.T, text string, size int) {
		read := func(text string, refused map[string]refusal) string {
			srv := &Server{without: []string{"ID"}, refusals: refused, dropAfter: -1}
			c := newIMAPConn(&conn{Conn: &chunks{text: []byte(text), size: max(1, size)}, srv: srv})
			got, err := io.ReadAll(c)
			if err != nil {
				t.Fatal(err)
			}
			return string(got)
		}
		if got := read(text, nil); got != text {
			t.Errorf("%q comes as %q", text, got)
		}
		command := fmt.Sprintf("x SEARCH TEXT {%d+}\r\n%s\r\n", len(text), text)
		if got := read(command+"y NOOP\r\n", map[string]refusal{"SEARCH": {1, "no"}}); got != "y NOOP\r\n" {
			t.Errorf("of %q comes %q", command, got)
		}
	})
}
