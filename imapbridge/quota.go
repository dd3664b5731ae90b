package imapbridge

import (
	"context"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
)

var (
	_ backend.Quotas        = (*Session)(nil)
	_ backend.AccessControl = (*Session)(nil)
)

// The package sends the commands for quotas and access control lists itself, because
// go-imap keeps their answers in maps. Maps lose the order, which PHP shows.

// Quota implements [backend.Quotas] with GETQUOTA.
func (s *Session) Quota(ctx context.Context, root string) ([]backend.QuotaResource, error) {
	return s.quota(ctx, "GETQUOTA", root)
}

// MailboxQuota implements [backend.Quotas] with GETQUOTAROOT.
func (s *Session) MailboxQuota(ctx context.Context, mailbox string) ([]backend.QuotaResource, error) {
	return s.quota(ctx, "GETQUOTAROOT", mailbox)
}

func (s *Session) quota(ctx context.Context, command, name string) ([]backend.QuotaResource, error) {
	if err := s.checkQuota(name); err != nil {
		return nil, err
	}
	var list []backend.QuotaResource
	err := s.ask(ctx, "QUOTA", command+" "+quote(name), func(l *lexer) error {
		list = append(list, l.quota()...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

const (
	maxResources = 4096   // of a quota root
	maxAccess    = 32_768 // entries of an access control list
)

// quota reads the quota-response of RFC 9208 section 7. It returns nil when the response
// does not parse. Courier leaves out the list when nothing is limited.
func (l *lexer) quota() (list []backend.QuotaResource) {
	l.astring() // the quota root
	if l.spaces(); l.peek() == 0 {
		return nil
	}
	if !l.take('(') {
		l.odd("list of resources")
		return nil
	}
	for l.spaces(); !l.take(')'); l.spaces() {
		name, ok := l.atom()
		usage, isUsage := l.amount()
		limit, isLimit := l.amount()
		if !ok || !isUsage || !isLimit {
			return nil
		}
		if len(list) == maxResources {
			l.odd("end of the resources")
			return list
		}
		list = append(list, backend.QuotaResource{Name: name, Usage: usage, Limit: limit})
	}
	return list
}

// amount reads a number that begins with a digit.
func (l *lexer) amount() (n int, ok bool) {
	l.spaces()
	if c := l.peek(); c < '0' || c > '9' {
		l.odd("number")
		return 0, false
	}
	return l.number(), true
}

// SetStorageLimit implements [backend.Quotas] with SETQUOTA.
func (s *Session) SetStorageLimit(ctx context.Context, root string, limit int) error {
	if err := s.checkQuota(root); err != nil {
		return err
	}
	if limit < 0 {
		return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Quota below zero"}
	}
	command := fmt.Sprintf("SETQUOTA %s (STORAGE %d)", quote(root), limit)
	return s.ask(ctx, "QUOTA", command, nothing)
}

// checkQuota checks that the server has quotas and that name can be sent.
func (s *Session) checkQuota(name string) error {
	switch {
	case !s.caps["QUOTA"]:
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Quota not available on this IMAP server"}
	case !isPrintable(name):
		return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Invalid quota root"}
	}
	return nil
}
