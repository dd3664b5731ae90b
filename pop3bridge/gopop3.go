package pop3bridge

import (
	"net"
	"strings"

	"github.com/knadh/go-pop3"
)

// goPOP3 is go-pop3's client. It writes commands, and reads status lines and short listings.
// Only this file uses go-pop3.
type goPOP3 struct {
	client *pop3.Conn
	lent   *lentWire
}

// newGoPOP3 makes a client on a wire on which the greeting is the next line. go-pop3 reads a
// greeting made for it: after a refusing greeting its constructor would return no client.
func newGoPOP3(w *wire) (goPOP3, error) {
	lent := &lentWire{wire: w, rest: []byte("+OK\r\n")}
	client, err := pop3.New(pop3.Opt{Dialer: lent}).NewConn()
	return goPOP3{client, lent}, err
}

// send sends commands.
func (g goPOP3) send(commands []string) error { return g.client.Send(strings.Join(commands, "\r\n")) }

// statusLine reads a line without its line break. The error is go-pop3's, or that of a lost
// connection.
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

// maxCapabilities limits the answers to CAPA and AUTH, in octets.
const maxCapabilities = 64 << 10

// lentWire lets go-pop3 read one line at a time and no more, so that it takes nothing of a
// message that [wire.text] must read.
type lentWire struct {
	*wire
	last []byte // the last line, without its line break
	rest []byte // what go-pop3 has not read of it yet
	room int    // octets that go-pop3 may still read
}

// Dial gives go-pop3 the existing connection.
func (l *lentWire) Dial(string, string) (net.Conn, error) { return l, nil }

// Read returns the next line to go-pop3.
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
