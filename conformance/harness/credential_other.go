//go:build !unix

package harness

import (
	"errors"
	"os/user"
	"syscall"
)

// Credential makes a process of root's another user's, which Unix systems can.
func Credential(*user.User) (*syscall.SysProcAttr, error) {
	return nil, errors.ErrUnsupported
}
