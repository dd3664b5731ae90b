package imaptest

import (
	"slices"
	"strings"
)

// selectMailbox answers SELECT and EXAMINE. If it fails, no mailbox is selected (RFC 3501 section
// 6.3.1).
func (s *imapSession) selectMailbox(c *command) (reply, error) {
	args, err := s.in.arguments()
	if err != nil {
		return reply{}, err
	}
	if len(args) == 0 {
		return reply{}, errInvalidArguments
	}
	if s.srv.provider.needsID && !s.identified {
		return reply{}, no("", c.name+" Unsafe Login. Please contact kefu@188.com for help")
	}
	if s.view != nil {
		s.view = nil
		s.untagged("OK [CLOSED] Previous mailbox closed.")
	}
	if args[0].kind == listArgument {
		return reply{}, errInvalidArguments
	}
	if err := s.selectParameters(args[1:]); err != nil {
		return reply{}, err
	}
	name, err := s.mailboxName(args[0].text)
	if err != nil {
		return reply{}, err
	}
	if err := s.open(name, c.name == "EXAMINE"); err != nil {
		return reply{}, err
	}
	r := ok("Select completed.")
	if c.name == "EXAMINE" {
		r.text = "Examine completed."
	}
	if s.view.readOnly {
		return r.with("READ-ONLY"), nil
	}
	return r.with("READ-WRITE"), nil
}

// selectParameters reads the parameters of RFC 4466.
func (s *imapSession) selectParameters(args []argument) error {
	switch {
	case len(args) == 0 || args[0].kind != listArgument:
		return nil
	case !s.offers("CONDSTORE"):
		return errInvalidArguments
	}
	for _, arg := range args[0].list {
		if !strings.EqualFold(arg.text, "CONDSTORE") {
			return syntaxError("Unknown SELECT parameter")
		}
		s.condstore = true
	}
	return nil
}

// open selects a mailbox and describes it.
func (s *imapSession) open(name string, examined bool) error {
	st := s.srv.store
	st.mu.Lock()
	mb, err := st.readable(name, s.srv.User)
	if err != nil {
		st.mu.Unlock()
		return err
	}
	v := newView(name, mb, examined, mb.rightsOf(s.srv.User, s.srv.User), s.srv.provider.maxMessages)
	v.learn(s.named[mb])
	flags := v.newKeywords()
	mb.condstore = mb.condstore || s.condstore
	uidValidity, uidNext, modSeq, condstore := mb.uidValidity, mb.uidNext, mb.modSeq, mb.condstore
	unseen := slices.IndexFunc(v.messages, func(m viewed) bool { return !m.flags.has(flagSeen) })
	st.mu.Unlock()

	s.view = v
	s.writeFlags(flags)
	s.untagged("%d EXISTS", len(v.messages))
	s.untagged("%d RECENT", v.recent)
	if unseen >= 0 {
		s.untagged("OK [UNSEEN %d] First unseen.", unseen+1)
	}
	s.untagged("OK [UIDVALIDITY %d] UIDs valid", uidValidity)
	s.untagged("OK [UIDNEXT %d] Predicted next UID", uidNext)
	if condstore {
		s.writeHighest(modSeq)
	}
	return nil
}

// writeFlags writes the flags that exist in the selected mailbox, and those that the client may
// change.
func (s *imapSession) writeFlags(keywords flagSet) {
	flags := slices.Concat(systemFlags, keywords)
	s.untagged("FLAGS %s", flagList(flags))
	if s.view.readOnly {
		s.untagged("OK [PERMANENTFLAGS ()] Read-only mailbox.")
		return
	}
	s.untagged("OK [PERMANENTFLAGS %s] Flags permitted.", flagList(s.permanent(append(flags, `\*`))))
}

// permanent returns the flags that the session may change for good. \* stands for new keywords.
func (s *imapSession) permanent(flags flagSet) flagSet {
	var permanent flagSet
	for _, f := range flags {
		isKeyword := f == `\*` || !systemFlags.has(f)
		if strings.ContainsRune(s.view.rights, flagRight(f)) && (!isKeyword || len(s.srv.kept(flagSet{f})) > 0) {
			permanent = append(permanent, f)
		}
	}
	return permanent
}

// flagRight returns the right to change a flag (RFC 4314 section 4).
func flagRight(flag string) rune {
	switch {
	case strings.EqualFold(flag, flagSeen):
		return rightSeen
	case strings.EqualFold(flag, flagDeleted):
		return rightDeleteMessage
	}
	return rightWrite
}

// closeMailbox answers CLOSE, which expunges without telling (RFC 3501 section 6.4.2).
func (s *imapSession) closeMailbox(*command) (reply, error) {
	if err := s.nothing(); err != nil {
		return reply{}, err
	}
	s.removeDeleted(func(*message) bool { return true })
	s.view = nil
	return ok("Close completed."), nil
}

// unselect answers UNSELECT (RFC 3691).
func (s *imapSession) unselect(*command) (reply, error) {
	if err := s.nothing(); err != nil {
		return reply{}, err
	}
	s.view = nil
	return ok("Unselect completed."), nil
}
