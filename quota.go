package imapcompat

import (
	"context"
	"iter"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// GetQuota returns the limits of a quota root, as imap_get_quota does (GETQUOTA, RFC 9208).
// The server chooses the names of roots: "User quota" on Dovecot, "user.ada" on Cyrus.
//
// The error matches [ErrRefused] when the server refuses, and [ErrNotSupported] when it has
// no quotas and on POP3, where PHP aborts.
func (c *Connection) GetQuota(quotaRoot string) (*Quota, error) {
	return c.quota("imap_get_quota", "C-client imap_getquota failed", quotaRoot, backend.Quotas.Quota)
}

// GetQuotaRoot returns the limits of the quota roots of a mailbox, as imap_get_quotaroot
// does (GETQUOTAROOT, RFC 9208). As in PHP the mailbox has the server's own name, "INBOX",
// and not "{host}INBOX". [Connection.GetQuota] describes the errors.
func (c *Connection) GetQuotaRoot(mailbox string) (*Quota, error) {
	return c.quota("imap_get_quotaroot", "C-client imap_getquotaroot failed", mailbox, backend.Quotas.MailboxQuota)
}

// SetQuota sets the STORAGE limit of a quota root, in units of 1,024 octets, as
// imap_set_quota does (SETQUOTA, RFC 9208). Most servers allow it to administrators only.
// [Connection.GetQuota] describes the errors. A limit below zero is an error that matches
// [ErrInvalidArgument].
func (c *Connection) SetQuota(quotaRoot string, mailboxSize int) error {
	return c.do("imap_set_quota", func(c *call) error {
		quotas, err := c.quotas()
		if err != nil {
			return err
		}
		return quotas.SetStorageLimit(c.ctx, quotaRoot, mailboxSize)
	})
}

// Quota is PHP's result of imap_get_quota and imap_get_quotaroot, an array with the
// elements of [Quota.All].
type Quota struct {
	// Usage and Limit are those of STORAGE, in units of 1,024 octets. PHP has them beside
	// the resources. They are 0 when there is no STORAGE.
	Usage, Limit int

	Resources []QuotaResource // in the server's order
}

// QuotaResource is a resource of a [Quota] (RFC 9208 section 5).
type QuotaResource struct {
	Name         string // STORAGE, MESSAGE …
	Usage, Limit int
}

// All returns the elements of PHP's array in its order.
func (r QuotaResource) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		if yield("usage", r.Usage) {
			yield("limit", r.Limit)
		}
	}
}

// MarshalJSON returns PHP's json_encode of the array.
func (r QuotaResource) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(r) }

// newQuota returns the array that PHP builds: a resource that comes again replaces the
// first of its name.
func newQuota(resources []backend.QuotaResource) *Quota {
	q := &Quota{}
	index := make(map[string]int)
	for _, r := range resources {
		if isStorage(r.Name) {
			q.Usage, q.Limit = r.Usage, r.Limit
		}
		i, again := index[r.Name]
		if !again {
			i = len(q.Resources)
			index[r.Name] = i
			q.Resources = append(q.Resources, QuotaResource{})
		}
		q.Resources[i] = QuotaResource(r)
	}
	return q
}

// isStorage reports whether PHP takes a resource for STORAGE, by the beginning of its name.
func isStorage(name string) bool { return strings.HasPrefix(name, "STORAGE") }

// All returns the elements of PHP's array in its order, as foreach does: under "usage" and
// "limit" an int, when there is STORAGE, and under the name of each resource a
// [QuotaResource].
func (q *Quota) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		shown := false
		for _, r := range q.Resources {
			if !shown && isStorage(r.Name) {
				shown = true
				if !yield("usage", q.Usage) || !yield("limit", q.Limit) {
					return
				}
			}
			if !yield(r.Name, r) {
				return
			}
		}
	}
}

// MarshalJSON returns PHP's json_encode of the array.
func (q *Quota) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(q) }

func (c *Connection) quota(fn, warning, name string, ask func(backend.Quotas, context.Context, string) ([]backend.QuotaResource, error)) (*Quota, error) {
	return do(c, fn, func(c *call) (*Quota, error) {
		quotas, err := c.quotas()
		if err != nil {
			return nil, err
		}
		resources, err := ask(quotas, c.ctx, name)
		if err != nil {
			return nil, c.warned(warning, err)
		}
		return newQuota(resources), nil
	})
}

func (c *call) quotas() (backend.Quotas, error) {
	if quotas, ok := able[backend.Quotas](c); ok {
		return quotas, nil
	}
	return nil, c.notValid("Quota")
}
