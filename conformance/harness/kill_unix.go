//go:build unix

package harness

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Kill kills a process and its descendants (SIGKILL), which it finds in /proc (proc(5)), and
// waits for their ends. The process is stopped first: it could start another one meanwhile,
// which would go on, and hold its port and memory.
func Kill(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return fmt.Errorf("killing process %d: %w", pid, err)
	}
	if !within(startTimeout, func() bool { return stopped(pid) }) {
		return fmt.Errorf("process %d has not stopped", pid)
	}
	killed := append(descendants(pid), pid)
	for _, p := range killed {
		syscall.Kill(p, syscall.SIGKILL) // it may have ended
	}
	if !within(startTimeout, func() bool { return !alive(killed) }) {
		return fmt.Errorf("process %d has not ended", pid)
	}
	return nil
}

// within reports whether a condition has come true in a time.
func within(d time.Duration, condition func() bool) bool {
	for end := time.Now().Add(d); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

type process struct {
	pid, parent int
	state       string
}

func descendants(pid int) (list []int) {
	for _, p := range processes() {
		if p.parent == pid {
			list = append(append(list, p.pid), descendants(p.pid)...)
		}
	}
	return list
}

func processes() (list []process) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if p, ok := stat(pid); ok {
				list = append(list, p)
			}
		}
	}
	return list
}

// stat reads "12 (name) S 1 …". A name may have blanks and parentheses.
func stat(pid int) (process, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, false // it has ended
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 2 {
		return process{}, false
	}
	parent, err := strconv.Atoi(fields[1])
	return process{pid, parent, fields[0]}, err == nil
}

// stopped reports whether a process runs no more, for now or for good.
func stopped(pid int) bool {
	p, ok := stat(pid)
	return !ok || p.state == "T" || p.state == "Z"
}

// alive reports whether one of the processes has not ended. A zombie has.
func alive(pids []int) bool {
	for _, pid := range pids {
		if p, ok := stat(pid); ok && p.state != "Z" {
			return true
		}
	}
	return false
}
