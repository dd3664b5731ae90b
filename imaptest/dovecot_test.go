package imaptest_test

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
	"github.com/imapcompat/imapcompat/imaptest"
)

var update = flag.Bool("update", false, "write testdata/dovecot.txt anew, from Dovecot's answers")

const dovecotFile = "testdata/dovecot.txt"

// sharedMessages are the messages of the mailbox in testdata/dovecot.txt. The second is \Seen.
var sharedMessages = []string{
	"From: =?utf-8?q?J=C3=B6rg?= <j@example.org>\nTo: u@example.com\nSubject: =?utf-8?q?hi=C3=A4?=\n folded\n" +
		"Date: Mon, 02 Mar 2020 10:00:00 +0100\nMessage-ID: <1@example.org>\n\nbody 1\n..x\n.y\n",
	"From: b@example.org\nContent-Type: multipart/mixed; boundary=\"b\"\n\n" +
		"--b\nContent-Type: text/plain; charset=utf-8\n\none\n--b\nContent-Type: text/html\n\n<p>two\n--b--\n",
	"Subject: three\n\n.dot",
	"\nno header\n",
	"Subject: only header\n",
}

// TestLikeDovecot repeats dialogues that were recorded with Dovecot 2.3. They leave out the
// differences that doc.go lists.
func TestLikeDovecot(t *testing.T) {
	if *update {
		recordDovecot(t)
	}
	golden, err := os.ReadFile(dovecotFile)
	if err != nil {
		t.Fatal(err)
	}
	config := imaptest.Config{}
	for i, text := range sharedMessages {
		m := imaptest.Message{Text: text, Date: dovecot.Epoch}
		if i == 1 {
			m.Flags = []string{`\Seen`}
		}
		config.Messages = append(config.Messages, m)
	}
	srv := config.NewServer(t)
	// The messages of the file are not recent, because another session has seen them.
	askIMAP(loggedInIMAP(t, srv), "SELECT INBOX")

	imap := loggedInIMAP(t, srv)
	var pop3 *wire
	for exchange := range strings.SplitSeq(strings.TrimSuffix(string(golden), "\n"), "\n\n") {
		command, want, _ := strings.Cut(exchange, "\n")
		var got string
		if command, ok := strings.CutPrefix(command, "IMAP "); ok {
			got = askIMAP(imap, command)
		} else {
			if pop3 == nil { // the login takes a snapshot of the maildrop
				pop3 = loggedInPOP3(t, srv)
			}
			got = askPOP3(pop3, strings.TrimPrefix(command, "POP3 "))
		}
		if got != want {
			t.Errorf("%s\nreceived:\n%s\nDovecot:\n%s", command, got, want)
		}
	}
}

