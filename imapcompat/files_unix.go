//go:build unix

package main

import (
	"errors"

	"golang.org/x/sys/unix"
)

func isRunning(pid int) bool { return !errors.Is(unix.Kill(pid, 0), unix.ESRCH) }
