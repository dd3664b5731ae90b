package backend

import (
	"cmp"
	"errors"
)

// ErrTemporary and ErrPermanent tell whether another try can succeed. Test for them with
// errors.Is, in addition to the kind. An error that matches neither does not tell.
var (
	// ErrTemporary is a failure that may pass without a change on this side: the same call may
	// succeed later.
	ErrTemporary = errors.New("temporary failure")
	// ErrPermanent is a failure of every call with the same arguments.
	ErrPermanent = errors.New("permanent failure")
)

// The kinds of failure. Test for them with errors.Is. docs/errors.md describes each.
var (
	ErrAuthentication   = errors.New("authentication failed")
	ErrBadMessageNumber = errors.New("bad message number")
	ErrCertificate      = NewKind("certificate not accepted", ErrPermanent)
	ErrConnect          = errors.New("cannot connect")
	ErrConnectionLost   = errors.New("connection lost")
	ErrInvalidArgument  = NewKind("invalid argument", ErrPermanent)
	ErrNotSupported     = NewKind("not supported by this service", ErrPermanent)
	ErrProtocol         = errors.New("protocol error")
	ErrRefused          = errors.New("refused by the server")
	ErrTimeout          = NewKind("timeout", ErrTemporary)
	ErrTooLarge         = NewKind("larger than the limit", ErrPermanent)

	// ErrUnknownCriterion is an ErrInvalidArgument for search criteria that do not parse.
	ErrUnknownCriterion = NewKind("unknown search criterion", ErrInvalidArgument)
)

// NewKind returns a kind of failure that also matches another error: ErrTemporary or
// ErrPermanent, or a more general kind.
func NewKind(text string, matches error) error { return &kind{text, matches} }

type kind struct {
	text    string
	matches error
}

func (k *kind) Error() string { return k.text }
func (k *kind) Unwrap() error { return k.matches }

// Error is a failure with the text for the user.
type Error struct {
	Kind error  // one of the Err values of this package
	Text string // never holds a secret
	Err  error  // the cause, may be nil

	// Code is the name of the response code with which the server refused, in upper case, such
	// as "UNAVAILABLE" and "IN-USE", or "". See [CodeOf].
	Code string
	// Prospect is ErrTemporary or ErrPermanent, if it is known beyond Kind and Code. Otherwise
	// it is nil.
	Prospect error

	// Notice is a message of the service that came with the error, or "". The reader of a Fetch
	// makes a NoticeError of it; see Message.Notices.
	Notice string
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the kind, ErrTemporary or ErrPermanent, and the cause, for errors.Is.
func (e *Error) Unwrap() []error {
	list := []error{e.Kind}
	if prospect := cmp.Or(e.Prospect, prospects[e.Code]); prospect != nil {
		list = append(list, prospect)
	}
	if e.Err != nil {
		list = append(list, e.Err)
	}
	return list
}
