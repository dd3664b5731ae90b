package readable

import (
	"iter"
	"strings"
)

// Fields returns the values of all fields with a name in a header, in their order, such as
// the Received fields. The header is the text that imap_fetchheader returns; a message may
// follow it. The name is in any case, without ":".
//
// The values are unfolded, without blanks at both ends, and not decoded: see [Header].
func Fields(header, name string) []string {
	var values []string
	for n, value := range AllFields(header) {
		if strings.EqualFold(n, name) {
			values = append(values, value)
		}
	}
	return values
}

// Field returns the value of the first field with a name, as [Fields] does, or "".
func Field(header, name string) string {
	for n, value := range AllFields(header) {
		if strings.EqualFold(n, name) {
			return value
		}
	}
	return ""
}

// AllFields returns the names and values of the fields of a header, in their order. The
// values are those of [Fields].
//
// Lines end with CRLF, LF or CR. An empty line ends the header. A line that is no field, such
// as the line "From " of an mbox, is left out with the lines that are folded into it.
func AllFields(header string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for rest := header; rest != ""; {
			var field string
			field, rest = cutField(rest)
			if field == "" {
				return
			}
			name, value, ok := strings.Cut(field, ":")
			name = strings.TrimRight(name, " \t") // RFC 5322 section 4.5 allows blanks
			if !ok || name == "" || strings.ContainsAny(name, " \t\r\n") {
				continue
			}
			if !yield(name, unfold(value)) {
				return
			}
		}
	}
}

// cutField cuts off the first field with the lines that are folded into it, which begin with
// a blank. The field is "" at the empty line that ends the header.
func cutField(header string) (field, rest string) {
	end := 0
	for {
		n := strings.IndexAny(header[end:], "\r\n")
		if n < 0 {
			return header, ""
		}
		next := end + n + 1
		if strings.HasPrefix(header[next-1:], "\r\n") {
			next++
		}
		if end+n == 0 {
			return "", header[next:]
		}
		if next == len(header) || header[next] != ' ' && header[next] != '\t' {
			return header[:end+n], header[next:]
		}
		end = next
	}
}

// unfold removes the line breaks in a value (RFC 5322 section 2.2.3), and blanks at both ends.
func unfold(value string) string {
	if strings.ContainsAny(value, "\r\n") {
		value = withoutLineBreaks.Replace(value)
	}
	return strings.Trim(value, " \t")
}

var withoutLineBreaks = strings.NewReplacer("\r", "", "\n", "")
