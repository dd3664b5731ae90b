package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/flatjson"
)

const (
	testPassword = "pa55-Wort/geheim"
	testToken    = "ya29.token-geheim"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "phpserve" { // the engine that TestProve starts
		main()
	}
	time.Local = time.UTC
	os.Exit(m.Run())
}

// result is the result of a run of the program.
type result struct {
	code           int
	stdout, stderr string
}

// buffer accepts concurrent writes of a logger and of the program.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// execute runs the program with the test's password in its environment. It checks that no output
// has a secret or a terminal's control character.
func execute(t *testing.T, args ...string) result {
	t.Helper()
	return executeWith(t, context.Background(), map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}, args...)
}

func executeWith(t *testing.T, ctx context.Context, env map[string]string, args ...string) result {
	t.Helper()
	var stdout, stderr buffer
	code := run(ctx, args, strings.NewReader(""), &stdout, &stderr, environment(env))
	r := result{code, stdout.String(), stderr.String()}
	for _, output := range []string{r.stdout, r.stderr} {
		if strings.Contains(output, testPassword) || strings.Contains(output, testToken) {
			t.Errorf("%q shows a secret:\n%s", args, output)
		}
		checkControls(t, args, output)
	}
	return r
}

// environment is an os.LookupEnv.
func environment(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
}

