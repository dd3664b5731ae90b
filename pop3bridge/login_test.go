package pop3bridge_test

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

func itoa(n int) string { return strconv.Itoa(n) }

const empty = "C: STAT\nS: +OK 0 0\nC: LIST\nS: +OK\nS: .\nC: QUIT\nS: +OK\n"

const crammed = `C: AUTH CRAM-MD5
S: + PDFAeD4=
C: am9lIDQ0NTNjM2QwZmQxNjg3OTJkNTY1YzcyOGI0ZGY2NzM5
`

// Unless a case says otherwise, the texts are those of PHP 8.2: imap_errors after
// imap_open, with the same number of tries and the same dialogues.
func TestLogin(t *testing.T) {
	tests := []struct {
		name     string
		dialogue string
		config   func(*backend.Config)
		kind     error    // nil for success
		text     string   // of the error
		notices  []string // besides
	}{
		{
			name:     "USER and PASS",
			dialogue: loggedIn() + empty,
			notices:  []string{"Mailbox is empty"},
		},
		{
			name: "wrong password, three tries",
			dialogue: "S: +OK hi\n" + capabilities() +
				"C: USER joe\nS: +OK\nC: PASS secret\nS: -ERR bad password\n" +
				"C: USER joe\nS: +OK\nC: PASS secret\nS: -ERR bad password\n" +
				"C: USER joe\nS: -ERR no\n" +
				"C: QUIT\nS: +OK\n",
			config:  func(c *backend.Config) { c.Tries = 3 },
			kind:    backend.ErrAuthentication,
			text:    "Too many login failures",
			notices: []string{"bad password", "bad password", "no"},
		},
		{
			name:     "CRAM-MD5 first",
			dialogue: "S: +OK hi\n" + capabilities("SASL PLAIN LOGIN CRAM-MD5") + crammed + "S: +OK\n" + capabilities() + empty,
			notices:  []string{"Mailbox is empty"},
		},
		{
			name: "CRAM-MD5, then PLAIN, two tries each",
			dialogue: "S: +OK hi\n" + capabilities("SASL PLAIN LOGIN CRAM-MD5") +
				crammed + "S: -ERR nope CRAM\n" +
				crammed + "S: -ERR nope CRAM\n" +
				"C: AUTH PLAIN\nS: + \nC: AGpvZQBzZWNyZXQ=\nS: -ERR nope PLAIN\n" +
				"C: AUTH PLAIN\nS: + \nC: AGpvZQBzZWNyZXQ=\nS: -ERR nope PLAIN\n" +
				"C: QUIT\nS: +OK\n",
			config: func(c *backend.Config) { c.Tries = 2 },
			kind:   backend.ErrAuthentication,
			text:   "Can not authenticate to POP3 server: nope PLAIN",
			notices: []string{
				"Retrying CRAM-MD5 authentication after nope CRAM",
				"SECURITY PROBLEM: insecure server advertised AUTH=PLAIN",
				"Retrying PLAIN authentication after nope PLAIN",
				"SECURITY PROBLEM: insecure server advertised AUTH=PLAIN",
			},
		},
		{
			name: "LOGIN",
			dialogue: "S: +OK hi\n" + capabilities("SASL LOGIN") +
				"C: AUTH LOGIN\nS: + VXNlcm5hbWU6\nC: am9l\nS: + UGFzc3dvcmQ6\nC: c2VjcmV0\nS: +OK\n" +
				capabilities() + empty,
			notices: []string{"Mailbox is empty"},
		},
		{
			name:     "secure, but only PLAIN",
			dialogue: "S: +OK hi\n" + capabilities("SASL PLAIN LOGIN") + "C: QUIT\nS: +OK\n",
			config:   func(c *backend.Config) { c.Secure = true },
			kind:     backend.ErrAuthentication,
			text:     "Can't do secure authentication with this server",
		},
		{
			name:     "no way in",
			dialogue: "S: +OK hi\nC: CAPA\nS: +OK\nS: TOP\nS: .\nC: QUIT\nS: +OK\n",
			kind:     backend.ErrAuthentication,
			text:     "Can't login to this server",
		},
		{
			name:     "no password",
			dialogue: "S: +OK hi\n" + capabilities() + "C: QUIT\nS: +OK\n",
			config:   func(c *backend.Config) { c.Password = "" },
			kind:     backend.ErrAuthentication,
			text:     "Login aborted",
		},
		{
			name: "no CAPA: sizes are not asked for either",
			dialogue: "S: +OK hi\nC: CAPA\nS: -ERR what\nC: AUTH\nS: -ERR no\n" +
				"C: USER joe\nS: +OK\nC: PASS secret\nS: +OK\nC: STAT\nS: +OK 2 44\nC: QUIT\nS: +OK\n",
		},
		{
			name: "no CAPA, but AUTH lists mechanisms",
			dialogue: "S: +OK hi\nC: CAPA\nS: -ERR what\nC: AUTH\nS: +OK\nS: cram-md5\nS: .\n" +
				crammed + "S: +OK\nC: STAT\nS: +OK 1 9\nC: QUIT\nS: +OK\n",
		},
		{
			// PHP does not send the "*".
			name: "a challenge that is not base64",
			dialogue: "S: +OK hi\n" + capabilities("SASL CRAM-MD5") +
				"C: AUTH CRAM-MD5\nS: + !!notbase64\nC: *\nS: -ERR cancelled\nC: QUIT\nS: +OK\n",
			kind:    backend.ErrAuthentication,
			text:    "Can not authenticate to POP3 server: !!notbase64",
			notices: []string{"POP3 SERVER BUG (invalid challenge): !!notbase64"},
		},
		{
			name: "a challenge too many",
			dialogue: "S: +OK hi\n" + capabilities("SASL LOGIN") +
				"C: AUTH LOGIN\nS: + \nC: am9l\nS: + \nC: c2VjcmV0\nS: + \nC: *\nS: -ERR cancelled\nC: QUIT\nS: +OK\n",
			kind: backend.ErrProtocol,
			text: "LOGIN: the server asks for more than a name and a password",
		},
		{
			name: "a challenge too many for PLAIN",
			dialogue: "S: +OK hi\n" + capabilities("SASL PLAIN") +
				"C: AUTH PLAIN\nS: +\nC: AGpvZQBzZWNyZXQ=\nS: + eA==\nC: *\nS: -ERR cancelled\nC: QUIT\nS: +OK\n",
			kind:    backend.ErrProtocol,
			text:    "PLAIN: the server sent a challenge that this mechanism does not have",
			notices: []string{"SECURITY PROBLEM: insecure server advertised AUTH=PLAIN"},
		},
		{
			name: "a mechanism that is refused at once is not tried again",
			dialogue: "S: +OK hi\n" + capabilities("SASL CRAM-MD5") +
				"C: AUTH CRAM-MD5\nS: -ERR not here\nC: QUIT\nS: +OK\n",
			config: func(c *backend.Config) { c.Tries = 3 },
			kind:   backend.ErrAuthentication,
			text:   "Can not authenticate to POP3 server: not here",
		},
		{
			name: "SCRAM without the server's proof",
			dialogue: "S: +OK hi\n" + capabilities("SASL SCRAM-SHA-256") +
				"C: AUTH SCRAM-SHA-256\nS: +OK\nC: QUIT\nS: +OK\n",
			kind: backend.ErrProtocol,
			text: "SCRAM-SHA-256: the server has not proved that it knows the password",
		},
		{
			name:     "the greeting refuses",
			dialogue: "S: -ERR go away\nC: QUIT\nS: +OK\n",
			kind:     backend.ErrRefused,
			text:     "go away",
		},
		{
			name:     "another protocol",
			dialogue: "S: 220 ftp\nC: QUIT\nS: +OK\n",
			kind:     backend.ErrRefused,
			text:     "ftp",
		},
		{
			name:     "the server hangs up at PASS",
			dialogue: "S: +OK hi\n" + capabilities() + "C: USER joe\nS: +OK\nC: PASS secret\nX",
			kind:     backend.ErrConnectionLost,
			text:     "POP3 connection broken in response",
		},
		{
			// PHP: "Can't login to this server".
			name:     "the server hangs up in CAPA",
			dialogue: "S: +OK hi\nC: CAPA\nS: +OK\nS: TOP\nX",
			kind:     backend.ErrConnectionLost,
			text:     "POP3 connection broken in response",
		},
		{
			name:     "STAT is refused",
			dialogue: loggedIn() + "C: STAT\nS: -ERR no stat\nC: QUIT\nS: +OK\n",
			kind:     backend.ErrRefused,
			text:     "no stat",
		},
		{
			name:     "STAT without a number",
			dialogue: loggedIn() + "C: STAT\nS: +OK junk\nC: LIST\nS: +OK\nS: .\nC: QUIT\nS: +OK\n",
			notices:  []string{"Mailbox is empty"},
		},
		{
			name:     "STAT beyond reason", // PHP allocates the memory
			dialogue: loggedIn() + "C: STAT\nS: +OK 4294967295 1\nC: QUIT\nS: +OK\n",
			kind:     backend.ErrTooLarge,
			text:     "The POP3 server counts more than 1048576 messages",
		},
		{
			name:     "LIST is refused",
			dialogue: loggedIn() + "C: STAT\nS: +OK 2 44\nC: LIST\nS: -ERR no list\nC: QUIT\nS: +OK\n",
		},
		{
			name:     "the server hangs up in LIST",
			dialogue: loggedIn() + "C: STAT\nS: +OK 2 44\nC: LIST\nS: +OK\nS: 1 22\nX",
			kind:     backend.ErrConnectionLost,
			text:     "POP3 connection broken while itemizing messages",
		},
		{
			name:     "TLS required, STLS not offered",
			dialogue: "S: +OK hi\n" + capabilities() + "C: QUIT\nS: +OK\n",
			config:   func(c *backend.Config) { c.TLS = backend.TLSRequired },
			kind:     backend.ErrConnect,
			text:     "Unable to negotiate TLS with this server",
		},
		{
			name:     "TLS required, STLS refused",
			dialogue: "S: +OK hi\n" + capabilities("STLS") + "C: STLS\nS: -ERR not now\nC: QUIT\nS: +OK\n",
			config:   func(c *backend.Config) { c.TLS = backend.TLSRequired },
			kind:     backend.ErrConnect,
			text:     "Unable to negotiate TLS with this server",
		},
		{
			name: "STLS refused",
			dialogue: "S: +OK hi\n" + capabilities("STLS") + "C: STLS\nS: -ERR not now\n" +
				"C: USER joe\nS: +OK\nC: PASS secret\nS: +OK\n" + capabilities() + empty,
			notices: []string{"Mailbox is empty"},
		},
		{
			// PHP discards the second line and continues.
			name:     "an answer in the clear behind STLS",
			dialogue: "S: +OK hi\n" + capabilities("STLS") + `C: STLS` + "\n" + `R: +OK go\r\n+OK\r\nUSER\r\n.\r\n`,
			kind:     backend.ErrProtocol,
			text:     "TLS/SSL failure for pop.example.org: data in the clear before the negotiation",
		},
		{
			name:     "STLS never",
			dialogue: loggedIn("STLS") + empty,
			config:   func(c *backend.Config) { c.TLS = backend.TLSNever },
			notices:  []string{"Mailbox is empty"},
		},
		{
			// PHP does not support APOP.
			name: "APOP",
			dialogue: "S: +OK ready <12.34@example.org>\n" + capabilities() +
				"C: APOP joe 095059a56060a5fa1bb3e2f654ea3dfb\nS: +OK\n" + capabilities() + empty,
			config:  func(c *backend.Config) { c.Secure = true },
			notices: []string{"Mailbox is empty"},
		},
		{
			name: "APOP refused",
			dialogue: "S: +OK ready <12.34@example.org>\n" + capabilities() +
				"C: APOP joe 095059a56060a5fa1bb3e2f654ea3dfb\nS: -ERR no\n" +
				"C: USER joe\nS: +OK\nC: PASS secret\nS: +OK\n" + capabilities() + empty,
			notices: []string{"Mailbox is empty"},
		},
		{
			name: "APOP refused, and the password is not to be shown",
			dialogue: "S: +OK ready <12.34@example.org>\n" + capabilities() +
				"C: APOP joe 095059a56060a5fa1bb3e2f654ea3dfb\nS: -ERR no\nC: QUIT\nS: +OK\n",
			config: func(c *backend.Config) { c.Secure = true },
			kind:   backend.ErrAuthentication,
			text:   "Can not authenticate to POP3 server: no",
		},
		{
			name: "APOP disabled",
			dialogue: "S: +OK ready <12.34@example.org>\n" + capabilities() +
				"C: USER joe\nS: +OK\nC: PASS secret\nS: +OK\n" + capabilities() + empty,
			config:  func(c *backend.Config) { c.Disabled = []string{"APOP"} },
			notices: []string{"Mailbox is empty"},
		},
		{
			name: "a timestamp that is no msg-id", // CVE-2007-1558
			dialogue: "S: +OK ready <12\x80\x813.4@example.org>\n" + capabilities() +
				"C: USER joe\nS: +OK\nC: PASS secret\nS: +OK\n" + capabilities() + empty,
			notices: []string{"Mailbox is empty"},
		},
		{
			// PHP sends "PASS x", and "DELE 1" as a command.
			name:     "a line break in the password",
			dialogue: "S: +OK hi\n" + capabilities() + "C: QUIT\nS: +OK\n",
			config:   func(c *backend.Config) { c.Password = "x\r\nDELE 1" },
			kind:     backend.ErrInvalidArgument,
			text:     "The password holds an octet that cannot be sent",
		},
		{
			name:     "a NUL in the user name",
			dialogue: "S: +OK hi <1@x>\n" + capabilities() + "C: QUIT\nS: +OK\n",
			config:   func(c *backend.Config) { c.User = "x\x00" },
			kind:     backend.ErrInvalidArgument,
			text:     "The user name holds an octet that cannot be sent",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := newScript(t, test.dialogue)
			cfg := server.config()
			if test.config != nil {
				test.config(cfg)
			}
			s, err := pop3bridge.Open(context.Background(), cfg)
			if err == nil {
				err = s.Logout(context.Background())
			}
			switch {
			case test.kind == nil && err != nil:
				t.Fatal(err)
			case test.kind != nil && (!errors.Is(err, test.kind) || err.Error() != test.text):
				t.Errorf("error %q, want %q, of kind %q", err, test.text, test.kind)
			}
			if got := server.notes(); !slices.Equal(got, test.notices) {
				t.Errorf("notices %q, want %q", got, test.notices)
			}
		})
	}
}

