//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpuTime is what the process has spent on processors, as user and in the system.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // there is no reason for it
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
