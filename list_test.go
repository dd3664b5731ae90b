package imapcompat_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// listServer has the mailboxes Archive/2024, Notes, which is subscribed to, and one with an
// umlaut. ref is its name, which names leaves out of a list.
func listServer(t *testing.T) (mbox *imapcompat.Connection, ref string, names func([]string, error) string) {
	t.Helper()
	srv := imaptest.NewServer(t)
	ref = srv.IMAPRef()
	for _, name := range []string{"Archive/2024", "Notes", "&AOQ-"} {
		must(t, open(t, srv, srv.IMAP()).CreateMailbox(ref+name))
	}
	mbox = open(t, srv, srv.IMAP())
	must(t, mbox.Subscribe(ref+"Notes"))
	return mbox, ref, func(list []string, err error) string {
		t.Helper()
		must(t, err)
		if list == nil {
			t.Error("nil, want an empty slice")
		}
		return strings.ReplaceAll(strings.Join(list, " "), ref, "@")
	}
}

func TestList(t *testing.T) {
	mbox, ref, names := listServer(t)
	for _, test := range []struct{ got, want string }{
		{names(mbox.List(ref, "*")), "@INBOX @Archive/2024 @Notes @&AOQ-"},
		{names(mbox.List(ref, "%")), "@INBOX @Notes @&AOQ-"},
		{names(mbox.List(ref+"Archive/", "%")), "@Archive/2024"},
		{names(mbox.List("", ref+"N*")), "@Notes"},
		{names(mbox.List("{elsewhere.example/ssl}", "N*")), "{elsewhere.example/ssl}Notes"},
		{names(mbox.List(ref, "none")), ""},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
	_, err := mbox.List("Archive", "*")
	refused(t, err, imapcompat.ErrInvalidArgument, "Can't list mailboxes of Archive: no such mailbox")
	must(t, mbox.Close())
	if _, err := mbox.List(ref, "*"); !errors.Is(err, imapcompat.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestListOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t)
	ref := srv.POP3Ref()
	mbox := open(t, srv, srv.POP3())
	for _, pattern := range []string{"inbox", "A*", ""} {
		if list, err := mbox.List(ref, pattern); err != nil || len(list) != 0 || list == nil {
			t.Errorf("%q: %v, %v", pattern, list, err)
		}
	}
}
