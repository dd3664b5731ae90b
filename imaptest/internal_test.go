package imaptest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
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
