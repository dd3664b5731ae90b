package imapcompat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// The kinds of failure. Test for them with errors.Is. The page docs/errors.md says for each
// what to do.
var (
	// ErrAuthentication says that the server does not accept the user name, the password or
	// the token.
	ErrAuthentication = backend.ErrAuthentication
	// ErrBadMessageNumber says that the mailbox has no such message: PHP's "Bad message
	// number" and "UID does not exist". A message that another client has removed counts
	// too.
	ErrBadMessageNumber = backend.ErrBadMessageNumber
	// ErrCertificate says that the server's certificate is not valid for the host, or that
	// SCRAM with channel binding (RFC 5802 section 6) shows that somebody in between ends
	// TLS. It matches ErrPermanent.
	ErrCertificate = backend.ErrCertificate
	// ErrClosed says that Close was called before: PHP's "IMAP\Connection is already
	// closed".
	ErrClosed = backend.NewKind("connection is closed", ErrPermanent)
	// ErrConnect says that the server cannot be reached.
	ErrConnect = backend.ErrConnect
	// ErrConnectionLost says that the connection ended during the call or before it. Each
	// later call fails, until Reopen.
	ErrConnectionLost = backend.ErrConnectionLost
	// ErrInvalidArgument says that an argument is not valid: PHP's ValueError, or a text
	// that does not parse. In most cases nothing was sent. It matches ErrPermanent.
	ErrInvalidArgument = backend.ErrInvalidArgument
	// ErrNoSuchPart says that the message has no part of that number, where PHP's
	// imap_bodystruct returns false.
	ErrNoSuchPart = backend.NewKind("no such part", ErrPermanent)
	// ErrNotSupported says that the service or the server does not have the function, as
	// POP3 has no mailboxes to create. It matches ErrPermanent.
	ErrNotSupported = backend.ErrNotSupported
	// ErrProtocol says that the server's response does not parse.
	ErrProtocol = backend.ErrProtocol
	// ErrRefused says that the server refused the command: NO or BAD on IMAP, -ERR on POP3.
	// Error.Code has the reason, if the server told it by a response code.
	ErrRefused = backend.ErrRefused
	// ErrTimeout says that a time limit has passed: one of WithTimeout or Timeout, or the
	// deadline of a context. It matches ErrTemporary.
	ErrTimeout = backend.ErrTimeout
	// ErrTooLarge says that a message or part is larger than WithMaxMessageSize, or that
	// a message exceeds another bound. It matches ErrPermanent.
	ErrTooLarge = backend.ErrTooLarge
	// ErrUnknownCriterion says that search criteria do not parse: PHP's "Unknown search
	// criterion". It matches ErrInvalidArgument.
	ErrUnknownCriterion = backend.ErrUnknownCriterion
)

// Response codes of logins that say whether another try can succeed. They are values of
// [Error].Code; the page docs/errors.md has the meaning of each for a program.
const (
	CodeAuth                 = backend.CodeAuth                 // RFC 3206, POP3: the user name or password is wrong
	CodeAuthenticationFailed = backend.CodeAuthenticationFailed // RFC 5530: the user name or password is wrong
	CodeAuthorizationFailed  = backend.CodeAuthorizationFailed  // RFC 5530: no right to act as that user
	CodeExpired              = backend.CodeExpired              // RFC 5530: the password has expired
	CodeLoginDelay           = backend.CodeLoginDelay           // RFC 2449 8.1, POP3: too soon after the last login
	CodePrivacyRequired      = backend.CodePrivacyRequired      // RFC 5530: the operation needs encryption
)

// Response codes about the server.
const (
	CodeClientBug    = backend.CodeClientBug    // RFC 5530: the server reports a bug of the client
	CodeContactAdmin = backend.CodeContactAdmin // RFC 5530: the user should call the administrator
	CodeCorruption   = backend.CodeCorruption   // RFC 5530: data on the server is corrupt
	CodeServerBug    = backend.CodeServerBug    // RFC 5530: the server reports a bug of its own
	CodeSysPerm      = backend.CodeSysPerm      // RFC 3206, POP3: the server needs an administrator
	CodeSysTemp      = backend.CodeSysTemp      // RFC 3206, POP3: the server may recover
	CodeUnavailable  = backend.CodeUnavailable  // RFC 5530: a part of the server is down
)

// Response codes about a mailbox, a message or a command.
const (
	CodeAlreadyExists = backend.CodeAlreadyExists // RFC 5530: the mailbox exists
	CodeBadCharset    = backend.CodeBadCharset    // RFC 9051 7.1: the server does not know the charset of a search
	CodeCannot        = backend.CodeCannot        // RFC 5530: the operation can never succeed
	CodeHasChildren   = backend.CodeHasChildren   // RFC 9051 7.1: the mailbox to delete has children
	CodeInUseIMAP     = backend.CodeInUseIMAP     // RFC 5530: the mailbox is locked
	CodeInUsePOP3     = backend.CodeInUsePOP3     // RFC 2449 8.1, POP3: the maildrop is locked
	CodeLimit         = backend.CodeLimit         // RFC 5530: a limit, such as that of connections or of flags
	CodeNonexistent   = backend.CodeNonexistent   // RFC 5530: there is no such mailbox
	CodeNoPerm        = backend.CodeNoPerm        // RFC 5530: the access control list does not permit it
	CodeOverQuota     = backend.CodeOverQuota     // RFC 5530: the user is or would be over quota
	CodeTooBig        = backend.CodeTooBig        // RFC 4469, 7889: the message is too large
	CodeTryCreate     = backend.CodeTryCreate     // RFC 9051 7.1: there is no such mailbox
	CodeUnknownCTE    = backend.CodeUnknownCTE    // RFC 9051 7.1: a part's encoding cannot be decoded
)