// checkControls checks that an output has no character that a terminal obeys.
func checkControls(t *testing.T, args []string, output string) {
	t.Helper()
	control := strings.IndexFunc(output, func(r rune) bool {
		return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
	if control >= 0 {
		t.Errorf("%q prints the control character %+q:\n%q", args, output[control:min(control+4, len(output))], output)
	}
}

// hostile is a message that attacks the terminal: its encoded words have ESC, BEL, the control
// character U+009B and the right-to-left override U+202E.
const hostile = "Date: Tue, 04 Mar 2025 12:00:00 +0000\n" +
	"From: =?UTF-8?B?RXZpbBtbMko=?= <evil@example.test>\n" +
	"To: =?UTF-8?B?G10wO293bmVkB1lvdQ==?= <you@example.org>\n" +
	"Subject: =?UTF-8?Q?red_=1B[31m_=C2=9B31m_=E2=80=AEdesrever?=\n" +
	"Message-ID: <2@example.test>\n" +
	"X-Bell: \x07\x08\x7f\x1bc\n\nbody\n"

// rawHostile does the same without encoded words.
const rawHostile = "Date: Tue, 04 Mar\x1b[1m 2025 12:00:00 +0000\n" +
	"From: \"Evil\x1b[2J\" <evil@example.test>\n" +
	"To: a\x1b[3m@example.org\n" +
	"Subject: a\x1b[4mb\xc2\x9bc\x9bd\xe2\x80\xa8e\tf\xe2\x80\xae\x7f\n" +
	"Message-ID: <\x1b[5m@example.test>\n" +
	"References: <\x07@example.test>\n\nbody\n"

const plain = "Date: Mon, 03 Mar 2025 09:12:44 +0100\n" +
	"From: =?ISO-8859-1?Q?J=FCrgen_M=FCller?= <jm@example.org>\n" +
	"Reply-To: office@example.org\n" +
	"To: Einkauf <inbox@example.org>\n" +
	"Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\n" +
	"Message-ID: <1@example.org>\n\nHallo\n"

func inboxMessages() []imaptest.Message {
	return []imaptest.Message{
		{Text: plain, Date: time.Date(2025, 3, 3, 8, 12, 44, 0, time.UTC), Flags: []string{`\Seen`}},
		{Text: hostile, Date: time.Date(2025, 3, 4, 12, 0, 0, 0, time.UTC), Flags: []string{`\Flagged`}},
		{Text: "Date: Wed, 05 Mar 2025 00:00:00 +0000\nFrom: c@example.org\nSubject: third\n\n.\n", Date: time.Date(2025, 3, 5, 0, 0, 0, 0, time.UTC)},
	}
}

func newServer(t *testing.T) *imaptest.Server {
	t.Helper()
	return imaptest.Config{User: "joe", Password: testPassword, Token: testToken, Messages: inboxMessages()}.NewServer(t)
}

func TestHumanOutput(t *testing.T) {
	srv := newServer(t)
	addresses := strings.NewReplacer(srv.IMAPAddr(), "ADDR", srv.POP3Addr(), "ADDR")
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"info", srv.IMAP(), "--user", "joe"}, `
Mailbox      {ADDR/imap/notls/user="joe"}INBOX
Driver       imap
Messages     3
Recent       3
Unread       3
Deleted      0
Size         580 B
Unseen       2
UIDNext      4
UIDValidity  1
`},
		{[]string{"info", "-user=joe", srv.POP3()}, `
Mailbox      {ADDR/pop3/notls/user="joe"}INBOX
Driver       pop3
Messages     3
Recent       3
Unread       3
Deleted      0
Size         580 B
Unseen       3
UIDNext      4
UIDValidity  UIDVALIDITY
`},
		{[]string{"overview", "--user", "joe", srv.POP3(), "1,3"}, `
No  UID  Flags  Date              Size   From                            Subject
1   1    N      2025-03-03 08:12  237 B  Jürgen Müller <jm@example.org>  Grüße
3   3    N      2025-03-05 00:00  81 B   c@example.org                   third
`},
		{[]string{"overview", srv.IMAP(), "--user", "joe", "--", "1,3"}, `
No  UID  Flags  Date              Size   From                            Subject
1   1           2025-03-03 08:12  237 B  Jürgen Müller <jm@example.org>  Grüße
3   3    U      2025-03-05 00:00  81 B   c@example.org                   third
`},
		{[]string{"headers", "--user", "joe", srv.IMAP(), "--readonly"}, `
No  UID  Flags  Date              Size   From                            Subject
1   1           2025-03-03 08:12  237 B  Jürgen Müller <jm@example.org>  Grüße
2   2    UF     2025-03-04 12:00  262 B  Evil[2J <evil@example.test>     red [31m 31m desrever
3   3    U      2025-03-05 00:00  81 B   c@example.org                   third
`},
		{[]string{"header", "--uid", srv.IMAP(), "--user", "joe", "1"}, `
Date        Mon, 03 Mar 2025 09:12:44 +0100
From        Jürgen Müller <jm@example.org>
Reply-To    office@example.org
To          Einkauf <inbox@example.org>
Subject     Grüße
Message-ID  <1@example.org>
Message     1
Received    2025-03-03 08:12
Size        237 B
State       read
`},
		{[]string{"fetchheader", srv.IMAP(), "2", "--user", "joe"}, `
Date: Tue, 04 Mar 2025 12:00:00 +0000
From: =?UTF-8?B?RXZpbBtbMko=?= <evil@example.test>
To: =?UTF-8?B?G10wO293bmVkB1lvdQ==?= <you@example.org>
Subject: =?UTF-8?Q?red_=1B[31m_=C2=9B31m_=E2=80=AEdesrever?=
Message-ID: <2@example.test>
X-Bell: c

`},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			r := execute(t, test.args...)
			got := "\n" + addresses.Replace(r.stdout)
			got = regexp.MustCompile(`\d{9,}`).ReplaceAllString(got, "UIDVALIDITY")
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			if r.code != 0 || r.stderr != "" {
				t.Errorf("exit code %d, standard error %q", r.code, r.stderr)
			}
		})
	}
}

