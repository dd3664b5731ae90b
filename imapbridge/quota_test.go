package imapbridge_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// withLimits opens a session with a server that has quotas and access control lists.
func withLimits(t *testing.T, script string) *imapbridge.Session {
	t.Helper()
	n := &notices{}
	server := serve(t, "S: * PREAUTH [CAPABILITY IMAP4rev1 QUOTA ACL] hello\n"+script)
	s, err := imapbridge.Open(ctx, server.config(n))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	return s
}

// result returns the result of a call as text, or its error.
func result(v any, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(v)
}

func TestQuota(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"in order", `
			S: * QUOTA "a \"b\"" (STORAGE 3 102400 MESSAGE 1 2 X 0 0)
			S: T OK done`, "[{STORAGE 3 102400} {MESSAGE 1 2} {X 0 0}]"},
		{"literals", `
			S: * QUOTA {1}\nr ({7}\nSTORAGE 3 4)
			S: T OK done`, "[{STORAGE 3 4}]"},
		{"several", `
			S: * QUOTA "" ()
			S: * QUOTA other (STORAGE 1 2)
			S: T OK done`, "[{STORAGE 1 2}]"},
		{"no list", `
			S: * QUOTA "ROOT"
			S: T OK done`, "[]"},
		{"none", "S: T OK done", "[]"},
		{"refused", "S: T NO no such root", "no such root"},
		{"below zero", `
			S: * QUOTA "" (STORAGE -1 2)
			S: T OK done`, "[]"},
		{"cut short", `
			S: * QUOTA "" (STORAGE 1
			S: T OK done`, "[]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := withLimits(t, `C: T GETQUOTA "a \"b\""`+"\n"+test.script)
			if got := result(s.Quota(ctx, `a "b"`)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestMailboxQuota(t *testing.T) {
	s := withLimits(t, `
		C: T GETQUOTAROOT "INBOX"
		S: * QUOTAROOT INBOX root other
		S: * QUOTA root (STORAGE 1 2)
		S: * QUOTA other (MESSAGE 3 4)
		S: T OK done
		C: T SETQUOTA "root" (STORAGE 5)
		S: * QUOTA root (STORAGE 1 5)
		S: T OK done`)
	if got, want := result(s.MailboxQuota(ctx, "INBOX")), "[{STORAGE 1 2} {MESSAGE 3 4}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := s.SetStorageLimit(ctx, "root", 5); err != nil {
		t.Error(err)
	}
}

func TestLimitsNotOffered(t *testing.T) {
	s, _ := open(t, "")
	_, err := s.Quota(ctx, "x")
	checkFailure(t, err, backend.ErrNotSupported, "Quota not available on this IMAP server")
	_, err = s.ACL(ctx, "x")
	checkFailure(t, err, backend.ErrNotSupported, "ACL not available on this IMAP server")
}

func TestHostileLimits(t *testing.T) {
	s := withLimits(t, "")
	for _, text := range []string{"a\r\nb", "\x00", "\xe4"} {
		_, quota := s.Quota(ctx, text)
		_, mailbox := s.MailboxQuota(ctx, text)
		_, acl := s.ACL(ctx, text)
		for what, err := range map[string]error{
			"quota": quota, "quotaroot": mailbox, "acl": acl,
			"limit":      s.SetStorageLimit(ctx, text, 1),
			"acl of":     s.SetACL(ctx, text, "bob", "l"),
			"identifier": s.SetACL(ctx, "x", text, "l"),
			"rights":     s.SetACL(ctx, "x", "bob", text),
		} {
			if !errors.Is(err, backend.ErrInvalidArgument) {
				t.Errorf("%s %q: %v", what, text, err)
			}
		}
	}
	checkFailure(t, s.SetStorageLimit(ctx, "root", -1), backend.ErrInvalidArgument, "Quota below zero")
}
