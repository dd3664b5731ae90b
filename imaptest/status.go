package imaptest

import (
	"fmt"
	"strings"
)

// status answers STATUS.
func (s *imapSession) status(*command) (reply, error) {
	args, err := s.in.arguments()
	switch {
	case err != nil:
		return reply{}, err
	case len(args) < 2 || args[0].kind == listArgument || args[1].kind != listArgument:
		return reply{}, errInvalidArguments
	}
	items, err := s.statusItems(args[1].list)
	if err != nil {
		return reply{}, err
	}
	name, err := s.mailboxName(args[0].text)
	if err != nil {
		return reply{}, err
	}
	values, err := s.statusOf(name, items)
	if err != nil {
		return reply{}, err
	}
	s.untagged("STATUS %s %s", astring(args[0].text), values)
	if s.view != nil && s.view.name == name {
		return ok("Status on selected mailbox completed.").with("CLIENTBUG"), nil
	}
	return ok("Status completed."), nil
}

// counts are what STATUS tells of the messages of a mailbox.
type counts struct {
	messages, recent, unseen int
	uidNext                  uint32
}

func (mb *mailbox) counts() counts {
	recent := mb.count(func(m *message) bool { return m.uid >= mb.firstRecent })
	return counts{len(mb.messages), recent, mb.count(isUnseen), mb.uidNext}
}

// counts are those of the messages that the client knows, as Dovecot's are.
func (v *view) counts() counts {
	return counts{len(v.messages), v.countRecent(), v.count(func(m viewed) bool { return !m.seen }), v.next}
}

// statusItem is an item of STATUS.
type statusItem struct {
	needs string // capability
	value func(mb *mailbox, c counts) uint64
}

var statusItems = map[string]statusItem{
	"MESSAGES":      {"", func(_ *mailbox, c counts) uint64 { return uint64(c.messages) }},
	"RECENT":        {"", func(_ *mailbox, c counts) uint64 { return uint64(c.recent) }},
	"UIDNEXT":       {"", func(_ *mailbox, c counts) uint64 { return uint64(c.uidNext) }},
	"UIDVALIDITY":   {"", func(mb *mailbox, _ counts) uint64 { return uint64(mb.uidValidity) }},
	"UNSEEN":        {"", func(_ *mailbox, c counts) uint64 { return uint64(c.unseen) }},
	"HIGHESTMODSEQ": {"CONDSTORE", func(mb *mailbox, _ counts) uint64 { return mb.modSeq }},
	"SIZE":          {"STATUS=SIZE", func(mb *mailbox, _ counts) uint64 { return mb.size() }},
}

func isUnseen(m *message) bool { return !m.flags.has(flagSeen) }

// statusOrder is the order in which Dovecot answers, whatever the client's.
var statusOrder = []string{"MESSAGES", "RECENT", "UIDNEXT", "UIDVALIDITY", "UNSEEN", "HIGHESTMODSEQ", "SIZE"}

// statusItems reads the names of items, and returns them in Dovecot's order.
func (s *imapSession) statusItems(args []argument) ([]string, error) {
	if len(args) == 0 {
		return nil, syntaxError("Empty status list.")
	}
	wanted := make(map[string]bool)
	for _, arg := range args {
		name := strings.ToUpper(arg.text)
		item, known := statusItems[name]
		if arg.kind != atomArgument {
			return nil, syntaxError("Status list contains non-atoms.")
		}
		if !known || !s.has(item.needs) {
			return nil, syntaxError("Invalid status item " + name)
		}
		wanted[name] = true
		if name == "HIGHESTMODSEQ" {
			s.useCondstore()
		}
	}
	var items []string
	for _, name := range statusOrder {
		if wanted[name] {
			items = append(items, name)
		}
	}
	return items, nil
}

// statusOf returns the values of a STATUS response.
func (s *imapSession) statusOf(name string, items []string) (string, error) {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	mb, err := st.readable(name, s.srv.User)
	if err != nil {
		return "", err
	}
	c := mb.counts()
	if s.selectedBy(mb) {
		c = s.view.counts()
	}
	var values []string
	for _, item := range items {
		values = append(values, fmt.Sprintf("%s %d", item, statusItems[item].value(mb, c)))
	}
	return "(" + strings.Join(values, " ") + ")", nil
}

func (mb *mailbox) count(which func(*message) bool) int {
	n := 0
	for _, m := range mb.messages {
		if which(m) {
			n++
		}
	}
	return n
}

func (mb *mailbox) size() (octets uint64) {
	for _, m := range mb.messages {
		octets += uint64(m.octets())
	}
	return octets
}
