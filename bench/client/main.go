// Command client is the Go side of the benchmark. It does one workload with the library, with
// a plain client or on the bare wire, and prints the measurement.
//
//	client '{"contestant":"imapcompat","protocol":"imap","port":143,…}'
//
// Package job documents the protocol. client.php is the counterpart in PHP.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/bench/job"
)

// workload does a job and counts its results.
type workload func(t *tally) error

// contestant has the mailbox open.
type contestant struct {
	workloads map[string]workload
	close     func() error
}

var contestants = map[string]func(*job.Job) (*contestant, error){
	"imapcompat imap": newLibrary,
	"imapcompat pop3": newLibrary,
	"plain imap":      newPlainIMAP,
	"plain pop3":      newPlainPOP3,
	"wire imap":       newWireIMAP,
	"wire pop3":       newWirePOP3,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: client JOB")
	}
	j := new(job.Job)
	if err := json.Unmarshal([]byte(args[0]), j); err != nil {
		return err
	}
	open, ok := contestants[j.Contestant+" "+j.Protocol]
	if !ok {
		return fmt.Errorf("no contestant %q on %q", j.Contestant, j.Protocol)
	}
	c, err := open(j)
	if err != nil {
		return err
	}
	work, ok := c.workloads[j.Workload]
	if !ok {
		return fmt.Errorf("%s cannot %s on %s", j.Contestant, j.Workload, j.Protocol)
	}
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	m, err := measure(work, newTally(j.Verify))
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(m); err != nil {
		return err
	}
	if c.close == nil {
		return nil
	}
	return c.close()
}

func measure(work workload, t *tally) (*job.Measurement, error) {
	cpu, start := cpuTime(), time.Now()
	if err := work(t); err != nil {
		return nil, err
	}
	m := &job.Measurement{Wall: time.Since(start), CPU: cpuTime() - cpu, Memory: peakMemory()}
	m.Messages, m.Octets, m.Digest = t.messages, t.octets, t.digest()
	return m, nil
}

// peakMemory reads /proc, because getrusage includes the memory of the parent at the fork.
func peakMemory() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int
	fmt.Sscan(rest, &kilobytes)
	return kilobytes << 10
}
