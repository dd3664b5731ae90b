package generate

import (
	"bytes"
	"math/rand/v2"
	"strings"
)

// MaxDepth limits the nesting of multiparts and messages.
const MaxDepth = 12

// Message returns the message with that number.
func Message(seed uint64, number int) []byte {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, uint64(number)))}
	return g.lineEnds(g.message())
}

// generator writes texts with LF line ends. Its methods return text, so that each kind of text
// can be inside any other.
type generator struct {
	*rand.Rand
	depth int // of the part that is being written
	// boundaries has the boundaries of the surrounding multiparts. A new boundary may begin like
	// one of them.
	boundaries []string
}

// in returns true in about one of n cases.
func (g *generator) in(n int) bool { return g.IntN(n) == 0 }

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

// either returns the text of one of the functions.
func (g *generator) either(list ...func() string) string { return list[g.IntN(len(list))]() }

// repeat joins the texts of at least from and less than to calls of f.
func (g *generator) repeat(from, to int, f func() string) string {
	var b strings.Builder
	for range from + g.IntN(to-from) {
		b.WriteString(f())
	}
	return b.String()
}

func (g *generator) message() string {
	if g.in(40) {
		return g.degenerate()
	}
	content := g.entity()
	fields := append(g.fields(), content.fields...)
	if g.in(8) {
		g.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	}
	head := strings.Join(fields, "")
	switch {
	case g.in(40):
		return head // without an empty line
	case g.in(60):
		return strings.TrimSuffix(head, "\n")
	case g.in(60):
		return head + g.pick(" \n", "\t\n", "--\n") + content.body
	}
	return head + "\n" + content.body
}

// degenerate returns a message without a header, without a text, or without both.
func (g *generator) degenerate() string {
	switch g.IntN(8) {
	case 0:
		return ""
	case 1:
		return strings.Repeat("\n", 1+g.IntN(5))
	case 2:
		return "\n" + g.text()
	case 3:
		return g.text()
	case 4:
		return g.words()
	case 5:
		return " \n\t\n" + g.text()
	case 6:
		return strings.Join(g.fields(), "") + "\n"
	}
	return g.pick("From ", "From: ", ":", "Subject", ".\n", "\x01", "\xff\xfe", ">From a\n\n") + g.words() + "\n"
}

// lineEnds returns a text with line ends of LF, of CRLF, or of both. It removes dots and CRs at
// the start of the text, and CRs at both ends of a line, because Dovecot changes them.
func (g *generator) lineEnds(text string) []byte {
	text = strings.TrimLeft(text, ".\r")
	style := g.IntN(8)
	lines := bytes.SplitAfter([]byte(text), []byte("\n"))
	var out bytes.Buffer
	for _, line := range lines {
		content, ended := bytes.CutSuffix(line, []byte("\n"))
		out.Write(bytes.Trim(content, "\r"))
		switch {
		case !ended:
		case style == 0, style == 1, style == 2 && g.in(2):
			out.WriteString("\r\n")
		default:
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}
