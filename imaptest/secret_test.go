package imaptest_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// TestLogHasNoPassword logs in with each command that has a password or a token, in each form.
func TestLogHasNoPassword(t *testing.T) {
	const password, token = "secret word", "secret-token"
	plain := base64.StdEncoding.EncodeToString([]byte("\x00user\x00" + password))
	xoauth2 := base64.StdEncoding.EncodeToString([]byte("user=user\x01auth=Bearer " + token + "\x01\x01"))
	encoded := base64.StdEncoding.EncodeToString([]byte(password))
	imap := []string{
		`C: a LOGIN user "` + password + `"`,
		`C: a login "user" "` + password + `"`,
		"C: a LOGIN {4}\nS: + OK\nC: user {11}\nS: + OK\nC: " + password,
		"C: a LOGIN {4+}\nC: user {11+}\nC: " + password,
		"C: a LOGIN user {11+}\nC: " + password,
		"C: a AUTHENTICATE PLAIN " + plain,
		"C: a AUTHENTICATE PLAIN\nS: +…\nC: " + plain,
		"C: a AUTHENTICATE LOGIN\nS: +…\nC: dXNlcg==\nS: +…\nC: " + encoded,
		"C: a authenticate xoauth2 " + xoauth2,
		"C: a AUTHENTICATE XOAUTH2\nS: +…\nC: " + xoauth2,
	}
	pop3 := []string{
		"C: USER user\nS: +OK\nC: PASS " + password,
		"C: USER user\nS: +OK\nC: pass " + password,
		"C: AUTH PLAIN " + plain,
		"C: AUTH PLAIN\nS: +…\nC: " + plain,
		"C: AUTH XOAUTH2\nS: +…\nC: " + xoauth2,
	}
	var log bytes.Buffer
	srv := imaptest.Config{Password: password, Token: token, Log: &log}.NewServer(t)
	for _, login := range imap {
		dial(t, srv.IMAPAddr()).talk("S: * OK…\n" + login + "\nS: a OK…\nC: b NOOP\nS: b OK…")
	}
	for _, login := range pop3 {
		dial(t, srv.POP3Addr()).talk("S: +OK…\n" + login + "\nS: +OK…\nC: NOOP\nS: +OK")
	}
	srv.Close()
	for _, secret := range []string{"secret", plain, xoauth2, encoded} {
		if i := strings.Index(log.String(), secret); i >= 0 {
			t.Errorf("the log has %q: %q", secret, log.String()[max(i-60, 0):i+20])
		}
	}
	if got := strings.Count(log.String(), "NOOP"); got < len(imap)+len(pop3) {
		t.Errorf("the log has %d of %d commands after logins:\n%s", got, len(imap)+len(pop3), log.String())
	}
}
