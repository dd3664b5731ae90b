package imapbridge_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// fetch returns the results of a Fetch, one per line.
func fetch(s *imapbridge.Session, set backend.Set, items backend.Items) string {
	var lines []string
	for msg, err := range s.Fetch(ctx, set, items) {
		if err != nil {
			lines = append(lines, "error: "+err.Error())
			continue
		}
		line := fmt.Sprint(msg.Num)
		if items.UID {
			line += fmt.Sprintf(" uid %d", msg.UID)
		}
		if items.Size {
			line += fmt.Sprintf(" size %d", msg.Size)
		}
		for _, text := range msg.Sections {
			if text == nil {
				line += " nil"
			} else {
				line += fmt.Sprintf(" %q", text)
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func TestFetch(t *testing.T) {
	two := numbers(backend.Range{First: 2, Last: 2})
	header := backend.Items{Sections: []backend.Section{{Name: "HEADER", Peek: true}}}
	for _, test := range []struct {
		name   string
		set    backend.Set
		items  backend.Items
		script string
		want   string
	}{
		{"several", numbers(backend.Range{First: 1, Last: 2}), backend.Items{UID: true, Size: true}, `
			C: T FETCH 1:2 (UID RFC822.SIZE)
			S: * 1 FETCH (UID 11 RFC822.SIZE 5)
			S: * 2 FETCH (RFC822.SIZE 6 UID 12)
			S: T OK done`,
			"1 uid 11 size 5; 2 uid 12 size 6"},
		{"in pieces", two, backend.Items{UID: true, Size: true}, `
			C: T FETCH 2 (UID RFC822.SIZE)
			S: * 2 FETCH (UID 12)
			S: * 2 FETCH (RFC822.SIZE 6)
			S: T OK done`,
			"2 uid 12 size 6"},
		{"with what was not asked for", two, backend.Items{Size: true}, `
			C: T FETCH 2 (RFC822.SIZE)
			S: * 2 FETCH (FLAGS (\Seen))
			S: * 7 FETCH (RFC822.SIZE 9)
			S: * 2 FETCH (X-NEW ("a" (b {1}\nc)) RFC822.SIZE 6 MODSEQ (12))
			S: * XLIST (\Noselect) "/" "x"
			S: T OK done`,
			"2 size 6"},
		{"literal", two, header, `
			C: T FETCH 2 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] {8}\na: b\n\n FLAGS ())
			S: T OK done`,
			`2 "a: b\r\n\r\n"`},
		{"quoted", two, header, `
			C: T FETCH 2 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] "a \"b\" \\")
			S: T OK done`,
			`2 "a \"b\" \\"`},
		{"empty and NIL", numbers(backend.Range{First: 2, Last: 3}), header, `
			C: T FETCH 2:3 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] "")
			S: * 3 FETCH (BODY[HEADER] NIL)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE BODY.PEEK[HEADER])
			S: * 3 FETCH (RFC822.SIZE 40 BODY[HEADER] NIL)
			S: T OK done`,
			`2 ""; error: The server did not send the text of message 3`},
		{"NIL for no octets", two, backend.Items{Sections: []backend.Section{{Name: "TEXT", Peek: true}}}, `
			C: T FETCH 2 (BODY.PEEK[TEXT])
			S: * 2 FETCH (BODY[TEXT] NIL)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 2 (RFC822.SIZE BODY.PEEK[HEADER])
			S: * 2 FETCH (RFC822.SIZE 8 BODY[HEADER] {8}\na: b\n\n)
			S: T OK done`,
			`2 nil`},
		{"NIL for octets", two, backend.Items{Sections: []backend.Section{{Name: "TEXT", Peek: true}}}, `
			C: T FETCH 2 (BODY.PEEK[TEXT])
			S: * 2 FETCH (BODY[TEXT] NIL)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 2 (RFC822.SIZE BODY.PEEK[HEADER])
			S: * 2 FETCH (RFC822.SIZE 9 BODY[HEADER] {8}\na: b\n\n)
			S: T OK done`,
			`error: The server did not send the text of message 2`},
		{"gone, and not told", numbers(backend.Range{First: 2, Last: 4}), backend.Items{Size: true}, `
			C: T FETCH 2:4 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE 0)
			S: * 3 FETCH (RFC822.SIZE 0)
			S: * 4 FETCH (RFC822.SIZE 5)
			S: T OK [EXPUNGEISSUED] some
			C: T NOOP
			S: * 2 EXPUNGE
			S: T OK done`,
			`4 size 5; error: Message 2 is gone; 3 size 0`},
		{"some are not sent", numbers(backend.Range{First: 2, Last: 5}), backend.Items{Size: true}, `
			C: T FETCH 2:5 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE 4)
			S: * 5 FETCH (RFC822.SIZE 7)
			S: T OK done
			C: T NOOP
			S: * 3 EXPUNGE
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done`,
			`2 size 4; 5 size 7; error: The server did not send message 4`},
		{"one is sent only alone", numbers(backend.Range{First: 2, Last: 4}), backend.Items{Size: true}, `
			C: T FETCH 2:4 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE 4)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: * 3 FETCH (RFC822.SIZE 5)
			S: T OK done
			C: T FETCH 4 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done`,
			`2 size 4; 3 size 5; error: The server did not send message 4`},
		{"one is refused", numbers(backend.Range{First: 2, Last: 5}), backend.Items{Size: true}, `
			C: T FETCH 2:5 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE 4)
			S: T NO cannot
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: T NO cannot
			C: T NOOP
			S: T OK done
			C: T FETCH 4:5 (RFC822.SIZE)
			S: * 4 FETCH (RFC822.SIZE 6)
			S: * 5 FETCH (RFC822.SIZE 7)
			S: T OK done`,
			`2 size 4; error: cannot; 4 size 6; 5 size 7`},
		{"all are refused", numbers(backend.Range{First: 2, Last: 5}), backend.Items{Size: true}, `
			C: T FETCH 2:5 (RFC822.SIZE)
			S: T NO cannot
			C: T NOOP
			S: T OK done
			C: T FETCH 2 (RFC822.SIZE)
			S: T NO cannot
			C: T NOOP
			S: T OK done
			C: T FETCH 3:5 (RFC822.SIZE)
			S: T NO cannot now
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: T NO cannot
			C: T NOOP
			S: T OK done
			C: T FETCH 4:5 (RFC822.SIZE)
			S: T NO cannot at all
			C: T NOOP
			S: T OK done`,
			`error: cannot; error: cannot; error: cannot at all`},
		{"several are refused", numbers(backend.Range{First: 2, Last: 4}), backend.Items{Size: true}, `
			C: T FETCH 2:4 (RFC822.SIZE)
			S: T NO one at a time
			C: T NOOP
			S: T OK done
			C: T FETCH 2 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE 4)
			S: T OK done
			C: T FETCH 3:4 (RFC822.SIZE)
			S: T NO one at a time
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: * 3 FETCH (RFC822.SIZE 5)
			S: T OK done
			C: T FETCH 4 (RFC822.SIZE)
			S: * 4 FETCH (RFC822.SIZE 6)
			S: T OK done`,
			`2 size 4; 3 size 5; 4 size 6`},
		{"none is sent", numbers(backend.Range{First: 2, Last: 5}), backend.Items{Size: true}, `
			C: T FETCH 2:5 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 2 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 3:5 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 4:5 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done`,
			`error: The server did not send message 2; error: The server did not send message 3; error: The server did not send messages from 4 on`},
		{"no such UID", uids(backend.Range{First: 20, Last: 20}), backend.Items{Size: true}, `
			C: T UID FETCH 20 (UID RFC822.SIZE)
			S: T OK done
			C: T UID SEARCH UID 20
			S: * SEARCH
			S: T OK done`,
			""},
		{"a UID that is not sent", uids(backend.Range{First: 20, Last: 20}), backend.Items{Size: true}, `
			C: T UID FETCH 20 (UID RFC822.SIZE)
			S: T OK done
			C: T UID SEARCH UID 20
			S: * SEARCH 20
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T UID SEARCH UID 20
			S: * SEARCH 20
			S: T OK done`,
			"error: The server did not send the message with UID 20"},
		{"a text that is too large", numbers(backend.Range{First: 2, Last: 3}), header, `
			C: T FETCH 2:3 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] {1048577}\n` + strings.Repeat("x", 1<<20+1) + `)
			S: * 3 FETCH (BODY[HEADER] {1048576}\n` + strings.Repeat("x", 1<<20) + `)
			S: T OK done`,
			`error: Text of message 2 is larger than the limit; 3 "` + strings.Repeat("x", 1<<20) + `"`},
		{"by UID", uids(backend.Range{First: 20, Last: 20}, backend.Range{First: 30, Last: backend.Max}), backend.Items{Size: true}, `
			C: T UID FETCH 20,30:* (UID RFC822.SIZE)
			S: * 3 FETCH (RFC822.SIZE 6 UID 20)
			S: T OK done
			C: T UID SEARCH UID 20,30:*
			S: * SEARCH 20
			S: T OK done`,
			"3 size 6"},
		{"none", numbers(backend.Range{First: 10, Last: 20}), backend.Items{Size: true}, "", ""},
		{"refused", two, backend.Items{Size: true}, `
			C: T FETCH 2 (RFC822.SIZE)
			S: T NO [UNAVAILABLE] not now {3}
			C: T NOOP
			S: T OK done`,
			"error: [UNAVAILABLE] not now {3}"},
		{"no number", two, backend.Items{Size: true}, `
			C: T FETCH 2 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE four)
			S: T OK done`,
			"2 size 0"},
		{"nested too deep", two, backend.Items{Structure: true}, `
			C: T FETCH 2 (BODYSTRUCTURE)
			S: * 2 FETCH (BODYSTRUCTURE ` + strings.Repeat("(", 5000) + `
			S: T OK done`,
			"error: FETCH response does not parse: nested too deep"},
		{"neither a value nor an end", two, backend.Items{Structure: true}, `
			C: T FETCH 2 (BODYSTRUCTURE)
			S: * 2 FETCH (BODYSTRUCTURE ("a" "b" NIL NIL NIL NIL 1 NIL NIL NIL NIL [
			S: T OK done`,
			"2"},
		{"cut off", two, header, `
			C: T FETCH 2 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] {800}\na: b
			S: !`,
			"error: [CLOSED] IMAP connection broken (server response)"},
		{"absurd literal", two, header, `
			C: T FETCH 2 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] {2147483647}\na: b`,
			"error: Absurd server literal length 2147483647"},
		{"bye", two, header, `
			C: T FETCH 2 (BODY.PEEK[HEADER])
			S: * BYE going down
			S: !`,
			"error: [CLOSED] IMAP connection broken (server response)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := open(t, test.script)
			if got := fetch(s, test.set, test.items); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// Parse errors are reported for the header of a message and for that of a message in it,
// and for no other text.
func TestFetchNotices(t *testing.T) {
	for name, want := range map[string]string{
		"HEADER":     "Must use comma to separate addresses: c",
		"2.1.HEADER": "Must use comma to separate addresses: c",
		"2.MIME":     "",
		"TEXT":       "",
	} {
		s, _ := open(t, `
			C: T FETCH 2 (BODY.PEEK[`+name+`])
			S: * 2 FETCH (BODY[`+name+`] "To: a@b c")
			S: T OK done`)
		set := numbers(backend.Range{First: 2, Last: 2})
		for msg, err := range s.Fetch(ctx, set, backend.Items{Sections: []backend.Section{{Name: name, Peek: true}}}) {
			if got := strings.Join(msg.Notices, "; "); err != nil || got != want {
				t.Errorf("%s: notices %q, want %q; error %v", name, got, want, err)
			}
		}
	}
}

// A Fetch that the caller leaves early reads all responses, so that the next command finds
// its own.
func TestFetchLeftEarly(t *testing.T) {
	s, _ := open(t, `
		C: T FETCH 1:9 (UID)
		S: * 1 FETCH (UID 11)
		S: * 2 FETCH (UID 12)
		S: * 3 FETCH (UID 13)
		S: T OK done
		C: T FETCH 3 (UID)
		S: * 3 FETCH (UID 13)
		S: T OK done`)
	for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 1, Last: 9}), backend.Items{UID: true}) {
		if err != nil || msg.UID != 11 {
			t.Fatalf("got %v, %v", msg, err)
		}
		break
	}
	if got := fetch(s, numbers(backend.Range{First: 3, Last: 3}), backend.Items{UID: true}); got != "3 uid 13" {
		t.Errorf("next command got %q", got)
	}
}

// The notice about a FETCH that the server does not understand is in the error, and nowhere
// else.
func TestFetchRefused(t *testing.T) {
	for answer, want := range map[string]string{
		"BAD no such set": "IMAP protocol error: no such set",
		"NO not now\nC: T NOOP\nS: T OK\nC: T UID SEARCH UID 3\nS: * SEARCH 3\nS: T OK": "",
	} {
		s, _ := open(t, `
			C: T UID FETCH 3 (UID)
			S: T `+answer)
		for msg, err := range s.Fetch(ctx, uids(backend.Range{First: 3, Last: 3}), backend.Items{UID: true}) {
			var refused *backend.Error
			if msg == nil || msg.UID != 3 || !errors.As(err, &refused) || !errors.Is(err, backend.ErrRefused) || refused.Notice != want {
				t.Errorf("%s: got %v, %#v", answer, msg, err)
			}
		}
	}
}

// Abort may be called during an iteration, also from its body.
func TestAbortDuringFetch(t *testing.T) {
	var script strings.Builder
	script.WriteString("C: T FETCH 1:9 (UID)\n")
	for range 50 {
		for n := range 9 {
			fmt.Fprintf(&script, "S: * %d FETCH (UID %d)\n", n+1, n+1)
		}
	}
	s, _ := open(t, script.String()+"S: T OK done")
	var last error
	for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 1, Last: 9}), backend.Items{UID: true}) {
		if last = err; msg != nil && msg.Num == 2 {
			s.Abort()
		}
	}
	if !errors.Is(last, backend.ErrConnectionLost) {
		t.Errorf("the iteration ended in %v", last)
	}
}

// A command that cannot be sent ends the session.
func TestNotSent(t *testing.T) {
	for name, call := range map[string]func(*imapbridge.Session) error{
		"by go-imap": func(s *imapbridge.Session) error { return s.Poll(ctx) },
		"by itself": func(s *imapbridge.Session) error {
			_, err := s.Status(ctx, "INBOX", backend.StatusItems{Messages: true})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			conn := &unwritable{}
			cfg := serve(t, loggedIn+selected).config(&notices{})
			cfg.Dial = func(ctx context.Context, network, address string) (_ net.Conn, err error) {
				conn.Conn, err = new(net.Dialer).DialContext(ctx, network, address)
				return conn, err
			}
			s, err := imapbridge.Open(ctx, cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Abort()
			if err := s.Select(ctx, "INBOX", false); err != nil {
				t.Fatal(err)
			}
			conn.broken = true
			checkFailure(t, call(s), backend.ErrConnectionLost, "[CLOSED] IMAP connection broken")
			checkFailure(t, call(s), backend.ErrConnectionLost, "[CLOSED] IMAP connection lost")
		})
	}
}

// unwritable is a silent connection whose writes fail once it is broken.
type unwritable struct {
	net.Conn
	broken bool
}

func (u *unwritable) Write(p []byte) (int, error) {
	if u.broken {
		return 0, io.ErrClosedPipe
	}
	return u.Conn.Write(p)
}

// A message or value that does not parse does not affect the others.
// conformance/odd_test.go compares the values with PHP's.
func TestOddMessage(t *testing.T) {
	const (
		rest = `INTERNALDATE "01-Jan-2025 00:00:00 +0000" RFC822.SIZE 9`
		good = `* %d FETCH (UID %d FLAGS (\Seen) ENVELOPE ("d" "good" NIL NIL NIL NIL NIL NIL NIL NIL) BODY[HEADER.FIELDS (X)] "" ` + rest + ")"
	)
	for _, odd := range []string{
		`* 2 FETCH (UID 12 FLAGS (\Seen a-[b]/c) ENVELOPE ("d" "s" (NIL ("x" NIL "a" "b")) NIL NIL NIL NIL NIL NIL NIL) BODY[HEADER.FIELDS (X)] "" ` + rest + ")",
		`* 2 FETCH (UID 12 FLAGS NIL ENVELOPE ("d" "a "b" c" NIL NIL NIL NIL NIL NIL NIL NIL) BODY[HEADER.FIELDS (X)] "" ` + rest + ")",
		`* 2 FETCH ((UID 12 FLAGS () ENVELOPE ("d" "s" NIL NIL NIL NIL NIL NIL NIL) BODY[HEADER.FIELDS (X)] "" ` + rest + "))",
		`* 2 FETCH UID 12 FLAGS () ENVELOPE NIL BODY[HEADER.FIELDS (X)] "" ` + rest,
		`*  2  fetch  ( UID  12  FLAGS  ( )  ENVELOPE  ( "d" "s" )  BODY[HEADER.FIELDS (X)] "" ` + rest + " )",
		`* 2 FETCH (X {3}\nabc Y (1 ("FLAGS")) UID 12 FLAGS () ENVELOPE ("d" "s" NIL NIL NIL NIL NIL NIL NIL NIL "x" 12) BODY[HEADER.FIELDS (X)] "" ` + rest + ")",
		`* 2 STORE (UID 12 FLAGS () ENVELOPE "none" BODY[HEADER.FIELDS (X)] "" ` + rest + ")",
		`* 2 FETCH (UID 12 FLAGS () ENVELOPE ("d" "s" NIL NIL NIL NIL NIL NIL NIL NIL) ` + rest + ")",
	} {
		s, n := open(t, `
			C: T FETCH 1:9 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY.PEEK[HEADER.FIELDS (Newsgroups Followup-To References)])
			S: `+fmt.Sprintf(good, 1, 11)+`
			S: `+odd+`
			S: `+fmt.Sprintf(good, 3, 13)+`
			S: * 6 EXPUNGE
			S: * 5 EXPUNGE
			S: * 4 EXPUNGE
			S: * 4 EXPUNGE
			S: * 4 EXPUNGE
			S: * 4 EXPUNGE
			S: T OK done`)
		items := backend.Items{UID: true, Flags: true, InternalDate: true, Size: true, Envelope: true}
		got := map[int]string{}
		for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 1, Last: 9}), items) {
			if err != nil {
				t.Errorf("%s: %v", odd, err)
				continue
			}
			subject := "good"
			if msg.Num != 2 {
				subject = msg.Envelope.Subject.Value
			}
			got[msg.Num] = fmt.Sprint(msg.UID, msg.Size, msg.InternalDate[:2], subject)
		}
		for num := 1; num <= 3; num++ {
			if want := fmt.Sprint(10+num, 9, "01", "good"); got[num] != want {
				t.Errorf("%s: message %d is %q, want %q; %s", odd, num, got[num], want, n.texts())
			}
		}
	}
}
