package imaptest

import (
	"fmt"
	"strings"
)

// Bounds of what a failing test prints.
const (
	maxTalk     = 500 // lines
	maxTalkLine = 200 // octets of a line
)

// talk is the end of what clients and servers have said.
type talk struct {
	lines   []string // a ring once it is full
	oldest  int
	skipped int
}

func (c *talk) add(conn string, from byte, line []byte) {
	rest := ""
	if len(line) > maxTalkLine {
		line, rest = line[:maxTalkLine], fmt.Sprintf("… (%d octets)", len(line))
	}
	text := fmt.Sprintf("%s %c: %s%s", conn, from, line, rest)
	if len(c.lines) < maxTalk {
		c.lines = append(c.lines, text)
		return
	}
	c.lines[c.oldest] = text
	c.oldest = (c.oldest + 1) % maxTalk
	c.skipped++
}

// conversation returns the end of the conversation as text.
func (s *Server) conversation() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.talk
	var b strings.Builder
	if c.skipped > 0 {
		fmt.Fprintf(&b, "… (%d lines)\n", c.skipped)
	}
	for i := range c.lines {
		b.WriteString(c.lines[(c.oldest+i)%len(c.lines)] + "\n")
	}
	return b.String()
}