// TestJSON compares --json with json.Marshal of the library's results.
func TestJSON(t *testing.T) {
	type call func(*imapcompat.Connection) (any, error)
	srv := newServer(t)
	for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		for _, test := range []struct {
			args []string
			call call
		}{
			{[]string{"headers"}, func(m *imapcompat.Connection) (any, error) { return m.Headers() }},
			{[]string{"header", "2"}, func(m *imapcompat.Connection) (any, error) { return m.HeaderInfo(2) }},
			{[]string{"header", "--uid", "3"}, func(m *imapcompat.Connection) (any, error) { return m.HeaderInfo(3) }},
			{[]string{"fetchheader", "2"}, func(m *imapcompat.Connection) (any, error) { return m.FetchHeader(2) }},
			{[]string{"fetchheader", "--uid", "1"}, func(m *imapcompat.Connection) (any, error) { return m.FetchHeader(1, imapcompat.FT_UID) }},
			{[]string{"overview", "3,1:2"}, func(m *imapcompat.Connection) (any, error) { return m.FetchOverview("3,1:2") }},
			{[]string{"overview", "2:900", "--uid"}, func(m *imapcompat.Connection) (any, error) {
				return m.FetchOverview("2:900", imapcompat.FT_UID)
			}},
			{[]string{"overview", "900", "--uid"}, func(m *imapcompat.Connection) (any, error) {
				return m.FetchOverview("900", imapcompat.FT_UID)
			}},
			{[]string{"info"}, func(m *imapcompat.Connection) (any, error) {
				check, err := m.Check()
				if err != nil {
					return nil, err
				}
				msgInfo, err := m.MailboxMsgInfo()
				if err != nil {
					return nil, err
				}
				status, err := m.Status(mailbox, imapcompat.SA_ALL)
				return map[string]any{"check": check, "mailboxmsginfo": msgInfo, "status": status}, err
			}},
		} {
			t.Run(test.args[0]+" "+mailbox, func(t *testing.T) {
				// Messages are recent only in the first session.
				mbox, err := imapcompat.Open(mailbox, "joe", testPassword)
				if err != nil {
					t.Fatal(err)
				}
				mbox.Close()
				args := append([]string{test.args[0], mailbox, "--user", "joe", "--json"}, test.args[1:]...)
				got := executeJSON(t, args...)

				if mbox, err = imapcompat.Open(mailbox, "joe", testPassword); err != nil {
					t.Fatal(err)
				}
				defer mbox.Close()
				value, err := test.call(mbox)
				if err != nil {
					t.Fatal(err)
				}
				want, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				now := regexp.MustCompile(`"Date":"[^"]*\(UTC\)"`)
				if g, w := now.ReplaceAllString(got, "NOW"), now.ReplaceAllString(string(flatjson.EscapeControls(want)), "NOW"); g != w {
					t.Errorf("got\n%s\nwant\n%s", g, w)
				}
			})
		}
	}
}

func TestRawControlCharacters(t *testing.T) {
	srv := imaptest.Config{User: "joe", Password: testPassword}.NewServer(t, rawHostile)
	for _, args := range [][]string{{"headers"}, {"overview", "1"}, {"header", "1"}, {"fetchheader", "1"}} {
		args = slices.Insert(args, 1, srv.POP3(), "--user", "joe")
		r := execute(t, args...)  // checks for control characters
		subject := "a[4mbc›d e f" // an octet that is not UTF-8 is read as Windows-1252
		if args[0] == "fetchheader" {
			subject = "a[4mbc\uFFFDd e f"
		}
		if r.code != 0 || !strings.Contains(r.stdout, subject) || !strings.Contains(r.stdout, "Evil[2J") {
			t.Errorf("%s: %+v", args[0], r)
		}
		document := executeJSON(t, append(args, "--json")...)
		if args[0] == "fetchheader" && !strings.Contains(document, `a\u001b[4mb\u009bc`) || args[0] != "headers" && !strings.Contains(document, `\u202e\u007f`) {
			t.Errorf("%s: %s", args[0], document)
		}
	}
}

// executeJSON returns the line of JSON that the program prints.
func executeJSON(t *testing.T, args ...string) string {
	t.Helper()
	r := execute(t, args...)
	document, ok := strings.CutSuffix(r.stdout, "\n")
	if r.code != 0 || r.stderr != "" || !ok || strings.Contains(document, "\n") || !json.Valid([]byte(document)) {
		t.Fatalf("%q: %+v", args, r)
	}
	return document
}

func TestDelete(t *testing.T) {
	const warning = "imapcompat: warning: POP3 forgets the marks now, and deletes nothing; --expunge deletes\n"
	for _, test := range []struct {
		service        string
		args           []string
		stdout, stderr string
		left           string // UIDs, with a D if marked
	}{
		{"imap", []string{"1,3"}, "2 messages marked\n", "", "1D 2 3D"},
		{"imap", []string{"--expunge", "2"}, "1 message marked, 1 expunged\n", "", "1 3"},
		{"imap", []string{"2:99", "--uid", "-expunge"}, "2 messages marked, 2 expunged\n", "", "1"},
		{"imap", []string{"1", "--json"}, "{\"marked\":1,\"expunged\":0}\n", "", "1D 2 3"},
		{"imap", []string{"1:*", "--json", "--expunge"}, "{\"marked\":3,\"expunged\":3}\n", "", ""},
		{"pop3", []string{"1,3"}, "2 messages marked\n", warning, "1 2 3"},
		{"pop3", []string{"--expunge", "2"}, "1 message marked, 1 expunged\n", "", "1 3"},
		{"pop3", []string{"2:99", "--uid", "-expunge"}, "2 messages marked, 2 expunged\n", "", "1"},
	} {
		t.Run(test.service+" "+strings.Join(test.args, " "), func(t *testing.T) {
			srv := newServer(t)
			mailbox := map[string]string{"imap": srv.IMAP(), "pop3": srv.POP3()}[test.service]
			r := execute(t, append([]string{"delete", "--user", "joe", mailbox}, test.args...)...)
			if want := (result{0, test.stdout, test.stderr}); r != want {
				t.Errorf("got %+v, want %+v", r, want)
			}
			if left := uidsLeft(srv); left != test.left {
				t.Errorf("left are %q, want %q", left, test.left)
			}
		})
	}
}

