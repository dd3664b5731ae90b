//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpuTime is the user and system time of the process.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // getrusage of the own process does not fail
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
