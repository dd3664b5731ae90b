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

// What each call sends, and what becomes of each way to answer it: the error, whether
// the session goes on, and what is traced of both. In the TRANSACTION state an answer is
// +OK or -ERR (RFC 1939 section 3), and what is neither ends the session.
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
		// refused is the error of a refusal, with %s for the server's text; lost is added
		// to that of a lost connection.
		refused string
		kind    error
		// again is what is sent after a refusal, and refused, too.
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

// No argument of a caller becomes a line of its own, and nothing of the login is traced.
func TestTraceBeginsBehindTheLogin(t *testing.T) {
	var traced []string
	server := newScript(t, loggedIn("TOP")+"C: STAT\nS: +OK 1 1\nC: LIST\nS: +OK secret\nS: 1 1\nS: .\nC: QUIT\nS: +OK bye\n")
	cfg := server.config()
	cfg.Trace = func(line string) { traced = append(traced, line) }
	s, err := pop3bridge.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "logout", s.Logout(ctx), nil)
	check(t, "trace", strings.Join(traced, "|"),
		"C: CAPA|S: +OK|C: STAT|S: +OK 1 1|C: LIST|S: +OK ...|C: QUIT|S: +OK bye")
	for _, name := range []string{"a\r\nNOOP", "a\nb", "a\rb", "a\x00"} {
		server := newScript(t, "S: +OK hi\n"+capabilities()+"C: QUIT\nS: +OK\n")
		cfg := server.config()
		cfg.User = name
		_, err := pop3bridge.Open(ctx, cfg)
		if !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// What comes although nothing was asked ends the session before the next command.
func TestUnasked(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: NOOP\n"+`R: +OK\r\n+OK more\r\n`+"\n").open()
	check(t, "poll", s.Poll(ctx), nil)
	checkError(t, s.Poll(ctx), backend.ErrConnectionLost, "POP3 connection dropped: the server says what is no answer to anything")
}

// At each step of each way to log in the server hangs up, refuses, or says what is
// neither.
func TestLoginSteps(t *testing.T) {
	const broken = "POP3 connection broken in response"
	const quit = "\nC: QUIT\nS: +OK"
	withTLS := func(c *backend.Config) { c.TLS = backend.TLSWhenOffered }
	greeted := "S: +OK hi\n"
	stls := greeted + capabilities("STLS") + "C: STLS\n"
	sasl := greeted + capabilities("SASL PLAIN") + "C: AUTH PLAIN\n"
	const plain = "SECURITY PROBLEM: insecure server advertised AUTH=PLAIN"
	user := greeted + capabilities() + "C: USER joe\n"
	apop := "S: +OK <1.2@pop>\n" + capabilities() + "C: APOP joe 74d5f586dd3585f97a212ca24376b3c6\n"
	for _, step := range []struct {
		name    string
		change  func(*backend.Config)
		script  string
		results map[string]string // the error by the answer, with notices behind a |
	}{
		{"greeting", nil, "", map[string]string{"X": broken, "S: -ERR [IN-USE] no" + quit: "[IN-USE] no", "S: * OK IMAP" + quit: "OK IMAP"}},
		{"CAPA", nil, greeted + "C: CAPA\n", map[string]string{"X": broken, "S: +OK\nX": broken,
			"S: +OK\nR: " + strings.Repeat("x", 70_000) + `\r\n`:                  broken + ": a line of an answer is too long",
			"S: +OK\n" + strings.Repeat("S: "+strings.Repeat("x", 1000)+"\n", 66): broken + ": an answer is too long"}},
		{"AUTH", nil, greeted + "C: CAPA\nS: -ERR\nC: AUTH\n", map[string]string{"X": broken, "S: +OK\nX": broken}},
		{"STLS", withTLS, stls, map[string]string{"X": broken,
			"S: -ERR no\nC: USER joe\nS: -ERR [SYS/PERM] no" + quit: "Too many login failures|[SYS/PERM] no",
			"R: +OK\\r\\n+OK\\r\\n":                                 "TLS/SSL failure for pop.example.org: data in the clear before the negotiation"}},
		{"USER", nil, user, map[string]string{"X": broken, "S: -ERR no" + quit: "Too many login failures|no", "S: hm" + quit: "Too many login failures|hm"}},
		{"PASS", nil, user + "S: +OK\nC: PASS secret\n", map[string]string{"X": broken, "S: -ERR [AUTH] secret" + quit: "Too many login failures|[AUTH] ..."}},
		{"APOP", nil, apop, map[string]string{"X": broken}},
		{"SASL", nil, sasl, map[string]string{"X": broken + "|" + plain, "S: -ERR no" + quit: "Can not authenticate to POP3 server: no|" + plain, "S: +OK\n" + capabilities() + empty: "|" + plain + "|Mailbox is empty",
			"S: +OK\nC: CAPA\nX":                             broken + "|" + plain,
			"S: +\nC: AGpvZQBzZWNyZXQ=\nX":                   broken + "|" + plain,
			"S: + \nC: AGpvZQBzZWNyZXQ=\nS: + eA==\nC: *\nX": broken + "|" + plain,
			"S: + ***\nC: *\nX":                              broken + "|" + plain + "|POP3 SERVER BUG (invalid challenge): ***",
			"S: + ***\nC: *\nS: -ERR" + quit:                 "Can not authenticate to POP3 server: ***|" + plain + "|POP3 SERVER BUG (invalid challenge): ***",
			"S: + \nC: AGpvZQBzZWNyZXQ=\nS: +x\nC: CAPA\nX":  broken + "|" + plain}},
		{"CAPA after the login", nil, user + "S: +OK\nC: PASS secret\nS: +OK\nC: CAPA\n", map[string]string{"X": broken, "S: hm": "POP3 connection dropped: the server says what is no answer to anything"}},
		{"STAT", nil, loggedIn() + "C: STAT\n", map[string]string{"X": broken}},
		{"LIST", nil, loggedIn() + "C: STAT\nS: +OK 1 1\nC: LIST\n", map[string]string{"X": "POP3 connection broken while itemizing messages", "S: +OK\nS: 1 1\nX": "POP3 connection broken while itemizing messages"}},
	} {
		for answer, want := range step.results {
			server := newScript(t, step.script+strings.TrimSuffix(answer, "\n")+"\n")
			cfg := server.config()
			if step.change != nil {
				step.change(cfg)
			} else {
				cfg.TLS = backend.TLSNever
			}
			s, err := pop3bridge.Open(ctx, cfg)
			got := ""
			if err != nil {
				got = err.Error()
				var known *backend.Error
				if !errors.As(err, &known) || strings.HasPrefix(want, "POP3 connection") != errors.Is(err, backend.ErrConnectionLost) {
					t.Errorf("%s, %.60q: %v is of another kind", step.name, answer, err)
				}
			} else {
				check(t, "logout", s.Logout(ctx), nil)
			}
			if notes := server.notes(); len(notes) > 0 {
				got += "|" + strings.Join(notes, "|")
			}
			if got != want {
				t.Errorf("%s, %.90q:\ngot  %.200q\nwant %.200q", step.name, answer, got, want)
			}
		}
	}
}
