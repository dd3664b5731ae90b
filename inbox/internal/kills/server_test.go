package kills

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
	"github.com/imapcompat/imapcompat/imaptest"
)

// mailServer gives each case an account.
type mailServer interface {
	fmt.Stringer
	account() (account, error)
	crash() error // and starts again
}

// account is a user with an empty INBOX.
type account struct {
	user, password  string
	ref, imap, pop3 string
	close           func()
}

func (a account) url(protocol string) string {
	if protocol == "pop3" {
		return a.pop3
	}
	return a.imap
}

func (a account) open(protocol string) (*imapcompat.Connection, error) {
	return imapcompat.Open(a.url(protocol), a.user, a.password)
}

// testServer is imaptest: a server for each case, in this process. Its crash ends all
// sessions.
type testServer struct {
	mu  sync.Mutex
	all []*imaptest.Server
}

func (s *testServer) String() string { return "imaptest" }

func (s *testServer) account() (account, error) {
	srv, err := imaptest.Start(imaptest.Config{})
	if err != nil {
		return account{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, srv)
	return account{
		user: srv.User, password: srv.Password, ref: srv.IMAPRef(), imap: srv.IMAP(), pop3: srv.POP3(),
		close: func() { srv.Close() },
	}, nil
}

func (s *testServer) crash() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, srv := range s.all {
		srv.DropConnections()
	}
	return nil
}

// realServer is Dovecot.
type realServer struct {
	*dovecot.Server
	mu    sync.Mutex
	users atomic.Int64
}

func (s *realServer) String() string { return "Dovecot" }

func (s *realServer) account() (account, error) {
	user := fmt.Sprintf("user%d", s.users.Add(1))
	if err := s.Load(user, "INBOX", nil); err != nil {
		return account{}, err
	}
	ref := "{" + harness.Address(s.IMAP) + "/imap/notls}"
	return account{
		user: user, password: dovecot.Password, ref: ref, imap: ref + "INBOX",
		pop3:  "{" + harness.Address(s.POP3) + "/pop3/notls}INBOX",
		close: func() { s.Remove(user) },
	}, nil
}

func (s *realServer) crash() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Crash()
}
