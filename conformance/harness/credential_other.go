//go:build !unix

package harness

import (
	"errors"
	"os/user"
	"syscall"
)

// Credential returns an error: only on Unix a process of root can become another user's.
func Credential(*user.User) (*syscall.SysProcAttr, error) {
	return nil, errors.ErrUnsupported
}
