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

// Timeout returns one of the process's timeouts in seconds, and sets it first
// when seconds are given, as imap_timeout does. -1 seconds only asks; 0 waits
// for ever, and for IMAP_CLOSETIMEOUT as long as the others allow. It is in
// force for connections opened later. For one connection alone there is
// [WithTimeout]. IMAP_READTIMEOUT bounds the wait for a line, and is a millisecond
// longer for each octet of it; PHP's is for each octet.
//
// Where PHP returns false, for a type that does not exist or a negative
// timeout, the error matches [ErrInvalidArgument].
func Timeout(t TimeoutType, seconds ...int) (int, error) {
	defaultTimeouts.mu.Lock()
	defer defaultTimeouts.mu.Unlock()
	value := timeoutOf(&defaultTimeouts.values, t)
	if value == nil {
		return 0, argumentError("imap_timeout", 1, "timeout_type",
			"must be IMAP_OPENTIMEOUT, IMAP_READTIMEOUT, IMAP_WRITETIMEOUT or IMAP_CLOSETIMEOUT")
	}
	for _, n := range seconds {
		if n < -1 {
			return 0, argumentError("imap_timeout", 2, "timeout", "must be greater than or equal to -1")
		}
		if n >= 0 {
			*value = time.Duration(n) * time.Second
		}
	}
	return int(*value / time.Second), nil
}
