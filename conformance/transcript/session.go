package transcript

import (
	"bufio"
	"net"
	"strings"
	"time"
)

// session is a conversation with one client.
type session struct {
	*Transcript
	conn   net.Conn
	r      *bufio.Reader
	turns  map[*answer]int
	boxes  []*message // the messages that exist now
	closed bool
}

func newSession(t *Transcript, conn net.Conn) *session {
	s := &session{Transcript: t, conn: conn, r: bufio.NewReader(conn), turns: make(map[*answer]int)}
	for _, m := range t.messages {
		own := *m
		s.boxes = append(s.boxes, &own)
	}
	return s
}

// line reads a line from the client. ok is false at the end of the conversation.
func (s *session) line() (line string, ok bool) {
	s.conn.SetReadDeadline(time.Now().Add(idle))
	line, err := s.r.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err == nil
}

func (s *session) write(text string) { s.conn.Write([]byte(text)) }

// scripted returns the transcript's answer to a command.
func (s *session) scripted(command string) (lines []string, ok bool) {
	for _, a := range s.answers {
		if a.pattern.MatchString(command) {
			turn := min(s.turns[a], len(a.turns)-1)
			s.turns[a]++
			return a.turns[turn], true
		}
	}
	return nil, false
}

// say sends the lines of an answer. usual returns the usual answer: its untagged lines, and its
// tagged line.
func (s *session) say(lines []string, tag string, usual func() (untagged, tagged string)) {
	for _, line := range lines {
		switch line {
		case "%close":
			s.closed = true
		case "%default":
			untagged, tagged := usual()
			s.write(untagged + tagged)
		case "%untagged":
			untagged, _ := usual()
			s.write(untagged)
		default:
			line, unended := strings.CutSuffix(line, "%-")
			if line = expand(line, tag); !unended {
				line += "\r\n"
			}
			s.write(line)
		}
	}
}
