package imaptest

import "strings"

const expungeIssued = "EXPUNGEISSUED"

// expunge answers EXPUNGE, and UID EXPUNGE (RFC 4315). The EXPUNGE responses are news. A
// read-only mailbox stays as it is, and the answer is OK, as in Dovecot.
func (s *imapSession) expunge(c *command) (reply, error) {
	chosen := func(*message) bool { return true }
	if c.byUID {
		args, err := s.strings(1)
		if err != nil {
			return reply{}, err
		}
		set, err := parseNumbers(args[0])
		if err != nil {
			return reply{}, syntaxError("Invalid uidset")
		}
		chosen = s.view.contains(s.view.find(set, true))
	} else if err := s.nothing(); err != nil {
		return reply{}, err
	}
	s.removeDeleted(chosen)
	return ok("Expunge completed."), nil
}

// removeDeleted expunges the messages that are \Deleted, if they are chosen.
func (s *imapSession) removeDeleted(chosen func(*message) bool) {
	if s.view.readOnly || !strings.ContainsRune(s.view.rights, rightExpunge) {
		return
	}
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	st.remove(s.view.mailbox, func(m *message) bool { return m.flags.has(flagDeleted) && chosen(m) })
}

// contains reports whether a message is among those of the view.
func (v *view) contains(indexes []int) func(*message) bool {
	set := make(map[*message]bool)
	for _, i := range indexes {
		set[v.messages[i].message] = true
	}
	return func(m *message) bool { return set[m] }
}
