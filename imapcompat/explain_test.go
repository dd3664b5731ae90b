package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

const cron = "testdata/cron.eml"

func TestExplain(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		want []string
		not  string
	}{
		{"as people read it", nil, []string{
			"Subject  Grüße <root@host>\n", "Cc       Jörg <joerg@example.org>, <ann@example.org>, <bob@example.org>\n",
			"Kind     normal\n", "Text\ncafé \"quoted\" \\n\n", "2        application/pdf  5 B   résumé.pdf  résumé.pdf\n",
			"1          text/plain       quoted-printable", "imap_headerinfo($imap, 1) over IMAP\n", "cc[1]->mailbox", "imap_fetch_overview($imap, '1') over IMAP\n",
			"imap_fetchstructure($imap, 1) over IMAP\n", "over POP3, where it differs\n",
		}, "\x1b"},
		{"over one protocol", []string{"--pop3"}, []string{"imap_headerinfo($imap, 1) over POP3\n"}, "over IMAP"},
		{"over the other", []string{"--imap"}, []string{"imap_headerinfo($imap, 1) over IMAP\n"}, "over POP3"},
		{"as print_r", []string{"--php"}, []string{
			"print_r(imap_headerinfo($imap, 1));\n\nstdClass Object\n(\n    [date] => Mon, 3 Mar 2025 08:12:44 +0100\n",
			"print_r(imap_fetch_overview($imap, '1'));\n\nArray\n(\n    [0] => stdClass Object\n", "print_r(imap_fetchstructure($imap, 1));\n\nstdClass Object\n(\n    [type] => 1\n",
		}, "As people"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := execute(t, append([]string{"explain", cron}, test.args...)...)
			if r.code != 0 || r.stderr != "" {
				t.Fatalf("exit code %d, %s", r.code, r.stderr)
			}
			for _, want := range test.want {
				if !strings.Contains(r.stdout, want) {
					t.Errorf("no %q in\n%s", want, r.stdout)
				}
			}
			if test.not != "" && strings.Contains(r.stdout, test.not) {
				t.Errorf("%q in\n%s", test.not, r.stdout)
			}
		})
	}
}

// A delivery report is shown with its recipients.
func TestExplainReport(t *testing.T) {
	r := execute(t, "explain", "testdata/report.eml")
	for _, want := range []string{
		"Kind     delivery report\n",
		"Recipients of the original message\nAddress          Outcome             Status  Diagnostic\n" +
			"ann@example.org  failed permanently  5.1.1   550 5.1.1 no such user\n" +
			"bob@example.org  delayed             4.4.1   connection timed out\n",
	} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("no %q in\n%s", want, r.stdout)
		}
	}
}

// docs/command.md has the beginning of the output.
func TestExplainPage(t *testing.T) {
	page, err := os.ReadFile(commandPage)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "`imapcompat explain cron.eml` begins with:\n\n```\n")
	want, _, ok := strings.Cut(rest, "```")
	if r := execute(t, "explain", cron); !ok || !strings.HasPrefix(r.stdout, want) {
		t.Errorf("got\n%s\nwant\n%s", r.stdout, want)
	}
}

func TestWithLF(t *testing.T) {
	for text, want := range map[string]string{"a\r\nb\r\n": "a\nb\n", "a\rb\n": "a\rb\n", "a\r\r\nb\r\n": "a\r\r\nb\r\n"} {
		if got := withLF(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// What is printed for a message of strangers shows no character that a terminal obeys, or that
// shows other text as something else.
func TestExplainShowsNoControls(t *testing.T) {
	file := t.TempDir() + "/evil.eml"
	const evil = "\x1b[31m\u009b2J\u202e\u2066\u200f\x07\x7f\u0085"
	if err := os.WriteFile(file, []byte("Subject: "+evil+"\nFrom: \""+evil+"\" <a@b>\nContent-Type: multipart/mixed; boundary=x\n\n"+
		"--x\nContent-Type: text/plain; charset=utf-8; name=\""+evil+".txt\"\n\n"+evil+"\nb\nc\n"+
		"--x\nContent-Type: application/"+evil+"; name=\""+evil+"\"\nContent-ID: <"+evil+">\nContent-Description: "+evil+"\n\nd\n--x--\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"--imap"}, {"--pop3"}, {"--json"}, {"--go-test"}} {
		var out, stderr bytes.Buffer
		code := run(t.Context(), append([]string{"explain", file}, args...), nil, &out, &stderr, func(string) (string, bool) { return "", false })
		text := out.String()
		if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Bidi_Control) }); i >= 0 || code != 0 {
			t.Errorf("%v: %d %s, %q", args, code, stderr.String(), text[max(0, i-20):min(len(text), i+20)])
		}
	}
}

// The results for a message are the same at any time.
func TestExplainDate(t *testing.T) {
	for date, want := range map[string]string{
		"Mon, 3 Mar 2025 08:12:44 +0100": " 3-Mar-2025 07:12:44 +0000", "Mon, 1 Jan 0001 00:00:00 +0000": " 1-Jan-2000 00:00:00 +0000",
		"no date": " 1-Jan-2000 00:00:00 +0000", "Mon, 1 Jan 0001 01:00:00 +0100": " 1-Jan-2000 00:00:00 +0000",
	} {
		var out, stderr bytes.Buffer
		code := run(t.Context(), []string{"explain", "--php", "-"}, strings.NewReader("Date: "+date+"\n\nHello\n"), &out, &stderr, func(string) (string, bool) { return "", false })
		if want = "[MailDate] => " + want + "\n"; code != 0 || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %d %s, no %q in %s", date, code, stderr.String(), want, out.String())
		}
	}
}

