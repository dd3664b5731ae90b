package imaptest_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
	"github.com/imapcompat/imapcompat/imaptest"
)

var updateDialogues = flag.Bool("update-dialogues", false, "write testdata/dialogues anew, from Dovecot's answers")

// mailMessages are the messages of the mailbox in most dialogues. The second is \Seen.
var mailMessages = []string{
	"From: =?utf-8?q?J=C3=B6rg?= <j@example.org>\nTo: u@example.com\nSubject: =?utf-8?q?hi=C3=A4?=\n folded\n" +
		"Date: Mon, 02 Mar 2020 10:00:00 +0100\nMessage-ID: <1@example.org>\n\nbody 1\n..x\n.y\n",
	"From: b@example.org\nContent-Type: multipart/mixed; boundary=\"b\"\n\n" +
		"--b\nContent-Type: text/plain; charset=utf-8\n\none\n" +
		"--b\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+dHdv\n--b--\n",
	"Subject: three\n\n.dot",
	"\nno header\n",
	"Subject: only header\n",
}

// threadMessages are the messages in the dialogue about SORT and THREAD.
var threadMessages = []string{
	conversationMessage("1", "Subject: hello", "Mon, 02 Mar 2020 10:00:00 +0000"),
	conversationMessage("2", "Subject: Re: hello\nReferences: <1@x>\nFrom: Zed <z@x.org>", "Mon, 02 Mar 2020 11:00:00 +0000"),
	conversationMessage("3", "Subject: Re: hello\nReferences: <1@x> <2@x>\nFrom: \"B\" <B@x.org>", "Mon, 02 Mar 2020 09:00:00 +0000"),
	conversationMessage("4", "Subject: Re: hello\nReferences: <1@x>\nCc: q@x.org", "Mon, 02 Mar 2020 10:30:00 +0000"),
	conversationMessage("5", "Subject: lost\nReferences: <missing@x>", "Mon, 02 Mar 2020 08:00:00 +0000"),
	conversationMessage("6", "Subject: lost again\nReferences: <missing@x>", "Mon, 02 Mar 2020 12:00:00 +0000"),
	conversationMessage("7", "Subject: Re: other", "Mon, 02 Mar 2020 13:00:00 +0000"),
	conversationMessage("8", "Subject: other", "Mon, 02 Mar 2020 14:00:00 +0000"),
	conversationMessage("9", "Subject: hello", "Mon, 02 Mar 2020 15:00:00 +0000"),
	conversationMessage("1", "Subject: another with this identifier", "Mon, 02 Mar 2020 16:00:00 +0000"),
	conversationMessage("11", "Subject: [list] Fwd: other (fwd)\nIn-Reply-To: <8@x>", "Mon, 02 Mar 2020 07:00:00 +0000"),
	conversationMessage("12", "Subject:\nTo: c@x.org, a@x.org", "Sun, 01 Mar 2020 07:00:00 +0000"),
	conversationMessage("13", "Subject: deep\nReferences: <gone1@x> <gone2@x>", "Sun, 01 Mar 2020 06:00:00 +0000"),
	"no header\n\nFoo\n",
	"Subject: same\nDate: nonsense\n\nx\n",
	"Subject: same\n\nlonger body\n",
	conversationMessage("17", "Subject: loop\nReferences: <18@x>", "Tue, 03 Mar 2020 06:00:00 +0000"),
	conversationMessage("18", "Subject: loop\nReferences: <17@x>", "Tue, 03 Mar 2020 07:00:00 +0000"),
	conversationMessage("19", "Subject: itself\nReferences: <19@x>", "Tue, 03 Mar 2020 08:00:00 +0000"),
	conversationMessage("20", "Subject: =?utf-8?q?=C3=84pfel?=", "Tue, 03 Mar 2020 08:00:00 +0000"),
	conversationMessage("21", "Subject: apfel", "Tue, 03 Mar 2020 10:00:00 +0200"),
	conversationMessage("22", "Subject: Re: two roots", "Tue, 03 Mar 2020 11:00:00 +0000"),
	conversationMessage("23", "Subject: RE: two roots", "Tue, 03 Mar 2020 12:00:00 +0000"),
}

func conversationMessage(id, fields, date string) string {
	return fmt.Sprintf("Message-ID: <%s@x>\n%s\nDate: %s\n\nbody\n", id, fields, date)
}

// dialogueMessages returns the messages of the INBOX in a dialogue.
func dialogueMessages(name string) []string {
	if name == "sort" {
		return threadMessages
	}
	return mailMessages
}

// TestLikeDovecot repeats dialogues that were recorded with Dovecot 2.3, in testdata/dialogues.
// A step there is a command and its answer. A command begins with the name of a session, such as
// "a"; the session "pop3" speaks POP3. "⏎" in a command is a line break. To record a further
// command, write it into a file and run the test with -update-dialogues.
func TestLikeDovecot(t *testing.T) {
	files, err := filepath.Glob("testdata/dialogues/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d dialogues, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			steps := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n\n")
			if *updateDialogues {
				recordDialogue(t, file, steps)
				return
			}
			sessions := newSessions(t, dialogueServer(t, name))
			for _, step := range steps {
				command, want, _ := strings.Cut(step, "\n")
				if got := sessions.ask(command); got != want {
					t.Errorf("%s\nreceived:\n%s\nDovecot:\n%s", command, got, want)
				}
			}
		})
	}
}

