package dial

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/imapcompat/imapcompat/backend"
)

// Prospect returns [backend.ErrTemporary] for a failure of the network that may be over at
// the next try: the server or a part of the network is down, overloaded or too slow, or the
// server has ended the connection. It returns nil for any other, such as a host that does
// not exist or a connection that was ended on this side. nil says nothing about the next
// try.
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

// isTransient reports whether an error number depends on the state of a network or a
// machine, and not on the request.
func isTransient(errno syscall.Errno) bool {
	switch errno {
	case syscall.EACCES, syscall.EPERM, syscall.EINVAL, syscall.EAFNOSUPPORT:
		return false
	}
	return true
}
