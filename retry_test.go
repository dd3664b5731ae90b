package imapcompat_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
)

// says is a server that says a text to whoever connects, and hangs up.
func says(t *testing.T, text string) (host string) {
	t.Helper()
	return listen(t, func(conn net.Conn) { io.WriteString(conn, text) })
}

// failingDialer connects to nobody.
type failingDialer struct{ err error }

func (d failingDialer) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, d.err
}

// TestProspects has what errors before the login and of arguments say of another try,
// and their response codes.
func TestProspects(t *testing.T) {
	resolver := func(err error) imapcompat.Option { return imapcompat.WithDialer(failingDialer{err}) }
	for _, test := range []struct {
		name           string
		mailbox        string
		opts           []imapcompat.Option
		kind, prospect error
		code           string
		class          imapcompat.Class
	}{
		{"refused port", "{127.0.0.1:1/notls}INBOX", nil, imapcompat.ErrConnect, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"no such host", "{host/notls}INBOX", []imapcompat.Option{resolver(&net.DNSError{IsNotFound: true})},
			imapcompat.ErrConnect, nil, "", imapcompat.ClassWarning},
		{"resolver in trouble", "{host/notls}INBOX", []imapcompat.Option{resolver(&net.DNSError{IsTemporary: true})},
			imapcompat.ErrConnect, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"timeout", "{host/notls}INBOX", []imapcompat.Option{resolver(context.DeadlineExceeded)},
			imapcompat.ErrConnect, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"canceled", "{host/notls}INBOX", []imapcompat.Option{resolver(context.Canceled)},
			imapcompat.ErrConnect, nil, "", imapcompat.ClassWarning},
		{"BYE with a code", "{" + says(t, "* BYE [UNAVAILABLE] down\r\n") + "/notls}INBOX", nil,
			imapcompat.ErrRefused, imapcompat.ErrTemporary, "UNAVAILABLE", imapcompat.ClassWarning},
		{"IMAP hangs up", "{" + says(t, "* OK hi\r\n") + "/notls}INBOX", nil,
			imapcompat.ErrConnectionLost, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"IMAP says BYE", "{" + says(t, "* OK hi\r\n* BYE restart\r\n") + "/notls}INBOX", nil,
			imapcompat.ErrConnectionLost, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"-ERR with a code", "{" + says(t, "-ERR [SYS/PERM] broken\r\n") + "/pop3/notls}INBOX", nil,
			imapcompat.ErrRefused, imapcompat.ErrPermanent, "SYS/PERM", imapcompat.ClassWarning},
		{"POP3 hangs up", "{" + says(t, "+OK hi\r\n") + "/pop3/notls}INBOX", nil,
			imapcompat.ErrConnectionLost, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"flags", "{127.0.0.1:1}INBOX", []imapcompat.Option{imapcompat.OpenFlag(1 << 20)},
			imapcompat.ErrInvalidArgument, imapcompat.ErrPermanent, "", imapcompat.ClassValueError},
	} {
		_, err := imapcompat.Open(test.mailbox, "user", "password", test.opts...)
		var e *imapcompat.Error
		if !errors.As(err, &e) || !errors.Is(err, test.kind) || e.Code != test.code || e.Class != test.class {
			t.Errorf("%s: %v, want %v with code %q and class %v; got %+v", test.name, err, test.kind, test.code, test.class, e)
		}
		for _, p := range []error{imapcompat.ErrTemporary, imapcompat.ErrPermanent} {
			if errors.Is(err, p) != (p == test.prospect) {
				t.Errorf("%s: %v is %v: %v", test.name, err, p, p != test.prospect)
			}
		}
	}
}

// TestCodesOfCommands has the response codes of refusals after the login, which are
// those of the server.
func TestCodesOfCommands(t *testing.T) {
	for code, prospect := range map[string]error{
		"ALREADYEXISTS": imapcompat.ErrPermanent, "TRYCREATE": imapcompat.ErrPermanent, "NONEXISTENT": imapcompat.ErrPermanent,
		"CANNOT": imapcompat.ErrPermanent, "OVERQUOTA": imapcompat.ErrTemporary, "INUSE": imapcompat.ErrTemporary,
		"LIMIT": nil, "X-ODD": nil, "": nil,
	} {
		said := "no"
		if code != "" {
			said = "[" + strings.ToLower(code) + " (some arguments)] no"
		}
		srv := refusing(t, said)
		mbox, err := imapcompat.Open("{"+srv+"/notls}INBOX", "user", "password", imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, 30*time.Second))
		must(t, err)
		for name, call := range map[string]func() error{
			"CreateMailbox": func() error { return mbox.CreateMailbox("{" + srv + "/notls}Box") },
			"Append":        func() error { return mbox.Append("{"+srv+"/notls}Box", "Subject: x\r\n\r\n") },
			"SetFlagFull":   func() error { return mbox.SetFlagFull("1", `\Seen`) },
			"MailCopy":      func() error { return mbox.MailCopy("1", "Box") },
			"Status":        func() error { _, err := mbox.Status("{"+srv+"/notls}Box", imapcompat.SA_ALL); return err },
			"FetchHeader":   func() error { _, err := mbox.FetchHeader(1); return err },
			"Expunge":       mbox.Expunge,
		} {
			err := call()
			var e *imapcompat.Error
			if !errors.As(err, &e) || !errors.Is(err, imapcompat.ErrRefused) || e.Code != code {
				t.Errorf("%s, [%s]: %v", name, code, err)
			}
			for _, p := range []error{imapcompat.ErrTemporary, imapcompat.ErrPermanent} {
				if errors.Is(err, p) != (p == prospect) {
					t.Errorf("%s, [%s]: %v is %v: %v", name, code, err, p, p != prospect)
				}
			}
		}
		mbox.Close()
	}
}

// refusing is an IMAP server with one message that refuses all commands but those that
// open the mailbox.
func refusing(t *testing.T, said string) (host string) {
	t.Helper()
	return listen(t, func(conn net.Conn) { serveRefusals(conn, said) })
}

func serveRefusals(conn net.Conn, said string) {
	io.WriteString(conn, "* OK [CAPABILITY IMAP4rev1] hi\r\n")
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		name, _, _ := strings.Cut(command, " ")
		switch name {
		case "SELECT":
			io.WriteString(conn, "* 1 EXISTS\r\n"+tag+" OK done\r\n")
		case "LOGIN", "LOGOUT":
			io.WriteString(conn, tag+" OK [CAPABILITY IMAP4rev1] done\r\n")
		default:
			io.WriteString(conn, tag+" NO "+said+"\r\n")
		}
	}
}
