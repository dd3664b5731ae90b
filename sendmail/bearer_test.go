package sendmail_test

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/sendmail"
)

// submission is a server that offers mechanisms, and answers AUTH and what follows it with
// replies. It returns its address and what the client has sent.
func submission(t *testing.T, mechanisms string, replies ...string) (addr string, sent func() []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan []string, 1)
	t.Cleanup(func() { l.Close() })
	go func() {
		var got []string
		defer func() { lines <- got }()
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(30 * time.Second))
		io.WriteString(conn, "220 test\r\n")
		r := textproto.NewReader(bufio.NewReader(conn))
		for {
			line, err := r.ReadLine()
			if err != nil {
				return
			}
			got = append(got, line)
			reply := "250 ok"
			verb, _, _ := strings.Cut(line, " ")
			switch {
			case verb == "EHLO":
				reply = "250-test\r\n250 AUTH " + mechanisms
			case verb == "MAIL", verb == "RCPT", verb == "QUIT":
			case verb == "DATA":
				io.WriteString(conn, "354 go\r\n")
				r.ReadDotLines()
			case len(replies) > 0:
				reply, replies = replies[0], replies[1:]
			}
			io.WriteString(conn, reply+"\r\n")
		}
	}()
	return l.Addr().String(), func() []string { l.Close(); return <-lines }
}

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// failing is a token source that fails, and counts.
type failing struct{ err error }

func (f failing) Token() (*oauth2.Token, error) { return nil, f.err }

func TestTokenSource(t *testing.T) {
	const token = "ya29.Marker-Token_47"
	given := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
	refused := &oauth2.RetrieveError{Response: &http.Response{StatusCode: 400}, ErrorCode: "invalid_grant", ErrorDescription: token}
	xoauth2 := "AUTH XOAUTH2 " + base64Of("user=ada@example.org\x01auth=Bearer "+token+"\x01\x01")
	challenge := "334 " + base64Of(`{"status":"400","schemes":"Bearer"}`)
	for _, tt := range []struct {
		name       string
		mechanisms string
		replies    []string
		user       string
		source     oauth2.TokenSource
		third      string // the third line that the client sends
		err        string // in its text; "" if the message is sent
		is         error
	}{
		{"XOAUTH2", "LOGIN XOAUTH2", []string{"235 welcome"}, "ada@example.org", given, "MAIL FROM:<s@example.org>", "", nil},
		{"OAUTHBEARER is preferred", "XOAUTH2 OAUTHBEARER", []string{"235 welcome"}, "ada@example.org", given, "MAIL FROM:<s@example.org>", "", nil},
		{"refused with a challenge", "XOAUTH2", []string{challenge, "535 5.7.8 you said " + token}, "ada@example.org", given, "", "5.7.8 you said... (status 400)", nil},
		{"OAUTHBEARER refused with a challenge", "OAUTHBEARER", []string{challenge, "535 5.7.8 no " + base64Of(token)}, "ada@example.org", given, "AQ==", "5.7.8 no ...", nil},
		{"refused", "XOAUTH2", []string{"535 5.7.139 SmtpClientAuthentication is disabled for the Tenant."}, "ada@example.org", given, "", "SmtpClientAuthentication is disabled", nil},
		{"no mechanism", "LOGIN PLAIN", nil, "ada@example.org", given, "", "Can't do OAuth2", backend.ErrNotSupported},
		{"no token", "XOAUTH2", nil, "ada@example.org", failing{refused}, "", "400 invalid_grant", backend.ErrAuthentication},
		{"hostile user", "XOAUTH2", nil, "ada\r\nMAIL FROM:<x@example.org>", given, "", "user name", backend.ErrInvalidArgument},
		{"hostile user in a field", "XOAUTH2", nil, "ada\x01auth=Bearer x", given, "", "user name", backend.ErrInvalidArgument},
		{"hostile token", "XOAUTH2", nil, "ada@example.org", oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token + "\r\n"}), "", "octets", backend.ErrInvalidArgument},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr, sent := submission(t, tt.mechanisms, tt.replies...)
			s := &sendmail.SMTP{Addr: addr, Security: sendmail.Cleartext, TokenSource: tt.source, User: tt.user, Timeout: 10 * time.Second}
			err := s.Send(t.Context(), []byte(message))
			lines := sent()
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) || tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("got %v", err)
			}
			if tt.third != "" && (len(lines) < 3 || !strings.HasPrefix(lines[2], tt.third)) {
				t.Errorf("sent %q", lines)
			}
			if tt.mechanisms == "LOGIN XOAUTH2" && lines[1] != xoauth2 {
				t.Errorf("sent %q, want %q", lines[1], xoauth2)
			}
			var text []byte
			for _, v := range []any{s, *s, err} {
				text = fmt.Appendf(text, "%v %+v %#v %s %q %x %d", v, v, v, v, v, v, v)
			}
			if strings.Contains(string(text), "Marker") {
				t.Errorf("the token is shown: %s", text)
			}
		})
	}
}

// A token is for a connection that is encrypted, and one login has one way.
func TestTokenSourceMisused(t *testing.T) {
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "token"})
	addr, sent := submission(t, "XOAUTH2 PLAIN")
	s := &sendmail.SMTP{Addr: addr, Security: sendmail.Cleartext, TokenSource: source, Auth: bearer{"token"}, Timeout: 10 * time.Second}
	if err := s.Send(t.Context(), []byte(message)); !errors.Is(err, backend.ErrInvalidArgument) {
		t.Errorf("Auth and TokenSource: %v", err)
	}
	if lines := sent(); len(lines) > 1 {
		t.Errorf("sent %q", lines)
	}
}

// another is a source that has another token once the first was refused.
type another struct{ refused []string }

func (a *another) Token() (*oauth2.Token, error) {
	return &oauth2.Token{AccessToken: fmt.Sprint("token-", len(a.refused))}, nil
}

func (a *another) Refused(accessToken string) { a.refused = append(a.refused, accessToken) }

// A token that the server refuses is replaced once, in the same session.
func TestRefusedToken(t *testing.T) {
	for _, tt := range []struct {
		replies []string
		refused string
		sent    bool
	}{
		{[]string{"535 5.7.8 no", "235 welcome"}, "[token-0]", true},
		{[]string{"535 5.7.8 no", "535 5.7.8 no"}, "[token-0]", false},
		{[]string{"454 4.7.0 later"}, "[]", false},
		{[]string{"535 5.7.8 no", "421 4.7.0 bye"}, "[token-0]", false},
	} {
		addr, sent := submission(t, "XOAUTH2", tt.replies...)
		source := new(another)
		s := &sendmail.SMTP{Addr: addr, Security: sendmail.Cleartext, TokenSource: source, User: "ada@example.org", Timeout: 10 * time.Second}
		err := s.Send(t.Context(), []byte(message))
		lines := sent()
		if (err == nil) != tt.sent || fmt.Sprint(source.refused) != tt.refused {
			t.Errorf("%q: %v, refused %v", tt.replies, err, source.refused)
		}
		if len(tt.replies) > 1 && lines[2] != "AUTH XOAUTH2 "+base64Of("user=ada@example.org\x01auth=Bearer token-1\x01\x01") {
			t.Errorf("%q: sent %q", tt.replies, lines)
		}
	}
}
