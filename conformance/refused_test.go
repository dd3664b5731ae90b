package conformance

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
)

// TestRefusedMessage runs testdata/refused.php with the extension and over the bridge, on a
// POP3 server that refuses the second of its three messages.
func TestRefusedMessage(t *testing.T) {
	p := newPlace(t)
	refuses := func(command string) bool {
		return strings.HasPrefix(command, "TOP 2 ") || command == "RETR 2"
	}
	p.pop3 = listen(t, func(conn net.Conn) { servePOP3(conn, refuses) })
	s := readPHPScript(t, "testdata/refused.php")
	want := s.runAt(t, p, "-d", "extension=imap")
	got := s.runAt(t, p, "-d", "auto_prepend_file="+absolute(t, "../phpbridge/imap.php"))
	tally.count("script/refused/", want == got, nil)
	if want != got {
		t.Errorf("with the extension\n%s\nover the bridge\n%s\nfirst difference: %s", want, got, firstDifference(want, got))
	}
}

// servePOP3 serves three messages, and refuses some commands.
func servePOP3(conn net.Conn, refuses func(command string) bool) {
	defer conn.Close()
	say := func(text string) { fmt.Fprintf(conn, "%s\r\n", strings.ReplaceAll(text, "\n", "\r\n")) }
	say("+OK ready")
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		command := lines.Text()
		name, arguments, _ := strings.Cut(command, " ")
		num, _, _ := strings.Cut(arguments, " ")
		header := fmt.Sprintf("From: a%s@example.org\nSubject: subject %s\nDate: Mon, %s Jan 2024 00:00:00 +0000\n", num, num, num)
		switch {
		case refuses(command):
			say("-ERR [SYS/TEMP] cannot read it")
		case name == "CAPA":
			say("+OK\nUSER\nTOP\nUIDL\nPIPELINING\n.")
		case name == "STAT":
			say("+OK 3 300")
		case name == "LIST":
			say("+OK\n1 94\n2 94\n3 94\n.")
		case name == "TOP":
			say("+OK\n" + header + "\n.")
		case name == "RETR":
			say("+OK\n" + header + "\ntext " + num + "\n.")
		default:
			say("+OK")
		}
		if name == "QUIT" {
			return
		}
	}
}
