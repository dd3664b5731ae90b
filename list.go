package imapcompat

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// List returns the names of the mailboxes that can be opened and match a pattern, in the
// server's order, as imap_list does. In a pattern "*" stands for any text, and "%" for any
// text within one level.
//
// The reference is "{host}", or "{host}Archive." for names that begin so. It may be empty
// if the pattern begins with "{host}". The names begin with that "{host}" as it is given.
// As in PHP the server of the open connection is asked, whatever host the reference names.
//
// Where PHP returns false the slice is empty and the error nil. The error matches
// [ErrInvalidArgument] for a reference or a pattern that is not valid, and [ErrRefused]
// when the server refuses.
func (c *Connection) List(reference, pattern string) ([]string, error) {
	return c.listSelectable("imap_list", reference, pattern, backend.Lister.List)
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

// maxListArgument is c-client's bound for a reference and a pattern, in octets.
const maxListArgument = 256

// listArguments takes the "{host}" off a reference or a pattern, and returns it with what
// is left of both.
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