// A timestamp of APOP must be a msg-id of RFC 5322. The password is hashed with no other
// text.
func TestTimestamps(t *testing.T) {
	const atext = "azAZ09!#$%&'*+-/=?^_`{|}~"
	for greeting, timestamp := range map[string]string{
		"<" + atext + ".1@" + atext + ".b>": "<" + atext + ".1@" + atext + ".b>", "x <1@b> y": "<1@b>",
		"<1@b": "", "1@b>": "", ">1@b<": "", "<1>": "", "<@b>": "", "<1@>": "", "<1.@b>": "", "<.1@b>": "", "<1@b..c>": "", "<>": "", "><": "",
		"<1[@b>": "", "<1@[b>": "", "<1:@b>": "", "<1,@b>": "", "<1(@b>": "", "<1)@b>": "", "<1;@b>": "", "<1 @b>": "", "<1\"@b>": "", "<1\x7f@b>": "", "<1@b@c>": "", "<1\\@b>": "", "<é@b>": "",
	} {
		login := "C: USER joe\nS: -ERR no\n"
		if timestamp != "" {
			login = fmt.Sprintf("C: APOP joe %x\nS: -ERR no\n", md5.Sum([]byte(timestamp+"secret"))) + login
		}
		_, err := pop3bridge.Open(ctx, newScript(t, "S: +OK "+greeting+"\n"+capabilities()+login+"C: QUIT\nS: +OK\n").config())
		if !errors.Is(err, backend.ErrAuthentication) {
			t.Errorf("%s: %v", greeting, err)
		}
	}
}

func TestAnonymous(t *testing.T) {
	cfg := newScript(t).config()
	cfg.Anonymous = true
	_, err := pop3bridge.Open(context.Background(), cfg)
	if !errors.Is(err, backend.ErrNotSupported) || err.Error() != "Anonymous POP3 login not available" {
		t.Error(err)
	}
}

// A caller's argument does not become a line of its own, and the login is not traced.
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

// At each step of each kind of login, the server closes the connection, refuses, or sends a
// line that is neither +OK nor -ERR.
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
		results map[string]string // the error by the answer; notices follow after |
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
