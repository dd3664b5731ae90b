package imapbridge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// A message for which the server answers oddly costs no other, and an odd value of it no
// other value. conformance/odd_test.go compares the values with PHP's.
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

// What go-imap sends survives what servers say beside and behind its answer.
func TestOddStatus(t *testing.T) {
	for _, answer := range []string{
		"S: T OK done  ", "S: * 2 EXPUNGE  \nS: T OK done", "S: T OK [COPYUID x (1 2] done", "S: * OK [UIDNEXT\nS: T OK [UNSEEN done",
		"S: T OK", "S: T ok done\nS: T OK done", "S: * VANISHED {3}\\nabc x\nS: T OK done", "S: \nS: X9 OK what\nS: *\nS: T OK done",
		"S: * LIST (\\x \"\nS: * FLAGS x\nS: * 1 FETCH (((\nS: * CAPABILITY {\nS: T OK done",
	} {
		for _, call := range []struct {
			name, sent string
			do         func(*imapbridge.Session) error
		}{
			{"Poll", "NOOP", func(s *imapbridge.Session) error { return s.Poll(ctx) }},
			{"Store", `STORE 1 +FLAGS.SILENT (\Deleted)`, func(s *imapbridge.Session) error {
				return s.Store(ctx, numbers(backend.Range{First: 1, Last: 1}), backend.StoreAdd, []string{`\Deleted`})
			}},
			{"Copy", `COPY 1 "x"`, func(s *imapbridge.Session) error {
				return s.Copy(ctx, numbers(backend.Range{First: 1, Last: 1}), "x")
			}},
		} {
			s, _ := open(t, "C: T "+call.sent+"\n"+answer+"\nC: T NOOP\nS: T OK done")
			if err := call.do(s); err != nil {
				t.Errorf("%s, %q: %v", call.name, answer, err)
			}
			if err := s.Poll(ctx); err != nil {
				t.Errorf("after %s, %q: %v", call.name, answer, err)
			}
		}
	}
}

// A login survives odd capabilities, literals in what nobody knows, and tags in another
// case, and the first command of go-imap's after it.
func TestOddLogin(t *testing.T) {
	for _, script := range []string{
		"S: * OK hello\nC: T CAPABILITY\nS: * CAPABILITY IMAP4rev1 X(Y \"Z {3} %*\\ =\nS: T OK done\nC: T LOGIN \"user\" \"secret\"\nS: T OK [CAPABILITY IMAP4rev1 [X (] done",
		"S: * OK hello\nC: T CAPABILITY\nS: T BAD what\nC: T LOGIN \"user\" \"secret\"\nS: T OK done\nC: T CAPABILITY\nS: * CAPABILITY\nS: T OK done",
		"S: * ok [CAPABILITY IMAP4rev1 hello\nC: T CAPABILITY\nS: * X-NEWS (a {5}\\nab\\nc b) x\nS: * CAPABILITY IMAP4rev1\nS: t OK done\nS: T OK done\n" +
			"C: T LOGIN \"user\" \"secret\"\nS: \nS: T OK [CAPABILITY IMAP4rev1] done",
		"S: * OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5] hello\nC: T AUTHENTICATE CRAM-MD5\nS: + PDFAeD4=  \nC: dXNlciA0NDUzYzNkMGZkMTY4NzkyZDU2NWM3MjhiNGRmNjczOQ==\nS: T OK [CAPABILITY IMAP4rev1] done",
	} {
		n := &notices{}
		s, err := imapbridge.Open(ctx, serve(t, script+"\nC: T NOOP\nS: T OK done").config(n))
		if err != nil {
			t.Errorf("%s: %v", script, err)
			continue
		}
		if err := s.Poll(ctx); err != nil {
			t.Errorf("%s: %v", script, err)
		}
		s.Abort()
	}
}

// A server that says BYE and stays is not waited for until the read timeout.
func TestByeWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"login": "S: * OK [CAPABILITY IMAP4rev1] hello\nC: T LOGIN \"user\" \"secret\"\nS: * BYE overloaded",
		"FETCH": loggedIn + selected + "C: T FETCH 1 (UID)\nS: * BYE overloaded",
		"NOOP":  loggedIn + selected + "C: T NOOP\nS: * BYE overloaded",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, script)
			cfg := server.config(&notices{})
			cfg.Timeouts.Read = time.Hour
			s, err := imapbridge.Open(ctx, cfg)
			if err == nil {
				defer s.Abort()
				err = s.Select(ctx, "INBOX", false)
			}
			switch name {
			case "FETCH":
				for _, err = range s.Fetch(ctx, numbers(backend.Range{First: 1, Last: 1}), backend.Items{UID: true}) {
				}
			case "NOOP":
				err = s.Poll(ctx)
			}
			if err == nil || !strings.Contains(err.Error(), "[CLOSED] IMAP connection broken") {
				t.Errorf("got %v", err)
			}
			if <-server.done; server.stayed {
				t.Error("the client waited for the server to hang up")
			}
		})
	}
}
