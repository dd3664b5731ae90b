package imapcompat_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestOpenErrors(t *testing.T) {
	srv := imaptest.NewServer(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	closed.Close()
	port := closed.Addr().(*net.TCPAddr).Port
	for _, test := range []struct {
		name string
		opts []imapcompat.Option
		want string // of Errors
		kind error
	}{
		{name: "INBOX", want: "Can't open mailbox INBOX: no such mailbox", kind: imapcompat.ErrInvalidArgument},
		{name: "{h/bogus}INBOX", want: "Can't open mailbox {h/bogus}INBOX: invalid remote specification", kind: imapcompat.ErrInvalidArgument},
		{name: "{h/bogus}INBOX", opts: []imapcompat.Option{imapcompat.OP_SILENT}, want: "", kind: imapcompat.ErrInvalidArgument},
		{name: "INBOX", opts: []imapcompat.Option{imapcompat.OP_SILENT}, want: "", kind: imapcompat.ErrInvalidArgument},
		{name: fmt.Sprintf("{127.0.0.1:%d/imap}INBOX", port), opts: []imapcompat.Option{imapcompat.OP_SILENT},
			want: fmt.Sprintf("Connection failed to 127.0.0.1,%d: Connection refused", port), kind: imapcompat.ErrConnect},
		{name: "{h}IN\r\nBOX", want: "Can't open mailbox with such a name", kind: imapcompat.ErrInvalidArgument},
		{name: fmt.Sprintf("{127.0.0.1:%d/imap}INBOX", port), want: fmt.Sprintf("Connection failed to 127.0.0.1,%d: Connection refused", port), kind: imapcompat.ErrConnect},
		{name: fmt.Sprintf("{127.0.0.1:%d/pop3}INBOX", port), want: fmt.Sprintf("Connection failed to 127.0.0.1,%d: Connection refused", port), kind: imapcompat.ErrConnect},
		{name: srv.POP3Ref() + "Archive", want: "Can't open mailbox " + srv.POP3Ref() + "Archive: invalid remote specification", kind: imapcompat.ErrInvalidArgument},
		{name: srv.POP3(), opts: []imapcompat.Option{imapcompat.OP_READONLY}, want: "Read-only POP3 access not available", kind: imapcompat.ErrNotSupported},
		{name: srv.POP3(), opts: []imapcompat.Option{imapcompat.OP_ANONYMOUS}, want: "Anonymous POP3 login not available", kind: imapcompat.ErrNotSupported},
		{name: srv.POP3(), opts: []imapcompat.Option{imapcompat.OP_HALFOPEN}, want: "Half-open POP3 access not available", kind: imapcompat.ErrNotSupported},
		{name: srv.IMAP(), opts: []imapcompat.Option{imapcompat.OP_SECURE}, want: "Can't do secure authentication with this server", kind: imapcompat.ErrAuthentication},
		{name: "{h/nntp}news.test", want: "Can't open mailbox {h/nntp}news.test: service nntp is not supported", kind: imapcompat.ErrNotSupported},
	} {
		_, err := imapcompat.Open(test.name, srv.User, srv.Password, test.opts...)
		var e *imapcompat.Error
		if !errors.As(err, &e) || !errors.Is(err, test.kind) {
			t.Errorf("%q: got %v, want it to match %v", test.name, err, test.kind)
			continue
		}
		if e.Func != "imap_open" || e.Text != "Couldn't open stream "+test.name || strings.Join(e.Errors, "|") != test.want {
			t.Errorf("%q: got %q %q %q, want errors %q", test.name, e.Func, e.Text, e.Errors, test.want)
		}
	}
	for _, test := range []struct {
		opt  imapcompat.Option
		want string
	}{
		{imapcompat.OP_EXPUNGE, "imap_open(): Argument #4 ($flags) must be a bitmask of the OP_* constants, and CL_EXPUNGE"},
		{imapcompat.OpenFlag(1 << 20), "imap_open(): Argument #4 ($flags) must be a bitmask of the OP_* constants, and CL_EXPUNGE"},
		{imapcompat.WithRetries(-1), "imap_open(): Argument #5 ($retries) must be greater than or equal to 0"},
		{imapcompat.OP_PROTOTYPE, "imap_open(): OP_PROTOTYPE opens nothing"},
	} {
		if _, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, test.opt); err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
	if sent := srv.Transcript(); len(sent) > 4 {
		// The one login attempt that /secure ended had to ask what there is.
		t.Errorf("sent %q", sent)
	}
}

func TestWrongPassword(t *testing.T) {
	both(t, nil, func(t *testing.T, srv *imaptest.Server, name string) {
		_, err := imapcompat.Open(name, srv.User, "pass-is-wrong", imapcompat.WithRetries(2))
		if !errors.Is(err, imapcompat.ErrAuthentication) {
			t.Fatal(err)
		}
		var e *imapcompat.Error
		errors.As(err, &e)
		const tail = "SECURITY PROBLEM: insecure server advertised AUTH=PLAIN"
		// As PHP with $retries = 1: the server's code says that another try is of no use.
		if len(e.Errors) != 2 || e.Errors[0] != tail || !strings.HasPrefix(e.Errors[1], "Can not authenticate to ") {
			t.Errorf("got %q", e.Errors)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v %q", err, err, err, e.Errors), "pass-is-wrong") {
			t.Errorf("the password is in %+v", err)
		}
		for _, password := range []string{"", "a\x00b"} {
			if _, err := imapcompat.Open(name, srv.User, password); err == nil {
				t.Errorf("password %q was taken", password)
			}
		}
	})
}

// The same source opens every kind of connection, with a password and with an
// OAuth2 token.
func TestEncryptedAndNot(t *testing.T) {
	const token = "ya29.a0-token"
	for _, test := range []struct {
		mode  imaptest.TLSMode
		flags string // instead of the server's own
		tls   string // in the canonical name
	}{
		{imaptest.ImplicitTLS, "/ssl", "/notls/ssl"},
		{imaptest.OfferTLS, "", "/tls"},
		{imaptest.RequireTLS, "/tls", "/tls"},
		{imaptest.OfferTLS, "/notls", "/notls"},
		{imaptest.NoTLS, "", ""},
	} {
		srv := imaptest.Config{TLS: test.mode, Token: token}.NewServer(t, texts(2)...)
		for service, addr := range map[string]string{"imap": srv.IMAPAddr(), "pop3": srv.POP3Addr()} {
			name := "{" + addr + "/" + service + test.flags + "}INBOX"
			for kind, login := range map[string]imapcompat.Option{
				"password": imapcompat.WithRetries(1),
				"token":    imapcompat.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})),
			} {
				t.Run(fmt.Sprintf("%s on %v with %s", name, test.mode, kind), func(t *testing.T) {
					opts := []imapcompat.Option{login}
					if test.mode != imaptest.NoTLS {
						opts = append(opts, imapcompat.WithTLSConfig(srv.ClientTLS()))
					}
					mbox, err := imapcompat.Open(name, srv.User, srv.Password, opts...)
					if test.flags == "" && test.mode == imaptest.NoTLS && kind == "token" {
						if !errors.Is(err, imapcompat.ErrAuthentication) {
							t.Errorf("a token in the clear, unasked: %v", err)
						}
						return
					}
					must(t, err)
					defer mbox.Close()
					check, err := mbox.Check()
					must(t, err)
					want := "{" + addr + "/" + service + test.tls + `/user="user"}INBOX`
					if check.Mailbox != want || check.Nmsgs != 2 || check.Driver != service {
						t.Errorf("got %+v, want %s", check, want)
					}
				})
			}
		}
	}
}

