package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/imapcompat/imapcompat/bench/job"
)

// wirePOP3 sends all commands of a workload at once and drops the answers.
type wirePOP3 struct {
	conn     net.Conn
	r        *bufio.Reader
	job      *job.Job
	messages int
}

// retrieve has the command that each function sends.
var retrieve = map[string]string{
	"headerinfo":     "TOP %d 0",
	"fetchheader":    "TOP %d 0",
	"fetchstructure": "RETR %d",
	"body":           "RETR %d",
	"fetchbody":      "RETR %d",
	"interleaved":    "RETR %d",
}

func newWirePOP3(j *job.Job) (*contestant, error) {
	w := &wirePOP3{job: j}
	c := &contestant{workloads: map[string]workload{"open": w.openClose}}
	if j.Workload == "open" {
		return c, nil
	}
	if err := w.open(); err != nil {
		return nil, err
	}
	all := make([]int, w.messages)
	for i := range all {
		all[i] = i + 1
	}
	for function, command := range retrieve {
		c.workloads[function] = w.each(command, all)
		c.workloads[function+"/random"] = w.each(command, j.Numbers)
		c.workloads[function+"/found"] = func(t *tally) error {
			found, err := w.search("From: ", j.Sender)
			if err != nil {
				return err
			}
			return w.each(command, found)(t)
		}
	}
	c.workloads["overview"] = w.each("TOP %d 0", all)
	c.workloads["search"] = c.workloads["overview"]
	c.workloads["thread"] = c.workloads["overview"]
	c.workloads["sort"] = c.workloads["overview"]
	c.workloads["mailboxmsginfo"] = w.each("LIST", []int{0})
	c.workloads["delete"] = w.each("DELE %d", odd(w.messages))
	return c, nil
}

func (w *wirePOP3) open() (err error) {
	if w.conn, err = net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", w.job.Port)); err != nil {
		return err
	}
	w.r = bufio.NewReaderSize(w.conn, 64<<10)
	if _, err := fmt.Fprintf(w.conn, "USER %s\r\nPASS %s\r\nSTAT\r\n", w.job.User, w.job.Password); err != nil {
		return err
	}
	for range 4 { // the greeting, and three answers
		line, err := w.r.ReadString('\n')
		if err != nil {
			return err
		}
		if !strings.HasPrefix(line, "+OK") {
			return fmt.Errorf("the server says %q", line)
		}
		fmt.Sscanf(line, "+OK %d ", &w.messages)
	}
	return nil
}

func (w *wirePOP3) openClose(t *tally) error {
	for range w.job.Times {
		if err := w.open(); err != nil {
			return err
		}
		t.messages++
		if err := w.each("", nil)(t); err != nil {
			return err
		}
		if err := w.conn.Close(); err != nil {
			return err
		}
	}
	return nil
}

// each sends a command for each number, and QUIT. The answers end when the server closes the
// connection.
func (w *wirePOP3) each(command string, numbers []int) workload {
	return func(*tally) error {
		var text strings.Builder
		for _, n := range numbers {
			if strings.Contains(command, "%d") {
				fmt.Fprintf(&text, command, n)
			} else {
				text.WriteString(command)
			}
			text.WriteString("\r\n")
		}
		text.WriteString("QUIT\r\n")
		failed := make(chan error, 1)
		go func() {
			_, err := io.WriteString(w.conn, text.String())
			failed <- err
		}()
		if _, err := io.Copy(io.Discard, w.r); err != nil {
			return err
		}
		return <-failed
	}
}

// search returns the messages with a header line that has this prefix and contains this text.
func (w *wirePOP3) search(prefix, text string) ([]int, error) {
	failed := make(chan error, 1)
	go func() {
		var commands strings.Builder
		for n := range w.messages {
			fmt.Fprintf(&commands, "TOP %d 0\r\n", n+1)
		}
		_, err := io.WriteString(w.conn, commands.String())
		failed <- err
	}()
	var found []int
	for n := range w.messages {
		for {
			line, err := w.r.ReadString('\n')
			if err != nil {
				return nil, err
			}
			if line == ".\r\n" {
				break
			}
			if strings.HasPrefix(line, prefix) && strings.Contains(line, text) {
				found = append(found, n+1)
			}
		}
	}
	return found, <-failed
}
