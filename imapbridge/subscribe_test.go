package imapbridge_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// Names are in modified UTF-7. Any other name is refused before anything is sent.
func TestSubscribe(t *testing.T) {
	s, _ := open(t, `
		C: T SUBSCRIBE "a &AOQ- b"
		S: T OK done
		C: T UNSUBSCRIBE "a &AOQ- b"
		S: T OK done
		C: T UNSUBSCRIBE "x"
		S: T NO [NONEXISTENT] no such mailbox`)
	for _, call := range []func(name string) error{
		func(name string) error { return s.Subscribe(ctx, name) },
		func(name string) error { return s.Unsubscribe(ctx, name) },
	} {
		if err := call("a &AOQ- b"); err != nil {
			t.Error(err)
		}
		checkFailure(t, call("a&b"), backend.ErrInvalidArgument, "Mailbox name is not modified UTF-7")
	}
	checkFailure(t, s.Unsubscribe(ctx, "x"), backend.ErrRefused, "[NONEXISTENT] no such mailbox")
}
