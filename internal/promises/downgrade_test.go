package promises_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
)

// scripted is a server under an attacker's control.
type scripted struct {
	greeting string
	answer   func(command string) string // without the tag on IMAP; "" hangs up

	mu       sync.Mutex
	received []string
	conns    int
}

func (s *scripted) serve(conn net.Conn) {
	s.mu.Lock()
	s.conns++
	s.mu.Unlock()
	io.WriteString(conn, s.greeting+"\r\n")
	imap := strings.HasPrefix(s.greeting, "*")
	for r := bufio.NewReader(conn); ; {
		if first, err := r.Peek(1); err != nil || first[0] == 0x16 { // a TLS handshake
			io.WriteString(conn, s.greeting+"\r\n")
			return
		}
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.received = append(s.received, line)
		s.mu.Unlock()
		tag, command, tagged := "", line, false
		if imap {
			if tag, command, tagged = strings.Cut(line, " "); !tagged {
				command = line
			}
		}
		answer := s.answer(command)
		if answer == "" {
			return
		}
		io.WriteString(conn, strings.ReplaceAll(answer, "TAG", tag))
		if strings.HasPrefix(answer, "* BYE") {
			return
		}
	}
}

// credentials returns the lines of a login.
func (s *scripted) credentials() (lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.received {
		words := strings.Fields(line + " .")
		if slices.Contains([]string{"USER", "PASS", "APOP", "AUTH"}, words[0]) && line != "AUTH" ||
			slices.Contains([]string{"LOGIN", "AUTHENTICATE"}, words[1]) {
			lines = append(lines, line)
		}
	}
	return lines
}

// imapServer has capabilities, and refuses commands that are not in answers.
func imapServer(caps string, answers map[string]string) *scripted {
	return &scripted{greeting: "* OK hello", answer: func(command string) string {
		word, _, _ := strings.Cut(command, " ")
		if answer, ok := answers[word]; ok {
			return answer
		}
		if word == "CAPABILITY" {
			return "* CAPABILITY IMAP4rev1 " + caps + "\r\nTAG OK\r\n"
		}
		return "TAG NO refused\r\n"
	}}
}

func pop3Server(caps string, answers map[string]string) *scripted {
	return &scripted{greeting: "+OK hello", answer: func(command string) string {
		word, _, _ := strings.Cut(command, " ")
		if answer, ok := answers[word]; ok {
			return answer
		}
		if word == "CAPA" {
			return "+OK\r\n" + caps + ".\r\n"
		}
		return "-ERR refused\r\n"
	}}
}

