package main

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestIsTicket(t *testing.T) {
	srv := imaptest.NewServer(t,
		"From: ann@example.org\nSubject: Help!\n\n",
		"From: ann@example.org\nSubject: Re: Help!\nIn-Reply-To: <1@example.com>\n\n",
		"From: bob@example.org\nSubject: Out of office\nAuto-Submitted: auto-replied\n\n",
		"From: mailer-daemon@example.net\nSubject: Undelivered\n\n",
		"Subject: who am I?\n\n",
	)
	for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		mbox, err := imapcompat.Open(mailbox, srv.User, srv.Password)
		if err != nil {
			t.Fatal(err)
		}
		defer mbox.Close()
		for i, want := range []bool{true, false, false, false, false} {
			if got, err := isTicket(mbox, i+1); got != want || err != nil {
				t.Errorf("%s %d: %v, %v", mailbox, i+1, got, err)
			}
		}
	}
}
