package readable

import (
	"iter"
	"strings"
)

// A Paragraph is a paragraph of a text, as its writer typed it.
type Paragraph struct {
	Quote int // how many times it is quoted; 0 is the writer's own text
	Text  string
}

// Paragraphs returns the paragraphs of a text with the parameter format=flowed (RFC 3676).
// The text is in UTF-8, and its lines end with CRLF or LF. delSp is whether the parameter
// delsp is "yes". A text that is not flowed has a paragraph for each line.
//
// The line "-- " before a signature is a paragraph, and its blank stays. A paragraph ends
// where the depth of the quote changes.
func Paragraphs(text string, delSp bool) iter.Seq[Paragraph] {
	return func(yield func(Paragraph) bool) {
		var p Paragraph
		var joined strings.Builder
		open := false // the last line of p was flowed
		end := func() bool {
			p.Text = joined.String()
			joined.Reset()
			open = false
			return yield(p)
		}
		for line := range lines(text) {
			quote, content := unquote(line)
			signature := content == signatureLine
			if open && (quote != p.Quote || signature) && !end() {
				return
			}
			p.Quote = quote
			open = strings.HasSuffix(content, " ") && !signature
			if open && delSp {
				content = content[:len(content)-1]
			}
			joined.WriteString(content)
			if !open && !end() {
				return
			}
		}
		if open {
			end()
		}
	}
}

// Flowed returns a text with the parameter format=flowed (RFC 3676) with each paragraph on a
// line of its own, which LF ends. Quoted paragraphs begin with ">" for each level, and a
// blank. The arguments are those of [Paragraphs].
func Flowed(text string, delSp bool) string {
	var b strings.Builder
	for p := range Paragraphs(text, delSp) {
		if p.Quote > 0 {
			b.WriteString(strings.Repeat(">", p.Quote))
			b.WriteByte(' ')
		}
		b.WriteString(p.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// signatureLine separates a text from the signature (RFC 3676 section 4.3).
const signatureLine = "-- "

// lines returns the lines of a text without CRLF or LF.
func lines(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := text; rest != ""; {
			var line string
			line, rest, _ = strings.Cut(rest, "\n")
			if !yield(strings.TrimSuffix(line, "\r")) {
				return
			}
		}
	}
}

// unquote returns the depth of the quote of a line, and the rest without the blank that
// stuffs it (RFC 3676 section 4.4).
func unquote(line string) (quote int, content string) {
	content = strings.TrimLeft(line, ">")
	return len(line) - len(content), strings.TrimPrefix(content, " ")
}
