package promises_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/sendmail"
)

// quotations are the password in the forms in which servers may quote it, each with the text
// that must not be shown.
var quotations = map[string]struct{ said, hidden string }{
	"plain":     {secretPassword, "Marker-"},
	"capitals":  {strings.ToUpper(secretPassword), "MARKER-"},
	"piece":     {secretPassword[:10], "Marker-P"},
	"end":       {secretPassword[9:], "sword-93"},
	"hex":       {hex.EncodeToString([]byte(secretPassword)), hex.EncodeToString([]byte("Marker-"))},
	"HEX":       {strings.ToUpper(hex.EncodeToString([]byte(secretPassword))), strings.ToUpper(hex.EncodeToString([]byte("Marker-")))},
	"URL":       {url.QueryEscape("=" + secretPassword + "&"), "Marker-"},
	"percent":   {"%4D%61%72%6B%65%72%2D%50", "%4D%61%72"},
	"base64":    {base64.StdEncoding.EncodeToString([]byte(secretPassword)), "TWFya2Vy"},
	"PLAIN":     {base64.StdEncoding.EncodeToString([]byte("\x00user\x00" + secretPassword)), "AE1hcmtlci1QYXNzd29y"},
	"PLAIN cut": {base64.StdEncoding.EncodeToString([]byte("\x00user\x00" + secretPassword))[:20], "NYXJrZX"},
	"JSON":      {base64.RawURLEncoding.EncodeToString([]byte(`{"password":"` + secretPassword + `"}`)), "cmtlci1QYXNz"},
}

// TestSecretForms lets a server quote the password in each form, at each place where it sends
// text, at the login and after it. Nothing shows it, including the log of the whole
// conversation.
func TestSecretForms(t *testing.T) {
	places := map[string][]string{
		"imap": {
			"refusal [X-QUOTE %s] no", "refusal [%s] no", "refusal no %s", "refusal [ALERT] %s", "refusal [AUTHENTICATIONFAILED %s] no",
			"alert [ALERT] %s", "bye [X %s] bye", "bye %s", "tag %s",
			"later [X-QUOTE %s] no", "later [%s", "later no %s", "later alert [ALERT] %s", "later ok [X %s] %s", "later bye [X %s] %s", "later tag %s",
			"later plus %s", "later status %s no", "greeting %s",
		},
		"pop3": {"refusal [X-QUOTE %s] no", "refusal no %s", "refusal [%s", "bye %s", "later [X-QUOTE %s] no", "later no %s"},
		"smtp": {
			"AUTH 535 5.7.8 %s", "AUTH 535-no\r\n535 %s", "AUTH 535-%s\r\n535 no", "AUTH 334 (%s)", "AUTH %s", "AUTH 535%s",
			"MAIL 550 no %s", "RCPT 550 no <%s>", "DATA 451 no %s", ". 554 [%s] no", ". 250-ok\r\n550 %s",
		},
	}
	for service, list := range places {
		for _, place := range list {
			for name, form := range quotations {
				said := strings.ReplaceAll(place, "%s", form.said)
				var text string
				if service == "smtp" {
					text = shownOfMail(t, listen(t, func(conn net.Conn) { quoteSMTP(conn, said) }))
				} else {
					text = shownOfMailbox(listen(t, func(conn net.Conn) { quoteAt(conn, service, said) }), service)
				}
				if i := strings.Index(text, form.hidden); i >= 0 {
					t.Errorf("%s, %s, %s: …%s…", service, place, name, text[max(0, i-60):min(len(text), i+60)])
				}
				if (strings.HasPrefix(place, "later no") || strings.Contains(place, "550 no")) && (!strings.Contains(text, "no ") || !strings.Contains(text, "...")) {
					t.Errorf("%s, %s, %s: the server's word is not there: %s", service, place, name, text)
				}
			}
		}
	}
}

// shownOfMailbox returns everything that is shown of a mailbox and its errors.
func shownOfMailbox(addr, service string) string {
	var log bytes.Buffer
	mbox, err := imapcompat.Open("{"+addr+"/"+service+"/notls/debug}INBOX", "user", secretPassword,
		imapcompat.WithLogger(loggers(&log)[0]), imapcompat.WithRetries(1))
	values := causes(err)
	if err == nil {
		values = append(values, causes(mbox.SetFlagFull("1", "x"))...)
		values = append(values, causes(mbox.Ping())...)
		values = append(values, mbox.Errors(), mbox.Alerts())
		values = append(values, causes(mbox.Close())...)
	}
	return shown(values...) + log.String()
}