// dialogueServer returns the logins of a server whose messages are not recent, because another
// session has seen them.
func dialogueServer(t *testing.T, name string) logins {
	config := imaptest.Config{Quota: imaptest.Quota{Storage: 100 << 10}}
	for i, text := range dialogueMessages(name) {
		m := imaptest.Message{Text: text, Date: dovecot.Epoch}
		if i == 1 {
			m.Flags = []string{`\Seen`}
		}
		config.Messages = append(config.Messages, m)
	}
	srv := config.NewServer(t)
	loggedInIMAP(t, srv).talk("C: s SELECT INBOX" + selected)
	return logins{
		imap: func() *wire { return loggedInIMAP(t, srv) },
		pop3: func() *wire { return loggedInPOP3(t, srv) },
	}
}

// logins open sessions of a server.
type logins struct{ imap, pop3 func() *wire }

// sessions are the open sessions of a dialogue, by name.
type sessions struct {
	t *testing.T
	logins
	open map[string]*wire
}

func newSessions(t *testing.T, l logins) *sessions {
	return &sessions{t, l, make(map[string]*wire)}
}

func (s *sessions) ask(step string) string {
	name, command, _ := strings.Cut(step, " ")
	if s.open[name] == nil {
		if name == "pop3" {
			s.open[name] = s.pop3()
		} else {
			s.open[name] = s.imap()
		}
	}
	if name == "pop3" {
		return askPOP3(s.open[name], command)
	}
	return askIMAP(s.open[name], command)
}

func recordDialogue(t *testing.T, file string, steps []string) {
	server, err := dovecot.Start("namespace inbox {\n separator = /\n}", "mail_location = maildir:~/Maildir:LAYOUT=fs")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var messages []dovecot.Message
	for _, text := range dialogueMessages(strings.TrimSuffix(filepath.Base(file), ".txt")) {
		messages = append(messages, dovecot.Message{Raw: []byte(text)})
	}
	messages[1].Flags = "S"
	if err := server.Load("user", "INBOX", messages); err != nil {
		t.Fatal(err)
	}
	sessions := newSessions(t, logins{
		imap: func() *wire {
			w := dial(t, harness.Address(server.IMAP))
			w.talk("S: * OK…\nC: a LOGIN user " + dovecot.Password + "\nS: a OK…")
			return w
		},
		pop3: func() *wire {
			w := dial(t, harness.Address(server.POP3))
			w.talk("S: +OK…\nC: USER user\nS: +OK…\nC: PASS " + dovecot.Password + "\nS: +OK…")
			return w
		},
	})
	for i, step := range steps {
		command, _, _ := strings.Cut(step, "\n")
		steps[i] = strings.TrimSuffix(command+"\n"+sessions.ask(command), "\n")
	}
	if err := os.WriteFile(file, []byte(strings.Join(steps, "\n\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// chosen are the values that servers choose.
var chosen = []struct {
	pattern *regexp.Regexp
	shown   string
}{
	{regexp.MustCompile(` \([0-9]+\.[0-9]+ \+ [^)]* secs\)`), ""}, // Dovecot's times
	{regexp.MustCompile(`(UIDVALIDITY|COPYUID|APPENDUID|HIGHESTMODSEQ|MODSEQ) [0-9]+`), "$1 …"},
	{regexp.MustCompile(`MODSEQ \([0-9]+\)`), "MODSEQ (…)"},
}

// askIMAP returns an answer without what servers may choose. Mailboxes are sorted.
func askIMAP(w *wire, command string) string {
	parts := strings.Split(command, "⏎")
	if command != "DONE" && command != "FOO" { // which end IDLE
		parts[0] = "x " + parts[0]
	}
	// send sends up to a literal that must be asked for.
	send := func() {
		for len(parts) > 0 {
			w.send(parts[0])
			asked := waits.MatchString(parts[0])
			if parts = parts[1:]; asked {
				return
			}
		}
	}
	send()
	var lines []string
	for {
		line, err := w.r.ReadString('\n')
		if err != nil {
			return strings.Join(nonBlank(append(lines, "closed")), "\n")
		}
		line = strings.TrimSuffix(line, "\r\n")
		for _, c := range chosen {
			line = c.pattern.ReplaceAllString(line, c.shown)
		}
		lines = append(lines, line)
		switch {
		case strings.HasPrefix(line, "x "), strings.HasPrefix(line, "+ idling"):
			if name, _, _ := strings.Cut(command, " "); name == "LIST" || name == "LSUB" {
				slices.Sort(lines[:len(lines)-1])
			}
			return strings.Join(nonBlank(lines), "\n")
		case strings.HasPrefix(line, "+ ") && len(parts) > 0:
			send()
		}
	}
}

var waits = regexp.MustCompile(`\{[0-9]+\}$`)

// nonBlank marks empty lines, because empty lines separate steps in a file.
func nonBlank(lines []string) []string {
	for i, line := range lines {
		if line == "" {
			lines[i] = "~"
		}
	}
	return lines
}

// askPOP3 returns an answer.
func askPOP3(w *wire, command string) string {
	w.send(command)
	line := w.receive()
	name, args, _ := strings.Cut(command, " ")
	lines := []string{line}
	long := name == "RETR" || name == "TOP" || name == "LIST" && args == ""
	if long && strings.HasPrefix(line, "+OK") {
		for lines[len(lines)-1] != "." {
			lines = append(lines, w.receive())
		}
	}
	return strings.Join(nonBlank(lines), "\n")
}
