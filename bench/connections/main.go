// Command connections opens many connections in one process, and prints the memory that each
// takes.
//
//	go run ./bench/connections -n 10000
//
// The server is a process of its own, which is this program with -server. It supports only
// the commands that are needed. Each connection takes a file descriptor in both processes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/bench/self"
)

func main() {
	n := flag.Int("n", 10000, "how many `connections`")
	server := flag.Bool("server", false, "be the server")
	flag.Parse()
	var err error
	if *server {
		err = self.Serve(os.Stdout, converse)
	} else {
		err = run(os.Stdout, *n)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "connections:", err)
		os.Exit(1)
	}
}

// run measures against a server in a process of its own.
func run(out io.Writer, n int) error {
	address, stop, err := self.Start("-server")
	if err != nil {
		return err
	}
	defer stop()
	return measure(out, address, n)
}

// measure opens the connections, sends a command over each, and then waits for news on all
// of them.
func measure(out io.Writer, address string, n int) error {
	before := memory()
	report := func(what string) {
		now := memory()
		fmt.Fprintf(out, "%-8s %6.1f KiB and %.1f goroutines each\n", what,
			float64(now.HeapAlloc+now.StackInuse-before.HeapAlloc-before.StackInuse)/float64(n)/1024,
			float64(runtime.NumGoroutine()-1)/float64(n))
	}
	mailboxes := make([]*imapcompat.Connection, n)
	for i := range mailboxes {
		var err error
		if mailboxes[i], err = imapcompat.Open("{"+address+"/imap/notls}INBOX", "user", "password"); err != nil {
			return fmt.Errorf("connection %d: %w", i+1, err)
		}
	}
	report("open")
	for i, mailbox := range mailboxes {
		if err := mailbox.Ping(); err != nil {
			return fmt.Errorf("connection %d: %w", i+1, err)
		}
		if err := mailbox.Expunge(); err != nil {
			return fmt.Errorf("connection %d: %w", i+1, err)
		}
	}
	report("used")
	ctx, cancel := context.WithCancel(context.Background())
	results := make(chan error, n)
	for _, mailbox := range mailboxes {
		go func() { results <- mailbox.Wait(ctx) }()
	}
	time.Sleep(2*time.Second + time.Duration(n)*100*time.Microsecond) // until all are in IDLE
	report("watched")
	fmt.Fprintf(out, "in all %d connections take %d MiB from the system\n", n, memory().Sys>>20)
	cancel()
	for range n {
		if err := <-results; !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return nil
}

// memory is the memory in use after a garbage collection.
func memory() (m runtime.MemStats) {
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m
}
