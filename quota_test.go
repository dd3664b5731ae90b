package imapcompat_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The JSON is PHP 8.2's, from a server that sent these responses.
func TestQuotaJSON(t *testing.T) {
	type list = []backend.QuotaResource
	for _, test := range []struct {
		quota list
		want  string
	}{
		{list{resource("STORAGE", 3, 102400)}, `{"usage":3,"limit":102400,"STORAGE":{"usage":3,"limit":102400}}`},
		{list{resource("STORAGE", 1, 2), resource("MESSAGE", 0, 4)}, `{"usage":1,"limit":2,"STORAGE":{"usage":1,"limit":2},"MESSAGE":{"usage":0,"limit":4}}`},
		{list{resource("MESSAGE", 3, 4), resource("STORAGE", 0, 0)}, `{"MESSAGE":{"usage":3,"limit":4},"usage":0,"limit":0,"STORAGE":{"usage":0,"limit":0}}`},
		{list{resource("STORAGE", 1, 2), resource("X", 5, 6), resource("STORAGE", 3, 4)}, `{"usage":3,"limit":4,"STORAGE":{"usage":3,"limit":4},"X":{"usage":5,"limit":6}}`},
		{nil, `[]`},
	} {
		mbox := openLimited(t, &limited{quota: test.quota})
		quota, err := mbox.GetQuota("root")
		if got := marshal(t, quota, err); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
		quota, err = mbox.GetQuotaRoot("INBOX")
		if got := marshal(t, quota, err); got != test.want {
			t.Errorf("of the mailbox: got %s, want %s", got, test.want)
		}
	}
	mbox := openLimited(t, &limited{})
	must(t, mbox.SetQuota("root", 500))
	quota, err := mbox.GetQuota("root")
	must(t, err)
	if quota.Limit != 500 || quota.Usage != 0 {
		t.Errorf("got %+v", quota)
	}
}

func TestGetQuotaFails(t *testing.T) {
	checkLimits(t, func(m *imapcompat.Connection) error { return second(m.GetQuota("x")) }, "imap_get_quota(): C-client imap_getquota failed: no such root")
}

func TestGetQuotaRootFails(t *testing.T) {
	checkLimits(t, func(m *imapcompat.Connection) error { return second(m.GetQuotaRoot("INBOX")) }, "imap_get_quotaroot(): C-client imap_getquotaroot failed: no such root")
}

func TestSetQuotaFails(t *testing.T) {
	checkLimits(t, func(m *imapcompat.Connection) error { return m.SetQuota("x", 1) }, "imap_set_quota(): no such root")
}

// limited is a session with quotas and access control lists.
type limited struct {
	backend.Session
	quota []backend.QuotaResource
	acl   []backend.Access
	err   error
}

func (l *limited) Quota(context.Context, string) ([]backend.QuotaResource, error) {
	return l.quota, l.err
}

func (l *limited) MailboxQuota(context.Context, string) ([]backend.QuotaResource, error) {
	return l.quota, l.err
}

func (l *limited) SetStorageLimit(_ context.Context, root string, limit int) error {
	l.quota = []backend.QuotaResource{{Name: "STORAGE", Limit: limit}}
	return l.err
}

func (l *limited) ACL(context.Context, string) ([]backend.Access, error) { return l.acl, l.err }

func (l *limited) SetACL(_ context.Context, _, identifier, rights string) error {
	l.acl = append(l.acl, backend.Access{Identifier: identifier, Rights: rights})
	return l.err
}

func resource(name string, usage, limit int) backend.QuotaResource {
	return backend.QuotaResource{Name: name, Usage: usage, Limit: limit}
}

// openLimited opens a mailbox on a service with limits.
func openLimited(t *testing.T, l *limited) *imapcompat.Connection {
	t.Helper()
	srv := imaptest.NewServer(t)
	return open(t, srv, srv.IMAP(), imapcompat.WithService("imap", func(ctx context.Context, cfg *backend.Config) (backend.Session, error) {
		s, err := imapbridge.Open(ctx, cfg)
		l.Session = s
		return l, err
	}))
}

func marshal(t *testing.T, v any, err error) string {
	t.Helper()
	must(t, err)
	text, err := json.Marshal(v)
	must(t, err)
	return string(text)
}

// checkLimits checks a function of a service that refuses it, and of IMAP without the extension
// and POP3, which have no limits.
func checkLimits(t *testing.T, call func(*imapcompat.Connection) error, refusal string) {
	t.Helper()
	mbox := openLimited(t, &limited{err: &backend.Error{Kind: backend.ErrRefused, Text: "no such root"}})
	mbox.Errors()
	if err := call(mbox); !errors.Is(err, imapcompat.ErrRefused) || err.Error() != refusal {
		t.Errorf("got %v, want %s", err, refusal)
	}
	if n := len(mbox.Errors()); n != 1 {
		t.Errorf("%d errors on the list, want 1", n)
	}
	srv := imaptest.Config{Without: []string{"QUOTA", "ACL"}}.NewServer(t)
	for _, name := range []string{srv.IMAP(), srv.POP3()} {
		if err := call(open(t, srv, name)); !errors.Is(err, imapcompat.ErrNotSupported) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
