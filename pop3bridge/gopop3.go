package pop3bridge

import (
	"net"
	"strings"

	"github.com/knadh/go-pop3"
)

// goPOP3 is go-pop3's client. It writes commands, and reads status lines and short
// listings. Only this file uses go-pop3.
type goPOP3 struct {
	client *pop3.Conn
	lent   *lentWire
}

// newGoPOP3 returns a client on a wire on which the greeting was not read yet. go-pop3 gets
// a generated greeting, because its constructor returns no usable client after a greeting
// that refuses.
func newGoPOP3(w *wire) (goPOP3, error) {
	lent := &lentWire{wire: w, rest: []byte("+OK\r\n")}
	client, err := pop3.New(pop3.Opt{Dialer: lent}).NewConn()
	return goPOP3{client, lent}, err
}

// send sends commands.
func (g goPOP3) send(commands []string) error { return g.client.Send(strings.Join(commands, "\r\n")) }

// statusLine reads a line and returns it without its line break. The error is go-pop3's
// error for the line, or means that the connection is lost.
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

// lentWire lets go-pop3 read one line at a time and no more, so that it does not read the
// text of a message, which [wire.text] must read.
type lentWire struct {
	*wire
	last []byte // the last line, without its line break
	rest []byte // what go-pop3 has not read of it yet
	room int    // how many octets go-pop3 may still read
}

// Dial returns the existing connection to go-pop3.
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
