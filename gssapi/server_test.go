package gssapi_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// server is an IMAP and POP3 server that knows logins and little else.
type server struct {
	t       testing.TB
	names   []string  // of its mechanisms
	accept  *acceptor // nil refuses GSSAPI
	refuses bool      // refuses after the exchange

	mu   sync.Mutex
	said []string // logins that it got, and errors of the acceptor

	imap, pop3 string // addresses
}

func newServer(t testing.TB, a *acceptor, names ...string) *server {
	s := &server{t: t, names: names, accept: a}
	s.imap, s.pop3 = s.listen(s.serveIMAP), s.listen(s.servePOP3)
	return s
}

func (s *server) listen(serve func(net.Conn, *bufio.Scanner)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(s.t, err)
	var running sync.WaitGroup
	s.t.Cleanup(func() { l.Close(); running.Wait() })
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer c.Close()
				in := bufio.NewScanner(c)
				in.Buffer(nil, 1<<20)
				serve(c, in)
			})
		}
	})
	return l.Addr().String()
}

func (s *server) note(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, text)
}

// logins returns what the server got to log in.
func (s *server) logins() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.said, "; ")
}

// authenticate returns whether a login is accepted. cancelled is a client's "*".
func (s *server) authenticate(name string, out io.Writer, in *bufio.Scanner) (ok, cancelled bool) {
	ask := func(challenge []byte) bool {
		fmt.Fprintf(out, "+ %s\r\n", base64.StdEncoding.EncodeToString(challenge))
		return in.Scan() && in.Text() != "*"
	}
	decode := func() []byte { b, _ := base64.StdEncoding.DecodeString(in.Text()); return b }
	s.note(name)
	switch {
	case name == "LOGIN":
		for _, prompt := range []string{"User Name", "Password"} {
			if !ask([]byte(prompt)) {
				return false, true
			}
			s.note(string(decode()))
		}
		return true, false
	case name != "GSSAPI" || s.accept == nil:
		return false, false
	}
	var response []byte
	for {
		challenge, err := s.accept.next(response)
		if err != nil {
			s.note(err.Error())
			return false, false
		}
		if challenge == nil {
			return !s.refuses, false
		}
		if !ask(challenge) {
			return false, true
		}
		response = decode()
	}
}

func (s *server) serveIMAP(c net.Conn, in *bufio.Scanner) {
	fmt.Fprintf(c, "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=%s] ready\r\n", strings.Join(s.names, " AUTH="))
	for in.Scan() {
		tag, command, _ := strings.Cut(in.Text(), " ")
		name, argument, _ := strings.Cut(command, " ")
		switch {
		case name == "AUTHENTICATE":
			switch ok, cancelled := s.authenticate(argument, c, in); {
			case cancelled:
				fmt.Fprintf(c, "%s BAD Authentication aborted by client.\r\n", tag)
			case ok:
				fmt.Fprintf(c, "%s OK [CAPABILITY IMAP4rev1] Logged in\r\n", tag)
			default:
				fmt.Fprintf(c, "%s NO Authentication failed.\r\n", tag)
			}
		default:
			fmt.Fprintf(c, "%s OK done\r\n", tag)
		}
	}
}

func (s *server) servePOP3(c net.Conn, in *bufio.Scanner) {
	fmt.Fprint(c, "+OK ready\r\n")
	for in.Scan() {
		name, argument, _ := strings.Cut(in.Text(), " ")
		switch name {
		case "CAPA":
			fmt.Fprintf(c, "+OK\r\nUSER\r\nSASL %s\r\n.\r\n", strings.Join(s.names, " "))
		case "AUTH":
			if ok, _ := s.authenticate(argument, c, in); ok {
				fmt.Fprint(c, "+OK Logged in.\r\n")
			} else {
				fmt.Fprint(c, "-ERR Authentication failed.\r\n")
			}
		case "STAT":
			fmt.Fprint(c, "+OK 0 0\r\n")
		case "LIST", "UIDL":
			fmt.Fprint(c, "+OK\r\n.\r\n")
		default:
			fmt.Fprint(c, "+OK done\r\n")
		}
	}
}
