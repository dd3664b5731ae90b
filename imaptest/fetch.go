package imaptest

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// fetchItem is a data item of FETCH.
type fetchItem struct {
	name string // in the response

	// short items come before the others, as in Dovecot.
	short bool

	// sees tells that the item sets \Seen.
	sees bool

	// value returns what follows the name, for the message with this index in the view.
	value func(s *imapSession, i int) ([]byte, error)

	// missing follows the name if another session has removed the message. Without it the
	// server still knows the value.
	missing string
}

// fetch answers FETCH.
func (s *imapSession) fetch(c *command) (reply, error) {
	indexes, items, err := s.fetchArguments(c)
	if err != nil {
		return reply{}, err
	}
	setsSeen := !s.view.readOnly && slices.ContainsFunc(items, func(item fetchItem) bool { return item.sees })
	gone := false
	for _, i := range indexes {
		lost, err := s.fetchMessage(i, items, setsSeen)
		if err != nil {
			return reply{}, err
		}
		gone = gone || lost
	}
	if gone {
		return ok("Some messages were already expunged.").with(expungeIssued), nil
	}
	return ok("Fetch completed."), nil
}

// fetchArguments reads a set of messages, the items, and modifiers (RFC 4466).
func (s *imapSession) fetchArguments(c *command) (indexes []int, items []fetchItem, err error) {
	args, err := s.in.arguments()
	switch {
	case err != nil:
		return nil, nil, err
	case len(args) < 2 || args[0].kind != atomArgument || args[1].kind == stringArgument:
		return nil, nil, errInvalidArguments
	}
	indexes, err = s.view.resolve(args[0].text, c.byUID)
	if err != nil {
		return nil, nil, err
	}
	items, modifiers, err := s.fetchItems(args[1:])
	if err != nil {
		return nil, nil, err
	}
	if c.byUID {
		items = append([]fetchItem{uidItem}, withoutItem(items, "UID")...)
	}
	if len(modifiers) > 0 && modifiers[0].kind == listArgument && len(modifiers[0].list) == 0 {
		modifiers = nil
	}
	if len(modifiers) > 0 {
		modSeq, err := s.fetchModifiers(c, modifiers)
		if err != nil {
			return nil, nil, err
		}
		indexes = s.changedSince(modSeq, indexes)
		items = addItem(items, modSeqItem)
	}
	return indexes, sortItems(items), nil
}

// fetchMessage writes a FETCH response, and reports whether the message was gone.
func (s *imapSession) fetchMessage(i int, items []fetchItem, setsSeen bool) (lost bool, err error) {
	if setsSeen && s.see(i) {
		items = addItem(items, flagsItem)
	}
	if hasItem(items, flagsItem.name) {
		s.tellKeywords()
	}
	gone := s.isGone(i)
	s.untaggedStart("%d FETCH (", i+1)
	for n, item := range items {
		value := []byte(item.missing)
		if gone && item.missing != "" {
			lost = true
		} else if value, err = item.value(s, i); err != nil {
			if n == 0 { // A response is never empty: Dovecot sends the UID.
				fmt.Fprintf(s.out, "UID %d", s.view.messages[i].message.uid)
			}
			break
		}
		if n > 0 {
			s.out.WriteByte(' ')
		}
		if item.name == "ENVELOPE" && s.srv.provider.parenthesesEnvelope && string(value) == emptyEnvelope {
			fmt.Fprintf(s.out, "(ENVELOPE %s)", value)
			continue
		}
		s.out.WriteString(item.name + " ")
		s.out.Write(value)
	}
	s.out.WriteString(")\r\n")
	return lost, err
}

func (s *imapSession) isGone(i int) bool {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	return s.view.messages[i].gone
}

// see sets \Seen, and reports whether that changed something.
func (s *imapSession) see(i int) bool {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	m := &s.view.messages[i]
	if m.flags.has(flagSeen) || len(s.permanent(flagSet{flagSeen})) == 0 {
		return false
	}
	s.setKnown(m, m.flags.add(flagSet{flagSeen}))
	return true
}

// setKnown changes flags that the client knows without being told. The caller holds the store's
// mutex.
func (s *imapSession) setKnown(m *viewed, flags flagSet) {
	known := m.modSeq == m.message.modSeq
	s.srv.store.setFlags(s.view.mailbox, m.message, flags)
	switch {
	case known && s.condstore:
		m.silent = m.message.modSeq // is told only the mod-sequence
	case known:
		m.know()
	}
}

func (s *imapSession) flagsOf(i int) flagSet {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	return s.view.flagList(s.view.messages[i])
}

// macros are the short forms of RFC 3501 section 6.4.5.
var macros = map[string]string{
	"ALL":  "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE",
	"FAST": "FLAGS INTERNALDATE RFC822.SIZE",
	"FULL": "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY",
}

func hasItem(items []fetchItem, name string) bool {
	return slices.ContainsFunc(items, func(item fetchItem) bool { return item.name == name })
}

// addItem adds a short item unless it is there.
func addItem(items []fetchItem, item fetchItem) []fetchItem {
	if hasItem(items, item.name) {
		return items
	}
	return sortItems(append(slices.Clone(items), item))
}

func withoutItem(items []fetchItem, name string) []fetchItem {
	return slices.DeleteFunc(items, func(item fetchItem) bool { return item.name == name })
}

