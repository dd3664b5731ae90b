package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/imapcompat/imapcompat/bench/job"
)

// reader does a workload on one message.
type reader func(num int, t *tally) error

// mailbox has the functions that a loop needs.
type mailbox interface {
	numMsg() (int, error)
	search(header, text string) ([]int, error)
}

// addLoops adds the loops of a function: over all messages, over the result of a search, and
// over messages in random order.
func addLoops(w map[string]workload, j *job.Job, m mailbox, function string, read reader) {
	w[function] = func(t *tally) error {
		n, err := m.numMsg()
		for num := 1; num <= n && err == nil; num++ {
			err = read(num, t)
		}
		return err
	}
	w[function+"/found"] = func(t *tally) error {
		found, err := m.search("FROM", j.Sender)
		for i := 0; i < len(found) && err == nil; i++ {
			err = read(found[i], t)
		}
		return err
	}
	w[function+"/random"] = func(t *tally) error {
		for _, num := range j.Numbers {
			if err := read(num, t); err != nil {
				return err
			}
		}
		return nil
	}
}

// readMessages reads a file with messages. A line with the length in octets precedes each.
func readMessages(name string) ([]string, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r := bufio.NewReader(file)
	var list []string
	for {
		var length int
		if _, err := fmt.Fscanf(r, "%d\n", &length); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		text := make([]byte, length)
		if _, err := io.ReadFull(r, text); err != nil {
			return nil, err
		}
		list = append(list, string(text))
	}
}
