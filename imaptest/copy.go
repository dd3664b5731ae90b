package imaptest

import "fmt"

// copy answers COPY.
func (s *imapSession) copy(c *command) (reply, error) {
	t, err := s.readTransfer(c)
	if err != nil {
		return reply{}, err
	}
	copied, err := s.copyMessages(t)
	switch {
	case err != nil:
		return reply{}, err
	case copied == "":
		return ok("No messages found."), nil
	}
	r := ok("Copy completed.")
	if s.offers("UIDPLUS") {
		r.code = copied
	}
	return r, nil
}

// move answers MOVE (RFC 6851). In a read-only mailbox it is refused. Dovecot moves there, against
// RFC 3501 section 6.3.2.
func (s *imapSession) move(c *command) (reply, error) {
	t, err := s.readTransfer(c)
	if err != nil {
		return reply{}, err
	}
	copied, err := s.moveMessages(t)
	switch {
	case err != nil:
		return reply{}, err
	case copied == "":
		return ok("No messages found."), nil
	}
	if s.offers("UIDPLUS") {
		s.untagged("OK [%s] Moved UIDs.", copied)
	}
	return ok("Move completed."), nil
}

// transfer is what COPY and MOVE are given.
type transfer struct {
	indexes []int // of messages in the view
	to      string
}

func (s *imapSession) readTransfer(c *command) (t transfer, err error) {
	args, err := s.strings(2)
	if err != nil {
		return t, err
	}
	if t.indexes, err = s.view.resolve(args[0], c.byUID); err != nil {
		return t, err
	}
	t.to, err = s.mailboxName(args[1])
	return t, err
}

// copyMessages returns the response code of RFC 4315, or "" if there are no messages.
func (s *imapSession) copyMessages(t transfer) (copied string, err error) {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(t.indexes) == 0 {
		return "", nil
	}
	to, err := s.destination(t)
	if err == nil {
		err = st.checkQuota(len(t.indexes), s.octets(t))
	}
	if err != nil {
		return "", err
	}
	return s.copyTo(to, t), nil
}

// moveMessages is copyMessages for MOVE. A message that moves takes no more room.
func (s *imapSession) moveMessages(t transfer) (copied string, err error) {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(t.indexes) == 0 {
		return "", nil
	}
	to, err := s.destination(t)
	if err == nil && s.view.examined {
		err = no("READ-ONLY", "The mailbox is open for reading only.")
	}
	if err == nil {
		err = s.srv.may(s.view.mailbox, rightExpunge)
	}
	if err != nil {
		return "", err
	}
	copied = s.copyTo(to, t)
	st.remove(s.view.mailbox, s.view.contains(t.indexes))
	return copied, nil
}

// destination returns the mailbox that the messages go to. If another session has removed one of
// them, none goes. The caller holds the store's mutex, as in octets and copyTo.
func (s *imapSession) destination(t transfer) (*mailbox, error) {
	to, err := s.srv.store.destination(t.to)
	if err != nil {
		return nil, err
	}
	for _, i := range t.indexes {
		if s.view.messages[i].gone {
			return nil, no(expungeIssued, "Some of the requested messages no longer exist.")
		}
	}
	return to, s.srv.may(to, rightInsert)
}

func (s *imapSession) octets(t transfer) (octets int) {
	for _, i := range t.indexes {
		octets += len(s.view.messages[i].text)
	}
	return octets
}

func (s *imapSession) copyTo(to *mailbox, t transfer) (copied string) {
	var from, into numberSet
	for _, i := range t.indexes {
		m := s.view.messages[i].message
		from.add(m.uid)
		into.add(s.srv.store.copy(to, m, s.srv.allowedFlags(to, m.flags)))
	}
	return fmt.Sprintf("COPYUID %d %s %s", to.uidValidity, from, into)
}
