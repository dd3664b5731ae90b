package imaptest

import (
	"fmt"
	"strconv"
	"strings"
)

// useCondstore turns on RFC 7162, as the first command does that uses it. FETCH responses have
// the mod-sequence from then on.
func (s *imapSession) useCondstore() {
	if s.condstore {
		return
	}
	s.condstore = true
	if s.view != nil {
		s.writeHighest(s.srv.store.useModSeqs(s.view.mailbox))
	}
}

func (s *imapSession) writeHighest(modSeq uint64) {
	s.untagged("OK [HIGHESTMODSEQ %d] Highest", modSeq)
}

// useModSeqs returns the mod-sequence of a mailbox. From then on every SELECT tells it, as in
// Dovecot.
func (st *store) useModSeqs(mb *mailbox) uint64 {
	st.mu.Lock()
	defer st.mu.Unlock()
	mb.condstore = true
	return mb.modSeq
}

// modSeqItem is the item MODSEQ of FETCH.
var modSeqItem = fetchItem{name: "MODSEQ", short: true, value: func(s *imapSession, i int) ([]byte, error) {
	return fmt.Appendf(nil, "(%d)", s.modSeqOf(i)), nil
}}

func (s *imapSession) modSeqOf(i int) uint64 {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	return s.view.messages[i].message.modSeq
}

// changedSince returns the messages that have changed since a mod-sequence.
func (s *imapSession) changedSince(modSeq uint64, indexes []int) []int {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	var changed []int
	for _, i := range indexes {
		if s.view.messages[i].message.modSeq > modSeq {
			changed = append(changed, i)
		}
	}
	return changed
}

const errModSeq = syntaxError("Invalid modseq")

// modifier reads a modifier with a mod-sequence, such as (CHANGEDSINCE 5).
func (s *imapSession) modifier(c *command, name string, args []argument) (modSeq uint64, err error) {
	if len(args) != 2 || !strings.EqualFold(args[0].text, name) || !s.offers("CONDSTORE") {
		return 0, syntaxError("Unknown " + c.name + " modifier")
	}
	modSeq, err = strconv.ParseUint(args[1].text, 10, 63)
	if err != nil {
		return 0, errModSeq
	}
	s.useCondstore()
	return modSeq, nil
}

// modSeq reads the search key MODSEQ, whose entry name and type change nothing: the server keeps
// one mod-sequence for all flags of a message.
func (p *searchParser) modSeq() (criterion, error) {
	value, err := p.text()
	if err == nil && strings.HasPrefix(strings.ToLower(value), "/flags/") {
		if _, err = p.text(); err == nil {
			value, err = p.text()
		}
	}
	if err != nil {
		return nil, err
	}
	least, err := strconv.ParseUint(value, 10, 63)
	if err != nil {
		return nil, syntaxError("Invalid MODSEQ value")
	}
	p.usesModSeq = true
	p.s.useCondstore()
	return func(m *candidate) bool { return m.modSeq >= least }, nil
}
