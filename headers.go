package imapcompat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// Headers returns a line about each message, as imap_headers does: its flags, number, date,
// sender, keywords, subject and size, in columns. Line i is about message i + 1.
//
// A message that is gone or cannot be read has a line of what is known of it. The error is
// that of the first message that cannot be read. With an error that matches
// [ErrConnectionLost] the lines end where the connection was lost.
func (c *Connection) Headers() ([]string, error) {
	lines, err := do(c, "imap_headers", func(c *call) ([]string, error) {
		state := c.session.State()
		known, lines := state.Keywords, make([]string, state.Messages)
		all := &forgiving{Session: c.session}
		for msg, err := range all.Fetch(c.ctx, allMessages, headerItems) {
			if err != nil {
				if missing := slices.Index(lines, ""); missing >= 0 {
					lines = lines[:missing]
				}
				return lines, err
			}
			if msg.Num <= len(lines) {
				lines[msg.Num-1] = headerLine(msg, known)
			}
		}
		for i, line := range lines {
			if line == "" {
				lines[i] = headerLine(&backend.Message{Num: i + 1}, known)
			}
		}
		return lines, all.failed
	})
	return orEmpty(lines), err
}

// headerLine returns a line of imap_headers. known are the keywords of the mailbox, whose
// order is that of the line.
func headerLine(msg *backend.Message, known []string) string {
	var h HeaderInfo
	h.setState(msg)
	flags := h.Recent + h.Unseen + h.Flagged + h.Answered + h.Deleted + h.Draft
	// The date begins in the twelfth column even where a long number is in
	// its way.
	line := cut(fmt.Sprintf("%s%4d) ", flags, msg.Num), 11) + cut(h.MailDate, 11) + " "
	env := msg.Envelope
	if env == nil {
		env = &backend.Envelope{}
	}
	line += fetchFrom(env, 20) + " "
	if words := orderKeywords(msg.Flags.Keywords, known); len(words) > 0 {
		line += "{" + strings.Join(words, " ") + "} "
	}
	subject := " "
	if env.Subject.Valid {
		subject = cut(cString(env.Subject.Value), 25)
	}
	return line + subject + fmt.Sprintf(" (%d chars)", msg.Size)
}

// maxKeywords is how many keywords of a mailbox c-client knows.
const maxKeywords = 30

// orderKeywords returns the keywords of a message in the order and the spelling of the
// mailbox.
func orderKeywords(keywords, known []string) []string {
	var out []string
	for _, k := range known[:min(len(known), maxKeywords)] {
		for _, has := range keywords {
			if strings.EqualFold(k, has) {
				out = append(out, k)
				break
			}
		}
	}
	return out
}
