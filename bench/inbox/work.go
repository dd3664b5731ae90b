package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// task is the work of one process.
type task struct {
	Kind   string        // "loop", "job" or "fill"
	Server string        // address
	Ledger string        // name for sqlledger.Open
	Takes  time.Duration // of the handler
	Known  int           // of "fill": how many messages are recorded as done
}

// result is what a process measures, or the sum over processes. Memory is the largest peak of
// the resident size, in octets.
type result struct {
	Wall     time.Duration
	Memory   int
	Messages int
}

// runAll runs a task in some processes, which begin at the same time when all are ready.
func runAll(t task, processes int) (result, error) {
	program, err := os.Executable()
	if err != nil {
		return result{}, err
	}
	type child struct {
		cmd *exec.Cmd
		in  io.WriteCloser
		out *bufio.Reader
	}
	var children []child
	defer func() {
		for _, c := range children {
			c.cmd.Process.Kill()
			c.cmd.Wait()
		}
	}()
	for range processes {
		cmd := exec.Command(program, "-work", t.String())
		cmd.Stderr = os.Stderr
		in, err := cmd.StdinPipe()
		if err != nil {
			return result{}, err
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			return result{}, err
		}
		if err := cmd.Start(); err != nil {
			return result{}, err
		}
		children = append(children, child{cmd, in, bufio.NewReader(out)})
		if _, err := children[len(children)-1].out.ReadString('\n'); err != nil {
			return result{}, fmt.Errorf("a process was not ready: %w", err)
		}
	}
	begin := time.Now()
	for _, c := range children {
		if _, err := fmt.Fprintln(c.in); err != nil {
			return result{}, err
		}
	}
	var total result
	for _, c := range children {
		var r result
		if err := json.NewDecoder(c.out).Decode(&r); err != nil {
			return result{}, fmt.Errorf("a process has no result: %w", err)
		}
		total.Messages += r.Messages
		total.Memory = max(total.Memory, r.Memory)
	}
	total.Wall = time.Since(begin)
	return total, nil
}

// work does a task. It writes a line when it is ready, waits for a line, and writes the result.
func work(in io.Reader, out io.Writer, text string) error {
	var t task
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return err
	}
	mbox, err := imapcompat.Open("{"+t.Server+"/imap/notls}INBOX", "user", "password")
	if err != nil {
		return err
	}
	defer mbox.Close()
	var run func() (int, error)
	if t.Kind == "loop" {
		run = func() (int, error) { return loop(mbox) }
	} else {
		ledger, err := sqlledger.Open(t.Ledger)
		if err != nil {
			return err
		}
		defer ledger.Close()
		switch t.Kind {
		case "job":
			run = func() (int, error) { return job(mbox, ledger, t.Takes) }
		case "fill":
			run = func() (int, error) { return fill(mbox, ledger, t.Known) }
		default:
			return fmt.Errorf("no task %q", t.Kind)
		}
	}
	fmt.Fprintln(out, "ready")
	if _, err := bufio.NewReader(in).ReadString('\n'); err != nil {
		return err
	}
	n, err := run()
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(result{Memory: peak(), Messages: n})
}

// loop is the program that a job is compared with: it reads all messages.
func loop(mbox *imapcompat.Connection) (int, error) {
	n := 0
	for _, err := range mbox.Messages("1:*", imapcompat.FT_PEEK) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func job(mbox *imapcompat.Connection, ledger *sqlledger.Ledger, takes time.Duration) (int, error) {
	j := inbox.Job{
		Box: inbox.New(mbox, ledger, inbox.Named("bench")),
		Handle: func(context.Context, *inbox.Message) error {
			if takes > 0 {
				time.Sleep(takes)
			}
			return nil
		},
	}
	report, err := j.Run(context.Background())
	if err == nil && report.Failed+report.Lost > 0 {
		err = errors.New(report.String())
	}
	return report.Done, err
}

// fill records messages as done, as a job would that has handled them long ago.
func fill(mbox *imapcompat.Connection, ledger *sqlledger.Ledger, n int) (int, error) {
	const batch = 1000
	ctx, owner := context.Background(), "bench"
	source, err := mbox.URL()
	if err != nil {
		return 0, err
	}
	scan, err := ledger.StartScan(ctx, "bench", source, owner, time.Hour)
	if err != nil {
		return 0, err
	}
	for done := 0; done < n; {
		s := inbox.Sighting{Scan: scan}
		for range min(batch, n-done) {
			done++
			id := strconv.Itoa(done)
			s.Sighted = append(s.Sighted, inbox.Sighted{ID: id, Key: "key" + id, Order: int64(done)})
			s.Cursor = id
		}
		if _, err := ledger.Sight(ctx, s); err != nil {
			return done, err
		}
		records, err := ledger.Claim(ctx, inbox.Claiming{Box: "bench", Source: source, Owner: owner, Lease: time.Hour, Limit: batch})
		if err != nil {
			return done, err
		}
		identities := make([]inbox.Identity, len(records))
		outcomes := make([]inbox.Outcome, len(records))
		for i, r := range records {
			identities[i] = inbox.Identity{
				Record: r, Size: size, Contents: []string{fmt.Sprintf("sha256:%064x", done-len(records)+i)},
				Hint: inbox.Hint{From: "Sender <sender@example.org>", Subject: "Message " + r.Place.ID, MessageID: "<" + r.Place.ID + "@example.org>"},
			}
			outcomes[i] = inbox.Outcome{Record: r, State: inbox.StateDone, Settled: true}
		}
		if _, err := ledger.Identify(ctx, identities); err != nil {
			return done, err
		}
		if _, err := ledger.Finish(ctx, outcomes); err != nil {
			return done, err
		}
	}
	_, err = ledger.StartScan(ctx, "bench", source, owner, 0)
	return n, err
}

// peak returns the peak of the resident size in octets, 0 where the system does not tell.
var peak = sync.OnceValue(func() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return kib << 10
		}
	}
	return 0
})
