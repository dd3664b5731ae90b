package prove

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
)

const (
	// maxLine bounds a line of a protocol without its literals, in octets.
	maxLine = 4 << 20
	// maxKept bounds what is kept of a command with its literals.
	maxKept = 2000
)

var errLongLine = errors.New("a line of the protocol is too long")

// literal is the announcement of a literal at the end of a line (RFC 9051 section 4.3, RFC 7888).
var literal = regexp.MustCompile(`~?\{(\d{1,15})(\+?)\}$`)

// readLine returns a line with its end.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if err == nil {
			return line, nil
		}
		if err != bufio.ErrBufferFull {
			return line, err
		}
		if len(line) > maxLine {
			return nil, errLongLine
		}
	}
}

// announced returns the size of the literal that a line announces. synchronizing says that the
// sender waits for consent.
func announced(line []byte) (octets int64, synchronizing, ok bool) {
	match := literal.FindSubmatch(bytes.TrimRight(line, "\r\n"))
	if match == nil {
		return 0, false, false
	}
	n, err := strconv.ParseInt(string(match[1]), 10, 64)
	return n, len(match[2]) == 0, err == nil
}

// kept is what is remembered of a command: its beginning, with its literals.
type kept struct{ text strings.Builder }

func (k *kept) add(part []byte) {
	if room := maxKept - k.text.Len(); room > 0 {
		k.text.Write(part[:min(len(part), room)])
	}
}

// copyLiteral copies the octets of a literal, and keeps their beginning.
func (k *kept) copyLiteral(w io.Writer, r io.Reader, octets int64) error {
	head := make([]byte, min(octets, int64(max(0, maxKept-k.text.Len()))))
	if _, err := io.ReadFull(r, head); err != nil {
		return err
	}
	k.add(head)
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := io.CopyN(w, r, octets-int64(len(head)))
	return err
}

// word cuts the first word of an IMAP text: an atom, a quoted string without its quotes, a literal
// in the form of [kept], or a list in parentheses.
func word(text string) (first, rest string) {
	text = strings.TrimLeft(text, " ")
	switch {
	case text == "":
		return "", ""
	case text[0] == '"':
		return quoted(text[1:])
	case text[0] == '(':
		return list(text)
	}
	if match := leadingLiteral.FindStringSubmatch(text); match != nil {
		n, _ := strconv.Atoi(match[1])
		text = text[len(match[0]):]
		n = min(n, len(text))
		return text[:n], text[n:]
	}
	end := strings.IndexByte(text, ' ')
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

var leadingLiteral = regexp.MustCompile(`^~?\{(\d{1,9})\+?\}\r?\n`)

func quoted(text string) (content, rest string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			if i++; i < len(text) {
				b.WriteByte(text[i])
			}
		case '"':
			return b.String(), text[i+1:]
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String(), ""
}

func list(text string) (content, rest string) {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			_, after := quoted(text[i+1:])
			i = len(text) - len(after) - 1
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return text[:i+1], text[i+1:]
			}
		}
	}
	return text, ""
}

// plainCommand returns a command as people read it: literals are quoted, long ones by their size.
func plainCommand(text string) string {
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	var b strings.Builder
	for {
		at := inlineLiteral.FindStringSubmatchIndex(text)
		if at == nil {
			return b.String() + text
		}
		n, _ := strconv.Atoi(text[at[2]:at[3]])
		content := text[at[1]:]
		content, text2 := content[:min(n, len(content))], content[min(n, len(content)):]
		b.WriteString(text[:at[0]])
		if n > 100 || strings.ContainsAny(content, "\r\n") {
			b.WriteString("{" + strconv.Itoa(n) + " octets}")
		} else {
			b.WriteString(strconv.Quote(content))
		}
		text = text2
	}
}

var inlineLiteral = regexp.MustCompile(`~?\{(\d{1,9})\+?\}\r?\n`)
