package conformance

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
)

// script is an IMAP server with a given greeting and given answers to some commands. In an
// answer %s is the tag.
type script struct {
	name     string
	greeting string
	answers  map[string]string
	answer   func(name, arguments string) string // for commands not in answers; nil means usual
}

var talk = []call{
	do("imap_ping"), do("imap_check"), do("imap_num_msg"), do("imap_num_recent"), do("imap_delete", "1"), do("imap_expunge"),
	do("imap_status", imapBox, 31), do("imap_uid", 2), do("imap_headerinfo", 1), do("imap_fetch_overview", "1"),
	do("imap_fetchheader", 1), do("imap_body", 1), do("imap_close"),
}

var scripts = []script{
	{name: "all is well"},
	{name: "alert in the greeting", greeting: "* OK [ALERT] going down at noon"},
	{name: "alert in SELECT", answers: map[string]string{"SELECT": "* 2 EXISTS\n* OK [ALERT] quota\n%s OK [ALERT] tagged alert"}},
	{name: "untagged NO, BAD, OK", answers: map[string]string{"NOOP": "* NO low on disk\n* BAD you did wrong\n* OK just saying\n%s OK done"}},
	{name: "alerts in NOOP", answers: map[string]string{"NOOP": "* NO [ALERT] low on disk\n* BAD [ALERT] you did wrong\n* OK [ALERT] saying\n%s OK done"}},
	{name: "NO to NOOP", answers: map[string]string{"NOOP": "%s NO not now"}},
	{name: "BAD to NOOP", answers: map[string]string{"NOOP": "%s BAD what"}},
	{name: "PREAUTH", greeting: "* PREAUTH welcome"},
	{name: "BYE greeting", greeting: "* BYE go away"},
	{name: "NO greeting", greeting: "* NO not today"},
	{name: "garbage greeting", greeting: "220 ftp ready"},
	{name: "NO to LOGIN", answers: map[string]string{"LOGIN": "%s NO [ALERT] account locked"}},
	{name: "LOGINDISABLED", greeting: "* OK [CAPABILITY IMAP4REV1 LOGINDISABLED] x"},
	{name: "NO to SELECT", answers: map[string]string{"SELECT": "%s NO no such mailbox"}},
	{name: "BAD to SELECT", answers: map[string]string{"SELECT": "%s BAD huh"}},
	{name: "READ-ONLY", answers: map[string]string{"SELECT": "* 2 EXISTS\n%s OK [READ-ONLY] selected"}},
	{name: "neither RECENT nor UIDVALIDITY", answers: map[string]string{"SELECT": "* 3 EXISTS\n%s OK x"}},
	{name: "NO to STORE", answers: map[string]string{"STORE": "%s NO denied"}},
	{name: "BAD to STORE", answers: map[string]string{"STORE": "%s BAD " + strings.Repeat("long ", 30)}},
	{name: "OK with alert to STORE", answers: map[string]string{"STORE": "%s OK [ALERT] careful"}},
	{name: "NO to EXPUNGE", answers: map[string]string{"EXPUNGE": "%s NO denied"}},
	{name: "NO to FETCH", answers: map[string]string{"FETCH": "%s NO gone"}},
	{name: "EXPUNGE in NOOP", answers: map[string]string{"NOOP": "* 1 EXPUNGE\n* 1 EXISTS\n* 1 RECENT\n%s OK done"}},
	{name: "NO to STATUS", answers: map[string]string{"STATUS": "%s NO nope"}},
	{name: "STATUS without some items", answers: map[string]string{"STATUS": "* STATUS INBOX (MESSAGES 5 UNSEEN 2)\n%s OK x"}},
}

// TestScripts compares the results on servers that behave unlike Dovecot.
func TestScripts(t *testing.T) {
	for _, s := range scripts {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			p.imap = listen(t, s.serve)
			php, ours := newOracle(t, p), newLibrary(t, p)
			for _, c := range append([]call{open(imapBox)}, talk...) {
				both(t, php, ours, c, fmt.Sprintf("imap/%s/script %s: %v", c.fn, s.name, c))
			}
		})
	}
}

// listen serves connections until the test ends, and returns the port.
func listen(t *testing.T, serve func(net.Conn)) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

func (s script) serve(conn net.Conn) {
	defer conn.Close()
	say := func(text string) {
		fmt.Fprintf(conn, "%s\r\n", strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n"))
	}
	greeting := s.greeting
	if greeting == "" {
		greeting = "* OK ready"
	}
	say(greeting)
	if !strings.HasPrefix(greeting, "* ") {
		return // PHP would wait forever for a greeting
	}
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		name, arguments, _ := strings.Cut(strings.TrimPrefix(command, "UID "), " ")
		answer, ok := s.answers[name]
		switch {
		case ok:
		case s.answer != nil:
			answer = s.answer(name, arguments)
		default:
			answer = usual(name, arguments)
		}
		say(strings.ReplaceAll(answer, "%s", tag))
		if name == "LOGOUT" {
			return
		}
	}
}

// usual returns the answer of a correct server with two messages.
func usual(name, arguments string) string {
	switch name {
	case "CAPABILITY":
		return "* CAPABILITY IMAP4REV1\n%s OK done"
	case "SELECT":
		return "* 2 EXISTS\n* 0 RECENT\n* FLAGS (\\Deleted \\Seen)\n* OK [UIDVALIDITY 1700000000] valid\n%s OK [READ-WRITE] done"
	case "STATUS":
		return "* STATUS INBOX (MESSAGES 2 RECENT 0 UNSEEN 2 UIDNEXT 3 UIDVALIDITY 1700000000)\n%s OK done"
	case "LOGOUT":
		return "* BYE see you\n%s OK done"
	case "FETCH":
		return fetched(arguments) + "%s OK done"
	}
	return "%s OK done"
}

// fetched returns the FETCH responses of the requested messages and items.
func fetched(arguments string) string {
	set, items, _ := strings.Cut(arguments, " ")
	var b strings.Builder
	for num := 1; num <= 2; num++ {
		if !strings.Contains(set, fmt.Sprint(num)) {
			continue
		}
		var list []string
		for _, item := range []struct{ name, value string }{
			{"UID", fmt.Sprint(num)},
			{"FLAGS", `(\Seen)`},
			{"INTERNALDATE", `"17-Jul-2023 02:44:25 +0000"`},
			{"RFC822.SIZE", "40"},
			{"ENVELOPE", `("d" "s" ((NIL NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL NIL)`},
			{"BODY.PEEK[HEADER]", "{18}\nSubject: hello\n\n"},
			{"BODY[TEXT]", "{7}\nhello\n"},
		} {
			if strings.Contains(items, item.name) {
				list = append(list, strings.Replace(item.name, ".PEEK", "", 1)+" "+item.value)
			}
		}
		if i := strings.Index(items, "BODY.PEEK[HEADER.FIELDS"); i >= 0 {
			end := strings.IndexByte(items[i:], ']')
			list = append(list, strings.Replace(items[i:i+end+1], ".PEEK", "", 1)+" {2}\n\n")
		}
		fmt.Fprintf(&b, "* %d FETCH (%s)\n", num, strings.Join(list, " "))
	}
	return b.String()
}
