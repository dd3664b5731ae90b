package imaptest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// sortKey compares two messages by a criterion of RFC 5256 section 3.
type sortKey func(a, b *candidate) int

var sortKeys = map[string]sortKey{
	"ARRIVAL": func(a, b *candidate) int { return a.date.Compare(b.date) },
	"CC":      byMailbox("Cc"),
	"DATE":    func(a, b *candidate) int { return a.sentDate().Compare(b.sentDate()) },
	"FROM":    byMailbox("From"),
	"SIZE":    func(a, b *candidate) int { return cmp.Compare(a.octets(), b.octets()) },
	"SUBJECT": func(a, b *candidate) int { return strings.Compare(a.baseSubject(), b.baseSubject()) },
	"TO":      byMailbox("To"),
}

// byMailbox compares the local parts of the first addresses.
func byMailbox(field string) sortKey {
	return func(a, b *candidate) int {
		return strings.Compare(a.content.FirstMailbox(field), b.content.FirstMailbox(field))
	}
}

// sentDate returns the date by which messages are sorted: the internal date if there is no Date
// (RFC 5256 section 2.2).
func (m *candidate) sentDate() time.Time {
	if t, ok := m.content.SentDate(); ok {
		return t
	}
	return m.date
}

func (m *candidate) baseSubject() string {
	subject, _ := m.content.BaseSubject()
	return subject
}

// sort answers SORT. Messages that are equal stay in the order of their numbers.
func (s *imapSession) sort(c *command) (reply, error) {
	args, err := s.in.arguments()
	if err != nil {
		return reply{}, err
	}
	if len(args) == 0 || args[0].kind != listArgument {
		return reply{}, syntaxError("Invalid sort argument.")
	}
	compare, err := sortProgram(args[0].list)
	if err != nil {
		return reply{}, err
	}
	p, found, err := s.findCharset(c, args[1:])
	if err != nil {
		return reply{}, err
	}
	slices.SortStableFunc(found, compare)
	s.writeFound("SORT", s.numbers(found, c.byUID), p.highest(found))
	return ok("Sort completed."), nil
}

// findCharset searches with the arguments of SORT and THREAD: a charset and search keys.
func (s *imapSession) findCharset(c *command, args []argument) (*searchParser, []*candidate, error) {
	if len(args) == 0 || args[0].kind == listArgument {
		return nil, nil, syntaxError("Invalid charset argument.")
	}
	p := &searchParser{s: s, args: args[1:]}
	if err := p.setCharset(args[0].text); err != nil {
		return nil, nil, err
	}
	match, err := p.all()
	if err != nil {
		return nil, nil, err
	}
	s.learn(p.keywords)
	if p.usesNumbers {
		c.news = holdExpunges
	}
	return p, s.matching(match), nil
}

// sortProgram reads sort criteria.
func sortProgram(args []argument) (sortKey, error) {
	var keys []sortKey
	reverse := false
	for _, arg := range args {
		name := strings.ToUpper(arg.text)
		key, known := sortKeys[name]
		switch {
		case arg.kind != atomArgument:
			return nil, syntaxError("Invalid sort list argument.")
		case name == "REVERSE":
			reverse = !reverse
			continue
		case !known:
			return nil, syntaxError("Unknown sort argument: " + name)
		case reverse:
			key = reversed(key)
		}
		keys, reverse = append(keys, key), false
	}
	switch {
	case reverse:
		return nil, syntaxError("Sort list ends with REVERSE.")
	case len(keys) == 0:
		return nil, syntaxError("Empty sort program.")
	}
	return func(a, b *candidate) int {
		for _, key := range keys {
			if c := key(a, b); c != 0 {
				return c
			}
		}
		return 0
	}, nil
}

func reversed(key sortKey) sortKey { return func(a, b *candidate) int { return key(b, a) } }
