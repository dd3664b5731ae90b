package kills

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/imapcompat/imapcompat"
)

// scenario is where a case takes place, and how.
type scenario struct {
	server    mailServer
	database  database
	protocols []string
	then      string
	keyed     bool
	processes int
	workers   int    // handlers of each process
	target    string // what is killed
}

// Targets.
const (
	worker     = "worker"
	theServer  = "mail server"
	theLedger  = "database"
	anyInstant = "any instant"
)

func (s scenario) String() string {
	effect := "DoneTx"
	if s.keyed {
		effect = "by key"
	}
	return fmt.Sprintf("%v, %v, %s, %s, %s, %d processes with %d workers, killing the %s",
		s.server, s.database, strings.Join(s.protocols, "+"), s.then, effect, s.processes, s.workers, s.target)
}

// steps are the steps of the life of a message at which a worker may be stopped.
func (s scenario) steps() []string {
	steps := []string{"sight", "sighted", "claimed", "identify", "identified", "handle", "effect", "handled"}
	if s.keyed {
		steps = append(steps, "record", "recorded")
	} else {
		steps = append(steps, "finish:done", "finished:done", "commit", "committed")
	}
	if s.then != "keep" {
		steps = append(steps, "settle", "settling")
		if slices.Contains(s.protocols, "pop3") {
			steps = append(steps, "closed")
		}
		if slices.Contains(s.protocols, "imap") {
			steps = append(steps, "settled")
		}
	}
	if len(s.protocols) > 1 {
		steps = append(steps, "merge", "merged")
	}
	return steps
}

// play is a case: workers that are killed and replaced.
type play struct {
	scenario
	r       *rand.Rand
	account account
	ledger  string
	sent    int // messages
	kills   *table
	running []*process
	twice   int             // messages that the server has copied twice, because it was killed meanwhile
	lost    map[string]bool // messages whose delivery failed
}

// run kills up to some times, lets the workers finish, and checks.
func (p *play) run(kills int) error {
	if err := p.send(6); err != nil {
		return err
	}
	defer p.end()
	for range kills {
		struck, err := p.kill()
		if err != nil {
			return err
		}
		if !struck { // the workers had nothing to do
			if err := p.send(2); err != nil {
				return err
			}
		}
		if err := p.send(1); err != nil {
			return err
		}
	}
	if err := p.finish(); err != nil {
		return err
	}
	return p.check()
}

// kill starts the workers that are missing, and kills one or what it depends on.
func (p *play) kill() (struck bool, err error) {
	step := p.steps()[p.r.IntN(len(p.steps()))]
	hit := 1 + int32(p.r.IntN(3))
	if strings.HasPrefix(step, "s") || step == "closed" || step == "claimed" {
		hit = 1
	}
	instant := p.r.IntN(3) == 0
	if instant {
		step = ""
	}
	victim, err := p.start(step, hit)
	if err != nil {
		return false, err
	}
	for len(p.running) < p.processes {
		if _, err := p.start("", 0); err != nil {
			return false, err
		}
	}
	if instant {
		step = anyInstant
		select {
		case <-victim.ended:
		case <-time.After(time.Duration(p.r.IntN(250)) * time.Millisecond):
			struck = true
		}
	} else {
		select {
		case <-victim.here:
			struck = true
		case <-victim.ended:
		case <-time.After(5 * time.Second):
			// It has nothing to do. If it works over one protocol, it does not end before others
			// have found out over the other one which messages are known.
			victim.goOn()
		}
	}
	if struck {
		if struck, err = p.strike(victim); err != nil {
			return false, err
		}
	}
	if struck {
		p.kills.count(p.target, step)
	}
	return struck, p.reap()
}

// strike kills.
func (p *play) strike(victim *process) (struck bool, err error) {
	switch p.target {
	case worker:
		victim.cmd.Process.Kill()
		<-victim.ended
		return victim.killed(), nil
	case theServer:
		err = p.server.crash()
	case theLedger:
		err = p.database.crash()
	}
	victim.goOn()
	return err == nil, err
}

// reap forgets the workers that have ended.
func (p *play) reap() error {
	var errs []error
	p.running = slices.DeleteFunc(p.running, func(w *process) bool {
		select {
		case <-w.ended:
			if !w.killed() && w.err != nil {
				errs = append(errs, fmt.Errorf("a worker: %w: %s", w.err, w.log()))
			}
			return true
		default:
			return false
		}
	})
	return errors.Join(errs...)
}

// finish lets workers run, over each protocol, until nothing is left.
func (p *play) finish() error {
	for _, protocol := range p.protocols {
		if _, err := p.startOver(protocol, "", 0); err != nil {
			return err
		}
	}
	end := time.After(patience + time.Minute)
	for _, w := range p.running {
		select {
		case <-w.ended:
		case <-end:
			return fmt.Errorf("a worker has not finished: %s", w.log())
		}
	}
	if err := p.reap(); err != nil {
		return err
	}
	return nil
}

func (p *play) end() {
	for _, w := range p.running {
		w.cmd.Process.Kill()
		<-w.ended
	}
}

// send delivers messages.
func (p *play) send(n int) error {
	return again(func() error {
		conn, err := p.account.open("imap")
		if err != nil {
			return err
		}
		defer conn.Close()
		for ; n > 0; n-- {
			text := fmt.Sprintf("From: a@example.org\r\nMessage-ID: <same@example.org>\r\nSubject: %d\r\n\r\nText of %d.\r\n", p.sent+1, p.sent+1)
			if err := conn.Append(p.account.imap, text); err != nil {
				if !errors.Is(err, imapcompat.ErrConnectionLost) {
					return err
				}
				p.sent++
				p.lost[fmt.Sprint(p.sent)] = true // or not
				return err
			}
			p.sent++
		}
		return nil
	})
}

// again tries again while something is down.
func again(f func() error) error {
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		err := f()
		if err == nil || time.Now().After(end) {
			return err
		}
	}
}

// process is a worker.
type process struct {
	cmd   *exec.Cmd
	in    interface{ Write([]byte) (int, error) }
	out   strings.Builder
	here  chan struct{}
	ended chan struct{}
	err   error
}

func (p *play) start(step string, hit int32) (*process, error) {
	return p.startOver(p.protocols[p.r.IntN(len(p.protocols))], step, hit)
}

func (p *play) startOver(protocol, step string, hit int32) (*process, error) {
	text, err := json.Marshal(order{
		Mailbox: p.account.url(protocol), User: p.account.user, Password: p.account.password, Ledger: p.ledger,
		Then: p.then, Keyed: p.keyed, Workers: p.workers, Step: step, Hit: hit,
	})
	if err != nil {
		return nil, err
	}
	w := &process{cmd: exec.Command(os.Args[0]), here: make(chan struct{}), ended: make(chan struct{})}
	w.cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	w.cmd.Stderr = &w.out
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(w.ended)
		if lines := bufio.NewScanner(out); lines.Scan() {
			close(w.here)
			for lines.Scan() {
			}
		}
		w.err = w.cmd.Wait()
	}()
	p.running = append(p.running, w)
	return w, nil
}

// goOn lets a worker go on that waits at its step.
func (w *process) goOn() { w.in.Write([]byte("go\n")) }

// killed reports whether SIGKILL has ended the worker.
func (w *process) killed() bool {
	status, ok := w.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

func (w *process) log() string {
	select {
	case <-w.ended:
		return w.out.String()
	default:
		return "it still runs"
	}
}
