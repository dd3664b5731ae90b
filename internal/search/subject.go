package search

import (
	"bytes"
	"strings"
)

// BaseSubject returns the base subject of RFC 5256 section 2.1, in canonical form, and whether
// the subject is that of a reply or of a forwarded message. As in c-client, a trailer stays if
// the subject has two blanks in a row anywhere.
func BaseSubject(subject string) (base string, reply bool) {
	text, _, _ := bytes.Cut(canonicalHeader([]byte(subject)), []byte{0})
	s := subjectReader{rest: collapseBlanks(string(text))}
	if len(s.rest) == len(text) {
		s.trimTrailer()
	}
	s.trimLeader()
	for s.trimForwarded() {
		s.trimTrailer()
		s.trimLeader()
	}
	return s.rest, s.reply
}

// subjectReader removes what does not belong to the base subject from both ends.
type subjectReader struct {
	rest  string
	reply bool // a removed text marks a reply or a forwarded message
}

func collapseBlanks(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		if c == '\t' {
			c = ' '
		}
		if c != ' ' || len(out) == 0 || out[len(out)-1] != ' ' {
			out = append(out, c)
		}
	}
	return string(out)
}

// trimTrailer removes blanks and "(fwd)" from the end (subj-trailer).
func (r *subjectReader) trimTrailer() {
	for {
		r.rest = strings.TrimRight(r.rest, " \t")
		base := len(r.rest) - len("(fwd)")
		if base < 0 || !strings.EqualFold(r.rest[base:], "(fwd)") {
			return
		}
		r.rest, r.reply = r.rest[:base], true
	}
}

// trimLeader removes blanks, "[blob]" and "Re:" from the start (subj-leader). A blob stays if
// nothing follows.
func (r *subjectReader) trimLeader() {
	for {
		r.rest = trimBlanks(r.rest)
		if rest, ok := trimReply(r.rest); ok {
			r.rest, r.reply = rest, true
		} else if rest, ok := trimBlob(r.rest); ok && rest != "" && rest != r.rest {
			r.rest = rest
		} else {
			return
		}
	}
}

func trimBlanks(s string) string { return strings.TrimLeft(s, " \t") }

// trimReply removes "Re[blob]:", "Fw:" or "Fwd:" from the start (subj-refwd).
func trimReply(s string) (rest string, ok bool) {
	for _, word := range []string{"re", "fwd", "fw"} {
		if len(s) < len(word) || !strings.EqualFold(s[:len(word)], word) {
			continue
		}
		rest, ok := trimBlob(trimBlanks(s[len(word):]))
		if ok && strings.HasPrefix(rest, ":") {
			return rest[1:], true
		}
		return s, false
	}
	return s, false
}

// trimBlob removes "[text] " from the start, if it is there (subj-blob). ok is false if a
// bracket is not closed before the next one.
func trimBlob(s string) (rest string, ok bool) {
	if !strings.HasPrefix(s, "[") {
		return s, true
	}
	end := strings.IndexAny(s[1:], "[]")
	if end < 0 || s[1+end] == '[' {
		return s, false
	}
	return trimBlanks(s[end+2:]), true
}

// trimForwarded removes the outside of "[Fwd: …]" (subj-fwd).
func (r *subjectReader) trimForwarded() bool {
	const prefix = "[fwd:"
	s := r.rest
	if len(s) <= len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) || s[len(s)-1] != ']' {
		return false
	}
	r.rest, r.reply = s[len(prefix):len(s)-1], true
	return true
}
