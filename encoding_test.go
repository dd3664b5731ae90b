package imapcompat_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// oracleCase is an answer of PHP's. The files in testdata/text hold those of
// PHP 8.2 with ext-imap on c-client 2007f; for imap_utf8_to_mutf7 and
// imap_mutf7_to_utf8, which Debian's PHP has not, those of libc-client, called
// by PHP's FFI as the extension calls it. Some of the cases are made by hand,
// the others are random ones.
type oracleCase struct {
	In      latin1
	Out     latin1
	Pieces  []struct{ Charset, Text latin1 }
	False   bool     // PHP returns false
	Warning latin1   // and warns
	Notices []latin1 // imap_errors
}

// latin1 is a string of bytes, in JSON a string in which each character stands
// for the byte of its number.
type latin1 string

func (s *latin1) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	var b []byte
	for _, r := range text {
		b = append(b, byte(r))
	}
	*s = latin1(b)
	return nil
}

func oracleCases(tb testing.TB, fn string) []oracleCase {
	tb.Helper()
	data, err := os.ReadFile("testdata/text/" + fn + ".json")
	if err != nil {
		tb.Fatal(err)
	}
	var cases []oracleCase
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) == 0 {
		tb.Fatalf("%d cases of %s, error %v", len(cases), fn, err)
	}
	return cases
}

// seed gives a fuzz test the arguments of the oracle's cases.
func seed(f *testing.F, fn string) {
	for _, c := range oracleCases(f, fn) {
		f.Add(string(c.In))
	}
}

// checkOracle compares a function from string to string with PHP's.
func checkOracle(t *testing.T, fn string, call func(string) (string, []string, error)) {
	t.Helper()
	for _, c := range oracleCases(t, fn) {
		got, notices, err := call(string(c.In))
		checkFailure(t, fn, c, err)
		if got != string(c.Out) {
			t.Errorf("%s(%q) = %q, want %q", fn, c.In, got, c.Out)
		}
		checkNotices(t, fn, c, notices)
	}
}

// checkFailure wants an error where PHP returns false, with its warning.
func checkFailure(t *testing.T, fn string, c oracleCase, err error) {
	t.Helper()
	if (err != nil) != c.False {
		t.Errorf("%s(%q): error %v, PHP's result is false: %v", fn, c.In, err, c.False)
	}
	if err == nil {
		return
	}
	var e *imapcompat.Error
	if !errors.As(err, &e) || e.Func != fn || !errors.Is(err, imapcompat.ErrInvalidArgument) {
		t.Fatalf("%s(%q): error %#v", fn, c.In, err)
	}
	if c.Warning != "" && err.Error() != string(c.Warning) {
		t.Errorf("%s(%q): error %q, want %q", fn, c.In, err, c.Warning)
	}
}

func checkNotices(t *testing.T, fn string, c oracleCase, got []string) {
	t.Helper()
	if !slices.EqualFunc(got, c.Notices, func(a string, b latin1) bool { return a == string(b) }) {
		t.Errorf("%s(%q): notices %q, want %q", fn, c.In, got, c.Notices)
	}
}

// always is a function that has nothing to say but its result.
func always(fn func(string) string) func(string) (string, []string, error) {
	return func(s string) (string, []string, error) { return fn(s), nil, nil }
}

func TestBase64(t *testing.T) { checkOracle(t, "imap_base64", imapcompat.Base64) }

func TestBinary(t *testing.T) { checkOracle(t, "imap_binary", always(imapcompat.Binary)) }

func TestQPrint(t *testing.T) {
	checkOracle(t, "imap_qprint", func(s string) (string, []string, error) {
		decoded, notices := imapcompat.QPrint(s)
		return decoded, notices, nil
	})
}

func TestEightBit(t *testing.T) { checkOracle(t, "imap_8bit", always(imapcompat.EightBit)) }

func FuzzBase64(f *testing.F) {
	seed(f, "imap_base64")
	f.Fuzz(func(t *testing.T, text string) {
		decoded, notices, err := imapcompat.Base64(text)
		if len(decoded) > len(text) || len(notices) > 1 || err != nil && decoded != "" {
			t.Errorf("%q, %q, %v", decoded, notices, err)
		}
		back, notices, err := imapcompat.Base64(imapcompat.Binary(text))
		if back != text || notices != nil || err != nil {
			t.Errorf("%q came back as %q, %q, %v", text, back, notices, err)
		}
	})
}

func FuzzQPrint(f *testing.F) {
	seed(f, "imap_qprint")
	seed(f, "imap_8bit")
	f.Fuzz(func(t *testing.T, text string) {
		if decoded, notices := imapcompat.QPrint(text); len(decoded) > len(text) || len(notices) > 1 {
			t.Errorf("%q, %q", decoded, notices)
		}
		encoded := imapcompat.EightBit(text)
		for _, line := range strings.Split(encoded, "\r\n") {
			if len(line) > 76 {
				t.Errorf("a line of %d characters: %q", len(line), line)
			}
		}
		if back, notices := imapcompat.QPrint(encoded); back != text || notices != nil {
			t.Errorf("%q came back as %q, %q", text, back, notices)
		}
	})
}
