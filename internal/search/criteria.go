package search

import (
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// Parse parses the search criteria of imap_search: words separated by blanks, in any case. Some
// are followed by exactly one blank and an argument: an atom up to the next blank, a quoted
// string that cannot contain a quote, or a literal {5}CRLFhello.
//
// There may be 16,384 criteria. As in C, a NUL ends the text. Several quotes at the start of an
// argument count as one, so there is no empty quoted string.
func Parse(criteria string) (*backend.Search, error) {
	criteria, _, _ = strings.Cut(criteria, "\x00")
	r := &reader{criteria}
	p := &criteriaReader{days: make(map[backend.SearchName]int)}
	for word, ok := r.word(); ok; word, ok = r.word() {
		keys, ok := r.keys(strings.Map(upperASCII, word))
		if !ok {
			return nil, unknown(word)
		}
		for _, key := range keys {
			p.add(key)
		}
		if len(p.Keys) > maxKeys {
			return nil, &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Too many search criteria"}
		}
	}
	return &p.Search, nil
}

// maxKeys limits the criteria of a search. An IMAP command, which has at most 64 KiB here,
// could not hold more.
const maxKeys = 16 << 10

func upperASCII(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// maxWord is the number of octets of a word that PHP reports.
const maxWord = 30

func unknown(word string) error {
	b := []byte(word[:min(len(word), maxWord)])
	for i, c := range b {
		b[i] = byte(upperASCII(rune(c)))
	}
	return &backend.Error{Kind: backend.ErrUnknownCriterion, Text: "Unknown search criterion: " + string(b)}
}

// criteriaReader collects the keys of a search.
type criteriaReader struct {
	backend.Search
	days map[backend.SearchName]int // index in Keys of the key with a day
}

// add adds a key. Of several days for one name the last one counts.
func (p *criteriaReader) add(key backend.SearchKey) {
	if key.Name.HasDay() {
		if i, ok := p.days[key.Name]; ok {
			p.Keys[i] = key
			return
		}
		p.days[key.Name] = len(p.Keys)
	}
	p.Keys = append(p.Keys, key)
}

// flags are the words without argument.
var flags = map[string][]backend.SearchName{
	"ALL":        {},
	"ANSWERED":   {backend.SearchAnswered},
	"DELETED":    {backend.SearchDeleted},
	"FLAGGED":    {backend.SearchFlagged},
	"NEW":        {backend.SearchRecent, backend.SearchUnseen},
	"OLD":        {backend.SearchOld},
	"RECENT":     {backend.SearchRecent},
	"SEEN":       {backend.SearchSeen},
	"UNANSWERED": {backend.SearchUnanswered},
	"UNDELETED":  {backend.SearchUndeleted},
	"UNFLAGGED":  {backend.SearchUnflagged},
	"UNSEEN":     {backend.SearchUnseen},
}

// reader reads criteria from the start of s.
type reader struct{ s string }

func (r *reader) word() (word string, ok bool) {
	r.s = strings.TrimLeft(r.s, " ")
	word, r.s, _ = strings.Cut(r.s, " ")
	return word, word != ""
}

// keys returns the keys of a word, with its argument.
func (r *reader) keys(word string) ([]backend.SearchKey, bool) {
	if names, ok := flags[word]; ok {
		var keys []backend.SearchKey
		for _, name := range names {
			keys = append(keys, backend.SearchKey{Name: name})
		}
		return keys, true
	}
	key := backend.SearchKey{Name: backend.SearchName(word)}
	if !key.Name.HasText() && !key.Name.HasDay() {
		return nil, false
	}
	text, ok := r.argument()
	if !ok {
		return nil, false
	}
	if key.Name.HasText() {
		key.Text = text
	} else if key.Day, ok = parseDay(text); !ok {
		return nil, false
	}
	return []backend.SearchKey{key}, true
}

func (r *reader) argument() (text string, ok bool) {
	switch {
	case r.s == "" || r.s[0] == ' ':
		return "", false
	case r.s[0] == '{':
		return r.literal()
	case r.s[0] != '"':
		return r.word()
	case !strings.Contains(r.s[1:], `"`):
		return "", false
	}
	text, r.s, _ = strings.Cut(strings.TrimLeft(r.s, `"`), `"`)
	return text, text != ""
}

// literal reads "{5}CRLFhello". A blank or the end must follow.
func (r *reader) literal() (text string, ok bool) {
	size, rest, ok := strings.Cut(r.s[1:], "}\r\n")
	n, isSize := literalSize(size)
	if !ok || !isSize || n > len(rest) || n < len(rest) && rest[n] != ' ' {
		return "", false
	}
	text, r.s = rest[:n], rest[min(n+1, len(rest)):]
	return text, true
}

// literalSize reads a size as C's strtoul does: white space and a sign may precede it, and a
// missing number is 0.
func literalSize(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	s = strings.TrimPrefix(strings.TrimLeft(s, " \t\n\v\f\r"), "+")
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err == nil
}

// parseDay parses the day of a date in any form that c-client reads. A day or month 0 is
// invalid; c-client reads outside its tables for it.
func parseDay(text string) (backend.Day, bool) {
	date, ok := rfc822.ParseDate(text)
	return dayOf(date), ok && date.Month > 0 && date.Day > 0
}

func dayOf(date rfc822.Date) backend.Day {
	return backend.Day{Year: max(date.Year, 1970), Month: date.Month, Day: date.Day}
}
