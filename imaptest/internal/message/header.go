package message

import (
	"bytes"
	"iter"
)

// maxName is the length above which a field has no name.
const maxName = 1000

// field is a field of a header (RFC 5322 section 2.2). A line without a colon is a field without
// a name.
type field struct {
	name []byte
	// value has no blanks at its begin, unless it has nothing else. A folded value keeps its
	// line breaks, as LF.
	value []byte
	// raw is the field with its line breaks.
	raw []byte
	// colon is the position of the colon in raw, or -1.
	colon int
}

// key returns the name in lower case. A name ends before a NUL.
func (f field) key() string {
	name, _, _ := bytes.Cut(f.name, []byte{0})
	return lower(name)
}

// lower changes ASCII letters only.
func lower(s []byte) string {
	b := bytes.Clone(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// fields yields the fields of a header up to the blank line.
func fields(header []byte) iter.Seq[field] {
	return func(yield func(field) bool) {
		for len(header) > 0 && !atBlankLine(header) {
			n := fieldLength(header)
			if !yield(newField(header[:n])) {
				return
			}
			header = header[n:]
		}
	}
}

// headerLength returns the length of the fields of a header, without the blank line.
func headerLength(header []byte) int {
	n := 0
	for n < len(header) && !atBlankLine(header[n:]) {
		n += fieldLength(header[n:])
	}
	return n
}

func atBlankLine(text []byte) bool { return bytes.HasPrefix(text, []byte("\r\n")) }

// fieldLength returns the length of the first field of a text, with its folded lines.
func fieldLength(text []byte) int {
	n := 0
	for {
		i := bytes.IndexByte(text[n:], '\n')
		if i < 0 {
			return len(text)
		}
		n += i + 1
		if n == len(text) || !isBlank(text[n]) {
			return n
		}
	}
}

func newField(raw []byte) field {
	f := field{raw: raw, colon: -1}
	line := firstLine(raw)
	if colon := bytes.IndexByte(line, ':'); colon >= 0 {
		if name := bytes.TrimRight(line[:colon], " \t"); len(name) <= maxName {
			f.name, f.colon = name, colon
		}
	}
	f.value = f.lines()
	if f.isFolded() {
		f.value = withoutLoneBreaks(f.value)
	}
	return f
}

// firstLine returns the first line of a text without its line break.
func firstLine(text []byte) []byte {
	line, _, broken := bytes.Cut(text, []byte("\n"))
	if broken {
		line = bytes.TrimSuffix(line, []byte("\r"))
	}
	return line
}

// isFolded reports whether a field has several lines.
func (f field) isFolded() bool {
	return bytes.IndexByte(bytes.TrimSuffix(f.raw, []byte("\n")), '\n') >= 0
}

// lines returns the value with its line breaks, as LF.
func (f field) lines() []byte {
	value := firstLine(f.raw)[f.colon+1:]
	value = value[leadingBlanks(value):]
	if !f.isFolded() {
		return value
	}
	value = bytes.Clone(value)
	for line := range f.foldedLines() {
		value = append(value, '\n')
		value = append(value, line...)
	}
	return value
}

// foldedLines yields the lines behind the first.
func (f field) foldedLines() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		_, rest, _ := bytes.Cut(f.raw, []byte("\n"))
		for line := range bytes.Lines(rest) {
			if !yield(firstLine(line)) {
				return
			}
		}
	}
}

// leadingBlanks counts the blanks that do not belong to a value: all at its begin, but one of a
// value of blanks.
func leadingBlanks(value []byte) int {
	n := len(value) - len(bytes.TrimLeft(value, " \t"))
	if n == len(value) {
		return min(n, 1)
	}
	return n
}

// withoutLoneBreaks removes the line break before a line of one blank. Dovecot's parsers do not see
// it, which matters in a quoted-string without end.
func withoutLoneBreaks(value []byte) []byte {
	kept := value[:0]
	for i, c := range value {
		if c != '\n' || i+2 < len(value) && value[i+2] != '\n' {
			kept = append(kept, c)
		}
	}
	return kept
}
