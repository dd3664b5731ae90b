package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"time"

	"github.com/imapcompat/imapcompat"
)

// step does something with all messages of a mailbox. It returns the result, which the
// script holds.
type step struct {
	name string
	run  func(mailbox *imapcompat.Connection, n int) (any, error)
}

var steps = []step{
	{"search", func(mailbox *imapcompat.Connection, n int) (any, error) {
		found, err := mailbox.Search("UNSEEN")
		return found, expect(len(found), n/2, err)
	}},
	{"overview", func(mailbox *imapcompat.Connection, n int) (any, error) {
		list, err := mailbox.FetchOverview("1:*")
		return list, expect(len(list), n, err)
	}},
	{"overviews", func(mailbox *imapcompat.Connection, n int) (any, error) {
		count := 0
		for _, err := range mailbox.Overviews("1:*") {
			if err != nil {
				return nil, err
			}
			count++
		}
		return nil, expect(count, n, nil)
	}},
	{"headerinfo", func(mailbox *imapcompat.Connection, n int) (any, error) {
		for num := 1; num <= n; num++ {
			info, err := mailbox.HeaderInfo(num)
			if err != nil {
				return nil, err
			}
			if info.Msgno != num {
				return nil, fmt.Errorf("message %d came as %d", num, info.Msgno)
			}
		}
		return nil, nil
	}},
	{"fetchheader", func(mailbox *imapcompat.Connection, n int) (any, error) {
		for num := 1; num <= n; num++ {
			if _, err := mailbox.FetchHeader(num); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}},
}

func expect(got, want int, err error) error {
	if err == nil && got != want {
		return fmt.Errorf("%d messages, not %d", got, want)
	}
	return err
}

// measure opens the mailbox of the server, runs each step, and reports its time and the
// memory in use.
func measure(out io.Writer, address string) error {
	begin := time.Now()
	mailbox, err := imapcompat.Open("{"+address+"/imap/notls}INBOX", "user", "password")
	if err != nil {
		return err
	}
	defer mailbox.Close()
	n, err := mailbox.NumMsg()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d messages\n%-12s %8d ms\n", n, "open", time.Since(begin).Milliseconds())
	for _, s := range steps {
		if err := measureStep(out, s, mailbox, n); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

func measureStep(out io.Writer, s step, mailbox *imapcompat.Connection, n int) error {
	peak := watchHeap()
	begin := time.Now()
	result, err := s.run(mailbox, n)
	took := time.Since(begin)
	most := peak()
	if err != nil {
		return err
	}
	runtime.GC()
	held := heap()
	runtime.KeepAlive(result)
	fmt.Fprintf(out, "%-12s %8d ms %7.2f µs a message %7.1f MiB at most %7.1f MiB held\n",
		s.name, took.Milliseconds(), float64(took.Microseconds())/float64(n), mebi(most), mebi(held))
	return nil
}

func mebi(octets uint64) float64 { return float64(octets) / (1 << 20) }

// watchHeap begins to measure the size of the heap. The returned function stops the
// measurement and returns the peak.
func watchHeap() (peak func() uint64) {
	const interval = 5 * time.Millisecond
	runtime.GC()
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		largest := heap()
		for {
			select {
			case <-stop:
				most <- max(largest, heap())
				return
			case <-time.After(interval):
				largest = max(largest, heap())
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-most
	}
}

// heap is the size of all objects in octets, including garbage not yet collected.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