// A file gets the octets of print_r.
func TestExplainPHPOctets(t *testing.T) {
	var out, stderr bytes.Buffer
	message := strings.NewReader("Subject: K\xf6ln \x1b[31ma\u202e\n\nHello\n")
	code := run(t.Context(), []string{"explain", "--php", "-"}, message, &out, &stderr, func(string) (string, bool) { return "", false })
	if want := "    [subject] => K\xf6ln \x1b[31ma\u202e\n"; code != 0 || !strings.Contains(out.String(), want) {
		t.Errorf("%d %s, no %q in %q", code, stderr.String(), want, out.String())
	}
}

func TestGoString(t *testing.T) {
	for text, want := range map[string]string{
		"a\u202e\nb\n": "\"a\\u202e\\n\" +\n\"b\\n\"", strings.Repeat("`\n", 1001): strconv.Quote(strings.Repeat("`\n", 1001)),
		"": `""`, "a\nb\n": "`a\nb\n`", "a`\nb\n": "\"a`\\n\" +\n\"b\\n\"", "x": `"x"`, "\r\n\n\x00": `"\r\n" +` + "\n" + `"\n" +` + "\n" + `"\x00"`,
	} {
		if got := goString(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestExplainJSON(t *testing.T) {
	r := execute(t, "explain", "--json", cron)
	var e struct {
		Protocol, Subject, Text, Kind string
		HeaderInfo                    struct{ Subject string } `json:"imap_headerinfo"`
		Sections                      []struct{ Section string }
		Attachments                   []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(r.stdout), &e); err != nil {
		t.Fatalf("%v in %s", err, r.stdout)
	}
	if e.Protocol != "IMAP" || e.HeaderInfo.Subject != "=?utf-8?B?R3LDvMOfZQ==?= <root@host>" || len(e.Sections) != 3 ||
		e.Sections[2].Section != "2" || len(e.Attachments) != 1 || e.Attachments[0].Name != "résumé.pdf" {
		t.Errorf("got %+v", e)
	}
}

// The test that is printed is the one in explained/, which passes.
func TestExplainGoTest(t *testing.T) {
	want, err := os.ReadFile("explained/cron_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"explain", "--go-test", cron}, nil, &stdout, &stderr, func(string) (string, bool) { return "", false })
	if code != 0 || stdout.String() != string(want) {
		t.Errorf("%d %s\n%s", code, stderr.String(), stdout.String())
	}
}

func TestTestName(t *testing.T) {
	for file, want := range map[string]string{
		"mail/from-cron.eml": "TestFromCron", "x.eml": "TestX", "-": "TestMessage", "äö 1.txt": "TestÄö1", "../..": "TestMessage",
	} {
		if got := testName(file); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

func TestExplainFails(t *testing.T) {
	empty := t.TempDir() + "/empty.eml"
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"explain"}, exitUsage, "MESSAGE is missing"},
		{[]string{"explain", "--imap", "--pop3", cron}, exitUsage, "exclude each other"},
		{[]string{"explain", "--php", "--json", cron}, exitUsage, "one of --php, --json and --go-test"},
		{[]string{"explain", "no such file"}, exitFailure, "no such file"},
		{[]string{"explain", empty}, exitFailure, "the message is empty"},
	} {
		if r := execute(t, test.args...); r.code != test.code || !strings.Contains(r.stderr, test.want) {
			t.Errorf("%q: %d %q", test.args, r.code, r.stderr)
		}
	}
}

// Whatever a message has, it is explained, and no control character reaches the terminal.
func FuzzExplain(f *testing.F) {
	text, err := os.ReadFile(cron)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("Subject: \x1b[31m\r\nContent-Type: multipart/mixed\r\n\r\n\x07"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) == 0 {
			return
		}
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{"explain", "-"}, bytes.NewReader(text), &stdout, &stderr, func(string) (string, bool) { return "", false })
		if code != 0 || bytes.ContainsAny(stdout.Bytes(), "\x1b\x07\x7f\r") {
			t.Errorf("%d %s\n%q", code, stderr.String(), stdout.String())
		}
	})
}
