// Command large reads mailboxes of very many messages, and prints how time and memory grow
// with the number of messages.
//
//	go run ./bench/large -n 10000,100000,1000000
//
// The server is a process of its own, which is this program with -server. It generates the
// messages while it sends them. A process of its own reads each size, so that the memory is
// that of one size.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/bench/self"
)

func main() {
	sizes := flag.String("n", "10000,100000,1000000", "how many `messages`, one size or several")
	server := flag.Int("server", 0, "be the server of a mailbox of so many `messages`")
	client := flag.String("client", "", "read the mailbox of the server at an `address`")
	flag.Parse()
	var err error
	switch {
	case *server > 0:
		err = serve(os.Stdout, *server)
	case *client != "":
		err = measure(os.Stdout, *client)
	default:
		err = run(os.Stdout, strings.Split(*sizes, ","))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "large:", err)
		os.Exit(1)
	}
}

// run measures each size.
func run(out io.Writer, sizes []string) error {
	for _, size := range sizes {
		if n, err := strconv.Atoi(size); err != nil || n < 1 {
			return fmt.Errorf("-n %s: not a number of messages", size)
		}
		if err := runOne(out, size); err != nil {
			return err
		}
	}
	return nil
}

func runOne(out io.Writer, size string) error {
	address, stop, err := self.Start("-server", size)
	if err != nil {
		return err
	}
	defer stop()
	program, err := os.Executable()
	if err != nil {
		return err
	}
	client := exec.Command(program, "-client", address)
	client.Stdout, client.Stderr = out, os.Stderr
	return client.Run()
}