func uidsLeft(srv *imaptest.Server) string {
	var uids []string
	for _, m := range srv.Messages("INBOX") {
		uid := fmt.Sprint(m.UID)
		if strings.Contains(strings.Join(m.Flags, " "), `\Deleted`) {
			uid += "D"
		}
		uids = append(uids, uid)
	}
	return strings.Join(uids, " ")
}

// A set without messages must not expunge messages that another client has marked.
func TestDeleteNothing(t *testing.T) {
	for _, set := range []string{"900", "4:9"} {
		srv := newServer(t)
		if err := srv.SetFlags("INBOX", 1, `\Deleted`); err != nil {
			t.Fatal(err)
		}
		r := execute(t, "delete", "--user", "joe", srv.IMAP(), set, "--uid", "--expunge")
		if want := (result{1, "", "imapcompat: the set has none of the mailbox's messages\n"}); r != want {
			t.Errorf("%s: got %+v, want %+v", set, r, want)
		}
		if left := uidsLeft(srv); left != "1D 2 3" {
			t.Errorf("%s: left are %s", set, left)
		}
	}
}

func TestDeleteWithOthersMarks(t *testing.T) {
	srv := newServer(t)
	if err := srv.SetFlags("INBOX", 1, `\Deleted`); err != nil {
		t.Fatal(err)
	}
	r := execute(t, "delete", "--user", "joe", srv.IMAP(), "3", "--expunge")
	if want := (result{0, "1 message marked, 2 expunged (1 had been marked before)\n", ""}); r != want {
		t.Errorf("got %+v, want %+v", r, want)
	}
	if left := uidsLeft(srv); left != "2" {
		t.Errorf("left are %q", left)
	}
}

// On POP3 nothing is removed before the server has answered QUIT, and the output does not say so
// earlier.
func TestDeleteUnconfirmed(t *testing.T) {
	var log buffer
	config := imaptest.Config{User: "joe", Password: testPassword, Messages: inboxMessages(), Log: &log}
	for _, broken := range []bool{false, true} {
		srv := config.NewServer(t)
		if broken {
			sent := 0
			for line := range strings.Lines(log.String()) {
				if _, text, ok := strings.Cut(line, " S: "); ok {
					sent += len(text) + len("\r")
				}
			}
			srv.DropAfter(sent - len("\r\n"))
		}
		r := execute(t, "delete", "--user", "joe", srv.POP3(), "1", "--expunge")
		if !broken && r.code != 0 {
			t.Fatalf("got %+v", r)
		}
		if broken && (r.code != 75 || r.stdout != "" || !strings.HasPrefix(r.stderr, "imapcompat: 1 message marked, possibly expunged, then: imap_close(): ")) {
			t.Errorf("got %+v", r)
		}
	}
}

