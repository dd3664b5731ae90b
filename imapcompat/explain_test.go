package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
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

func TestGoString(t *testing.T) {
	for text, want := range map[string]string{
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
