package pop3bridge_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// What each method sends, and the effect of each kind of answer: the error, whether the
// session survives, and the trace. In the TRANSACTION state an answer is +OK or -ERR (RFC
// 1939 section 3). Any other line ends the session.
func TestCommands(t *testing.T) {
	long := strings.Repeat("long ", 2000)
	one := func(items backend.Items) func(s *pop3bridge.Session) error {
		return func(s *pop3bridge.Session) (last error) {
			for _, err := range s.Fetch(ctx, msgs(1), items) {
				last = err
			}
			return last
		}
	}
	const broken = "POP3 connection broken in response"
	for _, c := range []struct {
		name, sent string
		do         func(s *pop3bridge.Session) error
		// refused is the error of a refusal, with %s for the server's text. lost is added
		// to the error of a lost connection.
		refused string
		kind    error
		// again is the command that is sent after a refusal. It is refused, too.
		again string
	}{
		{"poll", "NOOP", func(s *pop3bridge.Session) error { return s.Poll(ctx) }, "%s", backend.ErrRefused, ""},
		{"text", "RETR 1", one(sections(true, "TEXT")), "%s", backend.ErrRefused, ""},
		{"structure", "RETR 1", one(backend.Items{Structure: true}), "%s", backend.ErrRefused, ""},
		{"header", "TOP 1 0", one(sections(true, "HEADER")), "%s", backend.ErrRefused, "RETR 1"},
		{"envelope", "TOP 1 0", one(backend.Items{Envelope: true}), "%s", backend.ErrRefused, "RETR 1"},
		{"date", "TOP 1 0", one(backend.Items{InternalDate: true}), "%s", backend.ErrRefused, "RETR 1"},
		{"unique-id", "UIDL", one(backend.Items{UniqueID: true}), "No unique-ids from this POP3 server: %s", backend.ErrNotSupported, ""},
		{"write", "RETR 1", func(s *pop3bridge.Session) error {
			_, err := s.WriteSection(ctx, msgs(1), backend.Section{}, io.Discard)
			return err
		}, "%s", backend.ErrRefused, ""},
		{"write a header", "TOP 1 0", func(s *pop3bridge.Session) error {
			_, err := s.WriteSection(ctx, msgs(1), backend.Section{Name: "HEADER"}, io.Discard)
			return err
		}, "%s", backend.ErrRefused, "RETR 1"},
		{"delete", "DELE 1", func(s *pop3bridge.Session) error {
			s.Store(ctx, msgs(1), backend.StoreAdd, []string{`\Deleted`})
			return s.Expunge(ctx)
		}, "Message 1 is not deleted: %s", backend.ErrRefused, ""},
	} {
		for _, answer := range []struct {
			script, text, code string
			refuses            bool
		}{
			{"S: -ERR [SYS/TEMP] no", "[SYS/TEMP] no", "SYS/TEMP", true},
			{"S: -ERR " + long, long[:8192], "", true},
			{"S: -", "-", "", true},
			{"S: ", "POP3 connection dropped: the server says what is no answer to anything", "", false},
			{"S: * OK", "POP3 connection dropped: the server says what is no answer to anything", "", false},
			{"R: +OK " + strings.Repeat("x", 70_000) + `\r\n`, broken + ": a line of an answer is too long", "", false},
			{"X", broken, "", false},
		} {
			script := withMessages(plainServer, "9") + "C: " + c.sent + "\n" + answer.script + "\n"
			if answer.refuses {
				if c.again != "" {
					script += "C: " + c.again + "\n" + answer.script + "\n"
				}
				script += "C: NOOP\nS: +OK still there\n"
			}
			var traced []string
			server := newScript(t, script)
			cfg := server.config()
			cfg.Trace = func(line string) { traced = append(traced, line) }
			s, err := pop3bridge.Open(ctx, cfg)
			if err != nil {
				t.Fatal(err)
			}
			begin := len(traced)
			err = c.do(s)
			title := fmt.Sprintf("%s, %.30q", c.name, answer.script)
			want, kind := answer.text, backend.ErrConnectionLost
			if answer.refuses {
				want, kind = fmt.Sprintf(c.refused, answer.text), c.kind
			}
			var known *backend.Error
			if !errors.As(err, &known) || err.Error() != want || !errors.Is(err, kind) {
				t.Errorf("%s: got %.200q, want %.200q", title, fmt.Sprint(err), want)
			} else if kind == backend.ErrRefused && known.Code != answer.code {
				t.Errorf("%s: code %q", title, known.Code)
			}
			if len(traced) == begin || traced[begin] != "C: "+c.sent {
				t.Errorf("%s: traced %q", title, traced[begin:])
			}
			if text, said := strings.CutPrefix(answer.script, "S: "); said && !slices.Contains(traced[begin:], "S: "+text) {
				t.Errorf("%s: traced %.100q", title, traced[begin:])
			}
			if answer.refuses {
				check(t, title+": then", s.Poll(ctx), nil)
				check(t, title+": traced", traced[len(traced)-2:], []string{"C: NOOP", "S: +OK still there"})
			} else {
				checkError(t, s.Poll(ctx), backend.ErrConnectionLost, want)
				checkError(t, s.Link().Closed, backend.ErrConnectionLost, want)
			}
			s.Abort()
		}
	}
}

// Unsolicited octets end the session before the next command.
func TestUnasked(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: NOOP\n"+`R: +OK\r\n+OK more\r\n`+"\n").open()
	check(t, "poll", s.Poll(ctx), nil)
	checkError(t, s.Poll(ctx), backend.ErrConnectionLost, "POP3 connection dropped: the server says what is no answer to anything")
}

// c-client shows what follows the first blank of a refusal, or the whole line.
func TestStatusTexts(t *testing.T) {
	for status, want := range map[string]string{
		"-ERR": "-ERR", "-ERR no": "no", "-ERR  two": " two", "-ERR\tno": "-ERR\tno", "-no": "-no",
	} {
		s := newScript(t, withMessages(plainServer, "1")+"C: RETR 1\nS: "+status+"\n").open()
		for _, err := range s.Fetch(ctx, all, sections(true, "")) {
			check(t, status, fmt.Sprint(err), want)
		}
	}
}
