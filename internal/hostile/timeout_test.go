package hostile_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/short"
)

// deaf is a dialer that reaches no server.
type deaf struct{}

func (deaf) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// unread stops reading, so that the client's data fills the buffers.
func unread(conn net.Conn, _ command) error {
	conn.(*net.TCPConn).SetReadBuffer(4096)
	time.Sleep(time.Second)
	return io.EOF
}

// Every wait for the network has a timeout: in each case no other timeout can end it.
func TestTimeout(t *testing.T) {
	const (
		limit = 300 * time.Millisecond
		slack = 20 * time.Second // for a busy machine
	)
	unlogged := answers{"": lines("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi")}
	large := func(m *imapcompat.Connection) error {
		return m.Append(reference(m)+"INBOX", "Subject: x\r\n\r\n"+strings.Repeat("x", 16<<20))
	}
	end := func(m *imapcompat.Connection) error { return m.Close() }
	endExpunging := func(m *imapcompat.Connection) error {
		return errors.Join(deleteFirst(m), m.Close())
	}
	tests := []struct {
		name    string
		flags   string
		timeout imapcompat.TimeoutType
		answers answers
		call    call
		opts    []imapcompat.Option
	}{
		{"dial, IMAP", "/imap/notls", imapcompat.IMAP_OPENTIMEOUT, nil, nil, []imapcompat.Option{imapcompat.WithDialer(deaf{})}},
		{"dial, POP3", "/pop3/notls", imapcompat.IMAP_OPENTIMEOUT, nil, nil, []imapcompat.Option{imapcompat.WithDialer(deaf{})}},
		{"TLS handshake, IMAP", "/imap/ssl", imapcompat.IMAP_READTIMEOUT, answers{"": silence, "any": silence}, nil, nil},
		{"TLS handshake, POP3", "/pop3/ssl", imapcompat.IMAP_READTIMEOUT, answers{"": silence, "any": silence}, nil, nil},
		{"STARTTLS", "/imap/tls", imapcompat.IMAP_READTIMEOUT, unlogged.with(answers{"STARTTLS": silence}), nil, nil},
		{"handshake after STARTTLS", "/imap/tls", imapcompat.IMAP_READTIMEOUT, unlogged.with(answers{"STARTTLS": lines("T OK begin"), "any": silence}), nil, nil},
		{"handshake after STLS", "/pop3/tls", imapcompat.IMAP_READTIMEOUT, answers{"CAPA": lines("+OK", "STLS", "."), "STLS": lines("+OK"), "any": silence}, nil, nil},
		{"greeting, IMAP", "/imap/notls", imapcompat.IMAP_READTIMEOUT, answers{"": silence}, nil, nil},
		{"greeting, POP3", "/pop3/notls", imapcompat.IMAP_READTIMEOUT, answers{"": silence}, nil, nil},
		{"login, IMAP", "/imap/notls", imapcompat.IMAP_READTIMEOUT, unlogged.with(answers{"LOGIN": silence}), nil, nil},
		{"login, POP3", "/pop3/notls", imapcompat.IMAP_READTIMEOUT, answers{"USER": silence}, nil, nil},
		{"SELECT", "/imap/notls", imapcompat.IMAP_READTIMEOUT, answers{"SELECT": silence}, nil, nil},
		{"LIST", "/pop3/notls", imapcompat.IMAP_READTIMEOUT, answers{"LIST": lines("+OK", "1 50")}, nil, nil},
		{"read, IMAP", "/imap/notls", imapcompat.IMAP_READTIMEOUT, answers{"FETCH": lines("* 1 FETCH (BODY[TEXT] {9}", "x")}, body, nil},
		{"read, POP3", "/pop3/notls", imapcompat.IMAP_READTIMEOUT, answers{"RETR": lines("+OK", "x")}, body, nil},
		{"write", "/imap/notls", imapcompat.IMAP_WRITETIMEOUT, answers{"APPEND": all(lines("+ go ahead"), unread)}, large, nil},
		{"close, IMAP", "/imap/notls", imapcompat.IMAP_CLOSETIMEOUT, answers{"LOGOUT": silence}, end, nil},
		{"close, POP3", "/pop3/notls", imapcompat.IMAP_CLOSETIMEOUT, answers{"QUIT": silence}, endExpunging, nil},
	}
	for _, test := range short.Sample(tests, 5) {
		t.Run(test.name, func(t *testing.T) {
			watch(t, func() {
				srv := serveFor(t, test.flags, test.answers)
				defer srv.close()
				opts := []imapcompat.Option{imapcompat.WithTimeout(test.timeout, limit)}
				for _, other := range []imapcompat.TimeoutType{imapcompat.IMAP_OPENTIMEOUT, imapcompat.IMAP_READTIMEOUT,
					imapcompat.IMAP_WRITETIMEOUT, imapcompat.IMAP_CLOSETIMEOUT} {
					if other != test.timeout {
						opts = append(opts, imapcompat.WithTimeout(other, maxDuration))
					}
				}
				m, err := open("{"+srv.Addr().String()+test.flags+"}INBOX", append(opts, test.opts...)...)
				start := time.Now()
				if err == nil && test.call != nil {
					err = test.call(m)
					if took := time.Since(start); took < limit || took > limit+slack {
						t.Errorf("took %v, want %v", took, limit)
					}
				}
				if m != nil {
					m.WithContext(ended()).Close()
				}
				checkOutcome(t, err, []error{imapcompat.ErrTimeout}, "")
			})
		})
	}
}

