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
	line, rest, folded := bytes.Cut(raw, []byte("\n"))
	value := line
	if folded {
		value = bytes.TrimSuffix(line, []byte("\r"))
	}
	if colon := bytes.IndexByte(value, ':'); colon >= 0 {
		if name := bytes.TrimRight(value[:colon], " \t"); len(name) <= maxName {
			f.name, f.colon = name, colon
			value = value[colon+1:]
			value = value[leadingBlanks(value):]
		}
	}
	f.value = value
	if len(rest) > 0 {
		f.value = withoutLoneBreaks(unfold(value, rest))
	}
	return f
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

// isFolded reports whether a field has several lines.
func (f field) isFolded() bool {
	return bytes.IndexByte(bytes.TrimSuffix(f.raw, []byte("\n")), '\n') >= 0
}

// lines returns the value with all its line breaks, as LF.
func (f field) lines() []byte {
	line, rest, _ := bytes.Cut(f.raw, []byte("\n"))
	value := bytes.TrimSuffix(line, []byte("\r"))[f.colon+1:]
	return unfold(value[leadingBlanks(value):], rest)
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

// unfold joins the lines of a value.
func unfold(first, rest []byte) []byte {
	if len(rest) == 0 {
		return first
	}
	value := bytes.Clone(first)
	for len(rest) > 0 {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		if found {
			line = bytes.TrimSuffix(line, []byte("\r"))
		}
		value = append(value, '\n')
		value = append(value, line...)
		rest = after
	}
	return value
}
