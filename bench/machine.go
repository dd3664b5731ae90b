package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine describes the machine and the versions of the programs.
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
	Date     string
}

func describeMachine() machine {
	return machine{
		CPU:      find(`model name\s*: (.*)`, read("/proc/cpuinfo")),
		Cores:    runtime.NumCPU(),
		Memory:   gibibytes(find(`MemTotal:\s*(\d+)`, read("/proc/meminfo"))),
		Kernel:   output("uname", "-srm"),
		PHP:      output("php", "-r", "echo PHP_VERSION;"),
		Dovecot:  find(`\S+`, output("dovecot", "--version")),
		Go:       runtime.Version(),
		GoIMAP:   module("github.com/emersion/go-imap/v2"),
		GoPOP3:   module("github.com/knadh/go-pop3"),
		Revision: output("git", "describe", "--always", "--dirty"),
		Date:     time.Now().UTC().Format(time.DateOnly),
	}
}

// module is the version of a required module.
func module(path string) string { return output("go", "list", "-m", "-f", "{{.Version}}", path) }

func gibibytes(kilobytes string) string {
	n, err := strconv.ParseFloat(kilobytes, 64)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%.1f GiB", n/(1<<20))
}

func read(name string) string {
	text, _ := os.ReadFile(name)
	return string(text)
}

func output(name string, args ...string) string {
	text, _ := exec.Command(name, args...).Output()
	return strings.TrimSpace(string(text))
}

// find returns the last submatch of a regular expression, or the match if it has none.
func find(expression, text string) string {
	match := regexp.MustCompile(expression).FindStringSubmatch(text)
	if match == nil {
		return ""
	}
	return match[len(match)-1]
}
