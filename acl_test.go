package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
)

func access(identifier, rights string) backend.Access {
	return backend.Access{Identifier: identifier, Rights: rights}
}

// The JSON is PHP 8.2's, from a server that sent these responses.
func TestACLJSON(t *testing.T) {
	mbox := openLimited(t, &limited{acl: []backend.Access{access("bob", "lr"), access("user=ada", "lrw"), access("bob", "lrs")}})
	must(t, mbox.SetACL("INBOX", "cleo", "l"))
	acl, err := mbox.GetACL("INBOX")
	if got, want := marshal(t, acl, err), `{"bob":"lrs","user=ada":"lrw","cleo":"l"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	acl, err = openLimited(t, &limited{}).GetACL("INBOX")
	if got, want := marshal(t, acl, err), `[]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGetACLFails(t *testing.T) {
	checkLimits(t, func(m *imapcompat.Connection) error { return second(m.GetACL("INBOX")) }, "imap_getacl(): c-client imap_getacl failed: no such root")
}

func TestSetACLFails(t *testing.T) {
	checkLimits(t, func(m *imapcompat.Connection) error { return m.SetACL("INBOX", "bob", "l") }, "imap_setacl(): no such root")
}
