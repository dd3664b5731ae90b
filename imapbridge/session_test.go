package imapbridge_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

var ctx = context.Background()

func numbers(ranges ...backend.Range) backend.Set { return backend.Set{Ranges: ranges} }
func uids(ranges ...backend.Range) backend.Set    { return backend.Set{UID: true, Ranges: ranges} }

func TestState(t *testing.T) {
	s, n := open(t, `
		C: T NOOP
		S: * OK [ALERT] disk full
		S: * 4 EXISTS
		S: * 99 RECENT
		S: * 10 EXISTS
		S: * 10 RECENT
		S: * 11 RECENT
		S: * 40 EXPUNGE
		S: * OK [ALERT]disk full
		S: T OK [ALERT] disk full`)
	want := "INBOX 9 2 77 100 [work] false"
	state := func() string {
		st := s.State()
		return fmt.Sprint(st.Mailbox, " ", st.Messages, " ", st.Recent, " ", st.UIDValidity, " ", st.UIDNext, " ", st.Keywords, " ", st.ReadOnly)
	}
	if got := state(); got != want {
		t.Errorf("after SELECT: %s, want %s", got, want)
	}
	if err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if got, want := state(), "INBOX 10 10 77 100 [work] false"; got != want {
		t.Errorf("after NOOP: %s, want %s", got, want)
	}
	if st := s.Link(); st.Host != "127.0.0.1" || st.Port == 0 || st.TLS {
		t.Errorf("the connection is %s port %d, TLS %v", st.Host, st.Port, st.TLS)
	}
	if got := n.texts(); got != "[ALERT] disk full" {
		t.Errorf("notices: %s", got)
	}
}

// The session does not wait for the read timeout when a server sends BYE and keeps the
// connection open.
func TestByeWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"login": "S: * OK [CAPABILITY IMAP4rev1] hello\nC: T LOGIN \"user\" \"secret\"\nS: * BYE overloaded",
		"FETCH": loggedIn + selected + "C: T FETCH 1 (UID)\nS: * BYE overloaded",
		"NOOP":  loggedIn + selected + "C: T NOOP\nS: * BYE overloaded",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, script)
			cfg := server.config(&notices{})
			cfg.Timeouts.Read = time.Hour
			s, err := imapbridge.Open(ctx, cfg)
			if err == nil {
				defer s.Abort()
				err = s.Select(ctx, "INBOX", false)
			}
			switch name {
			case "FETCH":
				for _, err = range s.Fetch(ctx, numbers(backend.Range{First: 1, Last: 1}), backend.Items{UID: true}) {
				}
			case "NOOP":
				err = s.Poll(ctx)
			}
			if err == nil || !strings.Contains(err.Error(), "[CLOSED] IMAP connection broken") {
				t.Errorf("got %v", err)
			}
			if <-server.done; server.stayed {
				t.Error("the client waited for the server to hang up")
			}
		})
	}
}

// What a server says of the mailbox that it opens ends when it is left.
func TestStateOfUIDsAndModSeqs(t *testing.T) {
	server := serve(t, "S: * PREAUTH [CAPABILITY IMAP4rev1] hello\n"+
		"C: T SELECT \"INBOX\"\nS: * NO [UIDNOTSTICKY] odd\nS: * OK [HIGHESTMODSEQ 12] odd\nS: T OK done\n"+
		"C: T SELECT \"Other\"\nS: T OK done")
	s, err := imapbridge.Open(ctx, server.config(&notices{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	for _, want := range []struct {
		mailbox      string
		uidNotSticky bool
		modSeq       uint64
	}{{"INBOX", true, 12}, {"Other", false, 0}} {
		if err := s.Select(ctx, want.mailbox, false); err != nil {
			t.Fatal(err)
		}
		if state := s.State(); state.UIDNotSticky != want.uidNotSticky || state.HighestModSeq != want.modSeq {
			t.Errorf("%s: %+v", want.mailbox, state)
		}
	}
}
