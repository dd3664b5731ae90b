package imaptest

import "fmt"

// copy answers COPY.
func (s *imapSession) copy(c *command) (reply, error) {
	copied, err := s.transfer(c, false)
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

// move answers MOVE (RFC 6851).
//
// In a read-only mailbox it is refused. Dovecot moves there, against RFC 3501 section 6.3.2.
func (s *imapSession) move(c *command) (reply, error) {
	if s.view.readOnly {
		return reply{}, no("READ-ONLY", "The mailbox is open for reading only.")
	}
	copied, err := s.transfer(c, true)
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

// transfer copies or moves the messages of a command, and returns the response code of RFC 4315,
// or "" if there are no messages. If another session has removed one of them, it copies none.
func (s *imapSession) transfer(c *command, move bool) (copied string, err error) {
	args, err := s.strings(2)
	if err != nil {
		return "", err
	}
	indexes, err := s.view.resolve(args[0], c.byUID)
	if err != nil {
		return "", err
	}
	name, err := mailboxName(args[1])
	if err != nil {
		return "", err
	}
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	mb, err := st.destination(name)
	switch {
	case err != nil:
		return "", err
	case len(indexes) == 0:
		return "", nil
	}
	for _, i := range indexes {
		if s.view.messages[i].gone {
			return "", no(expungeIssued, "Some of the requested messages no longer exist.")
		}
	}
	if err := s.mayCopy(mb, indexes, move); err != nil {
		return "", err
	}
	var from, to numberSet
	for _, i := range indexes {
		m := s.view.messages[i].message
		from.add(m.uid)
		to.add(st.copy(mb, m))
	}
	if move {
		st.remove(s.view.mailbox, s.view.contains(indexes))
	}
	return fmt.Sprintf("COPYUID %d %s %s", mb.uidValidity, from, to), nil
}

// mayCopy checks rights and quota. The caller holds the store's mutex.
func (s *imapSession) mayCopy(to *mailbox, indexes []int, move bool) error {
	if err := s.srv.may(to, rightInsert); err != nil || !move {
		if err != nil {
			return err
		}
		octets := 0
		for _, i := range indexes {
			octets += len(s.view.messages[i].text)
		}
		return s.srv.store.checkQuota(len(indexes), octets)
	}
	return s.srv.may(s.view.mailbox, rightExpunge)
}
