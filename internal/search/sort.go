package search

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// Sort sorts messages of ascending numbers, by reading what is needed of each.
// It is imap_sort on POP3. Messages that are alike come in the order of their
// numbers, in either direction.
func Sort(ctx context.Context, s backend.Session, nums []int, order backend.Order) ([]int, error) {
	var entries []entry
	for msg, err := range s.Fetch(ctx, set(nums), sortItems(order.Key)) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, newEntry(msg, order.Key))
	}
	slices.SortFunc(entries, func(a, b entry) int {
		c := cmp.Or(cmp.Compare(a.number, b.number), strings.Compare(a.text, b.text))
		if order.Reverse {
			c = -c
		}
		return cmp.Or(c, a.num-b.num)
	})
	sorted := make([]int, len(entries))
	for i, e := range entries {
		sorted[i] = e.num
	}
	return sorted, nil
}

func sortItems(key backend.SortKey) backend.Items {
	switch key {
	case backend.SortSize:
		return backend.Items{Size: true}
	case backend.SortArrival:
		return backend.Items{InternalDate: true}
	case backend.SortDate:
		return backend.Items{Envelope: true, InternalDate: true}
	}
	return backend.Items{Envelope: true}
}

// entry is what a message is sorted by: a number or a text.
type entry struct {
	num    int
	number int64
	text   string
}

func newEntry(msg *backend.Message, key backend.SortKey) entry {
	e := entry{num: msg.Num}
	env := msg.Envelope
	if env == nil {
		env = &backend.Envelope{}
	}
	switch key {
	case backend.SortSize:
		e.number = int64(msg.Size)
	case backend.SortArrival:
		e.number = arrival(msg)
	case backend.SortDate:
		date, ok := rfc822.ParseDate(env.Date.Value)
		if e.number = date.Unix(); !ok || e.number == 0 {
			e.number = arrival(msg)
		}
	case backend.SortFrom:
		e.text = firstMailbox(env.From)
	case backend.SortTo:
		e.text = firstMailbox(env.To)
	case backend.SortCc:
		e.text = firstMailbox(env.Cc)
	case backend.SortSubject:
		e.text = foldCase(baseSubject(env.Subject.Value))
	}
	return e
}

// arrival is the internal date in seconds since 1970.
func arrival(msg *backend.Message) int64 {
	date, _ := rfc822.ParseDate(msg.InternalDate)
	return date.Unix()
}

// firstMailbox is the local part of the first address, or the name of the group
// that it begins (RFC 5256 section 3).
func firstMailbox(list []backend.Address) string {
	if len(list) == 0 {
		return ""
	}
	return foldCase(list[0].Mailbox.Value)
}

// foldCase makes the capitals of ASCII small, as c-client does to compare.
func foldCase(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c - 'A' + 'a'
		}
	}
	return string(b)
}

// baseSubject is the base subject of RFC 5256 section 2.1, in canonical form.
// As in c-client, what stands at the end stays if there is more than one blank
// in a row anywhere.
func baseSubject(subject string) string {
	text, _, _ := bytes.Cut(canonicalHeader([]byte(subject)), []byte{0})
	s := collapseBlanks(string(text))
	if len(s) == len(text) {
		s = trimTrailer(s)
	}
	for {
		s = trimLeader(s)
		inner, ok := forwarded(s)
		if !ok {
			return s
		}
		s = trimTrailer(inner)
	}
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

// trimTrailer takes blanks and "(fwd)" off the end (subj-trailer).
func trimTrailer(s string) string {
	for {
		s = strings.TrimRight(s, " \t")
		base := len(s) - len("(fwd)")
		if base < 0 || !strings.EqualFold(s[base:], "(fwd)") {
			return s
		}
		s = s[:base]
	}
}

// trimLeader takes blanks, "[blob]" and "Re:" off the beginning (subj-leader).
// A blob stays if nothing follows.
func trimLeader(s string) string {
	for {
		s = trimBlanks(s)
		if rest, ok := trimReply(s); ok {
			s = rest
		} else if rest, ok := trimBlob(s); ok && rest != "" && rest != s {
			s = rest
		} else {
			return s
		}
	}
}

func trimBlanks(s string) string { return strings.TrimLeft(s, " \t") }

// trimReply takes "Re[blob]:", "Fw:" or "Fwd:" off the beginning (subj-refwd).
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

// trimBlob takes "[text] " off the beginning, if it is there (subj-blob). It is
// not ok if a bracket is not closed before the next one.
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

// forwarded is the inside of "[Fwd: …]" (subj-fwd).
func forwarded(s string) (inner string, ok bool) {
	const prefix = "[fwd:"
	if len(s) <= len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) || s[len(s)-1] != ']' {
		return s, false
	}
	return s[len(prefix) : len(s)-1], true
}
