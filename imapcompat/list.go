package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func runList(ctx context.Context, c *cli, r *request) error {
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		ask := mbox.GetMailboxes
		if r.subscribed {
			ask = mbox.GetSubscribed
		}
		list, err := ask(r.mailbox, cmp.Or(r.arguments["PATTERN"], "*"))
		if err != nil {
			return err
		}
		if r.json {
			return c.printJSON(list)
		}
		if len(list) == 0 {
			c.say("no mailbox matches")
			return nil
		}
		rows := [][]string{{"Attributes", "Delimiter", "In plain text", "Name"}}
		for _, m := range list {
			rows = append(rows, []string{attributes(m.Attributes), clean(m.Delimiter), plainName(m.Name), clean(m.Name)})
		}
		table(c.stdout, rows, 0) // a cut name would be useless
		return nil
	})
}

// plainName returns a decoded mailbox name, or "" if it does not differ.
func plainName(name string) string {
	_, name, _ = strings.Cut(name, "}")
	decoded, err := imapcompat.MUTF7ToUTF8(name)
	if err != nil || decoded == name {
		return ""
	}
	return clean(decoded)
}

// attributes returns the names of attributes (RFC 9051 section 7.3.1).
func attributes(set imapcompat.MailboxAttribute) string {
	var names []string
	for _, a := range []struct {
		bit  imapcompat.MailboxAttribute
		name string
	}{
		{imapcompat.LATT_NOINFERIORS, "NoInferiors"},
		{imapcompat.LATT_NOSELECT, "NoSelect"},
		{imapcompat.LATT_MARKED, "Marked"},
		{imapcompat.LATT_UNMARKED, "Unmarked"},
		{imapcompat.LATT_HASCHILDREN, "HasChildren"},
		{imapcompat.LATT_HASNOCHILDREN, "HasNoChildren"},
	} {
		if set&a.bit != 0 {
			names = append(names, a.name)
		}
	}
	return cmp.Or(strings.Join(names, " "), "-")
}
