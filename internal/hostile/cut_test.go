package hostile_test

import (
	"errors"
	"fmt"
	"runtime"
	"testing"

	"github.com/imapcompat/imapcompat/internal/cuts"
)

// runCut runs a session on its own server, over a connection that is cut.
func runCut(t *testing.T, s cuts.Session, dir cuts.Direction, after int) *cuts.Outcome {
	t.Helper()
	srv := startServer(t)
	defer srv.Close()
	if err := errors.Join(srv.CreateMailbox("Archive"), srv.CreateMailbox("Sent")); err != nil {
		t.Fatal(err)
	}
	account := cuts.Account{Addr: srv.IMAPAddr(), User: srv.User, Password: srv.Password}
	if s.Protocol == "pop3" {
		account.Addr = srv.POP3Addr()
	}
	account.Look = func(mailbox string) (texts []string, err error) {
		for _, msg := range srv.Messages(mailbox) {
			texts = append(texts, msg.Text)
		}
		return texts, nil
	}
	o, err := s.Run(account, dir, after)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestCut cuts a session after any octet, in either direction. No call waits for an answer that
// cannot come, and no mail is lost. All octets take two minutes: IMAPCOMPAT_CUT_EVERY=1 go test
// -run TestCut -v ./internal/hostile
func TestCut(t *testing.T) {
	every, err := cuts.Every(7)
	if err != nil {
		t.Fatal(err)
	}
	if testing.Short() {
		every *= 8
	}
	n, lost := 0, 0
	for _, session := range cuts.Sessions() {
		whole := runCut(t, session, cuts.ToServer, -1)
		if len(whole.Faults) > 0 {
			t.Fatalf("%s, without a cut: %v", session.Name, whole.Faults)
		}
		for _, dir := range []cuts.Direction{cuts.ToServer, cuts.ToClient} {
			t.Run(fmt.Sprintf("%s, %s", session.Name, dir), func(t *testing.T) {
				goroutines := runtime.NumGoroutine()
				for after := 0; after < whole.Passed[dir]; after += every {
					n++
					o := runCut(t, session, dir, after)
					lost += o.Lost
					for _, fault := range o.Faults {
						t.Errorf("cut after %d of %d octets: %s", after, whole.Passed[dir], fault)
					}
					expectGoroutines(t, goroutines)
				}
			})
		}
	}
	t.Logf("%d cuts, %d messages lost", n, lost)
}
