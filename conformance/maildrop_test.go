package conformance

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/php"
	"github.com/imapcompat/imapcompat/imaptest"
)

// maildrop is a POP3 server with the messages of some inputs, and a session with it on each
// side. On POP3 c-client parses itself, and imaptest's server sends octets unchanged, so this
// compares the parsers.
type maildrop struct {
	t      *testing.T
	server *imaptest.Server
	php    *oracle
	ours   *library
}

func newMaildrop(t *testing.T, w *php.Worker, inputs ...input) *maildrop {
	t.Helper()
	messages := []imaptest.Message{{Text: unknownNames()}}
	for _, in := range inputs {
		messages = append(messages, imaptest.Message{Text: string(in.kind.message(in.text))})
	}
	server, err := imaptest.Start(imaptest.Config{Messages: messages})
	if err != nil {
		t.Fatal(err)
	}
	m := &maildrop{t, server, &oracle{t: t, worker: w}, &library{t: t}}
	m.open()
	return m
}

// open opens the sessions.
func (m *maildrop) open() {
	m.t.Helper()
	a, err := m.php.worker.Call("imap_open", m.server.POP3(), m.server.User, m.server.Password)
	if err != nil {
		m.t.Fatal(err)
	}
	h, ok := a.Handle()
	if !ok {
		m.t.Fatalf("imap_open: %v", a.Warnings)
	}
	m.php.conn = &h
	m.ours.conn, err = imapcompat.Open(m.server.POP3(), m.server.User, m.server.Password)
	if err != nil {
		m.t.Fatal(err)
	}
	first := do("imap_fetchstructure", 1)
	m.ours.outcome(first)
	if _, err := m.php.batch([]call{first}); err != nil {
		m.t.Fatal(err)
	}
}

// reopen opens them after PHP crashed, so that neither side has read anything.
func (m *maildrop) reopen() {
	m.t.Helper()
	m.ours.conn.Close()
	m.open()
}

func (m *maildrop) close() {
	if _, err := m.php.batch([]call{do("imap_close")}); err != nil {
		m.t.Error(err)
	}
	m.php.worker.Forget(*m.php.conn)
	m.ours.conn.Close()
	m.server.Close()
}

// played is a call with its outcomes on both sides.
type played struct {
	call
	want, got string
	died      string // how PHP ended, if it did
}

func (c played) equal() bool { return c.want == c.got }

// happened describes the difference of the sides.
func (c played) happened() string {
	if c.died != "" {
		return "killed PHP (" + c.died + ")"
	}
	return "differs"
}

// play makes the calls for an input, the i-th of the maildrop.
func (m *maildrop) play(i int, in input) (list []played) {
	m.t.Helper()
	ask := func(ours func(call) outcome, calls ...call) []played {
		answers := m.ask(ours, calls)
		list = append(list, answers...)
		return answers
	}
	if in.kind.calls != nil {
		ask(local, in.kind.calls(in.text)...)
	}
	if in.kind.read != nil {
		in.kind.read(i+2, func(calls ...call) []played { return ask(m.ours.outcome, calls...) })
	}
	return list
}

// ask makes calls on both sides.
func (m *maildrop) ask(ours func(call) outcome, calls []call) []played {
	m.t.Helper()
	want, err := m.php.batch(calls)
	if err != nil {
		m.reopen()
	}
	list := make([]played, len(calls))
	for i, c := range calls {
		list[i] = played{call: c, got: survive(func() string { return ours(c).String() })}
		if err == nil {
			list[i].want = want[i].String()
		} else {
			list[i].want, list[i].died = m.askAlone(c)
		}
	}
	if err != nil && !slices.ContainsFunc(list, func(c played) bool { return c.died != "" }) {
		// Their results are compared nevertheless.
		m.t.Logf("PHP died of these calls, and not when each was made again: %v: %v", err, calls)
		tally.occurred("PHP died of calls and not when each was made again")
	}
	return list
}

// askAlone makes one of several calls that crashed PHP together.
func (m *maildrop) askAlone(c call) (want, died string) {
	m.t.Helper()
	answers, err := m.php.batch([]call{c})
	var crash *php.CrashError
	switch {
	case err == nil:
		return answers[0].String(), ""
	case errors.As(err, &crash):
		died = crash.Status
	default:
		died = err.Error()
	}
	m.reopen()
	return "", died
}

// survive returns the result of a function, or its panic.
func survive(f func() string) (got string) {
	defer func() {
		if p := recover(); p != nil {
			got = fmt.Sprintf("panic: %v", p)
		}
	}()
	return f()
}

// local returns the outcome of a call of ours without a connection.
func local(c call) outcome {
	text := make([]string, len(c.args))
	for i, arg := range c.args {
		text[i] = string(arg.(php.Bytes))
	}
	switch c.fn {
	case "imap_rfc822_parse_headers":
		h, notices := imapcompat.RFC822ParseHeaders(text[0], imapcompat.WithDefaultHost(text[1]))
		return noticed(h, notices)
	case "imap_rfc822_parse_adrlist":
		list, notices := imapcompat.RFC822ParseAdrList(text[0], text[1])
		return noticed(list, notices)
	case "imap_rfc822_write_address":
		return noticed(imapcompat.RFC822WriteAddress(text[0], text[1], text[2]), nil)
	}
	return textOutcome(c.fn, text[0])
}