func TestErrors(t *testing.T) {
	srv := newServer(t)
	refused := srv.IMAPRef() + "Nowhere"
	for _, test := range []struct {
		args   []string
		code   int
		stderr string // a pattern
	}{
		{nil, 2, `imapcompat: no subcommand\nRun "imapcompat help" for usage\.\n`},
		{[]string{"dlete"}, 2, `imapcompat: no such subcommand: "dlete"\nRun "imapcompat help" for usage\.\n`},
		{[]string{"help", "dlete"}, 2, `imapcompat: no such subcommand: "dlete"\nRun .*\n`},
		{[]string{"info"}, 2, `imapcompat: info: MAILBOX is missing\nRun "imapcompat help info" for usage\.\n`},
		{[]string{"overview", srv.IMAP(), "--user", "joe"}, 2, `imapcompat: overview: SET is missing\nRun .*\n`},
		{[]string{"info", srv.IMAP()}, 2, `imapcompat: info: --user is missing\nRun .*\n`},
		{[]string{"info", srv.IMAP(), "--user", "joe", testPassword}, 2, `imapcompat: info: too many arguments\nRun .*\n`},
		{[]string{"info", srv.IMAP(), "--password", testPassword}, 2, `imapcompat: info: flag provided but not defined: -password\nRun .*\n`},
		{[]string{"info", srv.IMAP(), "--password=" + testPassword}, 2, `imapcompat: info: flag provided but not defined: -password\nRun .*\n`},
		{[]string{"info", srv.IMAP(), "--uid"}, 2, `imapcompat: info: flag provided but not defined: -uid\nRun .*\n`},
		{[]string{"delete", srv.IMAP(), "1", "--readonly"}, 2, `imapcompat: delete: flag .* -readonly\nRun .*\n`},
		{[]string{"info", srv.IMAP(), "--user", "joe", "--timeout", "0s"}, 2, `imapcompat: info: --timeout must be more than 0\nRun .*\n`},
		{[]string{"header", srv.IMAP(), "--user", "joe", "x1"}, 2, `imapcompat: header: N is not a number\nRun .*\n`},
		{[]string{"fetchheader", srv.IMAP(), "--user", "joe", "1:2"}, 2, `imapcompat: fetchheader: N is not a number\nRun .*\n`},
		{[]string{"delete", srv.IMAP(), "--user", "joe", " "}, 2, `imapcompat: delete: the SET is empty\nRun .*\n`},

		{[]string{"header", srv.IMAP(), "--user", "joe", "9"}, 1, `imapcompat: imap_headerinfo\(\): Bad message number\n`},
		{[]string{"header", srv.IMAP(), "--user", "joe", "--uid", "9"}, 1, `imapcompat: no message has the UID 9\n`},
		{[]string{"fetchheader", srv.IMAP(), "--user", "joe", "--uid", "9"}, 1, `imapcompat: imap_fetchheader\(\): UID does not exist\n`},
		{[]string{"overview", srv.POP3(), "--user", "joe", "1:9"}, 1, `imapcompat: imap_fetch_overview\(\): Sequence range invalid\n`},
		{[]string{"delete", srv.IMAP(), "--user", "joe", "1;2"}, 1, `imapcompat: imap_fetch_overview\(\): Sequence syntax error\n`},
		{[]string{"headers", srv.POP3(), "--user", "joe", "--readonly"}, 1, `imapcompat: imap_open\(\): Couldn't open stream .*: Read-only POP3 access not available\n`},
		{[]string{"info", "INBOX", "--user", "joe"}, 2, `imapcompat: info: a mailbox is named \{host/flags\}name, as "\{imap.example.org/ssl\}INBOX", or is an address, as ada@example.org; mind the quotes\nRun .*\n`},
		{[]string{"delete", srv.IMAP(), "--user", "joe", "all"}, 2, `imapcompat: delete: "all" is no SET: all messages are "1:\*"\nRun .*\n`},
		{[]string{"overview", srv.IMAP(), "--user", "joe", "ALL"}, 2, `imapcompat: overview: "ALL" is no SET: .*\nRun .*\n`},
		{[]string{"move", srv.IMAP(), "1", srv.IMAPRef() + "Archive", "--user", "joe"}, 2, `imapcompat: move: the TARGET is a mailbox of the same server, and named without it: "Archive"\nRun .*\n`},
		{[]string{"copy", srv.POP3(), "1", "Archive", "--user", "joe"}, 1, `imapcompat: imap_mail_copy\(\): .*\n`},
		{[]string{"move", srv.POP3(), "1", "Archive", "--user", "joe"}, 1, `imapcompat: imap_mail_move\(\): .*\n`},
		{[]string{"watch", srv.POP3(), "--user", "joe"}, 1, `imapcompat: .*\n`},
		{[]string{"watch", srv.IMAP(), "--user", "joe", "--count", "-1"}, 2, `imapcompat: watch: --count must not be negative\nRun .*\n`},
		{[]string{"search", srv.IMAP(), "NONSENSE", "--user", "joe"}, 1, `imapcompat: imap_search\(\): .*\n`},
		{[]string{"search", srv.IMAP(), "FROM", "x", "--user", "joe"}, 2, `imapcompat: search: too many arguments: the CRITERIA are one, in quotes\nRun .*\n`},
		{[]string{"structure", srv.IMAP(), "9", "--user", "joe"}, 1, `imapcompat: imap_fetchstructure\(\): Bad message number\n`},
		{[]string{"status", refused, "--user", "joe"}, 1, `imapcompat: imap_status\(\): .*\n`},
		{[]string{"save", srv.IMAP(), "1", "/nonexistent/folder", "--user", "joe"}, 1, `imapcompat: open(at)? /nonexistent/folder: .*\n`},
		{[]string{"append", srv.IMAP(), "--user", "joe"}, 1, `imapcompat: the message is empty\n`},
		{[]string{"append", srv.IMAP(), "/nonexistent", "--user", "joe"}, 1, `imapcompat: open /nonexistent: .*\n`},
		{[]string{"info", refused, "--user", "joe"}, 1, `imapcompat: can't open the mailbox: Mailbox doesn't exist: Nowhere\.\n`},
		{[]string{"info", "{127.0.0.1:1/notls}INBOX", "--user", "joe"}, 75, `imapcompat: imap_open\(\): Couldn't open stream .*Connection refused.*\n`},
		{[]string{"info", srv.IMAP(), "--user", "jane"}, 1, `imapcompat: imap_open\(\): Couldn't open stream .*\n`},
		{[]string{"info", srv.POP3(), "--user", "jane"}, 1, `imapcompat: imap_open\(\): Couldn't open stream .*\n`},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			r := execute(t, test.args...)
			if r.code != test.code || r.stdout != "" || !regexp.MustCompile(`^`+test.stderr+`$`).MatchString(r.stderr) {
				t.Errorf("got %+v, want exit code %d and standard error like %s", r, test.code, test.stderr)
			}
		})
	}
}

