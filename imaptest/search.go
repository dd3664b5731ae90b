package imaptest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
)

// candidate is a message that a search looks at.
type candidate struct {
	*message
	index  int // in the view
	flags  flagSet
	modSeq uint64
}

// criterion reports whether a message matches.
type criterion func(*candidate) bool

// search answers SEARCH, with the result options of ESEARCH (RFC 4731) or without.
func (s *imapSession) search(c *command) (reply, error) {
	args, err := s.in.arguments()
	if err != nil {
		return reply{}, err
	}
	options, args, err := s.resultOptions(args)
	if err != nil {
		return reply{}, err
	}
	p := searchParser{s: s, args: args, command: c.fullName()}
	if err := p.readCharset(); err != nil {
		return reply{}, err
	}
	match, err := p.all()
	if err != nil {
		return reply{}, err
	}
	if p.usesNumbers {
		c.news = holdExpunges
	}
	found := s.matching(match)
	s.learn(p.keywords)
	if options == nil {
		s.writeFound("SEARCH", s.numbers(found, c.byUID), p.highest(found))
	} else {
		s.writeESearch(c, options, s.numbers(found, c.byUID), p.highest(returned(options, found)))
	}
	return ok("Search completed."), nil
}

// matching returns the messages that match.
func (s *imapSession) matching(match criterion) []*candidate {
	var found []*candidate
	for _, m := range s.candidates() {
		if match(m) {
			found = append(found, m)
		}
	}
	return found
}

// candidates returns all messages with their flags. A message that another session has removed is
// still one (RFC 2180 section 4.1).
func (s *imapSession) candidates() []*candidate {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	list := make([]*candidate, len(s.view.messages))
	for i, m := range s.view.messages {
		list[i] = &candidate{m.message, i, s.view.flagList(m), m.message.modSeq}
	}
	return list
}

// numbers returns message numbers or UIDs.
func (s *imapSession) numbers(found []*candidate, byUID bool) []uint32 {
	list := make([]uint32, len(found))
	for i, m := range found {
		list[i] = s.view.number(m.index, byUID)
	}
	return list
}

// writeFound writes a SEARCH or SORT response.
func (s *imapSession) writeFound(name string, numbers []uint32, modSeq uint64) {
	s.untaggedStart("%s", name)
	for _, n := range numbers {
		fmt.Fprintf(s.out, " %d", n)
	}
	if modSeq > 0 {
		fmt.Fprintf(s.out, " (MODSEQ %d)", modSeq)
	}
	s.out.WriteString("\r\n")
}

// resultOptions reads the options after RETURN. They are nil if there is no RETURN.
func (s *imapSession) resultOptions(args []argument) (options []string, rest []argument, err error) {
	if !s.offers("ESEARCH") || len(args) < 2 || args[0].kind != atomArgument ||
		!strings.EqualFold(args[0].text, "RETURN") || args[1].kind != listArgument {
		return nil, args, nil
	}
	for _, arg := range args[1].list {
		option := strings.ToUpper(arg.text)
		switch option {
		case "MIN", "MAX", "ALL", "COUNT":
			options = append(options, option)
		default:
			return nil, nil, syntaxError("Unknown SEARCH return option")
		}
	}
	if len(options) == 0 {
		options = []string{"ALL"}
	}
	return options, args[2:], nil
}

// returned returns the messages of an ESEARCH response whose mod-sequences count (RFC 7162 section
// 3.1.10).
func returned(options []string, found []*candidate) []*candidate {
	if len(found) == 0 || slices.Contains(options, "ALL") || slices.Contains(options, "COUNT") {
		return found
	}
	var ends []*candidate
	if slices.Contains(options, "MIN") {
		ends = append(ends, found[0])
	}
	if slices.Contains(options, "MAX") {
		ends = append(ends, found[len(found)-1])
	}
	return ends
}

