package imapbridge_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

func TestACL(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"in order", `
			S: * ACL INBOX bob lrs "user=ada" "lrw" -bob ""
			S: T OK done`, "[{bob lrs} {user=ada lrw} {-bob }]"},
		{"literals", `
			S: * ACL {1}\nx {3}\na b lr x w
			S: T OK done`, "[{a b lr} {x w}]"},
		{"without rights", `
			S: * ACL INBOX
			S: T OK done`, "[]"},
		{"refused", "S: T NO [NOPERM] no", "[NOPERM] no"},
		{"odd", `
			S: * ACL INBOX bob
			S: T OK done`, "[]"},
		{"control character", `
			S: * ACL INBOX bob \t
			S: T OK done`, "[]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := withLimits(t, `C: T GETACL "INBOX"`+"\n"+test.script)
			if got := result(s.ACL(ctx, "INBOX")); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestSetACL(t *testing.T) {
	s := withLimits(t, `
		C: T SETACL "&AOQ-" "a b" "+lr"
		S: T OK done
		C: T SETACL "x" "bob" ""
		S: T NO [NOPERM] no`)
	if err := s.SetACL(ctx, "&AOQ-", "a b", "+lr"); err != nil {
		t.Error(err)
	}
	checkFailure(t, s.SetACL(ctx, "x", "bob", ""), backend.ErrRefused, "[NOPERM] no")
}
