package imaptest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/imapcompat/imapcompat/imaptest"
)

func TestRefuseIMAP(t *testing.T) {
	const text = "[UNAVAILABLE] Try again"
	tests := []struct{ name, command, script string }{
		{"login", "login", `
			C: a LOGIN user password
			S: a NO [UNAVAILABLE] Try again
			C: b LOGIN user password
			S: b OK…`},
		{"SASL, at the end", "LOGIN", `
			C: a AUTHENTICATE LOGIN
			S: + VXNlcm5hbWU6
			C: dXNlcg==
			S: + UGFzc3dvcmQ6
			C: cGFzc3dvcmQ=
			S: a NO [UNAVAILABLE] Try again
			C: b AUTHENTICATE PLAIN AHVzZXIAcGFzc3dvcmQ=
			S: b OK…`},
		{"SASL, at the beginning", "AUTHENTICATE", `
			C: a AUTHENTICATE LOGIN
			S: a NO [UNAVAILABLE] Try again
			C: b LOGIN user password
			S: b OK…`},
		{"with arguments", "SELECT", `
			C: a LOGIN user password
			S: a OK…
			C: b EXAMINE Nothing
			S: b NO Mailbox doesn't exist: Nothing.
			C: c select INBOX
			S: c NO [UNAVAILABLE] Try again
			C: d FETCH 1 FLAGS
			S: d BAD…`},
		{"UID", "FETCH", `
			C: a LOGIN user password
			S: a OK…
			C: s SELECT INBOX` + selected + `
			C: b UID FETCH 1 UID
			S: b NO [UNAVAILABLE] Try again
			C: c UID FETCH 1 (UID)
			S: * 1 FETCH (UID 1)
			S: c OK…`},
		{"literal that waits", "APPEND", `
			C: a LOGIN user password
			S: a OK…
			C: b APPEND INBOX {12}
			S: b NO [UNAVAILABLE] Try again
			C: c NOOP
			S: c OK…`},
		{"literals that do not wait", "RENAME", `
			C: a LOGIN user password
			S: a OK…
			C: b RENAME {8+}
			C: x NOOP
			C: {10+}
			C: x LOGOUT
			C:
			S: b NO [UNAVAILABLE] Try again
			C: c NOOP
			S: c OK…`},
		{"literals that are texts", "NOOP", `
			C: a LOGIN user password
			S: a OK…
			C: b APPEND INBOX {8}
			S: +…
			C: x NOOP
			C:
			S: b OK…
			C: c STATUS INBOX (MESSAGES)
			S: * STATUS INBOX (MESSAGES 2)
			S: c OK…
			C: d NOOP
			S: d NO [UNAVAILABLE] Try again`},
		{"ID", "ID", `
			C: a ID NIL
			S: a NO [UNAVAILABLE] Try again
			C: b ID NIL
			S: * ID ("name" "imaptest")
			S: b OK…`},
		{"before it is read", "IDLE", `
			C: a LOGIN user password
			S: a OK…
			C: b IDLE
			S: b NO [UNAVAILABLE] Try again`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := imaptest.NewServer(t, first)
			if err := srv.Refuse(tt.command, 1, text); err != nil {
				t.Fatal(err)
			}
			dial(t, srv.IMAPAddr()).talk("S: * OK…\n" + tt.script)
		})
	}
}

func TestRefusePOP3(t *testing.T) {
	const login = "S: +OK…\nC: USER user\nS: +OK\nC: PASS password\nS: "
	tests := []struct{ command, script string }{
		{"LOGIN", login + "-ERR [SYS/TEMP] Later\nC: AUTH PLAIN AHVzZXIAcGFzc3dvcmQ=\nS: +OK…"},
		{"PASS", login + "-ERR [SYS/TEMP] Later\nC: USER user\nS: +OK\nC: PASS password\nS: +OK…"},
		{"AUTH", "S: +OK…\nC: AUTH LOGIN\nS: -ERR [SYS/TEMP] Later\nC: QUIT\nS: +OK…"},
		{"CAPA", "S: +OK…\nC: capa\nS: -ERR [SYS/TEMP] Later\nC: CAPA\nS: +OK…"},
		{"RETR", login + "+OK…\nC: RETR 1\nS: -ERR [SYS/TEMP] Later\nC: STAT\nS: +OK 1 44"},
		{"DELE", login + "+OK…\nC: DELE 1\nS: -ERR [SYS/TEMP] Later\nC: STAT\nS: +OK 1 44"},
		{"QUIT", login + "+OK…\nC: DELE 1\nS: +OK Marked to be deleted.\nC: QUIT\nS: -ERR [SYS/TEMP] Later"},
	}
	for _, tt := range tests {
		t.Run(tt.command, func(t *testing.T) {
			srv := imaptest.NewServer(t, first)
			if err := srv.Refuse(tt.command, 1, "[SYS/TEMP] Later"); err != nil {
				t.Fatal(err)
			}
			w := dial(t, srv.POP3Addr())
			w.talk(tt.script)
			if tt.command == "QUIT" && (!w.closed() || len(srv.Messages("INBOX")) != 1) {
				t.Error("the connection is open, or the message is gone")
			}
		})
	}
}

// Both servers share the count, and a later Refuse replaces an earlier one.
func TestRefuseCounts(t *testing.T) {
	srv := imaptest.NewServer(t, first)
	refuse := func(n int) {
		t.Helper()
		if err := srv.Refuse("NOOP", n, "No"); err != nil {
			t.Fatal(err)
		}
	}
	i, p := loggedInIMAP(t, srv), loggedInPOP3(t, srv)
	refuse(3)
	i.talk("C: a NOOP\nS: a NO No")
	p.talk("C: NOOP\nS: -ERR No")
	i.talk("C: b NOOP\nS: b NO No\nC: c NOOP\nS: c OK…")
	refuse(5)
	refuse(0)
	p.talk("C: NOOP\nS: +OK")
}

