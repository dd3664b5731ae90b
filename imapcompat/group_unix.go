//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup has a command run in a process group of its own: Ctrl-C at the terminal, which
// goes to the group of this program, does not reach it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func endGroup(cmd *exec.Cmd) error  { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
func killGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// endBy ends this program as a signal does by default.
func endBy(s os.Signal) {
	if number, ok := s.(syscall.Signal); ok {
		syscall.Kill(os.Getpid(), number)
	}
}