func recordDovecot(t *testing.T) {
	server, err := dovecot.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var messages []dovecot.Message
	for _, text := range sharedMessages {
		messages = append(messages, dovecot.Message{Raw: []byte(text)})
	}
	messages[1].Flags = "S"
	if err := server.Load("user", "INBOX", messages); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	imap := dial(t, harness.Address(server.IMAP))
	imap.talk("S: * OK…\nC: a LOGIN user " + dovecot.Password + "\nS: a OK…")
	for _, command := range imapCommands {
		file.WriteString("IMAP " + command + "\n" + askIMAP(imap, command) + "\n\n")
	}
	pop3 := dial(t, harness.Address(server.POP3))
	pop3.talk("S: +OK…\nC: USER user\nS: +OK…\nC: PASS " + dovecot.Password + "\nS: +OK…")
	for _, command := range pop3Commands {
		file.WriteString("POP3 " + command + "\n" + askPOP3(pop3, command) + "\n\n")
	}
	if err := os.WriteFile(dovecotFile, bytes.TrimSuffix(file.Bytes(), []byte("\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	statusText  = regexp.MustCompile(`^(x|\*) (OK|NO|BAD)( \[[^\]]*\])?.*$`)
	uidValidity = regexp.MustCompile(`\[(UIDVALIDITY|COPYUID) \d+`)
	fieldList   = regexp.MustCompile(`\[HEADER\.FIELDS[^]]*\]`)
	errorText   = regexp.MustCompile(`^(\+OK|-ERR) ?[A-Z[T].*$`)
)

// askIMAP returns an answer without what servers may choose: texts, response codes of the tagged
// response, the UIDVALIDITY, quotes, and the order of the responses to SELECT.
func askIMAP(w *wire, command string) string {
	w.send("x " + command)
	var lines []string
	for {
		line := w.receive()
		line = statusText.ReplaceAllString(line, "$1 $2$3")
		line = uidValidity.ReplaceAllString(line, "[$1 …")
		line = fieldList.ReplaceAllStringFunc(line, func(s string) string { return strings.ReplaceAll(s, `"`, "") })
		if strings.HasPrefix(line, "x ") {
			status := strings.Fields(line)[1]
			if strings.HasPrefix(command, "SELECT") || strings.HasPrefix(command, "EXAMINE") {
				slices.Sort(lines)
			}
			return strings.Join(append(nonBlank(lines), "x "+status), "\n")
		}
		lines = append(lines, line)
	}
}

// nonBlank marks empty lines, because empty lines separate exchanges in the file.
func nonBlank(lines []string) []string {
	for i, line := range lines {
		if line == "" {
			lines[i] = "~"
		}
	}
	return lines
}

// askPOP3 returns an answer without its human-readable text.
func askPOP3(w *wire, command string) string {
	w.send(command)
	line := w.receive()
	name, args, _ := strings.Cut(command, " ")
	lines := []string{errorText.ReplaceAllString(line, "$1")}
	long := name == "RETR" || name == "TOP" || name == "LIST" && args == ""
	if long && strings.HasPrefix(line, "+OK") {
		lines[0] = "+OK"
		for lines[len(lines)-1] != "." {
			lines = append(lines, w.receive())
		}
	}
	return strings.Join(nonBlank(lines), "\n")
}

var imapCommands = []string{
	`EXAMINE INBOX`, `FETCH 1:* (UID FLAGS RFC822.SIZE)`, `FETCH 1 BODY[]`, `STORE 1 +FLAGS (\Seen)`,
	`EXPUNGE`, `FETCH 1:* FLAGS`, `CLOSE`,
	`STATUS INBOX (MESSAGES)`, `STATUS INBOX (UNSEEN)`, `STATUS INBOX (RECENT)`, `STATUS INBOX (UIDNEXT)`,

	`SELECT INBOX`, `FETCH 9 FLAGS`, `UID FETCH 9:* FLAGS`, `UID FETCH 9 FLAGS`, `FETCH 1 INTERNALDATE`,
	`FETCH 1:* BODY.PEEK[]`, `FETCH 1:* BODY.PEEK[HEADER]`, `FETCH 1:* BODY.PEEK[TEXT]`,
	`FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)]`, `FETCH 1:4 BODY.PEEK[HEADER.FIELDS.NOT (SUBJECT FROM)]`,
	`FETCH 2 BODY.PEEK[1]`, `FETCH 2 BODY.PEEK[2]`, `FETCH 2 BODY.PEEK[1.MIME]`, `FETCH 1 BODY.PEEK[1]`,
	`FETCH 1 BODY.PEEK[]<10.20>`, `FETCH 1 BODY.PEEK[]<1000.20>`,
	`FETCH 2:* ENVELOPE`, `FETCH 1:* BODYSTRUCTURE`,
	`FETCH 3 BODY[TEXT]`, `FETCH 3 FLAGS`, `FETCH 4 RFC822`,
	`STORE 1 +FLAGS.SILENT (\Flagged)`, `STORE 1:2 FLAGS (\Deleted)`, `UID STORE 3 +FLAGS (\Answered)`,
	`STORE 3 -FLAGS (\ANSWERED)`, `STORE 9 FLAGS ()`,

	`SEARCH ALL`, `SEARCH UNSEEN`, `SEARCH DELETED`, `SEARCH NOT SEEN 2:*`, `SEARCH SUBJECT HI`,
	`SEARCH BODY one`, `SEARCH TEXT three`, `SEARCH FROM example.org`, `SEARCH HEADER Message-ID ""`,
	`SEARCH SENTON 2-Mar-2020`, `SEARCH UID 2:100`, `SEARCH 9`, `SEARCH LARGER 100`,
	`SEARCH ON 17-Jul-2023`, `SEARCH SINCE 18-Jul-2023`, `SEARCH NEW`, `SEARCH OLD`, `SEARCH OR UID 1 BODY dot`,
	`UID SEARCH RETURN (MIN MAX COUNT) ALL`,

	`CREATE New`, `CREATE New`, `COPY 1:2 New`, `COPY 1 Nowhere`, `UID COPY 99 New`, `MOVE 3 New`, `EXPUNGE`,
	`FETCH 1:* (UID FLAGS)`, `SELECT New`, `FETCH 1:* (UID FLAGS)`, `STORE 1 FLAGS.SILENT (\Deleted)`, `EXPUNGE`,
	`MOVE 1 INBOX`, `NOOP`, `UNSELECT`, `FETCH 1 FLAGS`, `RENAME New Old`, `SELECT New`, `DELETE Old`, `DELETE Old`,
	`DELETE INBOX`, `CREATE Empty`, `SELECT Empty`, `FETCH 1:* FLAGS`, `FETCH * FLAGS`, `UID FETCH 1:* FLAGS`,
	`STORE 1:* FLAGS ()`, `SEARCH ALL`, `SEARCH 1:*`, `UNSELECT`,
}

var pop3Commands = []string{
	"STAT", "LIST", "LIST 1", "LIST 9", "LIST x", "NOOP", "USER user",
	"RETR 1", "RETR 2", "RETR 3", "RETR 9", "RETR 0", "RETR",
	"TOP 1 0", "TOP 1 1", "TOP 1 99", "TOP 2 0", "TOP 9 0", "TOP 1",
	"DELE 1", "DELE 1", "RETR 1", "STAT", "LIST", "LIST 1", "RSET", "STAT", "XYZZY", "DELE 2", "QUIT",
}