func TestRefuseMistakes(t *testing.T) {
	srv := imaptest.NewServer(t)
	for _, tt := range []struct{ command, text string }{
		{"APEND", "No"}, {"", "No"}, {"UID FETCH", "No"}, {"LOGOUT", "No"},
		{"APPEND", ""}, {"APPEND", "No\r\n* BYE"}, {"APPEND", "No\x00"}, {"APPEND", "nön"},
	} {
		if err := srv.Refuse(tt.command, 1, tt.text); err == nil {
			t.Errorf("%+v: no error", tt)
		}
	}
	loggedInIMAP(t, srv)
}

// Each session has each alert once.
func TestAlert(t *testing.T) {
	srv := imaptest.NewServer(t)
	w := loggedInIMAP(t, srv)
	if err := srv.Alert("The disk is nearly full"); err != nil {
		t.Fatal(err)
	}
	w.talk("C: a NOOP\nS: * OK [ALERT] The disk is nearly full\nS: a OK…\nC: b NOOP\nS: b OK…")
	w = dial(t, srv.IMAPAddr())
	w.talk("S: * OK…\nC: a LOGIN user password\nS: * OK [ALERT] The disk is nearly full\nS: a OK…\nC: b NOOP\nS: b OK…")
	if srv.Alert("") == nil || srv.Alert("a\r\nb") == nil {
		t.Error("an alert that is none")
	}
}

func TestID(t *testing.T) {
	srv := imaptest.NewServer(t)
	dial(t, srv.IMAPAddr()).talk(`
		S: * OK [CAPABILITY IMAP4rev1 SASL-IR ID ENABLE…
		C: a id ("name" "test" "version" NIL)
		S: * ID ("name" "imaptest")
		S: a OK ID completed.
		C: c ID ({4}
		S: + OK
		C: name NIL)
		S: * ID ("name" "imaptest")
		S: c OK ID completed.
		C: e CAPABILITY
		S: * CAPABILITY IMAP4rev1 SASL-IR ID ENABLE…
		S: e OK…
		C: f LOGIN user password
		S: f OK [CAPABILITY IMAP4rev1 SASL-IR ID ENABLE…
		C: g ID NIL
		S: * ID ("name" "imaptest")
		S: g OK…`)

	without := imaptest.Config{Without: []string{"ID"}}.NewServer(t)
	dial(t, without.IMAPAddr()).talk(`
		S: * OK [CAPABILITY IMAP4rev1 SASL-IR ENABLE…
		C: f LOGIN user password
		S: f OK [CAPABILITY IMAP4rev1 SASL-IR ENABLE…
		C: g ID NIL
		S: g BAD…`)
}

// The server does not change texts of messages that look like capabilities.
func TestIDLeavesTextsAlone(t *testing.T) {
	const text = "Subject: x\r\n\r\n* CAPABILITY IMAP4rev1 x\r\na OK [CAPABILITY IMAP4rev1 x]\r\n"
	srv := imaptest.NewServer(t, text)
	w := loggedInIMAP(t, srv)
	w.talk("C: s SELECT INBOX" + selected)
	w.send("a FETCH 1 BODY.PEEK[]")
	w.receive()
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if got := w.receive(); got != line {
			t.Errorf("received %q, want %q", got, line)
		}
	}
}

// After STARTTLS commands are refused and ID is answered, as before STARTTLS.
func TestRefuseAfterStartTLS(t *testing.T) {
	srv := imaptest.Config{TLS: imaptest.RequireTLS}.NewServer(t, first)
	c, err := imapclient.DialStartTLS(srv.IMAPAddr(), &imapclient.Options{TLSConfig: srv.ClientTLS()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if !c.Caps().Has(imap.CapID) || c.Caps().Has(imap.CapStartTLS) || c.Caps().Has(imap.CapLoginDisabled) {
		t.Errorf("capabilities %v", c.Caps())
	}
	if err := srv.Refuse("SELECT", 1, "[LIMIT] Too many"); err != nil {
		t.Fatal(err)
	}
	if err := c.Login("user", "password").Wait(); err != nil {
		t.Fatal(err)
	}
	if data, err := c.ID(nil).Wait(); err != nil || data.Name != "imaptest" {
		t.Errorf("ID: %+v, %v", data, err)
	}
	var refused *imap.Error
	if _, err := c.Select("INBOX", nil).Wait(); !errors.As(err, &refused) || refused.Code != imap.ResponseCodeLimit {
		t.Errorf("SELECT: %v", err)
	}
	if data, err := c.Select("INBOX", nil).Wait(); err != nil || data.NumMessages != 1 {
		t.Errorf("SELECT: %+v, %v", data, err)
	}
}

// Unencrypted commands that arrive together with STARTTLS are dropped. STARTTLS after the login is
// refused.
func TestStartTLSForgets(t *testing.T) {
	srv := imaptest.Config{TLS: imaptest.OfferTLS}.NewServer(t)
	w := dial(t, srv.IMAPAddr())
	w.talk("S: * OK…")
	w.send("a STARTTLS\r\nb LOGIN user password")
	w.talk("S: a OK…")
	if err := w.startTLS(srv.ClientTLS(), "localhost"); err != nil {
		t.Fatal(err)
	}
	w.talk(`
		C: c SELECT INBOX
		S: c BAD…
		C: d STARTTLS
		S: d BAD…
		C: e LOGIN user password
		S: e OK…`)
	loggedInIMAP(t, srv).talk("C: a STARTTLS\nS: a BAD…")
}
