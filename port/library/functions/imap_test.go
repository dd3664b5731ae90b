package functions

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

const letter = "From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nSubject: hello\r\nDate: Sat, 7 Mar 2026 12:00:00 +0000\r\n\r\nworld\r\n"

func openTest(t *testing.T, messages ...string) *imapcompat.Connection {
	t.Helper()
	srv := imaptest.NewServer(t, messages...)
	mbox, err := imapOpen(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	return mbox
}

func TestImapEndClosesConnections(t *testing.T) {
	mbox := openTest(t)
	imapEnd()
	if mbox.IsOpen() {
		t.Error("the connection is open")
	}
}

func TestImapErrorsAreThoseOfAllConnections(t *testing.T) {
	openTest(t)
	imapErrors()
	if _, err := imapOpen("{127.0.0.1:1/notls}INBOX", "ann", "secret"); err == nil {
		t.Fatal("connected to port 1")
	}
	last, ok := imapLastError()
	if !ok || !strings.Contains(last, "127.0.0.1") {
		t.Errorf("last error %q", last)
	}
	imapNoted(imapcompat.QPrint("=ZZ"))
	list, ok := imapErrors()
	if !ok || len(list) < 2 || list[len(list)-1] == last {
		t.Errorf("errors %q", list)
	}
	if list, ok := imapErrors(); ok {
		t.Errorf("still errors: %q", list)
	}
	if _, ok := imapLastError(); ok {
		t.Error("still a last error")
	}
}

func TestImapWarnedThrowsValueErrors(t *testing.T) {
	mbox := openTest(t, letter)
	defer func() {
		if e, _ := recover().(*Exception); e == nil || e.Class != "ValueError" {
			t.Errorf("got %v", e)
		}
	}()
	imapDone(mbox.Delete("1", 99))
	t.Error("no exception")
}

func TestImapFoundIsFalseWhereNothingIs(t *testing.T) {
	mbox := openTest(t, letter)
	if list := imapFound(mbox.Search("SUBJECT nothing")); list != nil {
		t.Errorf("got %v", list)
	}
	if list := imapFound(mbox.Search("ALL")); len(list) != 1 {
		t.Errorf("got %v", list)
	}
	if list := imapListed([]int(nil), nil); list == nil {
		t.Error("an empty list is false")
	}
	if list := imapListed([]int{1}, &imapcompat.Error{Class: imapcompat.ClassWarning}); list != nil {
		t.Errorf("got %v after a warning", list)
	}
}

// The properties are those of the JSON, in its order.
func TestImapProperties(t *testing.T) {
	mbox := openTest(t, letter)
	header, err := mbox.HeaderInfo(1)
	if err != nil {
		t.Fatal(err)
	}
	structure, err := mbox.FetchStructure(1)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range []any{header, structure, &header.From[0]} {
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		got, at := imapProperties(object), 0
		if got.Len() != len(want) {
			t.Errorf("%d properties of %s", got.Len(), text)
		}
		for name, value := range got.All() {
			i := strings.Index(string(text[at:]), `"`+name.(string)+`":`)
			if i < 0 {
				t.Errorf("%v is not after the others in %s", name, text)
				continue
			}
			at += i
			if s, ok := want[name.(string)].(string); ok && s != value {
				t.Errorf("%v is %v, not %q", name, value, s)
			}
			if n, ok := want[name.(string)].(float64); ok && int(n) != value {
				t.Errorf("%v is %v, not %v", name, value, n)
			}
		}
	}
}

func TestImapSaveBody(t *testing.T) {
	mbox := openTest(t, letter)
	name := filepath.Join(t.TempDir(), "body")
	if !imapSaveBody(mbox, name, 1, "1", 0) {
		t.Fatal("false")
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != "world\r\n" {
		t.Errorf("got %q, %v", got, err)
	}
	if imapSaveBody(mbox, filepath.Join(name, "no"), 1, "1", 0) {
		t.Error("true for a file that cannot be")
	}
}

func TestImapMailCompose(t *testing.T) {
	message, ok := imapMailCompose(
		mapOf(pair[any]{"from", "ann@example.org"}, pair[any]{"subject", "s"}, pair[any]{"date", "Sat, 7 Mar 2026 12:00:00 +0000"}),
		listOf[any](mapOf(pair[any]{"type", 0}, pair[any]{"subtype", "plain"}, pair[any]{"contents.data", "text"})))
	want, _, err := imapcompat.MailCompose(
		imapcompat.ComposeEnvelope{From: "ann@example.org", Subject: "s", Date: "Sat, 7 Mar 2026 12:00:00 +0000"},
		[]imapcompat.ComposeBody{{Subtype: "plain", ContentsData: "text"}})
	if !ok || err != nil || message != want {
		t.Errorf("got %q, want %q, %v", message, want, err)
	}
}

// sendmailInto sets a program that writes a message to a file.
func sendmailInto(t *testing.T) (program, file string) {
	t.Helper()
	dir := t.TempDir()
	program, file = filepath.Join(dir, "sendmail"), filepath.Join(dir, "sent")
	if err := os.WriteFile(program, []byte("#!/bin/sh\ncat >"+file+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SENDMAIL", program)
	return program, file
}

func TestPhpMailIsPHPs(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		t.Skip("no PHP")
	}
	program, file := sendmailInto(t)
	for _, c := range [][4]string{
		{"ann@example.org", "hello", "line 1\nline 2", ""},
		{"ann@example.org \n", "s \r\n folded\nline\tand\x01", "text\r\n", "X-A: 1\r\nFrom: bob@example.org\r\n"},
		{"", "", "", "\r\n"},
		{"a@b.c", "s", "m", " X-A: 1"},
		{"a@b.c", "s", "m", ":"},
		{"a@b.c", "s", "m", "A: 1\r\n\r\nB: 2"},
		{"a@b.c", "s", "m", "A: 1\n\nB: 2"},
		{"a@b.c", "s", "m", "A: 1\r\rB: 2"},
		{"a@b.c", "s", "m", "A: 1\n\rB: 2"},
		{"a@b.c", "s", "m", "A: 1\rB: 2\nC: 3\n D: 4"},
		{"a@b.c", "s", "m", "A: 1\r\n\rB: 2"},
	} {
		if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(php, "-n", "-d", "sendmail_path="+program, "-r", "mail($argv[1], $argv[2], $argv[3], $argv[4]);", "--", c[0], c[1], c[2], c[3])
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatal(err, string(out))
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
			t.Fatal(err)
		}
		if sent := phpMail(c[0], c[1], c[2], c[3], ""); sent != (string(want) != "nothing") {
			t.Errorf("%q: returns %t", c, sent)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != string(want) {
			t.Errorf("%q: got %q, want %q, %v", c, got, want, err)
		}
	}
}

func TestPhpMailWithAnArrayOfHeaders(t *testing.T) {
	_, file := sendmailInto(t)
	phpMail("a@b.c", "s", "m", mapOf(pair[any]{"From", "x@y"}, pair[any]{"X-A", listOf[any]("1", "2")}), "")
	// As PHP 8.2 writes it.
	const want = "To: a@b.c\r\nSubject: s\r\nFrom: x@y\r\nX-A: 1\r\nX-A: 2\r\n\r\nm\r\n"
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestPhpMailWithoutAProgram(t *testing.T) {
	t.Setenv("SENDMAIL", filepath.Join(t.TempDir(), "none"))
	if phpMail("a@b.c", "s", "m", "", "") {
		t.Error("true")
	}
	if imapMail("a@b.c", "s", "m", "", "", "", "") {
		t.Error("true")
	}
	if e, ok := errors.AsType[*imapcompat.Error](imapcompat.Mail("a@b.c", "s", "m")); !ok || e.Func != "imap_mail" {
		t.Errorf("got %v", e)
	}
}

// TestImapObjectsAreShownAsPHPShowsThem compares what functions of PHP write of objects with what
// PHP writes of those of its extension.
func TestImapObjectsAreShownAsPHPShowsThem(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil || exec.Command(php, "-r", `exit(function_exists("imap_open") ? 0 : 1);`).Run() != nil {
		t.Skip("no PHP with the extension")
	}
	const multipart = "From: \"A\xe4\" <ann@example.org>\r\nSubject: =?utf-8?q?=C3=A4?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ntext\r\n--b\r\nContent-Type: application/pdf\r\n" +
		"Content-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--b--\r\n"
	srv := imaptest.NewServer(t, letter, multipart, "\r\nno header\r\n")
	// The first session is the one for which messages are recent.
	for range 2 {
		imapEnd()
		if _, err := imapOpen(srv.IMAP(), srv.User, srv.Password); err != nil {
			t.Fatal(err)
		}
	}
	defer imapEnd()
	mbox := imapOpened[0]
	for _, c := range []struct {
		call string
		get  func(num int) (any, error)
	}{
		{"imap_headerinfo($m, $n)", func(num int) (any, error) { return mbox.HeaderInfo(num) }},
		{"imap_fetchstructure($m, $n)", func(num int) (any, error) { return mbox.FetchStructure(num) }},
		{"imap_fetch_overview($m, $n)[0]", func(num int) (any, error) {
			list, err := mbox.FetchOverview(imapcompat.SequenceOf(num))
			return list[0], err
		}},
	} {
		for num := 1; num <= 3; num++ {
			v, err := c.get(num)
			if err != nil {
				t.Fatal(err)
			}
			for _, show := range []struct {
				php  string
				show func(any) string
			}{
				{"print_r($v, true)", printR},
				{"var_export($v, true)", varExport},
				{"json_encode($v)", jsonOrFalse},
			} {
				code := `$n = (int) $argv[4]; $m = imap_open($argv[1], $argv[2], $argv[3]); $v = ` + c.call + `; echo ` + show.php + `;`
				want, err := exec.Command(php, "-d", "display_errors=0", "-r", code, "--", srv.IMAP(), srv.User, srv.Password, strconv.Itoa(num)).Output()
				if err != nil {
					t.Fatal(err)
				}
				if got := show.show(v); got != string(want) {
					t.Errorf("%s of %s, message %d: got\n%s\nwant\n%s", show.php, c.call, num, got, want)
				}
			}
		}
	}
}

// jsonOrFalse returns what PHP prints of json_encode: nothing for false.
func jsonOrFalse(v any) string {
	if text, ok := jsonEncode(v, 0, 512); ok {
		return text
	}
	return ""
}

// print_r of an object with a connection in a property shows the class of PHP's extension.
func TestConnectionIsShown(t *testing.T) {
	got := printR(mapOf(pair[any]{"conn", new(imapcompat.Connection)}))
	if want := "Array\n(\n    [conn] => IMAP\\Connection Object\n        (\n        )\n\n)\n"; got != want {
		t.Errorf("got %q", got)
	}
}
