package imapbridge_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// A name that cannot be sent is refused before anything is sent.
func TestHostileMailboxes(t *testing.T) {
	s, _ := open(t, "")
	for _, name := range []string{"a\r\nb", "a\x00b", "\xe4", "ä", "&", "&AGEAYg-", "&2D0-", "&AOQ-&APw-", "&AO\r\nQ-", "a\nT LOGOUT"} {
		for what, err := range map[string]error{
			"create":      s.CreateMailbox(ctx, name),
			"delete":      s.DeleteMailbox(ctx, name),
			"rename":      s.RenameMailbox(ctx, name, "x"),
			"rename to":   s.RenameMailbox(ctx, "x", name),
			"subscribe":   s.Subscribe(ctx, name),
			"unsubscribe": s.Unsubscribe(ctx, name),
			"append":      s.Append(ctx, name, newMessage("x")),
			"copy":        s.Copy(ctx, numbers(backend.Range{First: 1, Last: 1}), name),
			"move":        s.Move(ctx, numbers(backend.Range{First: 1, Last: 1}), name),
		} {
			if !errors.Is(err, backend.ErrInvalidArgument) {
				t.Errorf("%s %q: %v", what, name, err)
			}
		}
	}
	for _, msg := range []backend.NewMessage{
		{Flags: []string{""}}, {Flags: []string{"a b"}}, {Flags: []string{"a\r\nb"}}, {Flags: []string{`\`}}, {Flags: []string{"(a)"}},
		{InternalDate: "17-Jul-1996\r\n"}, {InternalDate: "\xe4"}, {Size: -1},
	} {
		if err := s.Append(ctx, "INBOX", msg); !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("append %+v: %v", msg, err)
		}
	}
}
