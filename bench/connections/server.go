package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
)

// converse is a session of a user with an empty mailbox, until the client hangs up.
func converse(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 512)
	next := func() (string, bool) {
		line, err := r.ReadString('\n')
		return strings.TrimSpace(line), err == nil
	}
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE] ready")
	for line, ok := next(); ok; line, ok = next() {
		tag, command, _ := strings.Cut(line, " ")
		name, _, _ := strings.Cut(strings.ToUpper(command), " ")
		switch name {
		case "AUTHENTICATE":
			say("+ ")
			next()
			say("%s OK [CAPABILITY IMAP4rev1 IDLE] logged in", tag)
		case "SELECT":
			say("* FLAGS (\\Seen \\Deleted)\r\n* 0 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] of the UIDs\r\n%s OK [READ-WRITE] selected", tag)
		case "IDLE":
			say("+ idling")
			next() // DONE
			say("%s OK done", tag)
		default:
			say("%s OK done", tag)
		}
	}
}
