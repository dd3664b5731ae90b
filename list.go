package imapcompat

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// MailboxAttribute is a set of attributes of a mailbox.
type MailboxAttribute int

const (
	LATT_NOINFERIORS   MailboxAttribute = 1  // there can be no mailboxes below it
	LATT_NOSELECT      MailboxAttribute = 2  // a name only: it cannot be opened
	LATT_MARKED        MailboxAttribute = 4  // the server finds it of interest
	LATT_UNMARKED      MailboxAttribute = 8  // nothing new since it was last opened
	LATT_REFERRAL      MailboxAttribute = 16 // on another server; never set
	LATT_HASCHILDREN   MailboxAttribute = 32 // there are mailboxes below it
	LATT_HASNOCHILDREN MailboxAttribute = 64 // there are none
)

// mailboxAttributes are the attributes of RFC 9051 section 7.3.1 that PHP
// knows, in lower case.
var mailboxAttributes = map[string]MailboxAttribute{
	`\noinferiors`:   LATT_NOINFERIORS,
	`\noselect`:      LATT_NOSELECT,
	`\marked`:        LATT_MARKED,
	`\unmarked`:      LATT_UNMARKED,
	`\haschildren`:   LATT_HASCHILDREN,
	`\hasnochildren`: LATT_HASNOCHILDREN,
}

// MailboxInfo is an element of what PHP's imap_getmailboxes and
// imap_getsubscribed return.
type MailboxInfo struct {
	Name       string           `json:"name" php:"always"` // in full, "{host}Archive"
	Attributes MailboxAttribute `json:"attributes" php:"always"`
	Delimiter  string           `json:"delimiter" php:"always"` // between levels; "" where there are none
}

// MarshalJSON is PHP's json_encode of the object.
func (m MailboxInfo) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(m) }

// List returns the names of the mailboxes that can be opened, as imap_list
// does, in the server's order: those that match a pattern in which "*" stands
// for anything and "%" for anything within one level.
//
// The reference is "{host}", or "{host}Archive." for names that begin so; it may
// be empty if the pattern begins with "{host}". The names begin with that
// "{host}" just as it is given. As in PHP it is the server of the open
// connection that is asked, whatever host is named.
//
// Where PHP returns false there is an empty slice, and no error. A reference
// that cannot be one is an error that matches [ErrInvalidArgument].
func (c *Connection) List(reference, pattern string) ([]string, error) {
	return c.listSelectable("imap_list", reference, pattern, backend.Lister.List)
}

// GetMailboxes returns the mailboxes that match a pattern with their
// attributes, those that cannot be opened too, as imap_getmailboxes does. See
// [Connection.List].
func (c *Connection) GetMailboxes(reference, pattern string) ([]MailboxInfo, error) {
	return c.list("imap_getmailboxes", "LIST", reference, pattern, backend.Lister.List)
}

// LSub returns the names of the mailboxes that the user has subscribed to, as
// imap_lsub does. See [Connection.List]. POP3 has no subscriptions.
//
// With "%" a server also names the levels above those, which the user may not
// have subscribed to: [Connection.GetSubscribed] shows them as [LATT_NOSELECT].
func (c *Connection) LSub(reference, pattern string) ([]string, error) {
	list, err := c.list("imap_lsub", "LSUB", reference, pattern, backend.Lister.ListSubscribed)
	names := make([]string, 0, len(list))
	for _, m := range list {
		names = append(names, m.Name)
	}
	return names, err
}

// GetSubscribed returns the mailboxes that the user has subscribed to with
// their attributes, as imap_getsubscribed does. See [Connection.LSub].
func (c *Connection) GetSubscribed(reference, pattern string) ([]MailboxInfo, error) {
	return c.list("imap_getsubscribed", "LSUB", reference, pattern, backend.Lister.ListSubscribed)
}

func (c *Connection) listSelectable(fn, reference, pattern string, ask listMailboxes) ([]string, error) {
	list, err := c.list(fn, "LIST", reference, pattern, ask)
	names := make([]string, 0, len(list))
	for _, m := range list {
		if m.Attributes&LATT_NOSELECT == 0 {
			names = append(names, m.Name)
		}
	}
	return names, err
}

// listMailboxes is a method of [backend.Lister].
type listMailboxes func(s backend.Lister, ctx context.Context, reference, pattern string) ([]backend.ListedMailbox, error)

func (c *Connection) list(fn, command, reference, pattern string, ask listMailboxes) ([]MailboxInfo, error) {
	infos, err := do(c, fn, func(c *call) ([]MailboxInfo, error) {
		prefix, reference, pattern, err := c.listArguments(command, reference, pattern)
		if err != nil {
			return nil, err
		}
		lister, ok := able[backend.Lister](c)
		if !ok {
			return nil, quietly(fn, c.unable(mailboxname.ToList))
		}
		mailboxes, err := ask(lister, c.ctx, reference, pattern)
		switch {
		case errors.Is(err, ErrNotSupported):
			return nil, err
		case err != nil:
			return nil, quietly(fn, err)
		}
		infos := make([]MailboxInfo, len(mailboxes))
		for i, m := range mailboxes {
			infos[i] = mailboxInfo(prefix, m)
		}
		return infos, nil
	})
	return orEmpty(infos), err
}

func mailboxInfo(prefix string, m backend.ListedMailbox) MailboxInfo {
	info := MailboxInfo{Name: prefix + m.Name, Delimiter: m.Delimiter}
	for _, name := range m.Attributes {
		info.Attributes |= mailboxAttributes[strings.ToLower(name)]
	}
	return info
}

// maxListArgument is c-client's bound for a reference and a pattern, in octets.
const maxListArgument = 256

// listArguments takes the "{host}" off a reference or a pattern and returns it
// with what is left of both.
func (c *call) listArguments(command, reference, pattern string) (prefix, ref, pat string, err error) {
	for _, arg := range []struct{ what, text string }{{"reference", reference}, {"pattern", pattern}} {
		if len(arg.text) > maxListArgument {
			return "", "", "", &backend.Error{Kind: ErrInvalidArgument,
				Text: fmt.Sprintf("Invalid %s %s specification: %.80s", command, arg.what, arg.text)}
		}
	}
	if strings.HasPrefix(pattern, "{") {
		reference = ""
	}
	full := reference
	if full == "" {
		full = pattern
	}
	end := strings.IndexByte(full, '}') + 1
	if end == 0 {
		end = len(full)
	}
	prefix = full[:end]
	if _, err := c.nameHere(mailboxname.ToList, prefix); err != nil {
		return "", "", "", quietly(c.fn, err)
	}
	if reference == "" {
		return prefix, "", pattern[end:], nil
	}
	return prefix, reference[end:], pattern, nil
}

// ListScan returns the names of the mailboxes in which a text occurs, as
// imap_listscan does. That takes the command SCAN, which is older than IMAP4rev1
// and which hardly a server has: with the others the error matches
// [ErrNotSupported]. See [Connection.List].
func (c *Connection) ListScan(reference, pattern, content string) ([]string, error) {
	scan := func(s backend.Lister, ctx context.Context, reference, pattern string) ([]backend.ListedMailbox, error) {
		return s.Scan(ctx, reference, pattern, content)
	}
	return c.listSelectable("imap_listscan", reference, pattern, scan)
}
