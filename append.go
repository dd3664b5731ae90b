package imapcompat

import (
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// AppendOption is an optional argument of [Connection.Append], [Connection.AppendReader]
// and [Connection.AppendUID]: what [WithAppendFlags] or [WithInternalDate] returns.
type AppendOption func(*appendOptions)

type appendOptions struct{ flags, date string }

// WithAppendFlags sets the flags of the new message, PHP's argument $options of
// imap_append: `\Seen \Flagged`, as for [Connection.SetFlagFull].
func WithAppendFlags(flags string) AppendOption {
	return func(o *appendOptions) { o.flags = flags }
}

// WithInternalDate sets the internal date of the new message, PHP's argument $internal_date
// of imap_append: "17-Jul-1996 02:44:25 -0700". As in PHP a text of another form is
// ignored, and the message is appended; [Connection.Errors] then has PHP's warning. A text
// of this form that is no date, or a year before 1970 or after 2097, is an error that
// matches [ErrInvalidArgument].
func WithInternalDate(date string) AppendOption {
	return func(o *appendOptions) { o.date = date }
}

// dateTime finds a date-time (RFC 9051 section 9) with a day of two digits, as PHP does.
var dateTime = regexp.MustCompile(`([0-3][0-9])-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-([0-9]{4}) ([0-2][0-9]):[0-5][0-9]:[0-5][0-9] [+-][0-9]{4}`)

// appendDate returns the date-time in a text, and "" where there is none.
func appendDate(text string) (string, error) {
	match := dateTime.FindStringSubmatch(text)
	if match == nil {
		return "", nil
	}
	if !within(match[1], 1, 31) || !within(match[2], 1970, 2097) || !within(match[3], 0, 23) {
		return "", &backend.Error{Kind: ErrInvalidArgument, Text: "Bad date in append"}
	}
	return match[0], nil
}

func within(digits string, low, high int) bool {
	n, err := strconv.Atoi(digits)
	return err == nil && low <= n && n <= high
}

// Append adds a message to a mailbox, as imap_append does. The name of the mailbox is as
// for [Connection.CreateMailbox]. The message is stored as it is; servers expect lines that
// end in CR LF.
//
// The error matches [ErrRefused] when the server refuses the message; its text has
// "[TRYCREATE]" when there is no such mailbox. It matches [ErrConnectionLost] when the
// connection is lost, and then says whether the message may be stored. On POP3 it matches
// [ErrNotSupported].
func (c *Connection) Append(mailbox, message string, options ...AppendOption) error {
	return c.AppendReader(mailbox, strings.NewReader(message), int64(len(message)), options...)
}

// AppendReader is Append of a message that is read from r. r has to have size octets and no
// more. Only a small part of the message is in memory at a time. The server is told the
// size first, and r is not read when the server refuses; a short message that follows
// another one for the same mailbox is sent at once.
//
// IMAP cannot take back a message that was begun. So the connection is dropped and nothing
// is stored when r fails, or has fewer or more than size octets. The error matches
// [ErrConnectionLost], and r's error if there is one. A NUL in the message is sent as it
// is; only some servers accept it.
//
// Nothing bounds the wait for r. When the context of [Connection.WithContext] ends, the
// call returns at the next octets of r. r must not call the connection, which is in use
// until AppendReader returns. To append a message of another connection, let
// [Connection.SaveBody] write to an [io.Pipe].
func (c *Connection) AppendReader(mailbox string, r io.Reader, size int64, options ...AppendOption) error {
	return c.do("imap_append", func(c *call) error {
		appender, name, msg, err := c.toAppend(mailbox, r, size, options)
		if err != nil {
			return err
		}
		return appender.Append(c.ctx, name, msg)
	})
}

// toAppend returns the message for the mailbox of a name, and the service that takes it.
func (c *call) toAppend(mailbox string, r io.Reader, size int64, options []AppendOption) (appender backend.Appender, name string, msg backend.NewMessage, err error) {
	var o appendOptions
	for _, option := range options {
		option(&o)
	}
	name, err = c.nameHere(mailboxname.ToAppend, mailbox)
	if err != nil {
		return nil, "", msg, err
	}
	appender, ok := able[backend.Appender](c)
	if !ok {
		return nil, "", msg, c.notValid("Append")
	}
	msg = backend.NewMessage{Text: r, Size: size}
	if msg.Flags, err = flagNames(o.flags); err != nil {
		return nil, "", msg, err
	}
	if msg.InternalDate, err = appendDate(o.date); err != nil {
		return nil, "", msg, err
	}
	if o.date != "" && msg.InternalDate == "" {
		c.notices.add(backend.Notice{Kind: backend.NoticeWarn, Text: "Internal date not correctly formatted"})
	}
	return appender, name, msg, nil
}