// writeESearch writes an ESEARCH response. Its order is Dovecot's.
func (s *imapSession) writeESearch(c *command, options []string, numbers []uint32, modSeq uint64) {
	s.untaggedStart(`ESEARCH (TAG "%s")`, c.tag)
	if c.byUID {
		s.out.WriteString(" UID")
	}
	wants := func(option string) bool { return slices.Contains(options, option) }
	if n := len(numbers); n > 0 {
		if wants("MIN") {
			fmt.Fprintf(s.out, " MIN %d", slices.Min(numbers))
		}
		if wants("MAX") {
			fmt.Fprintf(s.out, " MAX %d", slices.Max(numbers))
		}
		if wants("ALL") {
			var set numberSet
			for _, number := range numbers {
				set.add(number)
			}
			fmt.Fprintf(s.out, " ALL %s", set)
		}
	}
	if wants("COUNT") {
		fmt.Fprintf(s.out, " COUNT %d", len(numbers))
	}
	if modSeq > 0 {
		fmt.Fprintf(s.out, " MODSEQ %d", modSeq)
	}
	s.out.WriteString("\r\n")
}

// searchParser reads search keys (RFC 3501 section 6.4.4).
type searchParser struct {
	s       *imapSession
	command string
	args    []argument
	charset encoding.Encoding // nil for UTF-8

	usesNumbers bool // there are message numbers among the keys
	usesModSeq  bool
	keywords    flagSet // the keywords among the keys
}

// readCharset reads CHARSET, which precedes the keys.
func (p *searchParser) readCharset() error {
	if len(p.args) == 0 || p.args[0].kind != atomArgument || !strings.EqualFold(p.args[0].text, "CHARSET") {
		return nil
	}
	if len(p.args) < 2 || p.args[1].kind == listArgument {
		return syntaxError("Invalid charset argument.")
	}
	name := p.args[1].text
	p.args = p.args[2:]
	return p.setCharset(name)
}

func (p *searchParser) setCharset(name string) (err error) {
	switch strings.ToUpper(name) {
	case "UTF-8", "US-ASCII":
		return nil
	}
	p.charset, err = ianaindex.IANA.Encoding(name)
	if err != nil || p.charset == nil {
		return no("BADCHARSET", "Unknown charset.")
	}
	return nil
}

const errSearchKey = syntaxError("Invalid search key")

// decode returns a text of the client in UTF-8.
func (p *searchParser) decode(s string) (string, error) {
	decoded := s
	if p.charset != nil {
		var err error
		if decoded, err = p.charset.NewDecoder().String(s); err != nil || strings.ContainsRune(decoded, utf8.RuneError) {
			return "", errSearchKey
		}
	}
	if !utf8.ValidString(decoded) {
		return "", errSearchKey
	}
	return decoded, nil
}

