package message

import (
	"bytes"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/internal/growth"
)

// most is the greatest length of an answer, in multiples of the message: each comma of From is an
// address without mailbox and host, which ENVELOPE has three times. always is what a short message
// may have.
const most, always = 150, 1 << 10

func FuzzMessage(f *testing.F) {
	for _, o := range oddMessages() {
		f.Add([]byte(o.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m := Parse(text)
		if !bytes.Equal(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), bytes.ReplaceAll(m.text, []byte("\r\n"), []byte("\n"))) {
			t.Errorf("the text became %q", m.text)
		}
		header, _ := m.Section(nil, "HEADER", nil)
		body, _ := m.Section(nil, "TEXT", nil)
		whole, _ := m.Section(nil, "", nil)
		if string(header)+string(body) != string(whole) {
			t.Errorf("header %q and text %q are not %q", header, body, whole)
		}
		for item, answer := range map[string][]byte{"ENVELOPE": m.Envelope(), "BODY": m.Body(), "BODYSTRUCTURE": m.BodyStructure()} {
			if len(answer) > most*len(text)+always {
				t.Errorf("%s has %d octets, the message %d", item, len(answer), len(text))
			}
			if err := checkList(answer); err != "" {
				t.Errorf("%s: %s: %q", item, err, answer)
			}
		}
		checkPart(t, m, m.root())
		for _, s := range sectionsOf(m) {
			m.Section(s.part, s.specifier, s.fields)
			if data, _, _ := m.Binary(s.part); len(data) > 2*len(m.text)+maxBehind {
				t.Errorf("BINARY has %d octets, the message %d", len(data), len(text))
			}
		}
		m.HasText("a")
		m.HasAddress("From", "a")
		m.HasSubject("a")
		m.BaseSubject()
		m.DisplayName("From")
		m.SentDate()
		m.References()
	})
}

// checkPart checks that the parts of a part lie in its body, in order.
func checkPart(t *testing.T, m *Message, p *part) {
	pos := p.bodyStart()
	end := pos + p.bodySize
	if p.depth > maxDepth {
		t.Errorf("level %d", p.depth)
	}
	for _, child := range p.children {
		if child.start < pos {
			t.Errorf("part at %d, behind %d", child.start, pos)
		}
		checkPart(t, m, child)
		pos = child.bodyStart() + child.bodySize
	}
	if pos > end || end > len(m.text) {
		t.Errorf("parts up to %d, body up to %d of %d", pos, end, len(m.text))
	}
	if lines := bytes.Count(m.bodyOf(p), []byte("\n")); lines != p.bodyLines {
		t.Errorf("%d lines, counted %d", lines, p.bodyLines)
	}
}

// checkList returns what is wrong with a parenthesized list, or "".
func checkList(list []byte) string {
	depth := 0
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '{':
			size := 0
			for i++; i < len(list) && '0' <= list[i] && list[i] <= '9'; i++ {
				size = size*10 + int(list[i]-'0')
			}
			if !bytes.HasPrefix(list[i:], []byte("}\r\n")) || i+3+size > len(list) {
				return "a broken literal"
			}
			if bytes.IndexByte(list[i+3:i+3+size], 0) >= 0 {
				return "a NUL"
			}
			i += 2 + size
		case c == '"':
			for i++; i < len(list) && list[i] != '"'; i++ {
				if list[i] == '\\' {
					i++
				} else if strings.IndexByte("\r\n\x00", list[i]) >= 0 || list[i] >= 0x80 {
					return "a broken quoted string"
				}
			}
		case !strings.ContainsRune("NIL 0123456789", rune(c)):
			return "a broken atom"
		}
		if depth <= 0 && i < len(list)-1 {
			return "an end in the middle"
		}
	}
	if depth != 0 {
		return "no end"
	}
	return ""
}

// The memory for reading grows with the message, whatever is in it.
func TestLinear(t *testing.T) {
	repeat := func(before, s, after string) func(int) string {
		return func(size int) string { return before + strings.Repeat(s, size/len(s)) + after }
	}
	for name, text := range map[string]func(int) string{
		"parts":       repeat("Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n", ""),
		"headers":     repeat("Content-Type: multipart/mixed; boundary=b\n\n", "--b\nContent-Transfer-Encoding: base64\n", ""),
		"boundaries":  repeat("Content-Type: multipart/mixed; boundary=b\n\n", "--c\n", ""),
		"fields":      repeat("", "Subject: a\n", "\n"),
		"folded":      repeat("Subject: a\n", " b\n", "\n"),
		"addresses":   repeat("From: a@b", ",a@b", "\n\n"),
		"commas":      repeat("From: ", ",", "\n\n"),
		"groups":      repeat("From: a:", "a:;", "\n\n"),
		"comments":    repeat("From: ", "(", "\n\n"),
		"parameters":  repeat("Content-Type: text/plain", ";a*0=b", "\n\n"),
		"message-ids": repeat("References: ", "<a@b>", "\n\n"),
		"broken ids":  repeat("References: ", "<(", "\n\n"),
		"words":       repeat("Subject: ", "=?utf-8?q?a?=", "\n\n"),
		"half words":  repeat("Subject: ", "=?", "\n\n"),
		"subjects":    repeat("Subject: ", "Re: [a] ", "x\n\n"),
	} {
		err := growth.Linear(50_000, func(size int) {
			m := Parse([]byte(text(size)))
			m.Envelope()
			m.BodyStructure()
			m.HasText("x")
			m.References()
			m.BaseSubject()
			m.Section(nil, "HEADER.FIELDS", []string{"Subject"})
			m.Binary(nil)
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
