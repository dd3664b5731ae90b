package php_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/conformance/php"
)

func newWorker(t *testing.T) *php.Worker {
	t.Helper()
	if os.Getenv("IMAPCOMPAT_CONFORMANCE") == "" {
		t.Skip("needs PHP: run conformance/run")
	}
	if err := php.Available(); err != nil {
		t.Fatal(err)
	}
	w := &php.Worker{Timeout: 10 * time.Second}
	t.Cleanup(func() { w.Close() })
	return w
}

func TestCall(t *testing.T) {
	w := newWorker(t)
	all := make(php.Bytes, 256)
	for i := range all {
		all[i] = byte(i)
	}
	allJSON, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		fn   string
		args []any
		want string
	}{
		{"imap_base64", []any{"SGVsbG8="}, `"Hello"`},
		{"strval", []any{all}, string(allJSON)},
		{"bin2hex", []any{php.Bytes("\x00\x7f\x80\xff")}, `"007f80ff"`},
		{"array_merge", []any{[]int{}}, `[]`},
		{"imap_rfc822_parse_adrlist", []any{"a@b, c", "d"}, `[{"mailbox":"a","host":"b"},{"mailbox":"c","host":"d"}]`},
		{"imap_rfc822_parse_adrlist", []any{"", "example.org"}, `[]`},
		{"floatval", []any{"1"}, `1.0`},
		{"json_decode", []any{`{"a":{},"b":[]}`}, `{"a":{},"b":[]}`},
	} {
		got, err := w.Call(tt.fn, tt.args...)
		if err != nil {
			t.Fatal(err)
		}
		// json.Marshal escapes what PHP leaves alone.
		if !equalJSON(t, string(got.Result), tt.want) {
			t.Errorf("%s: got %s, want %s", tt.fn, got.Result, tt.want)
		}
	}
}

// equalJSON compares texts that may differ in how they escape a character.
func equalJSON(t *testing.T, a, b string) bool {
	t.Helper()
	if !strings.HasPrefix(a, `"`) {
		return a == b
	}
	var s1, s2 string
	if err := errors.Join(json.Unmarshal([]byte(a), &s1), json.Unmarshal([]byte(b), &s2)); err != nil {
		t.Fatal(err)
	}
	return s1 == s2
}

func TestReports(t *testing.T) {
	w := newWorker(t)
	got, err := w.CallErrors("imap_open", "{127.0.0.1:1/imap/notls}INBOX", "joe", "secret")
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Result) != "false" {
		t.Errorf("result %s", got.Result)
	}
	if len(got.Warnings) != 1 || got.Warnings[0] != (php.Warning{
		Level:   "Warning",
		Message: "imap_open(): Couldn't open stream {127.0.0.1:1/imap/notls}INBOX",
	}) {
		t.Errorf("warnings %v", got.Warnings)
	}
	if want := `["Connection failed to 127.0.0.1,1: Connection refused"]`; string(got.Errors) != want {
		t.Errorf("errors %s, want %s", got.Errors, want)
	}

	got, err = w.Call("imap_timeout", "soon")
	if err != nil {
		t.Fatal(err)
	}
	if got.Exception == nil || got.Exception.Class != "TypeError" {
		t.Errorf("exception %v", got.Exception)
	}
}

func TestBatch(t *testing.T) {
	w := newWorker(t)
	got, err := w.Batch(
		php.Call{Fn: "intval", Args: []any{"7"}},
		php.Call{Fn: "imap_rfc822_parse_adrlist", Args: []any{"a@b c", "d"}, Errors: true},
		php.Call{Fn: "nope"},
		php.Call{Fn: "imap_errors"},
	)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 {
		t.Fatalf("%d answers", len(got))
	}
	if string(got[0].Result) != "7" || got[0].Errors != nil {
		t.Errorf("first answer %+v", got[0])
	}
	if want := `["Must use comma to separate addresses: c"]`; string(got[1].Errors) != want {
		t.Errorf("errors %s, want %s", got[1].Errors, want)
	}
	if got[2].Exception == nil || got[2].Exception.Class != "Error" {
		t.Errorf("no exception of a function that does not exist: %+v", got[2])
	}
	if string(got[3].Result) != "false" {
		t.Errorf("errors are left: %s", got[3].Result)
	}
}

func TestDeath(t *testing.T) {
	w := newWorker(t)
	const prototype = 32 // OP_PROTOTYPE: a connection to nowhere, which nothing can use
	got, err := w.Call("imap_open", "{127.0.0.1/imap}INBOX", "joe", "secret", prototype)
	if err != nil {
		t.Fatal(err)
	}
	h, ok := got.Handle()
	if !ok {
		t.Fatalf("no connection: %s", got.Result)
	}
	var crash *php.CrashError
	if _, err := w.Call("imap_check", h); !errors.As(err, &crash) || crash.Status != "signal: segmentation fault" {
		t.Fatalf("got %v, want a segmentation fault", err)
	}
	if got, err := w.Call("intval", "7"); err != nil || string(got.Result) != "7" {
		t.Errorf("after a death: %v, %v", got, err)
	}
}

func TestTimeout(t *testing.T) {
	w := newWorker(t)
	w.Timeout = 50 * time.Millisecond
	if _, err := w.Call("sleep", 60); err == nil || !strings.Contains(err.Error(), "deadline exceeded") {
		t.Errorf("got %v", err)
	}
}