// Whatever an attacker removes from the server's offer, no credentials are sent in a way that
// the caller has ruled out.
func TestDowngrade(t *testing.T) {
	token := withToken("XOAUTH2")[0]
	plaintext := map[string]string{"STARTTLS": "TAG OK go\r\n* OK not TLS at all\r\n", "STLS": "+OK go\r\n+OK not TLS at all\r\n"}
	noTLS := map[string]string{"STARTTLS": "TAG OK go\r\n", "STLS": "+OK go\r\n"} // and then text where the handshake should be
	for _, test := range []struct {
		name   string
		server *scripted
		flags  string
		opts   []imapcompat.Option
		kind   error
	}{
		{"STARTTLS removed", imapServer("AUTH=PLAIN", nil), "/imap/tls", nil, imapcompat.ErrNotSupported},
		{"STARTTLS removed, certificates not looked at", imapServer("AUTH=PLAIN", nil), "/imap/tls/novalidate-cert", nil, imapcompat.ErrNotSupported},
		{"STARTTLS refused", imapServer("STARTTLS AUTH=PLAIN", nil), "/imap/tls", nil, imapcompat.ErrNotSupported},
		{"no TLS behind STARTTLS", imapServer("STARTTLS AUTH=PLAIN", noTLS), "/imap/novalidate-cert", nil, imapcompat.ErrConnect},
		{"answers before TLS", imapServer("STARTTLS AUTH=PLAIN", plaintext), "/imap/novalidate-cert", nil, nil},
		{"STLS removed", pop3Server("USER\r\n", nil), "/pop3/tls", nil, imapcompat.ErrConnect},
		{"STLS removed, certificates not looked at", pop3Server("USER\r\n", nil), "/pop3/tls/novalidate-cert", nil, imapcompat.ErrConnect},
		{"STLS refused", pop3Server("STLS\r\nUSER\r\n", nil), "/pop3/tls", nil, imapcompat.ErrConnect},
		{"no TLS behind STLS", pop3Server("STLS\r\nUSER\r\n", noTLS), "/pop3/novalidate-cert", nil, nil},
		{"answers before TLS on POP3", pop3Server("STLS\r\nUSER\r\n", plaintext), "/pop3/novalidate-cert", nil, nil},
		{"no TLS where it is implicit", imapServer("AUTH=PLAIN", nil), "/imap/ssl/novalidate-cert", nil, imapcompat.ErrConnect},
		{"no TLS where it is implicit, on POP3", pop3Server("USER\r\n", nil), "/pop3/ssl/novalidate-cert", nil, imapcompat.ErrConnect},
		{"PREAUTH", &scripted{greeting: "* PREAUTH hello"}, "/imap/tls", nil, imapcompat.ErrCertificate},

		{"a token in the clear", imapServer("AUTH=XOAUTH2 AUTH=PLAIN", nil), "/imap", []imapcompat.Option{token}, imapcompat.ErrAuthentication},
		{"a token in the clear, on POP3", pop3Server("SASL XOAUTH2 PLAIN\r\nUSER\r\n", nil), "/pop3", []imapcompat.Option{token}, imapcompat.ErrAuthentication},
		{"a password for a token", imapServer("AUTH=PLAIN AUTH=LOGIN", nil), "/imap/notls", []imapcompat.Option{token}, imapcompat.ErrAuthentication},
		{"a password for a token, on POP3", pop3Server("SASL PLAIN\r\nUSER\r\n", nil), "/pop3/notls", []imapcompat.Option{token}, imapcompat.ErrAuthentication},

		{"/secure, and nothing secure", imapServer("AUTH=PLAIN AUTH=LOGIN", nil), "/imap/secure", nil, imapcompat.ErrAuthentication},
		{"/secure, and no mechanisms", imapServer("", nil), "/imap/secure", nil, imapcompat.ErrAuthentication},
		{"/secure, and nothing secure on POP3", pop3Server("SASL PLAIN LOGIN\r\nUSER\r\n", nil), "/pop3/secure", nil, imapcompat.ErrAuthentication},
		{"/secure, and no CAPA", &scripted{greeting: "+OK", answer: func(string) string { return "-ERR\r\n" }}, "/pop3/secure", nil, imapcompat.ErrAuthentication},
		{"OP_SECURE", imapServer("AUTH=PLAIN", nil), "/imap", []imapcompat.Option{imapcompat.OP_SECURE}, imapcompat.ErrAuthentication},
		{"disabled, and /secure", imapServer("AUTH=CRAM-MD5 AUTH=PLAIN", nil), "/imap/secure",
			[]imapcompat.Option{imapcompat.WithDisabledAuthenticators("cram-md5")}, imapcompat.ErrAuthentication},
		{"LOGINDISABLED", imapServer("LOGINDISABLED", nil), "/imap", nil, imapcompat.ErrAuthentication},
		{"no USER", pop3Server("UIDL\r\n", nil), "/pop3", nil, imapcompat.ErrAuthentication},
		{"/authuser without PLAIN", imapServer("AUTH=LOGIN AUTH=CRAM-MD5", nil), "/imap/authuser=admin", nil, imapcompat.ErrAuthentication},
	} {
		t.Run(test.name, func(t *testing.T) {
			addr := listen(t, test.server.serve)
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			_, err := imapcompat.OpenContext(ctx, "{"+addr+test.flags+"}INBOX", "user", secretPassword, test.opts...)
			if err == nil || ctx.Err() != nil || test.kind != nil && !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %v", err, test.kind)
			}
			if sent := test.server.credentials(); sent != nil {
				t.Errorf("sent %q", sent)
			}
		})
	}
}