// all reads keys up to the end. All must hold.
func (p *searchParser) all() (criterion, error) {
	if len(p.args) == 0 {
		return nil, syntaxError("Missing search parameters")
	}
	var keys []criterion
	for len(p.args) > 0 {
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return func(m *candidate) bool {
		for _, key := range keys {
			if !key(m) {
				return false
			}
		}
		return true
	}, nil
}

// key reads a key with its arguments.
func (p *searchParser) key() (criterion, error) {
	if len(p.args) == 0 {
		return nil, syntaxError("Missing argument")
	}
	arg := p.args[0]
	p.args = p.args[1:]
	switch arg.kind {
	case listArgument:
		return p.group(arg.list)
	case stringArgument:
		return nil, syntaxError("Unexpected string as search key: " + arg.text)
	}
	name := strings.ToUpper(arg.text)
	switch name {
	case "NOT":
		return p.not()
	case "OR":
		return p.or()
	}
	if flag, ok := flagKeys[name]; ok {
		return flag, nil
	}
	if err := p.unsupported(name); err != nil {
		return nil, err
	}
	if read, ok := gmailKeys[name]; ok && p.s.srv.provider.labels {
		return read(p)
	}
	if key, ok := searchKeys[name]; ok && p.s.has(key.needs) {
		match, err := key.read(p)
		if err == errNoParameter {
			err = syntaxError("Missing parameter for search key (for search key: " + name + ")")
		}
		return match, err
	}
	if arg.text[0] != '*' && (arg.text[0] < '0' || arg.text[0] > '9') {
		return nil, syntaxError("Unknown argument " + name)
	}
	p.usesNumbers = true
	return p.set(arg.text, false)
}

// textKeys are the search keys that look for text.
var textKeys = []string{"BCC", "BODY", "CC", "FROM", "HEADER", "SUBJECT", "TEXT", "TO"}

// unsupported returns the answer of a provider that cannot search for text.
func (p *searchParser) unsupported(key string) error {
	refuse := p.s.srv.provider.wrongCriteria
	if refuse == nil || !slices.Contains(textKeys, key) || len(p.args) == 0 {
		return nil
	}
	if r := refuse(p.command, key, p.args[0].text); r.status != "" {
		return r
	}
	return nil
}

// group reads keys in parentheses.
func (p *searchParser) group(list []argument) (criterion, error) {
	if len(list) == 0 {
		return nil, syntaxError("No search parameters inside list")
	}
	rest := p.args
	p.args = list
	match, err := p.all()
	p.args = rest
	return match, err
}

func (p *searchParser) not() (criterion, error) {
	key, err := p.key()
	return func(m *candidate) bool { return !key(m) }, err
}

func (p *searchParser) or() (criterion, error) {
	first, err := p.key()
	if err != nil {
		return nil, err
	}
	second, err := p.key()
	return func(m *candidate) bool { return first(m) || second(m) }, err
}

// set is a set of message numbers or UIDs. Numbers that do not exist match nothing.
func (p *searchParser) set(s string, byUID bool) (criterion, error) {
	set, err := parseNumbers(s)
	if err != nil {
		return nil, err
	}
	view := p.s.view
	last := view.last(byUID)
	if !byUID { // a range behind the last message does not contain it
		set = slices.DeleteFunc(set, func(r numberRange) bool { return r.first > last && r.first != lastNumber })
	}
	return func(m *candidate) bool { return set.contains(view.number(m.index, byUID), last) }, nil
}

const errNoParameter = syntaxError("Missing parameter for search key")

func (p *searchParser) text() (string, error) {
	if len(p.args) == 0 {
		return "", errNoParameter
	}
	arg := p.args[0]
	p.args = p.args[1:]
	if arg.kind == listArgument {
		return "", errSearchKey
	}
	return arg.text, nil
}

func (p *searchParser) decoded() (string, error) {
	s, err := p.text()
	if err != nil {
		return "", err
	}
	return p.decode(s)
}

// flagKeys are the keys that need no argument.
var flagKeys = map[string]criterion{
	"ALL":        func(*candidate) bool { return true },
	"ANSWERED":   has(flagAnswered),
	"DELETED":    has(flagDeleted),
	"DRAFT":      has(flagDraft),
	"FLAGGED":    has(flagFlagged),
	"RECENT":     has(flagRecent),
	"SEEN":       has(flagSeen),
	"UNANSWERED": lacks(flagAnswered),
	"UNDELETED":  lacks(flagDeleted),
	"UNDRAFT":    lacks(flagDraft),
	"UNFLAGGED":  lacks(flagFlagged),
	"OLD":        lacks(flagRecent),
	"UNSEEN":     lacks(flagSeen),
	"NEW":        func(m *candidate) bool { return m.flags.has(flagRecent) && !m.flags.has(flagSeen) },
}

func has(flag string) criterion   { return func(m *candidate) bool { return m.flags.has(flag) } }
func lacks(flag string) criterion { return func(m *candidate) bool { return !m.flags.has(flag) } }

// searchKey is a key with arguments.
type searchKey struct {
	needs string // capability
	read  func(*searchParser) (criterion, error)
}

var searchKeys = map[string]searchKey{
	"UID":        {"", (*searchParser).uid},
	"KEYWORD":    {"", (*searchParser).keyword},
	"UNKEYWORD":  {"", (*searchParser).unkeyword},
	"LARGER":     {"", func(p *searchParser) (criterion, error) { return p.size(func(size, n int) bool { return size > n }) }},
	"SMALLER":    {"", func(p *searchParser) (criterion, error) { return p.size(func(size, n int) bool { return size < n }) }},
	"BEFORE":     {"", func(p *searchParser) (criterion, error) { return p.date(received, before) }},
	"ON":         {"", func(p *searchParser) (criterion, error) { return p.date(received, on) }},
	"SINCE":      {"", func(p *searchParser) (criterion, error) { return p.date(received, since) }},
	"SENTBEFORE": {"", func(p *searchParser) (criterion, error) { return p.date(sent, before) }},
	"SENTON":     {"", func(p *searchParser) (criterion, error) { return p.date(sent, on) }},
	"SENTSINCE":  {"", func(p *searchParser) (criterion, error) { return p.date(sent, since) }},
	"BCC":        {"", address("Bcc")},
	"CC":         {"", address("Cc")},
	"FROM":       {"", address("From")},
	"TO":         {"", address("To")},
	"SUBJECT":    {"", (*searchParser).subject},
	"HEADER":     {"", (*searchParser).header},
	"BODY":       {"", (*searchParser).body},
	"TEXT":       {"", (*searchParser).anywhere},
	"MODSEQ":     {"CONDSTORE", (*searchParser).modSeq},
}

func (p *searchParser) uid() (criterion, error) {
	s, err := p.text()
	if err != nil {
		return nil, err
	}
	match, err := p.set(s, true)
	if err != nil {
		return nil, syntaxError("Invalid UID messageset")
	}
	return match, nil
}

func (p *searchParser) unkeyword() (criterion, error) {
	match, err := p.keyword()
	return func(m *candidate) bool { return !match(m) }, err
}

// keyword is a keyword. A system flag is none, so no message has it.
func (p *searchParser) keyword() (criterion, error) {
	name, err := p.text()
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(name, `\`) {
		return func(*candidate) bool { return false }, nil
	}
	p.keywords = append(p.keywords, name)
	return has(name), nil
}

func (p *searchParser) size(test func(size, n int) bool) (criterion, error) {
	s, err := p.text()
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		return nil, syntaxError("Invalid search size parameter")
	}
	return func(m *candidate) bool { return test(m.octets(), int(n)) }, nil
}

// date compares days, "disregarding time and timezone" (RFC 3501 section 6.4.4).
func (p *searchParser) date(of func(*message) time.Time, test func(day, limit time.Time) bool) (criterion, error) {
	s, err := p.text()
	if err != nil {
		return nil, err
	}
	limit, err := time.Parse("_2-Jan-2006", s)
	if err != nil {
		return nil, syntaxError("Invalid search date parameter")
	}
	return func(m *candidate) bool {
		t := of(m.message)
		return test(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), limit)
	}, nil
}

func before(day, limit time.Time) bool { return day.Before(limit) }
func on(day, limit time.Time) bool     { return day.Equal(limit) }
func since(day, limit time.Time) bool  { return !day.Before(limit) }

func received(m *message) time.Time { return m.date }

// sent returns the time in the Date field. To Dovecot a message without one is very old.
func sent(m *message) time.Time {
	if t, ok := m.content.SentDate(); ok {
		return t
	}
	return time.Unix(0, 0).UTC()
}

// address returns the reader of a key that looks at addresses.
func address(field string) func(*searchParser) (criterion, error) {
	return func(p *searchParser) (criterion, error) {
		want, err := p.decoded()
		return func(m *candidate) bool { return m.content.HasAddress(field, want) }, err
	}
}

func (p *searchParser) subject() (criterion, error) {
	want, err := p.decoded()
	return func(m *candidate) bool { return m.content.HasSubject(want) }, err
}

func (p *searchParser) header() (criterion, error) {
	name, err := p.text()
	if err != nil {
		return nil, err
	}
	want, err := p.decoded()
	return func(m *candidate) bool { return m.content.HasField(name, want) }, err
}

func (p *searchParser) body() (criterion, error) {
	want, err := p.decoded()
	return func(m *candidate) bool { return m.content.HasBody(want) }, err
}

func (p *searchParser) anywhere() (criterion, error) {
	want, err := p.decoded()
	return func(m *candidate) bool { return m.content.HasText(want) }, err
}

// highest returns the highest mod-sequence of the messages found, or 0 if the client did not
// search for one (RFC 7162 section 3.1.5).
func (p *searchParser) highest(found []*candidate) (modSeq uint64) {
	if !p.usesModSeq {
		return 0
	}
	for _, m := range found {
		modSeq = max(modSeq, m.modSeq)
	}
	return modSeq
}
