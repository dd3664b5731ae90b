package pop3bridge

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Lister = (*Session)(nil)

// List implements [backend.Lister]. It lists INBOX if reference and pattern match it.
func (s *Session) List(_ context.Context, reference, pattern string) ([]backend.ListedMailbox, error) {
	if err := s.closed(); err != nil || !isInbox(reference) || !matches(pattern, "INBOX") {
		return nil, err
	}
	return []backend.ListedMailbox{{Name: "INBOX", Attributes: []string{`\NoInferiors`}}}, nil
}

// ListSubscribed implements [backend.Lister]. It lists nothing, because a POP3 server keeps
// no subscriptions.
func (s *Session) ListSubscribed(context.Context, string, string) ([]backend.ListedMailbox, error) {
	return nil, s.closed()
}

// Scan implements [backend.Lister]. POP3 has no such command. As in PHP, Scan returns an
// error if List would list a mailbox.
func (s *Session) Scan(ctx context.Context, reference, pattern, _ string) ([]backend.ListedMailbox, error) {
	list, err := s.List(ctx, reference, pattern)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return nil, &backend.Error{Kind: backend.ErrNotSupported, Text: "Scan not valid for POP3 mailboxes"}
}

// matches reports whether a name without hierarchy matches a pattern with "*" and "%". It
// backtracks at most once per octet of the name, so its time is at most proportional to the
// product of the lengths.
func matches(pattern, name string) bool {
	star, after := -1, 0 // the last wildcard, and where in name its match ends
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && (pattern[p] == '*' || pattern[p] == '%'):
			star, after = p, n
			p++
		case p < len(pattern) && pattern[p] == name[n]:
			p++
			n++
		case star >= 0:
			after++
			p, n = star+1, after
		default:
			return false
		}
	}
	for p < len(pattern) && (pattern[p] == '*' || pattern[p] == '%') {
		p++
	}
	return p == len(pattern)
}
