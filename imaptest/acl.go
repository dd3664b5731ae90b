package imaptest

import (
	"fmt"
	"slices"
	"strings"
)

// Rights of RFC 4314 section 2.1, in Dovecot's order.
const (
	rightLookup        = 'l'
	rightRead          = 'r'
	rightWrite         = 'w'
	rightSeen          = 's'
	rightDeleteMessage = 't'
	rightInsert        = 'i'
	rightPost          = 'p'
	rightExpunge       = 'e'
	rightCreate        = 'k'
	rightDelete        = 'x'
	rightAdminister    = 'a'
	allRights          = "lrwstipekxa"

	// Without one of these rights a mailbox is read-only.
	changingRights = "wstei"

	// storedOrder is the order in which Dovecot returns the rights of an entry that was set.
	storedOrder = "akxeilprwts"
)

// access is an entry of an access control list.
type access struct{ identifier, rights string }

// rightsOf returns the rights of an identifier. An identifier without entry has none, but the
// user has all.
func (mb *mailbox) rightsOf(identifier, user string) string {
	for _, a := range mb.acl {
		if a.identifier == identifier {
			return a.rights
		}
	}
	if identifier == user {
		return allRights
	}
	return ""
}

// may returns NO if the user lacks a right.
func (s *Server) may(mb *mailbox, right rune) error {
	if !mb.allows(s.User, right) {
		return errNoPermission
	}
	return nil
}

var errNoPermission = no("NOPERM", "Permission denied.")

// allows reports whether the user has a right.
func (mb *mailbox) allows(user string, right rune) bool {
	return strings.ContainsRune(mb.rightsOf(user, user), right)
}

// allowedFlags returns the flags that the user may give a new message (RFC 4314 section 4).
func (s *Server) allowedFlags(mb *mailbox, flags flagSet) flagSet {
	var allowed flagSet
	for _, f := range flags {
		if mb.allows(s.User, flagRight(f)) {
			allowed = append(allowed, f)
		}
	}
	return allowed
}

// accessList returns the list of a mailbox. The user is the last unless the list has the user.
func (mb *mailbox) accessList(user string) []access {
	list := slices.Clone(mb.acl)
	if !slices.ContainsFunc(list, func(a access) bool { return a.identifier == user }) {
		list = append(list, access{user, allRights})
	}
	return list
}

// writeRights adds the rights "c" and "d" of RFC 2086 to those that they stand for (RFC 4314
// section 2.1.1).
func writeRights(rights string) string {
	if strings.ContainsAny(rights, "kx") {
		rights += "c"
	}
	if strings.ContainsAny(rights, "te") {
		rights += "d"
	}
	return astring(rights)
}

// parseRights reads rights, and returns each once in Dovecot's order.
func parseRights(s string) (string, error) {
	s = strings.NewReplacer("c", "kx", "d", "te").Replace(s)
	for _, r := range s {
		if !strings.ContainsRune(allRights, r) {
			return "", syntaxError(fmt.Sprintf("Invalid ACL right: %c", r))
		}
	}
	return keepRights(allRights, func(r rune) bool { return strings.ContainsRune(s, r) }), nil
}

// keepRights returns some of the rights, in their order.
func keepRights(rights string, keep func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if keep(r) {
			return r
		}
		return -1
	}, rights)
}

// administer runs f on a mailbox whose access control list the user may see and change.
func (s *imapSession) administer(name string, f func(*mailbox)) error {
	name, err := s.mailboxName(name)
	if err != nil {
		return err
	}
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	mb := st.mailboxes[name]
	if mb == nil {
		return noMailbox("NONEXISTENT", name)
	}
	if s.srv.may(mb, rightAdminister) != nil {
		return no("NOPERM", "You lack administrator privileges on this mailbox.")
	}
	f(mb)
	return nil
}

func (s *imapSession) getACL(*command) (reply, error) {
	args, err := s.strings(1)
	if err != nil {
		return reply{}, err
	}
	line := "ACL " + astring(args[0])
	err = s.administer(args[0], func(mb *mailbox) {
		for _, a := range mb.accessList(s.srv.User) {
			line += " " + astring(a.identifier) + " " + writeRights(a.rights)
		}
	})
	if err != nil {
		return reply{}, err
	}
	s.untagged("%s", line)
	return ok("Getacl completed."), nil
}

func (s *imapSession) setACL(*command) (reply, error) {
	args, err := s.strings(3)
	if err != nil {
		return reply{}, err
	}
	identifier, change := args[1], args[2]
	switch identifier {
	case "":
		return reply{}, errInvalidArguments
	case "anyone", "authenticated":
		return reply{}, syntaxError("'" + identifier + "' identifier is disallowed")
	}
	rights, err := parseRights(strings.TrimLeft(change, "+-"))
	if err != nil {
		return reply{}, err
	}
	err = s.administer(args[0], func(mb *mailbox) {
		old := mb.rightsOf(identifier, s.srv.User)
		mb.setRights(identifier, keepRights(storedOrder, func(r rune) bool {
			named := strings.ContainsRune(rights, r)
			switch {
			case strings.HasPrefix(change, "+"):
				return named || strings.ContainsRune(old, r)
			case strings.HasPrefix(change, "-"):
				return !named && strings.ContainsRune(old, r) || s.keeps(identifier, r)
			}
			return named || s.keeps(identifier, r)
		}))
	})
	return ok("Setacl complete."), err
}

// keeps reports whether a right cannot be taken: the user stays administrator, as in Dovecot.
func (s *imapSession) keeps(identifier string, right rune) bool {
	return identifier == s.srv.User && right == rightAdminister
}

// setRights keeps the list sorted by identifier. An entry without rights is none.
func (mb *mailbox) setRights(identifier, rights string) {
	mb.acl = slices.DeleteFunc(mb.acl, func(a access) bool { return a.identifier == identifier })
	if rights != "" {
		mb.acl = append(mb.acl, access{identifier, rights})
	}
	slices.SortFunc(mb.acl, func(a, b access) int { return strings.Compare(a.identifier, b.identifier) })
}

func (s *imapSession) deleteACL(*command) (reply, error) {
	args, err := s.strings(2)
	if err != nil {
		return reply{}, err
	}
	err = s.administer(args[0], func(mb *mailbox) {
		mb.acl = slices.DeleteFunc(mb.acl, func(a access) bool { return a.identifier == args[1] })
	})
	return ok("Deleteacl complete."), err
}

func (s *imapSession) listRights(*command) (reply, error) {
	args, err := s.strings(2)
	if err != nil {
		return reply{}, err
	}
	if err := s.administer(args[0], func(*mailbox) {}); err != nil {
		return reply{}, err
	}
	s.untagged(`LISTRIGHTS %s %s "" l r w s t p i e k x a c d`, astring(args[0]), astring(args[1]))
	return ok("Listrights completed."), nil
}

func (s *imapSession) myRights(*command) (reply, error) {
	args, err := s.strings(1)
	if err != nil {
		return reply{}, err
	}
	name, err := s.mailboxName(args[0])
	if err != nil {
		return reply{}, err
	}
	rights := s.srv.store.userRights(name, s.srv.User)
	s.untagged("MYRIGHTS %s %s", astring(args[0]), writeRights(rights))
	return ok("Myrights completed."), nil
}

// userRights returns the rights of the user in the order of RFC 4314. In Dovecot the user has all
// to a mailbox that does not exist.
func (s *store) userRights(name, user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	mb := s.mailboxes[name]
	if mb == nil {
		return allRights
	}
	rights := mb.rightsOf(user, user)
	return keepRights(allRights, func(r rune) bool { return strings.ContainsRune(rights, r) })
}
