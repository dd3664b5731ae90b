package imapbridge_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

func TestLogin(t *testing.T) {
	for _, test := range []struct {
		name    string
		change  func(*backend.Config)
		script  string
		err     string // "" for success
		kind    error
		notices string
	}{
		{
			name: "LOGIN",
			script: `
				S: * OK hello
				C: T CAPABILITY
				S: * CAPABILITY IMAP4rev1
				S: T OK done
				C: T LOGIN "user" "secret"
				S: T OK done
				C: T CAPABILITY
				S: * CAPABILITY IMAP4rev1
				S: T OK done`,
		},
		{
			name:   "LOGIN with literals",
			change: func(c *backend.Config) { c.Password = "pä\"ss" },
			script: `
				S: * OK [CAPABILITY IMAP4rev1] hello
				C: T LOGIN "user" {6}
				S: + go on
				C: pä"ss
				S: T OK [CAPABILITY IMAP4rev1] done`,
		},
		{
			name: "PLAIN, initial response",
			script: `
				S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello
				C: T AUTHENTICATE PLAIN AHVzZXIAc2VjcmV0
				S: T OK [CAPABILITY IMAP4rev1] done`,
			notices: "SECURITY PROBLEM: insecure server advertised AUTH=PLAIN",
		},
		{
			name: "PLAIN",
			script: `
				S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello
				C: T AUTHENTICATE PLAIN
				S: + 
				C: AHVzZXIAc2VjcmV0
				S: * 3 EXISTS
				S: T OK [CAPABILITY IMAP4rev1] done`,
			notices: "SECURITY PROBLEM: insecure server advertised AUTH=PLAIN",
		},
		{
			name: "wrong password",
			script: `
				S: * OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5] hello
				C: T AUTHENTICATE CRAM-MD5
				S: + PDFAeD4=
				C: dXNlciA0NDUzYzNkMGZkMTY4NzkyZDU2NWM3MjhiNGRmNjczOQ==
				S: T NO no
				C: T AUTHENTICATE CRAM-MD5
				S: + PDFAeD4=
				C: dXNlciA0NDUzYzNkMGZkMTY4NzkyZDU2NWM3MjhiNGRmNjczOQ==
				S: T NO no`,
			err:     "Can not authenticate to IMAP server: no",
			kind:    backend.ErrAuthentication,
			notices: "Retrying CRAM-MD5 authentication after no",
		},
		{
			name: "a challenge that is none",
			script: `
				S: * OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5] hello
				C: T AUTHENTICATE CRAM-MD5
				S: + !!!
				C: *
				S: T BAD cancelled`,
			err:  "IMAP SERVER BUG (invalid challenge): !!!",
			kind: backend.ErrProtocol,
		},
		{
			name: "LOGINDISABLED",
			script: `
				S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello`,
			err:  "Server disables LOGIN, no recognized SASL authenticator",
			kind: backend.ErrAuthentication,
		},
		{
			name:   "line break in the password",
			change: func(c *backend.Config) { c.Password = "a\r\nx LOGOUT" },
			script: `
				S: * OK [CAPABILITY IMAP4rev1] hello`,
			err:  "The password holds an octet that cannot be sent",
			kind: backend.ErrInvalidArgument,
		},
		{
			name:   "no STARTTLS",
			change: func(c *backend.Config) { c.TLS = backend.TLSRequired },
			script: `
				S: * OK [CAPABILITY IMAP4rev1] hello`,
			err:  "Unable to negotiate TLS with this server",
			kind: backend.ErrNotSupported,
		},
		{
			name:   "PREAUTH where TLS is wanted",
			change: func(c *backend.Config) { c.TLS = backend.TLSWhenOffered },
			script: `
				S: * PREAUTH hello`,
			err:  "Unable to negotiate TLS with this server",
			kind: backend.ErrCertificate,
		},
		{
			name:   "injected before TLS",
			change: func(c *backend.Config) { c.TLS = backend.TLSRequired },
			script: `
				S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hello
				C: T STARTTLS
				S: T OK go\n* CAPABILITY IMAP4rev1 AUTH=PLAIN`,
			err:  "TLS/SSL failure for 127.0.0.1: data in the clear before the negotiation",
			kind: backend.ErrProtocol,
		},
		{
			name:   "anonymous",
			change: func(c *backend.Config) { c.Anonymous = true },
			script: `
				S: * OK [CAPABILITY IMAP4rev1] hello
				C: T LOGIN "ANONYMOUS" "` + sasl.Trace() + `"
				S: T NO nobody is welcome`,
			err:  "nobody is welcome",
			kind: backend.ErrAuthentication,
		},
		{
			name:   "BYE",
			script: `S: * BYE [UNAVAILABLE] too many users`,
			err:    "[UNAVAILABLE] too many users",
			kind:   backend.ErrRefused,
		},
		{
			name:   "a POP3 server",
			script: `S: +OK hello`,
			err:    "Not an IMAP server: +OK hello",
			kind:   backend.ErrProtocol,
		},
		{
			name:   "an endless line",
			script: "S: * OK " + strings.Repeat("x", 100_000),
			err:    "Line from 127.0.0.1 is too long",
			kind:   backend.ErrTooLarge,
		},
		{
			name: "alert, then the end",
			script: `
				S: * OK [CAPABILITY IMAP4rev1] hello
				C: T LOGIN "user" "secret"
				S: * NO [ALERT] mailbox is being moved
				S: * BYE come back
				S: !`,
			err:     "[CLOSED] IMAP connection broken (server response)",
			kind:    backend.ErrConnectionLost,
			notices: "[ALERT] mailbox is being moved",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := &notices{}
			cfg := serve(t, test.script).config(n)
			if test.change != nil {
				test.change(cfg)
			}
			s, err := imapbridge.Open(ctx, cfg)
			if err == nil {
				defer s.Abort()
			}
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.err || !errors.Is(err, test.kind) {
				t.Errorf("got error %q (%v), want %q (%v)", got, errors.Is(err, test.kind), test.err, test.kind)
			}
			if n.texts() != test.notices {
				t.Errorf("got notices %q, want %q", n.texts(), test.notices)
			}
		})
	}
}

// A login survives unusual capabilities, literals in unknown responses, and tags in another
// case. So does the first command of go-imap after it.
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
