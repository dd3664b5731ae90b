package imapcompat_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestSequences(t *testing.T) {
	for _, test := range []struct {
		sequence imapcompat.Sequence
		uid      bool
		want     string // of the messages marked, or an error's text
	}{
		{"1", false, "1"},
		{"1,3,5:7", false, "1 3 5 6 7"},
		{"2:2", false, "2"},
		{"4:2", false, "2 3 4"},
		{"1:*", false, "1 2 3 4 5 6 7"},
		{"*", false, "7"},
		{"*:6", false, "6 7"},
		{"   4", false, "4"},
		{" 4 ", false, "4"},
		{imapcompat.SequenceOf(2, 3), false, "2 3"},
		{imapcompat.SequenceRange(2, 3), false, "2 3"},
		{"8", false, "Sequence out of range"},
		{"0", false, "Sequence out of range"},
		{"5:8", false, "Sequence range invalid"},
		{"1,,2", false, "Syntax error in sequence"},
		{"", false, "Syntax error in sequence"},
		{imapcompat.SequenceOf(), false, "Syntax error in sequence"},
		{"a", false, "Syntax error in sequence"},
		{"1:2:3", false, "Sequence range syntax error"},
		{"1 2", false, "Sequence syntax error"},
		{"1\r\nX LOGOUT", false, "Sequence syntax error"},
		{"1\x00", false, "Sequence syntax error"},
		{"99999999999999999999999", false, "Sequence out of range"},
		{"3", true, "3"},
		{"2", true, ""},
		{"1:3,900", true, "1 3"},
		{"6:*", true, "6 7 9"},
		{"*", true, "9"},
		{"50:*", true, "9"},
		{"0", true, "UID may not be zero"},
		{"1:a", true, "UID sequence range invalid"},
	} {
		t.Run(fmt.Sprintf("%q uid %v", test.sequence, test.uid), func(t *testing.T) {
			both(t, texts(9), func(t *testing.T, srv *imaptest.Server, name string) {
				flags := []imapcompat.FetchFlag{}
				want := test.want
				if test.uid {
					// UIDs have gaps on IMAP, and on POP3 when messages
					// were expunged in this session.
					flags = append(flags, imapcompat.FT_UID)
				}
				mbox := open(t, srv, name)
				must(t, mbox.Delete("2,8"))
				must(t, mbox.Expunge())
				before := len(srv.Transcript())
				err := mbox.Delete(test.sequence, flags...)
				if err != nil {
					if !errors.Is(err, imapcompat.ErrInvalidArgument) || err.Error() != "imap_delete(): "+want {
						t.Errorf("got %v, want %s", err, want)
					}
					if sent := srv.Transcript()[before:]; len(sent) > 0 {
						t.Errorf("sent %q", sent)
					}
					return
				}
				if got := marked(t, mbox, test.uid); got != want {
					t.Errorf("marked %s, want %s", got, want)
				}
			})
		})
	}
}
