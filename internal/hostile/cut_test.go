package hostile_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// direction is where octets go.
type direction string

const (
	toServer direction = "to the server"
	toClient direction = "to the client"
)

// cutter passes one connection on to a server, and cuts it after some octets in
// one direction. The server gets what was sent until then, and may take its time
// with it.
type cutter struct {
	net.Listener
	target string
	dir    direction
	after  int // octets; negative is never

	done   sync.WaitGroup
	passed map[direction]int // to be read after wait
}

func newCutter(target string, dir direction, after int) (*cutter, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &cutter{Listener: l, target: target, dir: dir, after: after, passed: make(map[direction]int)}
	c.done.Add(1)
	go c.serve()
	return c, nil
}

// wait waits until the server has seen the end of the connection and is done with
// all that came before.
func (c *cutter) wait() {
	c.Listener.Close()
	c.done.Wait()
}

func (c *cutter) serve() {
	defer c.done.Done()
	conn, err := c.Accept()
	if err != nil {
		return
	}
	defer conn.Close()
	upstream, err := net.Dial("tcp", c.target)
	if err != nil {
		return
	}
	defer upstream.Close()
	client, server := conn.(*net.TCPConn), upstream.(*net.TCPConn)
	if c.after%2 == 1 {
		client.SetLinger(0) // a reset in the place of an orderly end
	}
	var up int
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		var cut bool
		if up, cut = pass(server, client, c.limit(toServer)); cut {
			client.Close()
		}
		server.CloseWrite()
	}()
	down, _ := pass(client, server, c.limit(toClient))
	client.Close()
	server.SetReadDeadline(time.Now().Add(10 * time.Second))
	io.Copy(io.Discard, server)
	<-ended
	c.passed[toServer], c.passed[toClient] = up, down
}

func (c *cutter) limit(dir direction) int {
	if dir == c.dir {
		return c.after
	}
	return -1
}

// pass copies until one side ends, or the limit is reached.
func pass(to, from net.Conn, limit int) (passed int, cut bool) {
	buf := make([]byte, 4096)
	for limit < 0 || passed < limit {
		n, err := from.Read(buf)
		if limit >= 0 {
			n = min(n, limit-passed)
		}
		if n, failed := to.Write(buf[:n]); failed != nil || err != nil {
			return passed + n, false
		}
		passed += n
	}
	return passed, true
}

// A mailbox of five messages, of which a session removes, copies and moves some.
const (
	removed = iota + 1 // is marked and expunged
	copied
	moved

	appended = 9
)

func mail(n int) string {
	return fmt.Sprintf("From: sender%d@example.org\r\nSubject: message %d\r\n\r\n%s\r\n", n, n, strings.Repeat(strconv.Itoa(n), 40))
}

// session is a script as it runs.
type session struct {
	m     *imapcompat.Connection
	ref   string          // the name of the server
	begun map[string]bool // steps that were asked for, and whether they were acknowledged
}

// step is a call of a script.
type step struct {
	name string
	do   func() error
}

// do takes steps up to the first that fails.
func (s *session) do(steps ...step) error {
	for _, step := range steps {
		s.begun[step.name] = false
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		s.begun[step.name] = true
	}
	return nil
}

func (s *session) began(step string) bool {
	_, ok := s.begun[step]
	return ok
}

type script func(*session) error

func imapScript(s *session) error {
	m := s.m
	return s.do(
		step{"read", func() error { return readAll(m) }},
		step{"flag", func() error { return m.SetFlagFull("1:3", `\Flagged`) }},
		step{"copy", func() error { return m.MailCopy(imapcompat.Msgs(copied), "Archive") }},
		step{"move", func() error { return m.MailMove(imapcompat.Msgs(moved), "Archive") }},
		step{"append", func() error { return m.Append(s.ref+"Sent", mail(appended)) }},
		step{"delete", func() error { return m.Delete(imapcompat.Msgs(removed)) }},
		step{"expunge", m.Expunge},
		step{"close", func() error { return m.Close() }},
	)
}

func pop3Script(s *session) error {
	m := s.m
	return s.do(
		step{"read", func() error { return readAll(m) }},
		step{"delete", func() error { return m.Delete(imapcompat.Msgs(removed)) }},
		step{"expunge", m.Expunge},
		step{"close", func() error { return m.Close() }},
	)
}

// readAll reads message after message, and wants them to be the right ones.
func readAll(m *imapcompat.Connection) error {
	for n := 1; n <= 5; n++ {
		h, err := m.HeaderInfo(n)
		if err != nil {
			return err
		}
		body, err := m.Body(n)
		if err != nil {
			return err
		}
		if _, want, _ := strings.Cut(mail(n), "\r\n\r\n"); h.Subject != fmt.Sprint("message ", n) || body != want {
			return fmt.Errorf("message %d is %q with %q", n, h.Subject, body)
		}
	}
	return nil
}

// outcome is what a session that was cut left behind.
type outcome struct {
	passed map[direction]int
	lost   int      // messages
	faults []string // lost messages, and all else that is wrong
}

func (o *outcome) fault(format string, args ...any) {
	o.faults = append(o.faults, fmt.Sprintf(format, args...))
}