// The texts of a server are cleaned like its messages.
func TestDescribe(t *testing.T) {
	err := &imapcompat.Error{Func: "imap_open", Text: "Couldn't open stream x", Errors: []string{
		"first", "SECURITY PROBLEM: insecure server advertised AUTH=PLAIN", "Retrying PLAIN authentication after first", "first", "last\x1b[31m"}}
	var stderr buffer
	(&cli{stderr: &stderr}).say("%s", describe(fmt.Errorf("all: %w", err)))
	if got, want := stderr.String(), "imapcompat: all: imap_open(): Couldn't open stream x: last[31m (first)\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLogin(t *testing.T) {
	password := map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}
	token := map[string]string{"IMAPCOMPAT_TOKEN": testToken, "IMAPCOMPAT_PASSWORD": "wrong"}
	for _, test := range []struct {
		name string
		tls  imaptest.TLSMode
		env  map[string]string
		code int
		sent string // a pattern of a command that logs in
	}{
		{"password", imaptest.NoTLS, password, 0, `LOGIN|AUTH`},
		{"password and TLS", imaptest.ImplicitTLS, password, 0, ``},
		{"token", imaptest.NoTLS, token, 0, `XOAUTH2|OAUTHBEARER`},
		{"token and TLS", imaptest.ImplicitTLS, token, 0, `XOAUTH2|OAUTHBEARER`},
		{"wrong password", imaptest.NoTLS, map[string]string{"IMAPCOMPAT_PASSWORD": "wrong"}, 1, ``},
		{"wrong token", imaptest.NoTLS, map[string]string{"IMAPCOMPAT_TOKEN": testToken + "x"}, 1, ``},
		{"nothing", imaptest.NoTLS, nil, 1, ``},
	} {
		for _, verbose := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s verbose=%t", test.name, verbose), func(t *testing.T) {
				srv := imaptest.Config{User: "joe", Password: testPassword, Token: testToken, TLS: test.tls, Messages: inboxMessages()}.NewServer(t)
				for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
					args := []string{"headers", "--user", "joe", strings.Replace(mailbox, "/ssl", "/ssl/novalidate-cert", 1)}
					if verbose {
						args = append(args, "--verbose")
					}
					r := executeWith(t, context.Background(), test.env, args...)
					if r.code != test.code {
						t.Errorf("%s: %+v", mailbox, r)
					}
					if logged := strings.Contains(r.stderr, "level=DEBUG"); logged && !verbose || verbose && test.code == 0 && !logged {
						t.Errorf("%s: standard error\n%s", mailbox, r.stderr)
					}
				}
				if !regexp.MustCompile(test.sent).MatchString(strings.Join(srv.Transcript(), "\n")) {
					t.Errorf("no client sent %s", test.sent)
				}
			})
		}
	}
}

