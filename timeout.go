package imapcompat

import (
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// timeouts are the timeouts of the process.
type timeouts struct {
	mu     sync.Mutex
	values backend.Timeouts
}

// defaultTimeouts are PHP's: three have the value of default_socket_timeout, 60 seconds. The
// fourth is not set, so these three bound the end of a connection.
var defaultTimeouts = timeouts{values: backend.Timeouts{
	Open: time.Minute, Read: time.Minute, Write: time.Minute,
}}

func (t *timeouts) get() backend.Timeouts {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.values
}

func timeoutOf(values *backend.Timeouts, t TimeoutType) *time.Duration {
	switch t {
	case IMAP_OPENTIMEOUT:
		return &values.Open
	case IMAP_READTIMEOUT:
		return &values.Read
	case IMAP_WRITETIMEOUT:
		return &values.Write
	case IMAP_CLOSETIMEOUT:
		return &values.Close
	}
	return nil
}

// Timeout sets a timeout of the process and returns it, in seconds, as imap_timeout does.
// -1, PHP's default, sets nothing. 0 waits for ever, and for [IMAP_CLOSETIMEOUT] as long as
// the other three allow.
//
// Timeout is there for compatibility only: it is state of the process, and changes all
// connections that are opened later, those of other packages too. New programs use
// [WithTimeout], which is an option of one connection.
//
// [IMAP_READTIMEOUT] bounds the wait for a line, plus a millisecond for each octet of the
// line. PHP's bounds the wait for each octet.
//
// The error matches [ErrInvalidArgument] where PHP returns false: for a type that does not
// exist and for less than -1 seconds.
func Timeout(t TimeoutType, seconds int) (int, error) {
	defaultTimeouts.mu.Lock()
	defer defaultTimeouts.mu.Unlock()
	value := timeoutOf(&defaultTimeouts.values, t)
	if value == nil {
		return 0, argumentError("imap_timeout", 1, "timeout_type",
			"must be IMAP_OPENTIMEOUT, IMAP_READTIMEOUT, IMAP_WRITETIMEOUT or IMAP_CLOSETIMEOUT")
	}
	if seconds < -1 {
		return 0, argumentError("imap_timeout", 2, "timeout", "must be greater than or equal to -1")
	}
	if seconds >= 0 {
		*value = time.Duration(seconds) * time.Second
	}
	return int(*value / time.Second), nil
}