func TestCertificates(t *testing.T) {
	srv := imaptest.Config{TLS: imaptest.ImplicitTLS}.NewServer(t)
	for _, addr := range []string{"imap:" + srv.IMAPAddr(), "pop3:" + srv.POP3Addr()} {
		service, addr, _ := strings.Cut(addr, ":")
		name := "{" + addr + "/" + service + "/ssl}INBOX"
		_, err := imapcompat.Open(name, srv.User, srv.Password)
		if !errors.Is(err, imapcompat.ErrCertificate) || !strings.Contains(err.Error(), "Certificate failure for 127.0.0.1: ") {
			t.Errorf("%s: %v", service, err)
		}
		mbox, err := imapcompat.Open("{"+addr+"/"+service+"/ssl/novalidate-cert}INBOX", srv.User, srv.Password)
		must(t, err)
		mbox.Close()
	}
}

// No flag and no host name makes the library run a program: CVE-2018-19518 was
// an ssh with a host name of "-oProxyCommand=…".
func TestNoCommandIsRun(t *testing.T) {
	dir := t.TempDir()
	proof := filepath.Join(dir, "proof")
	for _, program := range []string{"rsh", "ssh", "remsh", "imapd", "ipop3d"} {
		script := "#!/bin/sh\necho $0 \"$@\" >> " + proof + "\n"
		must(t, os.WriteFile(filepath.Join(dir, program), []byte(script), 0o755))
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, name := range []string{
		"{-oProxyCommand=touch\t" + proof + "/norsh}INBOX",
		"{-oProxyCommand=touch$IFS" + proof + "}INBOX",
		"{x -oProxyCommand=echo\t|sh}INBOX",
		"{localhost:1}INBOX",
	} {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		imapcompat.OpenContext(ctx, name, "user", "password")
		cancel()
	}
	if ran, err := os.ReadFile(proof); err == nil {
		t.Errorf("ran %s", ran)
	}
	deps, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Skip("no go command to ask what is linked in")
	}
	for pkg := range strings.FieldsSeq(string(deps)) {
		if pkg == "os/exec" {
			t.Error("the package can run programs: it depends on os/exec")
		}
	}
	srv := imaptest.NewServer(t)
	open(t, srv, strings.Replace(srv.IMAP(), "}", "/norsh}", 1))
}

