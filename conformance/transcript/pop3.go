package transcript

import (
	"fmt"
	"strconv"
	"strings"
)

// pop3 is a conversation in POP3.
type pop3 struct{ *session }

func (s *pop3) serve() {
	if s.greeting == "" {
		s.greeting = "+OK ready"
	}
	s.say([]string{s.greeting}, "", nil)
	for !s.closed {
		command, ok := s.line()
		if !ok {
			return
		}
		usual := func() (string, string) { return s.usual(command), "" }
		lines, ok := s.scripted(command)
		if !ok {
			lines = []string{"%default"}
		}
		s.say(lines, "", usual)
	}
}

// usual returns the answer of a correct server.
func (s *pop3) usual(command string) string {
	words := append(strings.Fields(strings.ToUpper(command)), "", "", "")
	number, err := strconv.Atoi(words[1])
	var m *message
	switch {
	case err == nil && number >= 1 && number <= len(s.boxes):
		m = s.boxes[number-1]
	case words[0] == "RETR", words[0] == "TOP", words[1] != "" && words[0] != "USER" && words[0] != "PASS":
		return "-ERR no such message\r\n"
	}
	switch words[0] {
	case "CAPA":
		capability := s.capability
		if capability == "" {
			capability = "TOP UIDL USER"
		}
		return "+OK\r\n" + expand(strings.ReplaceAll(capability, " ", "\r\n"), "") + "\r\n.\r\n"
	case "STAT":
		size := 0
		for _, m := range s.boxes {
			size += len(m.raw)
		}
		return fmt.Sprintf("+OK %d %d\r\n", len(s.boxes), size)
	case "LIST":
		return s.listing(m, number, func(m *message) string { return strconv.Itoa(len(m.raw)) })
	case "UIDL":
		return s.listing(m, number, func(m *message) string { return fmt.Sprintf("uid%d", m.uid) })
	case "RETR":
		return "+OK\r\n" + stuffed(m.raw) + ".\r\n"
	case "TOP":
		header, body, _ := strings.Cut(m.raw, "\r\n\r\n")
		lines := strings.SplitAfter(body, "\r\n")
		n, _ := strconv.Atoi(words[2])
		return "+OK\r\n" + stuffed(header+"\r\n\r\n"+strings.Join(lines[:min(len(lines), n)], "")) + ".\r\n"
	case "QUIT":
		s.closed = true
		return "+OK bye\r\n"
	case "USER", "PASS", "DELE", "NOOP", "RSET":
		return "+OK\r\n"
	}
	return "-ERR what\r\n"
}

// listing answers LIST and UIDL.
func (s *pop3) listing(m *message, number int, value func(*message) string) string {
	if m != nil {
		return fmt.Sprintf("+OK %d %s\r\n", number, value(m))
	}
	var b strings.Builder
	b.WriteString("+OK\r\n")
	for i, m := range s.boxes {
		fmt.Fprintf(&b, "%d %s\r\n", i+1, value(m))
	}
	return b.String() + ".\r\n"
}

// stuffed returns a text with dot-stuffing (RFC 1939 section 3), ending in CRLF.
func stuffed(text string) string {
	text = strings.ReplaceAll("\r\n"+text, "\r\n.", "\r\n..")[2:]
	if !strings.HasSuffix(text, "\r\n") {
		text += "\r\n"
	}
	return text
}
