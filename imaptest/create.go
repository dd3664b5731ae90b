package imaptest

import (
	"slices"
	"strings"
)

// create answers CREATE.
func (s *imapSession) create(*command) (reply, error) {
	args, err := s.in.arguments()
	switch {
	case err != nil:
		return reply{}, err
	case len(args) == 0:
		return reply{}, errMissingArguments
	case args[0].kind == listArgument:
		return reply{}, errInvalidArguments
	}
	use, err := s.specialUse(args[1:])
	if err != nil {
		return reply{}, err
	}
	name, err := s.mailboxName(args[0].text)
	if err != nil {
		return reply{}, err
	}
	if err := s.mayChange(name, rightCreate); err != nil {
		return reply{}, err
	}
	return ok("Create completed."), s.srv.store.create(name, use)
}

// specialUses are the attributes of RFC 6154 that a mailbox can be created with. The server has no
// mailbox with all messages or with the flagged ones.
var specialUses = []string{`\Archive`, `\Drafts`, `\Junk`, `\Sent`, `\Trash`}

// specialUse reads (USE (\Sent)).
func (s *imapSession) specialUse(args []argument) ([]string, error) {
	if len(args) == 0 || args[0].kind != listArgument {
		return nil, nil
	}
	if !s.offers("CREATE-SPECIAL-USE") {
		return nil, errInvalidArguments
	}
	options := args[0].list
	if len(options) != 2 || !strings.EqualFold(options[0].text, "USE") || options[1].kind != listArgument {
		return nil, errInvalidArguments
	}
	var attributes []string
	for _, arg := range options[1].list {
		attributes = append(attributes, arg.text)
	}
	return parseUses(attributes)
}

// parseUses checks attributes, whose case does not matter.
func parseUses(attributes []string) ([]string, error) {
	var uses []string
	for _, attribute := range attributes {
		i := slices.IndexFunc(specialUses, func(use string) bool { return strings.EqualFold(use, attribute) })
		if i < 0 {
			return nil, no("USEATTR", "Mailbox attribute not supported: "+attribute)
		}
		uses = append(uses, specialUses[i])
	}
	return uses, nil
}

// delete answers DELETE. Mailboxes below stay (RFC 3501 section 6.3.4).
func (s *imapSession) delete(*command) (reply, error) {
	name, err := s.mailboxArgument()
	if err != nil {
		return reply{}, err
	}
	if err := s.mayChange(name, rightDelete); err != nil {
		return reply{}, err
	}
	return ok("Delete completed."), s.srv.store.delete(name)
}

// rename answers RENAME.
func (s *imapSession) rename(*command) (reply, error) {
	args, err := s.strings(2)
	if err != nil {
		return reply{}, err
	}
	from, err := s.mailboxName(args[0])
	if err != nil {
		return reply{}, err
	}
	to, err := s.mailboxName(args[1])
	if err != nil {
		return reply{}, err
	}
	if err := s.mayChange(from, rightDelete); err != nil {
		return reply{}, err
	}
	if err := s.mayChange(to, rightCreate); err != nil {
		return reply{}, err
	}
	return ok("Rename completed."), s.srv.store.rename(from, to)
}

// mayChange checks the right to delete a mailbox, or to create one, which is a right to the mailbox
// above. Anybody may create a mailbox at the top.
func (s *imapSession) mayChange(name string, right rune) error {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	if right == rightCreate {
		name, _ = parentName(name)
	}
	mb := st.mailboxes[name]
	if mb == nil {
		return nil
	}
	return s.srv.may(mb, right)
}

// mailboxArgument reads the only argument of a command, the name of a mailbox.
func (s *imapSession) mailboxArgument() (string, error) {
	args, err := s.strings(1)
	if err != nil {
		return "", err
	}
	return s.mailboxName(args[0])
}

// subscribe answers SUBSCRIBE. A subscription outlives its mailbox, but does not precede it.
func (s *imapSession) subscribe(*command) (reply, error) {
	name, err := s.mailboxArgument()
	if err != nil {
		return reply{}, err
	}
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	if !st.exists(name) {
		return reply{}, noMailbox("", name)
	}
	st.subscribed[name] = true
	return ok("Subscribe completed."), nil
}

// unsubscribe answers UNSUBSCRIBE, for any name.
func (s *imapSession) unsubscribe(*command) (reply, error) {
	name, err := s.mailboxArgument()
	if err != nil {
		return reply{}, err
	}
	if err := checkName(name); err != nil {
		return reply{}, err
	}
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	delete(st.subscribed, name)
	return ok("Unsubscribe completed."), nil
}