// What a service has said aside is not said again as its error, nor is an error that says
// nothing.
func TestOpenFailureIsToldOnce(t *testing.T) {
	for _, test := range []struct{ notice, err, want string }{
		{"", "no", "no"}, {"no", "no", "no"}, {"first", "no", "first|no"}, {"no", "", "no"}, {"", "", ""},
	} {
		_, err := imapcompat.Open("{h/notls}INBOX", "user", "password", imapcompat.WithService("imap",
			func(_ context.Context, cfg *backend.Config) (backend.Session, error) {
				if test.notice != "" {
					cfg.Notify(backend.Notice{Kind: backend.NoticeError, Text: test.notice})
				}
				return nil, errors.New(test.err)
			}))
		var e *imapcompat.Error
		if !errors.As(err, &e) || strings.Join(e.Errors, "|") != test.want || len(e.Errors) != strings.Count(test.want, "|")+min(1, len(test.want)) {
			t.Errorf("%+v: got %v", test, err)
		}
	}
}

// With /tryssl the server is asked in the clear only if there is no TLS that can be
// trusted at its other port.
func TestTrySSL(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{imapcompat.ErrConnect, "993 143"}, {imapcompat.ErrCertificate, "993 143"}, {imapcompat.ErrAuthentication, "993"}, {imapcompat.ErrRefused, "993"},
	} {
		var ports []string
		_, err := imapcompat.Open("{h/tryssl}INBOX", "user", "password", imapcompat.WithService("imap",
			func(_ context.Context, cfg *backend.Config) (backend.Session, error) {
				if ports = append(ports, fmt.Sprint(cfg.Port)); (cfg.TLS == backend.TLSImplicit) != (cfg.Port == 993) {
					t.Errorf("port %d has TLS mode %v", cfg.Port, cfg.TLS)
				}
				return nil, &backend.Error{Kind: test.err, Text: "no"}
			}))
		if got := strings.Join(ports, " "); got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%v: ports %s, %v", test.err, got, err)
		}
	}
}
