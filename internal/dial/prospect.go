package dial

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/imapcompat/imapcompat/backend"
)

// Prospect returns [backend.ErrTemporary] if the server or a part of the network is down or
// overloaded, has closed the connection or has been too slow. Otherwise it returns nil, which
// leaves it open: for a host that does not exist, and for what this side ended.
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

// isTransient reports whether an error number describes the state of a network or machine.
func isTransient(errno syscall.Errno) bool {
	switch errno {
	case syscall.EACCES, syscall.EPERM, syscall.EINVAL, syscall.EAFNOSUPPORT:
		return false
	}
	return true
}