// run runs a script on a server of its own, over a connection that is cut.
func run(run script, protocol string, dir direction, after int, opts []imapcompat.Option) (*outcome, error) {
	srv, err := imaptest.Start(imaptest.Config{Password: "secret"})
	if err != nil {
		return nil, err
	}
	defer srv.Close()
	for n := 1; n <= 5; n++ {
		if _, err := srv.Append("INBOX", imaptest.Message{Text: mail(n)}); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(srv.CreateMailbox("Archive"), srv.CreateMailbox("Sent")); err != nil {
		return nil, err
	}
	target := srv.IMAPAddr()
	if protocol == "pop3" {
		target = srv.POP3Addr()
	}
	c, err := newCutter(target, dir, after)
	if err != nil {
		return nil, err
	}
	s := &session{ref: fmt.Sprintf("{%s/%s/notls}", c.Addr(), protocol), begun: make(map[string]bool)}
	failure := s.do(step{"open", func() (err error) {
		s.m, err = open(s.ref+"INBOX", append(opts, imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, maxDuration))...)
		return err
	}})
	if failure == nil {
		failure = run(s)
	}
	if s.m != nil && !s.began("close") {
		failure = errors.Join(failure, s.m.Close())
	}
	c.wait()
	o := &outcome{passed: c.passed}
	switch {
	case failure == nil, errors.Is(failure, imapcompat.ErrConnectionLost):
	case s.m == nil && errors.Is(failure, imapcompat.ErrConnect): // cut before it was there
	default:
		o.fault("the error does not match ErrConnectionLost: %v", failure)
	}
	if failure == nil && !s.begun["close"] {
		o.fault("success without an end")
	}
	o.check(srv, s, protocol)
	return o, nil
}

// check looks for the mail.
func (o *outcome) check(srv *imaptest.Server, s *session, protocol string) {
	inbox, archive, sent := o.numbers(srv, "INBOX"), o.numbers(srv, "Archive"), o.numbers(srv, "Sent")
	mayBeGone := s.began("expunge")
	isGone := s.begun["expunge"]
	if protocol == "pop3" { // the server removes messages at QUIT
		mayBeGone, isGone = s.began("close") && s.begun["expunge"], s.begun["close"]
	}
	for n := 1; n <= 5; n++ {
		where := inbox[n]
		if n == moved {
			where += archive[n]
		}
		if where == 0 && !(n == removed && mayBeGone) {
			o.lost++
			o.fault("message %d is lost", n)
		}
	}
	if isGone && inbox[removed] > 0 {
		o.fault("the expunged message is still there")
	}
	if s.begun["copy"] && archive[copied] != 1 || archive[copied] > 1 {
		o.fault("%d copies", archive[copied])
	}
	if s.begun["move"] && archive[moved] != 1 || archive[moved] > 1 {
		o.fault("the moved message is there %d times", archive[moved])
	}
	if s.begun["append"] && sent[appended] != 1 || sent[appended] > 1 {
		o.fault("the appended message is there %d times", sent[appended])
	}
}

// numbers are how often each message is in a mailbox. What is none of them, such as
// a part of one, is a fault.
func (o *outcome) numbers(srv *imaptest.Server, mailbox string) map[int]int {
	found := make(map[int]int)
	for _, msg := range srv.Messages(mailbox) {
		n := 1
		for n <= appended && mail(n) != msg.Text {
			n++
		}
		if n > appended {
			o.fault("%s has %q", mailbox, msg.Text)
		}
		found[n]++
	}
	return found
}

// cutEvery is the distance between the places at which sessions are cut. All of
// them take a few minutes: IMAPCOMPAT_CUT_EVERY=1 go test -run Cut -v ./internal/hostile
func cutEvery(t *testing.T) int {
	every := 7
	if text := os.Getenv("IMAPCOMPAT_CUT_EVERY"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("IMAPCOMPAT_CUT_EVERY is %q", text)
		}
		every = n
	}
	return every
}

// A session may be cut after any octet, in either direction: no call waits for what
// cannot come, and no mail is lost.
func TestCut(t *testing.T) {
	every := cutEvery(t)
	tests := []struct {
		name     string
		script   script
		protocol string
		opts     []imapcompat.Option
	}{
		{"IMAP", imapScript, "imap", nil},
		{"IMAP with MOVE", imapScript, "imap", []imapcompat.Option{imapcompat.WithMove()}},
		{"POP3", pop3Script, "pop3", nil},
	}
	cuts, lost := 0, 0
	for _, test := range tests {
		whole, err := run(test.script, test.protocol, toServer, -1, test.opts)
		if err != nil || len(whole.faults) > 0 {
			t.Fatalf("%s, without a cut: %v %v", test.name, whole, err)
		}
		for _, dir := range []direction{toServer, toClient} {
			t.Run(fmt.Sprintf("%s, %s", test.name, dir), func(t *testing.T) {
				goroutines := runtime.NumGoroutine()
				for after := 0; after < whole.passed[dir]; after += every {
					cuts++
					o, err := run(test.script, test.protocol, dir, after, test.opts)
					if err != nil {
						t.Fatal(err)
					}
					lost += o.lost
					for _, fault := range o.faults {
						t.Errorf("cut after %d of %d octets: %s", after, whole.passed[dir], fault)
					}
					expectGoroutines(t, goroutines)
				}
			})
		}
	}
	t.Logf("%d cuts, %d messages lost", cuts, lost)
}
