package pop3bridge

import (
	"net"
	"strings"

	"github.com/knadh/go-pop3"
)

// goPOP3 is go-pop3's client. It writes commands, and reads status lines and short
// listings. This file is all that knows of it.
type goPOP3 struct {
	client *pop3.Conn
	lent   *lentWire
}

// newGoPOP3 makes a client on a wire on which the greeting is the next thing to read.
// go-pop3 gets one made up: its constructor leaves nothing to go on with after a greeting
// that refuses.
func newGoPOP3(w *wire) (goPOP3, error) {
	lent := &lentWire{wire: w, rest: []byte("+OK\r\n")}
	client, err := pop3.New(pop3.Opt{Dialer: lent}).NewConn()
	return goPOP3{client, lent}, err
}

// send sends commands.
func (g goPOP3) send(commands []string) error { return g.client.Send(strings.Join(commands, "\r\n")) }

// statusLine reads a line, without its line break. The error is go-pop3's opinion of it,
// or that the connection broke.
func (g goPOP3) statusLine() (line string, err error) {
	g.lent.room = maxLine
	g.lent.last = nil
	_, err = g.client.ReadOne()
	return string(g.lent.last), err
}

// listing reads a short multi-line answer.
func (g goPOP3) listing() ([]string, error) {
	g.lent.room = maxCapabilities
	text, err := g.client.ReadAll()
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(text.String(), "\r\n"), "\r\n"), nil
}

// maxCapabilities bounds the answers to CAPA and AUTH, in octets.
const maxCapabilities = 64 << 10

// lentWire lets go-pop3 read a line at a time and not more, so that nothing of a message
// is taken that [wire.text] is to read.
type lentWire struct {
	*wire
	last []byte // the last line, without its line break
	rest []byte // what go-pop3 has yet to read of it
	room int    // how many octets go-pop3 may still read
}

// Dial lets go-pop3 have a connection that is there already.
func (l *lentWire) Dial(string, string) (net.Conn, error) { return l, nil }

// Read gives go-pop3 the next line.
func (l *lentWire) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		line, err := l.readLine()
		if err != nil {
			return 0, err
		}
		if l.room -= len(line); l.room < 0 {
			return 0, l.fail(errAnswerTooLong)
		}
		l.rest = line
		l.last = trimBreak(line)
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}
