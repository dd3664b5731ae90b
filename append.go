package imapcompat

import (
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// AppendOption is an optional argument of [Connection.Append] and
// [Connection.AppendReader]: what [WithAppendFlags] or [WithInternalDate] returns.
type AppendOption func(*appendOptions)

type appendOptions struct{ flags, date string }

// WithAppendFlags sets the flags of the new message, PHP's argument $options, as
// [Connection.SetFlagFull] takes them: `\Seen \Flagged`.
func WithAppendFlags(flags string) AppendOption {
	return func(o *appendOptions) { o.flags = flags }
}

// WithInternalDate sets the date that the server is to keep for the new message, PHP's
// argument $internal_date: "17-Jul-1996 02:44:25 -0700". As in PHP a date of another form
// is not used, and the message is appended nonetheless; [Connection.Errors] has PHP's
// warning then. A text of this form that is no date, or a year before 1970 or after 2097,
// is an error that matches [ErrInvalidArgument].
func WithInternalDate(date string) AppendOption {
	return func(o *appendOptions) { o.date = date }
}

// dateTime finds a date-time of RFC 9051 with a day of two digits, which is
// what PHP looks for.
var dateTime = regexp.MustCompile(`([0-3][0-9])-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-([0-9]{4}) ([0-2][0-9]):[0-5][0-9]:[0-5][0-9] [+-][0-9]{4}`)

// appendDate is the date-time in a text, "" where there is none.
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

// Append adds a message to a mailbox, as imap_append does. The mailbox is named
// in full; see [Connection.CreateMailbox]. The message is stored as it is:
// servers expect lines that end in CR LF.
//
// The error matches [ErrRefused] when the server does not take it, with
// "[TRYCREATE]" in its text when there is no such mailbox. When the connection
// breaks meanwhile the error matches [ErrConnectionLost] and says whether the
// message may have been stored. On POP3 it matches [ErrNotSupported].
func (c *Connection) Append(mailbox, message string, options ...AppendOption) error {
	return c.AppendReader(mailbox, strings.NewReader(message), int64(len(message)), options...)
}

// AppendReader is Append of a message that is read from r, which is to have size
// octets and no more. Only a small part of it is in memory at a time. The server
// is told the size first, and nothing is read of a message that it does not take, unless
// it is a short one that follows another one for the same mailbox.
//
// IMAP has no way back from a message that was begun. When r fails, or has fewer
// octets or more, the connection is dropped: the error matches [ErrConnectionLost]
// and r's, if there is one, and nothing is stored. A NUL in the message, which
// only some servers take, is sent as it is.
//
// There is no bound on the wait for r, which goes on when the context of
// [Connection.WithContext] ends; the call returns at the next octets then. The
// connection is in use until AppendReader returns: r must not call it. To take the
// message from another connection let [Connection.SaveBody] write to an [io.Pipe].
func (c *Connection) AppendReader(mailbox string, r io.Reader, size int64, options ...AppendOption) error {
	return c.do("imap_append", func(c *call) error {
		appender, name, msg, err := c.toAppend(mailbox, r, size, options)
		if err != nil {
			return err
		}
		return appender.Append(c.ctx, name, msg)
	})
}

// toAppend is a message for the mailbox of a name, and the service that takes it.
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