// The client does not follow referrals (RFC 2221), and tries each mechanism as often as
// requested, on one connection.
func TestReferrals(t *testing.T) {
	elsewhere := &scripted{greeting: "* OK", answer: func(string) string { return "" }}
	other := listen(t, elsewhere.serve)
	referral := "[REFERRAL imap://user@" + other + "/INBOX] try there\r\n"
	for name, answers := range map[string]map[string]string{
		"login":  {"LOGIN": "TAG NO " + referral, "AUTHENTICATE": "TAG NO " + referral},
		"ok":     {"LOGIN": "TAG OK " + referral, "SELECT": "TAG NO " + referral, "LOGOUT": "TAG OK\r\n"},
		"alert":  {"LOGIN": "* NO [ALERT] " + referral + "TAG NO " + referral},
		"select": {"LOGIN": "TAG OK in\r\n", "SELECT": "* BYE " + referral},
	} {
		for _, tries := range []int{1, 3} {
			t.Run(fmt.Sprint(name, tries), func(t *testing.T) {
				server := imapServer("LOGIN-REFERRALS MAILBOX-REFERRALS", answers)
				mbox, err := imapcompat.Open("{"+listen(t, server.serve)+"/imap}INBOX", "user", secretPassword, imapcompat.WithRetries(tries))
				if err == nil {
					mbox.Close()
				}
				if n := len(server.credentials()); n > tries || n == 0 || server.conns != 1 {
					t.Errorf("%d logins over %d connections: %q", n, server.conns, server.received)
				}
			})
		}
	}
	elsewhere.mu.Lock()
	defer elsewhere.mu.Unlock()
	if elsewhere.conns != 0 {
		t.Errorf("%d connections went to the other server", elsewhere.conns)
	}
}

// The tries of a login are limited by its mechanisms and WithRetries.
func TestLoginTries(t *testing.T) {
	for _, tries := range []int{1, 2, 5} {
		// The server sends a challenge first: a mechanism that is refused at once is tried
		// once.
		imap := imapServer("AUTH=CRAM-MD5 AUTH=PLAIN", nil)
		imap.answer = func(command string) string {
			switch word, _, _ := strings.Cut(command, " "); word {
			case "CAPABILITY":
				return "* CAPABILITY IMAP4rev1 AUTH=CRAM-MD5 AUTH=PLAIN\r\nTAG OK\r\n"
			case "AUTHENTICATE":
				imap.mu.Lock()
				defer imap.mu.Unlock()
				imap.greeting, _, _ = strings.Cut(imap.received[len(imap.received)-1], " ") // the tag
				return "+ PDFAeD4=\r\n"
			}
			imap.mu.Lock()
			defer imap.mu.Unlock()
			return imap.greeting + " NO refused\r\n"
		}
		for _, server := range []*scripted{imap, pop3Server("USER\r\n", map[string]string{"USER": "+OK\r\n"})} {
			service, most := "imap", 2*tries
			if strings.HasPrefix(server.greeting, "+") {
				service = "pop3"
			}
			_, err := imapcompat.Open("{"+listen(t, server.serve)+"/"+service+"}INBOX", "user", secretPassword, imapcompat.WithRetries(tries))
			if n := len(server.credentials()); !errors.Is(err, imapcompat.ErrAuthentication) || n != most {
				t.Errorf("%s, %d tries: %d commands, want %d; %v", service, tries, n, most, err)
			}
		}
	}
}