// drip sends a text octet by octet, repeatedly. No octet takes longer than the timeout.
func drip(first, text string) answer {
	return func(conn net.Conn, _ command) error {
		if _, err := io.WriteString(conn, first); err != nil {
			return err
		}
		for {
			if err := trickle(impatience/10, text)(conn, command{}); err != nil {
				return err
			}
		}
	}
}

// A server that sends an octet now and then, without ever completing the answer, times out.
func TestDrip(t *testing.T) {
	unlogged := answers{"": lines("* OK [CAPABILITY IMAP4rev1] hi")}
	read := lines("* 1 FETCH (UID 101 BODY[TEXT] {1000000}")
	tests := []struct {
		name    string
		flags   string
		answers answers
		call    call
	}{
		{"greeting, IMAP", "/imap", answers{"": drip("", "x")}, nil},
		{"greeting, POP3", "/pop3", answers{"": drip("", "x")}, nil},
		{"handshake", "/imap/ssl", answers{"": drip("\x16\x03\x03\x3f\xff", "x")}, nil},
		{"login, IMAP", "/imap", unlogged.with(answers{"LOGIN": drip("* OK ", "x")}), nil},
		{"login, POP3", "/pop3", answers{"USER": drip("+OK ", "x")}, nil},
		{"status, IMAP", "/imap", answers{"NOOP": drip("A", "x")}, ping},
		{"status, POP3", "/pop3", answers{"NOOP": drip("+OK ", "x")}, ping},
		{"response", "/imap", answers{"FETCH": drip("* 1 FETCH (UID ", "1")}, body},
		{"literal", "/imap", answers{"FETCH": all(read, drip("", "x"))}, body},
		{"lines of a literal", "/imap", answers{"FETCH": all(read, drip("", strings.Repeat("x", 70)+"\r\n"))}, body},
		{"text, POP3", "/pop3", answers{"RETR": drip("+OK\r\n", "x")}, body},
		{"lines of a text, POP3", "/pop3", answers{"RETR": drip("+OK\r\n", strings.Repeat("x", 70)+"\r\n")}, body},
		{"list, POP3", "/pop3", answers{"UIDL": drip("+OK\r\n1 ", "x")}, uniqueIDs},
		{"read-ahead", "/pop3", answers{"TOP": inTurn(pop3Server["TOP"], pop3Server["TOP"], drip("+OK\r\n", "x"))}, loop},
		{"farewell, IMAP", "/imap", answers{"LOGOUT": drip("* ", "x")}, func(m *imapcompat.Connection) error { return m.Close() }},
		{"farewell, POP3", "/pop3", answers{"QUIT": drip("+", "x")}, func(m *imapcompat.Connection) error {
			return errors.Join(deleteFirst(m), m.Close())
		}},
	}
	for _, test := range short.Sample(tests, 5) {
		t.Run(test.name, func(t *testing.T) {
			watch(t, func() {
				srv := serveFor(t, test.flags, test.answers)
				defer srv.close()
				name := srv.name(test.flags)
				if strings.HasSuffix(name, "/ssl/notls}INBOX") {
					name = strings.Replace(name, "/notls", "/novalidate-cert", 1)
				}
				timeout := []error{imapcompat.ErrTimeout}
				start := time.Now()
				checkOutcome(t, converse(name, test.call, timeout), timeout, "")
				if took := time.Since(start); took > 20*time.Second { // on a busy machine
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// ended returns a context that has ended, for a Close that does not wait.
func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
