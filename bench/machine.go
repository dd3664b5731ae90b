package main

import (
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"

	"golang.org/x/sys/unix"
)

// machine says what was measured on, and with what.
type machine struct {
	CPU      string
	Cores    int
	Memory   string
	Kernel   string
	PHP      string
	Dovecot  string
	Go       string
	GoIMAP   string
	GoPOP3   string
	Revision string // of the repository
}

func describeMachine() machine {
	m := machine{
		CPU:      find(`model name\s*: (.*)`, read("/proc/cpuinfo")),
		Cores:    runtime.NumCPU(),
		Memory:   find(`MemTotal:\s*(.*)`, read("/proc/meminfo")),
		Kernel:   kernel(),
		PHP:      output("php", "-r", "echo PHP_VERSION;"),
		Dovecot:  find(`\S+`, output("dovecot", "--version")),
		Go:       runtime.Version(),
		Revision: output("git", "describe", "--always", "--dirty"),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			switch d.Path {
			case "github.com/emersion/go-imap/v2":
				m.GoIMAP = d.Version
			case "github.com/knadh/go-pop3":
				m.GoPOP3 = d.Version
			}
		}
	}
	return m
}

func kernel() string {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return ""
	}
	return unix.ByteSliceToString(name.Sysname[:]) + " " + unix.ByteSliceToString(name.Release[:]) + " " + unix.ByteSliceToString(name.Machine[:])
}

func read(name string) string {
	text, _ := os.ReadFile(name)
	return string(text)
}

func output(name string, args ...string) string {
	text, _ := exec.Command(name, args...).Output()
	return strings.TrimSpace(string(text))
}

// find is the first submatch of a regular expression, or all of the match.
func find(expression, text string) string {
	match := regexp.MustCompile(expression).FindStringSubmatch(text)
	if match == nil {
		return ""
	}
	return match[len(match)-1]
}
