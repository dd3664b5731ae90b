package backend

import "errors"

// The kinds of failure. They are tested with errors.Is.
var (
	ErrAuthentication   = errors.New("authentication failed")
	ErrBadMessageNumber = errors.New("bad message number")
	ErrCertificate      = errors.New("certificate not accepted")
	ErrConnect          = errors.New("cannot connect")
	ErrConnectionLost   = errors.New("connection lost")
	ErrInvalidArgument  = errors.New("invalid argument")
	ErrNotSupported     = errors.New("not supported by this service")
	ErrProtocol         = errors.New("protocol error")
	ErrRefused          = errors.New("refused by the server")
	ErrTimeout          = errors.New("timeout")
	ErrTooLarge         = errors.New("larger than the limit")
)

// Error is a failure with the text that a user is shown.
type Error struct {
	Kind error  // one of the Err values of this package
	Text string // never holds a secret
	Err  error  // the cause, may be nil

	// Notice is what the service said aside, "" for nothing. The reader of a
	// Fetch makes a NoticeError of it; see Message.Notices.
	Notice string
}

func (e *Error) Error() string { return e.Text }

// Unwrap lets errors.Is find both the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}