// ErrTemporary and ErrPermanent say whether another try can succeed. Test for them with
// errors.Is, in addition to the kind. An error that matches neither does not tell.
var (
	// ErrTemporary is a failure whose cause may pass without a change on the client's side:
	// the server is down or overloaded, the mailbox is locked, a time limit has passed. The
	// same call may succeed later.
	ErrTemporary = backend.ErrTemporary
	// ErrPermanent is a failure of every call with the same arguments: a wrong password, a
	// mailbox that exists already, an argument that is not valid.
	ErrPermanent = backend.ErrPermanent
)

// Class is how PHP reports a failure, beside the value that the function returns.
type Class int

const (
	// ClassSilent is a failure without a warning. PHP returns false, and may add an entry
	// to the list of imap_errors.
	ClassSilent Class = iota
	// ClassWarning is an E_WARNING with Error.Text.
	ClassWarning
	// ClassValueError is a ValueError, which PHP throws, with Error.Text.
	ClassValueError
)

// String returns "silent", "warning" or "ValueError".
func (c Class) String() string {
	switch c {
	case ClassWarning:
		return "warning"
	case ClassValueError:
		return "ValueError"
	}
	return "silent"
}

// Error is the failure of a function. Functions return it as *Error; [errors.Is] finds its
// kind, one of the Err variables, and [errors.As] the Error. No Error contains a password
// or token.
type Error struct {
	// Func names the function: PHP's, "imap_open", or "Connection.Wait", as in
	// docs/functions.md, for one that PHP does not have. PHP's names begin with "imap_",
	// and those of this package with a capital letter. A variant of PHP's function reports
	// PHP's name: imap_open for OpenContext, imap_append for AppendReader.
	Func  string
	Text  string // what PHP reports, without the function's name
	Class Class  // how PHP reports it
	// Code is the server's response code in upper case and without its arguments,
	// "UNAVAILABLE" or "ALREADYEXISTS", and "" when there was none. The codes are those of
	// RFC 9051 section 7.1 and RFC 5530 on IMAP, and of RFC 2449 and RFC 3206 on POP3.
	// [ErrTemporary] and [ErrPermanent] follow from it. The constants [CodeUnavailable] and
	// so on name the codes that say whether another try can succeed.
	Code string
	// Errors are the entries that imap_errors would return after the call, the oldest
	// first.
	Errors []string
	Err    error // the cause; errors.Is finds its kind
}

// Error returns PHP's message, "imap_open(): Couldn't open stream …". The last entry of
// Errors follows where it is another text, and then the cause in parentheses.
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

// newError returns an Error of class ClassSilent, with the code of its cause.
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

// warning returns an Error of class ClassWarning.
func warning(fn, text string, cause error) *Error {
	e := newError(fn, text, cause)
	e.Class = ClassWarning
	return e
}

// argumentError returns PHP's ValueError of a wrong argument. Arguments are checked before
// anything is sent.
func argumentError(fn string, position int, name, must string) error {
	return &Error{Func: fn, Class: ClassValueError,
		Text: fmt.Sprintf("Argument #%d ($%s) %s", position, name, must), Err: ErrInvalidArgument}
}

// Errors returns the entries that were added to the list of errors since the last call of
// Errors, and empties the list, as imap_errors does. They are failures, and oddities that
// made no call fail, such as an address that does not parse. Where PHP returns false the
// slice is empty.
//
// The list belongs to the connection; PHP's belongs to the process. It keeps the newest
// 1,000 entries, and the first 8,192 octets of each.
func (c *Connection) Errors() []string { return c.notices.takeErrors() }

// maxNotices bounds each list of notices, in entries, since a program may never read them.
const maxNotices = 1000

// maxNotice bounds the text of a notice, in octets. RFC 7162 section 4 has 8,192 as the
// bound of a line.
const maxNotice = 8192

func appendBounded(list []string, text string) []string {
	text = strings.Clone(text[:min(len(text), maxNotice)])
	if len(list) >= maxNotices {
		list = slices.Delete(list, 0, len(list)-maxNotices+1)
	}
	return append(list, text)
}

// warned returns err as PHP's warning with a text, and adds err to the list of errors.
func (c *call) warned(text string, err error) error {
	said := err.Error()
	c.notices.add(backend.Notice{Kind: backend.NoticeError, Text: said})
	failure := warning(c.fn, text, err)
	failure.Errors = []string{said}
	return failure
}

// notValid is the error, in c-client's words, of a function that the service does not have.
func (c *connection) notValid(what string) error {
	return &backend.Error{Kind: ErrNotSupported, Text: what + " not valid for " + strings.ToUpper(c.name.Service)}
}

// unable is the error, in c-client's words, of something that the service cannot do.
func (c *connection) unable(purpose string) error {
	return &backend.Error{Kind: ErrNotSupported, Text: "Can't " + purpose + " over " + strings.ToUpper(c.name.Service)}
}

// valueError is the error of an argument for which PHP returns false without a text.
func valueError(fn, text string) error {
	return &Error{Func: fn, Text: text, Err: ErrInvalidArgument}
}