// fetchItems reads the items, in parentheses or not, and returns the arguments after them.
func (s *imapSession) fetchItems(args []argument) (items []fetchItem, rest []argument, err error) {
	names := args[0].list
	if args[0].kind == atomArgument {
		macro, isMacro := macros[strings.ToUpper(args[0].text)]
		if !isMacro {
			item, used, err := s.fetchItem(args)
			return []fetchItem{item}, args[used:], err
		}
		names = atoms(macro)
	}
	if len(names) == 0 {
		return nil, nil, syntaxError("FETCH list is empty.")
	}
	for len(names) > 0 {
		item, used, err := s.fetchItem(names)
		if err != nil {
			return nil, nil, err
		}
		// A plain item is sent once, however often the client names it.
		if _, isPlain := plainItems[item.name]; !isPlain || !hasItem(items, item.name) {
			items = append(items, item)
		}
		names = names[used:]
	}
	return items, args[1:], nil
}

func atoms(s string) []argument {
	var args []argument
	for _, word := range strings.Fields(s) {
		args = append(args, argument{kind: atomArgument, text: word})
	}
	return args
}

// sortItems puts short items first.
func sortItems(items []fetchItem) []fetchItem {
	slices.SortStableFunc(items, func(a, b fetchItem) int {
		switch {
		case a.short && !b.short:
			return -1
		case b.short && !a.short:
			return 1
		}
		return 0
	})
	return items
}

// fetchModifiers reads (CHANGEDSINCE 5).
func (s *imapSession) fetchModifiers(c *command, args []argument) (modSeq uint64, err error) {
	if len(args) > 1 || args[0].kind != listArgument {
		return 0, errInvalidArguments
	}
	modSeq, err = s.modifier(c, "CHANGEDSINCE", args[0].list)
	if err == errModSeq {
		err = syntaxError("Invalid CHANGEDSINCE modseq")
	}
	return modSeq, err
}

var (
	uidItem = fetchItem{name: "UID", short: true, value: func(s *imapSession, i int) ([]byte, error) {
		return fmt.Appendf(nil, "%d", s.view.messages[i].uid), nil
	}}
	flagsItem = fetchItem{name: "FLAGS", short: true, value: func(s *imapSession, i int) ([]byte, error) {
		return []byte(flagList(s.flagsOf(i))), nil
	}}
)

// emailIDItem is the identifier of a text (RFC 8474 section 5.1).
var emailIDItem = fetchItem{name: "EMAILID", short: true, value: func(s *imapSession, i int) ([]byte, error) {
	sum := sha256.Sum256(s.view.messages[i].text)
	return fmt.Appendf(nil, "(M%x)", sum[:12]), nil
}}

const emptyEnvelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"

// plainItems are the items without arguments.
var plainItems = map[string]fetchItem{
	"UID":   uidItem,
	"FLAGS": flagsItem,
	"INTERNALDATE": {short: true, missing: `"01-Jan-1970 00:00:00 +0000"`, value: func(s *imapSession, i int) ([]byte, error) {
		return []byte(s.view.messages[i].date.Format(`"02-Jan-2006 15:04:05 -0700"`)), nil
	}},
	"RFC822.SIZE": {short: true, missing: "0", value: func(s *imapSession, i int) ([]byte, error) {
		return fmt.Appendf(nil, "%d", s.view.messages[i].octets()), nil
	}},
	"ENVELOPE": {missing: emptyEnvelope,
		value: func(s *imapSession, i int) ([]byte, error) { return s.view.messages[i].content.Envelope(), nil }},
	"BODY": {missing: `("text" "plain" NIL NIL NIL "7bit" 0 0)`,
		value: func(s *imapSession, i int) ([]byte, error) { return s.view.messages[i].content.Body(), nil }},
	"BODYSTRUCTURE": {missing: `("text" "plain" NIL NIL NIL "7bit" 0 0 NIL NIL NIL NIL)`,
		value: func(s *imapSession, i int) ([]byte, error) { return s.view.messages[i].content.BodyStructure(), nil }},
	"RFC822":        section{}.item(true),
	"RFC822.HEADER": section{specifier: "HEADER"}.item(false),
	"RFC822.TEXT":   section{specifier: "TEXT"}.item(true),
}

// fetchItem reads an item, and returns how many arguments it takes.
func (s *imapSession) fetchItem(args []argument) (item fetchItem, used int, err error) {
	if args[0].kind != atomArgument {
		return fetchItem{}, 0, syntaxError("FETCH list contains non-atoms.")
	}
	name := strings.ToUpper(args[0].text)
	if item, ok := plainItems[name]; ok {
		item.name = name
		return item, 1, nil
	}
	if item, ok := gmailItems[name]; ok && s.srv.provider.labels {
		return item, 1, nil
	}
	if name == emailIDItem.name && s.offers(objectID) {
		return emailIDItem, 1, nil
	}
	if name == "MODSEQ" && s.offers("CONDSTORE") {
		s.useCondstore()
		return modSeqItem, 1, nil
	}
	for _, kind := range sectionKinds {
		if rest, ok := strings.CutPrefix(name, kind.name+"["); ok && s.has(kind.needs) {
			return kind.parse(rest, args)
		}
	}
	if strings.HasPrefix(name, "BODY.") {
		return fetchItem{}, 0, bodyError("Missing '['")
	}
	return fetchItem{}, 0, syntaxError("Unknown parameter: " + name)
}

// literalValue returns a text as a literal.
func literalValue(b []byte) []byte {
	return append(fmt.Appendf(nil, "{%d}\r\n", len(b)), b...)
}
