package imaptest

import (
	"slices"
	"strings"
)

// imapCapability is a capability of the IMAP server, in Dovecot's order.
type imapCapability struct {
	name string
	// early capabilities are announced before the login too.
	early bool
}

var imapCapabilities = []imapCapability{
	{"IMAP4rev1", true}, {"SASL-IR", true}, {"ID", true}, {"ENABLE", true}, {"IDLE", true},
	{"LITERAL+", true},
	{"SORT", false}, {"THREAD=REFERENCES", false}, {"THREAD=REFS", false}, {"THREAD=ORDEREDSUBJECT", false},
	{"UNSELECT", false}, {"CHILDREN", false}, {"NAMESPACE", false}, {"UIDPLUS", false},
	{"LIST-EXTENDED", false}, {"CONDSTORE", false}, {"ESEARCH", false}, {"LIST-STATUS", false},
	{"BINARY", false}, {"MOVE", false}, {"STATUS=SIZE", false}, {"SPECIAL-USE", false},
	{"CREATE-SPECIAL-USE", false}, {"QUOTA", false}, {"ACL", false}, {"RIGHTS=texk", false},
	{"COMPRESS=DEFLATE", false}, {objectID, false},
}

// objectID is the only capability that Dovecot 2.3 does not have.
const objectID = "OBJECTID"

// isCapability reports whether the IMAP server can have or lack a capability.
func isCapability(name string) bool {
	return slices.ContainsFunc(imapCapabilities, func(c imapCapability) bool { return c.name == name })
}

// family returns the name of an extension that has several capabilities or others than its name.
// In Config.Without it stands for all of them.
func family(capability string) string {
	switch name, _, _ := strings.Cut(capability, "="); name {
	case "COMPRESS", "THREAD":
		return name
	case "RIGHTS":
		return "ACL"
	}
	return capability
}

func isFamily(name string) bool {
	return slices.ContainsFunc(imapCapabilities, func(c imapCapability) bool { return family(c.name) == name })
}

// capabilities returns the list that a session announces in its state.
func (s *imapSession) capabilities() string {
	list := []string{"CAPABILITY"}
	for _, c := range imapCapabilities {
		if (c.early || s.authenticated) && s.offers(c.name) {
			list = append(list, c.name)
		}
	}
	list = append(list, s.srv.provider.otherCapabilities...)
	if s.authenticated {
		return strings.Join(list, " ")
	}
	if s.offersStartTLS() {
		list = append(list, "STARTTLS")
	}
	if !s.mayLogin() {
		return strings.Join(append(list, "LOGINDISABLED"), " ")
	}
	for _, m := range s.srv.offered(s.conn) {
		list = append(list, "AUTH="+m)
	}
	return strings.Join(list, " ")
}

func (s *imapSession) capability(*command) (reply, error) {
	if err := s.nothing(); err != nil {
		return reply{}, err
	}
	s.untagged("%s", s.capabilities())
	if !s.authenticated {
		return ok("Pre-login capabilities listed, post-login capabilities have more."), nil
	}
	return ok("Capability completed."), nil
}
