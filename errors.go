package imapcompat

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// The kinds of failure, for errors.Is.
var (
	// ErrBadMessageNumber is PHP's "Bad message number" and "UID does not
	// exist": the mailbox has no such message.
	ErrBadMessageNumber = backend.ErrBadMessageNumber
	// ErrClosed is PHP's "IMAP\Connection is already closed": Close was called.
	ErrClosed = errors.New("connection is closed")
	// ErrNoSuchPart is PHP's false of imap_bodystruct: the message has no part
	// of that number.
	ErrNoSuchPart = errors.New("no such part")

	ErrAuthentication  = backend.ErrAuthentication
	ErrCertificate     = backend.ErrCertificate
	ErrConnect         = backend.ErrConnect
	ErrConnectionLost  = backend.ErrConnectionLost
	ErrInvalidArgument = backend.ErrInvalidArgument
	ErrNotSupported    = backend.ErrNotSupported
	ErrProtocol        = backend.ErrProtocol
	ErrRefused         = backend.ErrRefused
	ErrTimeout         = backend.ErrTimeout
	ErrTooLarge        = backend.ErrTooLarge
)

// Error is the failure of a function. Where PHP returns false and warns, Go
// returns an Error with the text of the warning.
type Error struct {
	Func string // the PHP function, "imap_open"
	Text string // what PHP reports, without the function's name
	// Errors is what c-client said about it, in order: what imap_errors
	// returns after the call.
	Errors []string
	Err    error // the cause; errors.Is finds its kind
}

// Error is PHP's message, with c-client's last word where that is another, and
// the cause where there is one.
func (e *Error) Error() string {
	text := e.Func + "(): " + e.Text
	if n := len(e.Errors); n > 0 && e.Errors[n-1] != e.Text {
		text += ": " + e.Errors[n-1]
	}
	var said *backend.Error
	if errors.As(e.Err, &said) && said.Err != nil && !strings.Contains(text, said.Err.Error()) {
		text += " (" + said.Err.Error() + ")"
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// argumentError is a ValueError of PHP's: a wrong argument, found before
// anything was sent.
func argumentError(fn string, position int, name, must string) error {
	return &Error{Func: fn, Text: fmt.Sprintf("Argument #%d ($%s) %s", position, name, must), Err: ErrInvalidArgument}
}

// Errors returns what went wrong since the last call of Errors, as imap_errors
// does: failures, and oddities that did not keep a call from succeeding, such
// as an address that does not parse. It empties the list. Where PHP returns
// false there is an empty slice.
//
// The list keeps the newest 1,000 entries, and of each the first 8,192 octets.
func (c *Connection) Errors() []string { return c.notices.takeErrors() }

// Alerts returns the alerts that the server sent since the last call of
// Alerts, as imap_alerts does: texts that are meant for the user's eyes. It
// empties the list.
func (c *Connection) Alerts() []string { return c.notices.takeAlerts() }

// LastError returns the newest entry of the list of Errors, "" when that is
// empty, as imap_last_error does. The list stays as it is.
func (c *Connection) LastError() string { return c.notices.lastError() }

// maxNotices bounds each list of notices, for a program that never reads them.
const maxNotices = 1000

// maxNotice bounds the text of a notice, in octets. A response line is no longer
// in a server that means well (RFC 7162 section 4).
const maxNotice = 8192

func appendBounded(list []string, text string) []string {
	text = strings.Clone(text[:min(len(text), maxNotice)])
	if len(list) >= maxNotices {
		list = slices.Delete(list, 0, len(list)-maxNotices+1)
	}
	return append(list, text)
}
