package dial

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/imapcompat/imapcompat/backend"
)

// Prospect is what a failure of the network says of another try:
// [backend.ErrTemporary] where the server or a part of the network is down or
// overloaded, has ended the connection or has been too slow, and nil, which leaves it
// open, else: for a host that does not exist, and what was ended on this side.
func Prospect(err error) error {
	var (
		dns   *net.DNSError
		errno syscall.Errno
	)
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return nil
	case isTimeout(err), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return backend.ErrTemporary
	case errors.As(err, &dns):
		if dns.IsTemporary {
			return backend.ErrTemporary
		}
		return nil
	case errors.As(err, &errno) && isTransient(errno):
		return backend.ErrTemporary
	}
	return nil
}

// isTransient reports an error number that is of the state of a network or a machine,
// and not of what was asked for.
func isTransient(errno syscall.Errno) bool {
	switch errno {
	case syscall.EACCES, syscall.EPERM, syscall.EINVAL, syscall.EAFNOSUPPORT:
		return false
	}
	return true
}
