package imapcompat

import (
	"context"
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
	ErrClosed = backend.NewKind("connection is closed", ErrPermanent)
	// ErrNoSuchPart is PHP's false of imap_bodystruct: the message has no part
	// of that number.
	ErrNoSuchPart = backend.NewKind("no such part", ErrPermanent)

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

	// ErrUnknownCriterion is PHP's "Unknown search criterion": the criteria of a search
	// do not parse. It matches ErrInvalidArgument.
	ErrUnknownCriterion = backend.ErrUnknownCriterion
)

// Response codes that say something of another try, for [Error].Code. docs/errors.md
// has what each means.
const (
	CodeAlreadyExists        = backend.CodeAlreadyExists
	CodeAuth                 = backend.CodeAuth
	CodeAuthenticationFailed = backend.CodeAuthenticationFailed
	CodeAuthorizationFailed  = backend.CodeAuthorizationFailed
	CodeBadCharset           = backend.CodeBadCharset
	CodeCannot               = backend.CodeCannot
	CodeClientBug            = backend.CodeClientBug
	CodeContactAdmin         = backend.CodeContactAdmin
	CodeCorruption           = backend.CodeCorruption
	CodeExpired              = backend.CodeExpired
	CodeHasChildren          = backend.CodeHasChildren
	CodeInUseIMAP            = backend.CodeInUseIMAP
	CodeInUsePOP3            = backend.CodeInUsePOP3
	CodeLimit                = backend.CodeLimit
	CodeLoginDelay           = backend.CodeLoginDelay
	CodeNonexistent          = backend.CodeNonexistent
	CodeNoPerm               = backend.CodeNoPerm
	CodeOverQuota            = backend.CodeOverQuota
	CodePrivacyRequired      = backend.CodePrivacyRequired
	CodeServerBug            = backend.CodeServerBug
	CodeSysPerm              = backend.CodeSysPerm
	CodeSysTemp              = backend.CodeSysTemp
	CodeTooBig               = backend.CodeTooBig
	CodeTryCreate            = backend.CodeTryCreate
	CodeUnavailable          = backend.CodeUnavailable
	CodeUnknownCTE           = backend.CodeUnknownCTE
)

// What is known of another try, for errors.Is, beside the kind. An error that matches
// neither leaves it open. docs/errors.md says what matches which.
var (
	// ErrTemporary is a failure that may be over later, without anybody doing
	// anything about it here: the server is down or overloaded, the mailbox is locked,
	// a time limit has passed. The same call is worth another try.
	ErrTemporary = backend.ErrTemporary
	// ErrPermanent is one that another try with the same arguments cannot change: a
	// wrong password, a mailbox that exists already, an argument that is not valid.
	ErrPermanent = backend.ErrPermanent
)

// Class is how PHP reports a failure, beside the value that the function returns
// then.
type Class int

const (
	// ClassSilent is a failure of which PHP says nothing, or puts it on the list of
	// imap_errors.
	ClassSilent Class = iota
	// ClassWarning is a warning, E_WARNING, with Error.Text.
	ClassWarning
	// ClassValueError is a ValueError, which PHP throws.
	ClassValueError
)

func (c Class) String() string {
	switch c {
	case ClassWarning:
		return "warning"
	case ClassValueError:
		return "ValueError"
	}
	return "silent"
}

// Error is the failure of a function. Where PHP returns false and warns, Go
// returns an Error with the text of the warning.
type Error struct {
	// Func is the PHP function, "imap_open". A function that PHP does not have is named
	// as in docs/functions.md, "Connection.Wait", so that its names tell the two apart:
	// those of PHP's begin with "imap_", those of this package with a capital letter.
	Func  string
	Text  string // what PHP reports, without the function's name
	Class Class  // how PHP reports it
	// Code is the name of the response code with which the server refused, in upper
	// case and without its arguments: "UNAVAILABLE", "IN-USE", "ALREADYEXISTS"; ""
	// when there was none. [ErrTemporary] and [ErrPermanent] are made of it. Names are
	// from RFC 9051 section 7.1 and RFC 5530 on IMAP, RFC 2449 and RFC 3206 on POP3;
	// those that matter to another try are the constants [CodeUnavailable] and its
	// like.
	Code string
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

// newError is an Error of class ClassSilent, with the code of its cause.
func newError(fn, text string, cause error) *Error {
	// A context that was over before the call waited for the server is a time limit, too.
	if errors.Is(cause, context.DeadlineExceeded) && !errors.Is(cause, ErrTimeout) {
		cause = &backend.Error{Kind: ErrTimeout, Text: cause.Error(), Err: cause}
	}
	e := &Error{Func: fn, Text: text, Err: cause}
	var said *backend.Error
	if errors.As(cause, &said) {
		e.Code = said.Code
	}
	return e
}

// warning is an Error of class ClassWarning.
func warning(fn, text string, cause error) *Error {
	e := newError(fn, text, cause)
	e.Class = ClassWarning
	return e
}

// argumentError is a ValueError of PHP's: a wrong argument, found before
// anything was sent.
func argumentError(fn string, position int, name, must string) error {
	return &Error{Func: fn, Class: ClassValueError,
		Text: fmt.Sprintf("Argument #%d ($%s) %s", position, name, must), Err: ErrInvalidArgument}
}

// Errors returns what went wrong since the last call of Errors, as imap_errors
// does: failures, and oddities that did not keep a call from succeeding, such
// as an address that does not parse. It empties the list. Where PHP returns
// false there is an empty slice.
//
// The list keeps the newest 1,000 entries, and of each the first 8,192 octets.
func (c *Connection) Errors() []string { return c.notices.takeErrors() }

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

// warned makes PHP's warning of err, which goes on the list of Errors beside it.
func (c *call) warned(text string, err error) error {
	said := err.Error()
	c.notices.add(backend.Notice{Kind: backend.NoticeError, Text: said})
	failure := warning(c.fn, text, err)
	failure.Errors = []string{said}
	return failure
}

// notValid is the error of a service that has no such thing, in c-client's
// words.
func (c *connection) notValid(what string) error {
	return &backend.Error{Kind: ErrNotSupported, Text: what + " not valid for " + strings.ToUpper(c.name.Service)}
}

// unable is the error of a service that has no such thing.
func (c *connection) unable(purpose string) error {
	return &backend.Error{Kind: ErrNotSupported, Text: "Can't " + purpose + " over " + strings.ToUpper(c.name.Service)}
}

// valueError is an argument that PHP returns false for without a word of its
// own.
func valueError(fn, text string) error {
	return &Error{Func: fn, Text: text, Err: ErrInvalidArgument}
}
