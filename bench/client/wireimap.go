package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/bench/job"
)

// wireIMAP sends one command for all the data of a workload, and reads and drops the answer.
// No client can be faster.
type wireIMAP struct {
	conn     net.Conn
	r        *bufio.Reader
	job      *job.Job
	messages int
}

// tag is the tag of all commands. The server answers in order.
const tag = "Z"

// fetchItems has the data items that each function asks for.
var fetchItems = map[string]string{
	"headerinfo":     "UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY.PEEK[HEADER.FIELDS (Newsgroups Followup-To References)]",
	"fetchheader":    "BODY.PEEK[HEADER]",
	"fetchstructure": "BODYSTRUCTURE",
	"body":           "BODY.PEEK[TEXT]",
	"fetchbody":      "BODY.PEEK[1]",
	"interleaved":    "UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY.PEEK[HEADER.FIELDS (Newsgroups Followup-To References)] BODYSTRUCTURE BODY.PEEK[TEXT]",
}

func newWireIMAP(j *job.Job) (*contestant, error) {
	w := &wireIMAP{job: j}
	c := &contestant{workloads: map[string]workload{"open": w.openClose}}
	if j.Workload == "open" {
		return c, nil
	}
	if err := w.open(); err != nil {
		return nil, err
	}
	c.close = func() error { return w.conn.Close() }
	for function, items := range fetchItems {
		c.workloads[function] = w.once("FETCH 1:* (" + items + ")")
		c.workloads[function+"/random"] = w.once("FETCH " + join(j.Numbers) + " (" + items + ")")
		c.workloads[function+"/found"] = func(t *tally) error {
			found, err := w.search(`FROM "` + j.Sender + `"`)
			if err != nil {
				return err
			}
			return w.once("FETCH " + found + " (" + items + ")")(t)
		}
	}
	moved := join(j.Numbers)
	c.workloads[job.Move] = w.once("COPY "+moved+" "+job.Archive, "STORE "+moved+` +FLAGS.SILENT (\Deleted)`, "EXPUNGE")
	c.workloads[job.WithMove] = w.once("MOVE "+moved+" "+job.Archive, "EXPUNGE")
	c.workloads["overview"] = c.workloads["headerinfo"]
	c.workloads["mailboxmsginfo"] = w.once("FETCH 1:* (FLAGS RFC822.SIZE)")
	c.workloads["search"] = w.once(`SEARCH SUBJECT "` + j.Word + `"`)
	c.workloads["thread"] = w.once("THREAD REFERENCES US-ASCII ALL")
	c.workloads["sort"] = w.once("SORT (DATE) US-ASCII ALL")
	switch j.Workload {
	case "delete":
		c.workloads["delete"] = w.once("STORE "+join(odd(w.messages))+` +FLAGS.SILENT (\Deleted)`, "EXPUNGE", "LOGOUT")
	case "append":
		messages, err := readMessages(j.File)
		c.workloads["append"] = w.once(appendCommands(messages)...)
		return c, err
	}
	return c, nil
}

func (w *wireIMAP) open() (err error) {
	if w.conn, err = net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", w.job.Port)); err != nil {
		return err
	}
	w.r = bufio.NewReader(w.conn)
	command := "EXAMINE"
	if w.job.Changes() {
		command = "SELECT"
	}
	if err := w.send("LOGIN "+w.job.User+" "+w.job.Password, command+" INBOX"); err != nil {
		return err
	}
	lines, err := w.lines(2)
	for _, line := range lines {
		if strings.HasSuffix(line, " EXISTS\r\n") {
			fmt.Sscanf(line, "* %d", &w.messages)
		}
	}
	return err
}

// openClose sends LOGIN and EXAMINE together, and then LOGOUT.
func (w *wireIMAP) openClose(t *tally) error {
	for range w.job.Times {
		if err := w.open(); err != nil {
			return err
		}
		t.messages++
		if err := w.once("LOGOUT")(t); err != nil {
			return err
		}
		if err := w.conn.Close(); err != nil {
			return err
		}
	}
	return nil
}

func (w *wireIMAP) send(commands ...string) error {
	var text strings.Builder
	for _, c := range commands {
		text.WriteString(tag + " " + c + "\r\n")
	}
	_, err := io.WriteString(w.conn, text.String())
	return err
}

// lines reads the answers to a number of commands.
func (w *wireIMAP) lines(commands int) ([]string, error) {
	var list []string
	for commands > 0 {
		line, err := w.r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(line, tag+" ") {
			if !strings.HasPrefix(line, tag+" OK") {
				return nil, fmt.Errorf("the server says %q", line)
			}
			commands--
		}
		list = append(list, line)
	}
	return list, nil
}

func (w *wireIMAP) search(criteria string) (set string, err error) {
	if err := w.send("SEARCH " + criteria); err != nil {
		return "", err
	}
	lines, err := w.lines(1)
	if err != nil {
		return "", err
	}
	found := strings.Fields(strings.TrimPrefix(lines[0], "* SEARCH"))
	return strings.Join(found, ","), nil
}

// once pipelines the commands and drops the answers.
func (w *wireIMAP) once(commands ...string) workload {
	return func(*tally) error {
		failed := make(chan error, 1)
		go func() { failed <- w.send(commands...) }()
		if err := w.drain(len(commands)); err != nil {
			return err
		}
		return <-failed
	}
}

// drain reads the answers to a number of commands. For a single command it looks only at the
// last line of what has arrived, because the server sends nothing after the tagged response.
func (w *wireIMAP) drain(commands int) error {
	if commands > 1 {
		_, err := w.lines(commands)
		return err
	}
	buf := make([]byte, 64<<10)
	var tail []byte
	for {
		n, err := w.r.Read(buf)
		if err != nil {
			return err
		}
		tail = append(tail, buf[max(0, n-200):n]...)
		tail = tail[max(0, len(tail)-200):]
		if !bytes.HasSuffix(tail, []byte("\r\n")) {
			continue
		}
		line := tail[1+bytes.LastIndexByte(tail[:len(tail)-2], '\n'):]
		switch {
		case bytes.HasPrefix(line, []byte(tag+" OK")):
			return nil
		case bytes.HasPrefix(line, []byte(tag+" ")):
			return fmt.Errorf("the server says %q", line)
		}
	}
}

// appendCommands sends messages as non-synchronizing literals (LITERAL+, RFC 7888).
func appendCommands(messages []string) []string {
	commands := make([]string, len(messages))
	for i, text := range messages {
		commands[i] = fmt.Sprintf("APPEND INBOX {%d+}\r\n%s", len(text), text)
	}
	return commands
}

// join makes a message set in ascending order.
func join(numbers []int) string {
	var list []string
	for _, n := range slices.Sorted(slices.Values(numbers)) {
		list = append(list, strconv.Itoa(n))
	}
	return strings.Join(list, ",")
}

func odd(messages int) (list []int) {
	for n := 1; n <= messages; n += 2 {
		list = append(list, n)
	}
	return list
}
