//go:build unix

package harness

import (
	"os/user"
	"strconv"
	"syscall"
)

// Credential returns the attributes with which a process of root becomes another user's.
func Credential(u *user.User) (*syscall.SysProcAttr, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}
