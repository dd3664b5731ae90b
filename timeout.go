package imapcompat

import (
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// timeouts are the process's own, as PHP's are.
type timeouts struct {
	mu     sync.Mutex
	values backend.Timeouts
}

// PHP sets three of them to its default_socket_timeout, 60 seconds. Without the
// fourth, the end of a connection is bounded by the other three.
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

// Timeout sets a timeout of the process, in seconds, and returns it, as imap_timeout does.
// -1, which is PHP's default, sets nothing; 0 waits for ever, and for
// [IMAP_CLOSETIMEOUT] as long as the other three allow.
//
// Timeout is for ported scripts only: it changes every connection that the process opens
// afterwards, those of other packages included. New code gives [WithTimeout] to [Open].
//
// [IMAP_READTIMEOUT] bounds the wait for a line, and is a millisecond longer for each octet
// of it. PHP's bounds the wait for each octet.
//
// Where PHP returns false, for a type that does not exist or a negative
// timeout, the error matches [ErrInvalidArgument].
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
