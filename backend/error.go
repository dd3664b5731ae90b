package backend

import (
	"cmp"
	"errors"
)

// What is known of another try. They are tested with errors.Is, and stand beside the
// kind. An error that matches neither leaves it open.
var (
	// ErrTemporary is a failure that may be over later, without anybody doing
	// anything about it here: the same call is worth another try.
	ErrTemporary = errors.New("temporary failure")
	// ErrPermanent is one that another try with the same arguments cannot change.
	ErrPermanent = errors.New("permanent failure")
)

// The kinds of failure. They are tested with errors.Is.
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

	// ErrUnknownCriterion is an ErrInvalidArgument: what is to be searched for does not
	// parse.
	ErrUnknownCriterion = NewKind("unknown search criterion", ErrInvalidArgument)
)

// NewKind is a kind of failure that matches another error too: ErrTemporary or
// ErrPermanent where always the same is known, or a more general kind.
func NewKind(text string, matches error) error { return &kind{text, matches} }

type kind struct {
	text    string
	matches error
}

func (k *kind) Error() string { return k.text }
func (k *kind) Unwrap() error { return k.matches }

// Error is a failure with the text that a user is shown.
type Error struct {
	Kind error  // one of the Err values of this package
	Text string // never holds a secret
	Err  error  // the cause, may be nil

	// Code is the name of the response code with which the server refused, in upper
	// case, such as "UNAVAILABLE" and "IN-USE"; "" when there was none. See [CodeOf].
	Code string
	// Prospect is ErrTemporary or ErrPermanent where more is known of another try
	// than Kind and Code say; nil leaves it to them.
	Prospect error

	// Notice is what the service said aside, "" for nothing. The reader of a
	// Fetch makes a NoticeError of it; see Message.Notices.
	Notice string
}

func (e *Error) Error() string { return e.Text }

// Unwrap lets errors.Is find the kind, what is known of another try, and the cause.
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
