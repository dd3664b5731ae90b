package imapcompat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/mailtest"
)

// These names stand in most tests.
var (
	texts  = mailtest.Texts
	both   = mailtest.Both
	open   = mailtest.Open
	must   = mailtest.Must
	listen = mailtest.Listen
	soon   = mailtest.Soon
)

// subjects are the subjects that a connection sees, in order.
func subjects(t *testing.T, mbox *imapcompat.Connection) string {
	t.Helper()
	n, err := mbox.NumMsg()
	must(t, err)
	var list []string
	for i := 1; i <= n; i++ {
		h, err := mbox.HeaderInfo(i)
		if err != nil {
			list = append(list, "-")
			continue
		}
		list = append(list, strings.TrimSpace(h.Deleted+h.Subject))
	}
	return strings.Join(list, " ")
}

// stored are the subjects of what the server has.
func stored(srv *imaptest.Server) string {
	var list []string
	for _, msg := range srv.Messages("INBOX") {
		h, _ := imapcompat.RFC822ParseHeaders(msg.Text)
		list = append(list, h.Subject)
	}
	return strings.Join(list, " ")
}

// marked are the numbers or UIDs of the messages marked for deletion.
func marked(t *testing.T, mbox *imapcompat.Connection, uid bool) string {
	t.Helper()
	list, err := mbox.FetchOverview("1:*")
	must(t, err)
	var out []string
	for _, o := range list {
		switch {
		case o.Deleted && uid:
			out = append(out, fmt.Sprint(o.UID))
		case o.Deleted:
			out = append(out, fmt.Sprint(o.Msgno))
		}
	}
	return strings.Join(out, " ")
}

func seen(t *testing.T, mbox *imapcompat.Connection) bool {
	t.Helper()
	list, err := mbox.FetchOverview("1")
	must(t, err)
	return list[0].Seen
}

// refused checks that an error is of a kind and has PHP's text.
func refused(t *testing.T, err, kind error, text string) {
	t.Helper()
	var e *imapcompat.Error
	if !errors.As(err, &e) || !errors.Is(err, kind) || e.Text != text {
		t.Errorf("got %v, want %q (%v)", err, text, kind)
	}
}

// second is what is wrong with a result.
func second[T any](_ T, err error) error { return err }

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

// failing is a call with a wrong argument, the text of its error and its kind.
type failing struct {
	call func() error
	want string
	kind error
}

// checkErrors checks that calls fail as they are to, and what of that is on PHP's list of
// errors.
func checkErrors(t *testing.T, mbox *imapcompat.Connection, calls []failing, list ...string) {
	t.Helper()
	mbox.Errors() // of the login in the clear
	for _, test := range calls {
		err := test.call()
		if err == nil || err.Error() != test.want || !errors.Is(err, test.kind) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
	if got := mbox.Errors(); !slices.Equal(got, list) {
		t.Errorf("on the list of errors: %q, want %q", got, list)
	}
}

// marking is a call that reads of a message with parts, and whether it sets \Seen.
type marking struct {
	name string
	call func(mbox *imapcompat.Connection) error
	seen bool
}

// checkMarks checks what sets \Seen; as PHP has it, see conformance.
func checkMarks(t *testing.T, calls []marking) {
	t.Helper()
	message := readStructures(t).POP3[2].Message
	for _, test := range calls {
		t.Run(test.name, func(t *testing.T) {
			both(t, []string{message}, func(t *testing.T, srv *imaptest.Server, name string) {
				mbox := open(t, srv, name)
				must(t, test.call(mbox))
				if got := seen(t, mbox); got != test.seen {
					t.Errorf("read: %v", got)
				}
			})
		})
	}
}

// unsent checks that a server was sent nothing since it had been sent a number of lines.
func unsent(t *testing.T, srv *imaptest.Server, lines int) {
	t.Helper()
	if sent := srv.Transcript()[lines:]; len(sent) > 0 {
		t.Errorf("sent %q", sent)
	}
}

// quiet is a function without notices.
func quiet(fn func(string) (string, error)) func(string) (string, []string, error) {
	return func(s string) (string, []string, error) {
		result, err := fn(s)
		return result, nil, err
	}
}