// shownOfMail returns everything that is shown of a message that was not sent.
func shownOfMail(t *testing.T, addr string) string {
	t.Helper()
	sender := &sendmail.SMTP{
		Addr: addr, Security: sendmail.Cleartext, Auth: smtp.PlainAuth("", "user", secretPassword, "127.0.0.1"), Timeout: time.Minute,
	}
	err := imapcompat.Mail("b@example.org", "s", "text", imapcompat.WithReturnPath("a@example.org"), imapcompat.WithSender(sender))
	if err == nil {
		t.Error("the message was sent")
	}
	return shown(append(causes(err), sender, *sender)...)
}

// quoteSMTP is a server that sends a text in answer to one command, or to a message (".").
func quoteSMTP(conn net.Conn, said string) {
	place, text, _ := strings.Cut(said, " ")
	io.WriteString(conn, "220 test\r\n")
	inMessage := false
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		verb, _, _ := strings.Cut(lines.Text(), " ")
		if inMessage && verb != "." {
			continue
		}
		answer := map[string]string{"EHLO": "250-test\r\n250 AUTH PLAIN", "AUTH": "235 welcome", "DATA": "354 go"}[verb]
		inMessage = verb == "DATA"
		if verb == place {
			answer, inMessage = text, false
		}
		io.WriteString(conn, cmp.Or(answer, "250 ok")+"\r\n")
	}
}

// quoteAt is a server that sends a text at one place.
func quoteAt(conn net.Conn, service, said string) {
	place, text, _ := strings.Cut(said, " ")
	what := ""
	if place == "later" {
		for _, known := range []string{"alert ", "ok ", "bye ", "tag ", "plus ", "status "} {
			if rest, ok := strings.CutPrefix(text, known); ok {
				what, text = strings.TrimSpace(known), rest
			}
		}
	}
	lines := bufio.NewScanner(conn)
	if service == "pop3" {
		io.WriteString(conn, "+OK hi\r\n")
		for lines.Scan() {
			answer := "+OK"
			switch command, _, _ := strings.Cut(lines.Text(), " "); {
			case command == "CAPA":
				answer = "+OK\r\nUSER\r\n."
			case command == "LIST":
				answer = "+OK\r\n1 10\r\n."
			case command == "STAT":
				answer = "+OK 1 10"
			case command == "PASS" && place != "later", command == "NOOP":
				answer = "-ERR " + text
			}
			io.WriteString(conn, answer+"\r\n")
		}
		return
	}
	if place == "greeting" { // it knows the password from the last session
		io.WriteString(conn, text+"\r\n")
		return
	}
	const caps = "[CAPABILITY IMAP4rev1] "
	io.WriteString(conn, "* OK "+caps+"hi\r\n")
	for lines.Scan() {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		name, _, _ := strings.Cut(command, " ")
		answer := tag + " OK " + caps + "done"
		switch {
		case name == "LOGIN" && place == "refusal":
			answer = tag + " NO " + text
		case name == "LOGIN" && place == "alert":
			answer = "* OK " + text + "\r\n" + tag + " NO no"
		case name == "LOGIN" && place == "bye":
			answer = "* BYE " + text
		case name == "LOGIN" && place == "tag":
			answer = text + " OK done\r\n" + tag + " NO no"
		case name == "SELECT":
			answer = "* 1 EXISTS\r\n" + tag + " OK done"
		case name == "STORE" || name == "NOOP":
			switch what {
			case "":
				answer = tag + " NO " + text
			case "bye":
				answer = "* BYE " + text
			case "plus":
				answer = "+ " + text
			case "status":
				answer = tag + " " + text
			case "tag":
				answer = text + " OK done\r\n" + tag + " NO no"
			default:
				answer = fmt.Sprintf("* OK %s\r\n%s OK %s", text, tag, text)
			}
		}
		io.WriteString(conn, answer+"\r\n")
		if strings.HasPrefix(answer, "* BYE") {
			return
		}
	}
}