func TestCertificate(t *testing.T) {
	srv := imaptest.Config{User: "joe", Password: testPassword, TLS: imaptest.ImplicitTLS}.NewServer(t)
	r := execute(t, "info", srv.IMAP(), "--user", "joe")
	if r.code != 1 || !strings.Contains(strings.ToLower(r.stderr), "certificate") {
		t.Errorf("got %+v", r)
	}
	for _, line := range srv.Transcript() {
		if strings.Contains(line, testPassword) {
			t.Errorf("sent %q", line)
		}
	}
}

func TestReadOnly(t *testing.T) {
	srv := newServer(t)
	execute(t, "headers", srv.IMAP(), "--user", "joe", "--readonly")
	transcript := strings.Join(srv.Transcript(), "\n")
	if !strings.Contains(transcript, "EXAMINE") || strings.Contains(transcript, "SELECT") {
		t.Errorf("sent\n%s", transcript)
	}
}

func TestInterrupt(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		if conn, err := silent.Accept(); err == nil {
			defer conn.Close()
			cancel()
			io.Copy(io.Discard, conn)
		}
	}()
	env := map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}
	r := executeWith(t, ctx, env, "info", "{"+silent.Addr().String()+"/notls}INBOX", "--user", "joe")
	if r.code != 130 || r.stdout != "" || r.stderr != "imapcompat: interrupted: the mailbox is not open yet; nothing is changed\n" {
		t.Errorf("got %+v", r)
	}
}

func TestTimeout(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	begin := time.Now()
	r := execute(t, "info", "{"+silent.Addr().String()+"/notls}INBOX", "--user", "joe", "--timeout", "50ms")
	if r.code != 75 || !strings.HasPrefix(r.stderr, "imapcompat: imap_open(): ") || time.Since(begin) > 20*time.Second {
		t.Errorf("got %+v after %v", r, time.Since(begin))
	}
}

func TestHelp(t *testing.T) {
	general := execute(t, "help")
	for _, s := range subcommands() {
		if !strings.Contains(general.stdout, "\n  "+s.name+" ") {
			t.Errorf("help does not list %s", s.name)
		}
		r := execute(t, "help", s.name)
		if r.code != 0 || !strings.HasPrefix(r.stdout, "Usage: "+s.synopsis()+"\n") || r.stderr != "" {
			t.Errorf("help %s: %+v", s.name, r)
		}
		for _, name := range s.flags {
			if !strings.Contains(r.stdout, "\n  --"+name+" ") {
				t.Errorf("help %s does not list --%s", s.name, name)
			}
		}
		if other := execute(t, s.name, "--help"); other != r {
			t.Errorf("%s --help is not help %s: %+v", s.name, s.name, other)
		}
	}
	if other := execute(t, "--help"); other != general {
		t.Errorf("--help is not help: %+v", other)
	}
}

func TestVersion(t *testing.T) {
	r := execute(t, "version")
	if r.code != 0 || !regexp.MustCompile(`^imapcompat \S+ go\S+\n$`).MatchString(r.stdout) {
		t.Errorf("got %+v", r)
	}
}

// TestDemo compares the whole output of the demo. The output of the script in it equals that of
// PHP 8.2 for the PHP script in script.go, byte for byte.
func TestDemo(t *testing.T) {
	r := execute(t, "demo")
	if r.code != 0 || r.stderr != "" {
		t.Errorf("exit code %d, standard error %q", r.code, r.stderr)
	}
	want, err := os.ReadFile("testdata/demo.golden")
	if err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(r.stdout, "127.0.0.1:PORT")
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The demo fails if its server has lost a message.
func TestDemoVerifies(t *testing.T) {
	messages, err := demoMessages()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = demonstrate(context.Background(), &out, messages, func(srv *imaptest.Server) string {
		if err := srv.SetFlags("INBOX", 3, `\Deleted`); err != nil {
			t.Fatal(err)
		}
		return srv.IMAP()
	})
	if err == nil || !strings.Contains(err.Error(), "counted {before:5 deleted:5 expunged:3 reopened:3}") {
		t.Errorf("got %v", err)
	}
}
