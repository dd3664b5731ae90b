package imapcompat_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
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

func TestReopen(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	must(t, srv.CreateMailbox("Archive"))
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.Delete("1"))
	check := func(want string, n int) {
		t.Helper()
		c, err := mbox.Check()
		must(t, err)
		if !strings.HasSuffix(c.Mailbox, want) || c.Nmsgs != n {
			t.Errorf("got %s with %d messages, want %s with %d", c.Mailbox, c.Nmsgs, want, n)
		}
	}
	must(t, mbox.Reopen(srv.IMAPRef()+"Archive"))
	check(`/imap/notls/user="user"}Archive`, 0)
	must(t, mbox.Reopen(srv.IMAP(), imapcompat.OP_READONLY))
	check(`/imap/notls/readonly/user="user"}INBOX`, 3)
	if got := subjects(t, mbox); got != "D1 2 3" {
		t.Errorf("marks: %s", got)
	}
	must(t, mbox.SetFlagFull("2", `\Flagged`))
	if flags := srv.Messages("INBOX")[1].Flags; len(flags) > 0 {
		t.Errorf("a read-only mailbox was changed: %v", flags)
	}
	must(t, mbox.Reopen(srv.IMAP(), imapcompat.OP_HALFOPEN))
	check(`}<no_mailbox>`, 0)
	if _, err := mbox.HeaderInfo(1); !errors.Is(err, imapcompat.ErrBadMessageNumber) {
		t.Errorf("half-open: %v", err)
	}
	if list, err := mbox.FetchOverview("1:*", imapcompat.FT_UID); len(list) > 0 || err != nil {
		t.Errorf("half-open: overviews %v, error %v", list, err)
	}
	if err := mbox.SetFlagFull("1", "", imapcompat.ST_UID); !errors.Is(err, imapcompat.ErrRefused) {
		t.Errorf("half-open: no flags were set: %v", err)
	}
	err := mbox.Reopen("Archive")
	if !errors.Is(err, imapcompat.ErrInvalidArgument) || mbox.LastError() != "Can't open mailbox Archive: no such mailbox" {
		t.Errorf("got %v", err)
	}
	must(t, mbox.Reopen(srv.IMAPRef()+"Nowhere"))
	check(`}<no_mailbox>`, 0)
	// To the other service, and back.
	must(t, mbox.Reopen(srv.POP3()))
	check(`/pop3/notls/user="user"}INBOX`, 3)
	must(t, mbox.Delete("2"))
	must(t, mbox.Reopen(srv.POP3()))
	if got := subjects(t, mbox); got != "1 2 3" {
		t.Errorf("marks on POP3 after reopening: %s", got)
	}
	must(t, mbox.Reopen(srv.IMAP()))
	check(`/imap/notls/user="user"}INBOX`, 3)
	// A connection that was lost is opened again.
	srv.DropConnections()
	if err := mbox.Ping(); !errors.Is(err, imapcompat.ErrConnectionLost) {
		t.Errorf("Ping on a lost connection: %v", err)
	}
	if !mbox.IsOpen() {
		t.Error("a lost connection counts as closed")
	}
	must(t, mbox.Reopen(srv.IMAP()))
	check(`/imap/notls/user="user"}INBOX`, 3)
	// A server that is not there closes the connection.
	err = mbox.Reopen("{127.0.0.1:1/imap/notls}INBOX")
	if !errors.Is(err, imapcompat.ErrConnect) || !strings.HasPrefix(err.Error(), "imap_reopen(): Couldn't re-open stream: ") {
		t.Errorf("got %v", err)
	}
	if mbox.IsOpen() {
		t.Error("still open")
	}
}

// CL_EXPUNGE lasts over a Reopen without flags, and no other.
func TestReopenExpunge(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts []imapcompat.Option
		want int // messages that are left
	}{
		{"no flags", nil, 2},
		{"a flag of 0", []imapcompat.Option{imapcompat.OpenFlag(0)}, 2},
		{"CL_EXPUNGE", []imapcompat.Option{imapcompat.CL_EXPUNGE}, 2},
		{"read-only and CL_EXPUNGE", []imapcompat.Option{imapcompat.OP_READONLY, imapcompat.CL_EXPUNGE}, 2},
		{"read-only", []imapcompat.Option{imapcompat.OP_READONLY}, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := imaptest.NewServer(t, texts(3)...)
			mbox := open(t, srv, srv.IMAP(), imapcompat.CL_EXPUNGE)
			must(t, mbox.Delete("1"))
			must(t, mbox.Reopen(srv.IMAP(), tt.opts...))
			must(t, mbox.Reopen(srv.IMAP()))
			must(t, mbox.Close())
			if left := len(srv.Messages("INBOX")); left != tt.want {
				t.Errorf("%d messages are left, want %d", left, tt.want)
			}
		})
	}
}

func TestLostConnection(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		srv.DropConnections()
		for range 2 {
			_, err := mbox.Body(1)
			if !errors.Is(err, imapcompat.ErrConnectionLost) {
				t.Errorf("got %v", err)
			}
		}
		if n, err := mbox.NumMsg(); n != 2 || err != nil {
			t.Errorf("NumMsg: %d, %v", n, err)
		}
		if len(mbox.Errors()) == 0 {
			t.Error("nothing in Errors")
		}
	})
}

func TestContext(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		ctx, cancel := context.WithCancel(context.Background())
		bounded := mbox.WithContext(ctx)
		if _, err := bounded.Body(1); err != nil {
			t.Fatal(err)
		}
		cancel()
		if _, err := bounded.Body(2); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		// Nothing was under way: the connection is as good as before.
		if _, err := mbox.Body(2); err != nil {
			t.Error(err)
		}
		if _, err := imapcompat.OpenContext(ctx, name, srv.User, srv.Password); !errors.Is(err, context.Canceled) {
			t.Errorf("OpenContext: %v", err)
		}
	})
}

func TestDisabledAuthenticators(t *testing.T) {
	mechanisms := []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"}
	for _, test := range []struct {
		disabled []string
		want     string
	}{
		{nil, "SCRAM-SHA-256"},
		{[]string{"scram-sha-256"}, "CRAM-MD5"},
		{[]string{"SCRAM-SHA-256", "CRAM-MD5"}, "PLAIN"},
		{[]string{"SCRAM-SHA-256", "CRAM-MD5", "Plain"}, "LOGIN"},
	} {
		srv := imaptest.Config{Mechanisms: mechanisms}.NewServer(t)
		for _, name := range []string{srv.IMAP(), srv.POP3()} {
			open(t, srv, name, imapcompat.WithDisabledAuthenticators(test.disabled...))
		}
		used := 0
		for _, line := range srv.Transcript() {
			if strings.Contains(line, "AUTHENTICATE "+test.want) || strings.Contains(line, "AUTH "+test.want) {
				used++
			}
		}
		if used != 2 {
			t.Errorf("without %v: %s was used %d times, want 2: %q", test.disabled, test.want, used, srv.Transcript())
		}
	}
}

func TestTimeoutOption(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	for _, service := range []string{"imap", "pop3"} {
		name := fmt.Sprintf("{%s/%s/notls}INBOX", l.Addr(), service)
		_, err = imapcompat.Open(name, "user", "password", imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, 50*time.Millisecond))
		if !errors.Is(err, imapcompat.ErrTimeout) {
			t.Errorf("%s: a server that says nothing: %v", service, err)
		}
	}
}

// The values are those of PHP's imap_timeout, which returns true where a timeout is set
// and false where there is an error.
func TestTimeout(t *testing.T) {
	for _, test := range []struct {
		kind    imapcompat.TimeoutType
		seconds []int
		want    int
		invalid bool
	}{
		{kind: imapcompat.IMAP_WRITETIMEOUT, want: 60},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: []int{-1}, want: 60},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: []int{-2}, invalid: true},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: []int{7}, want: 7},
		{kind: imapcompat.IMAP_WRITETIMEOUT, want: 7},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: []int{0}, want: 0},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: []int{60}, want: 60},
		{kind: imapcompat.IMAP_OPENTIMEOUT, want: 60},
		{kind: imapcompat.IMAP_READTIMEOUT, want: 60},
		{kind: imapcompat.IMAP_CLOSETIMEOUT, want: 0},
		{kind: 0, invalid: true},
		{kind: 5, invalid: true},
	} {
		got, err := imapcompat.Timeout(test.kind, test.seconds...)
		if got != test.want || errors.Is(err, imapcompat.ErrInvalidArgument) != test.invalid {
			t.Errorf("Timeout(%d, %d) = %d, %v, want %d", test.kind, test.seconds, got, err, test.want)
		}
	}
}

func TestMaxMessageSize(t *testing.T) {
	both(t, []string{"Subject: 1\n\n" + strings.Repeat("x", 100_000)}, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name, imapcompat.WithMaxMessageSize(10_000))
		if _, err := mbox.HeaderInfo(1); err != nil {
			t.Fatal(err)
		}
		if _, err := mbox.Body(1); !errors.Is(err, imapcompat.ErrTooLarge) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWithService(t *testing.T) {
	srv := imaptest.NewServer(t)
	refused := &backend.Error{Kind: backend.ErrRefused, Text: "not today"}
	_, err := imapcompat.Open(srv.IMAP(), "ada", "secret", imapcompat.WithService("imap",
		func(_ context.Context, cfg *backend.Config) (backend.Session, error) {
			if cfg.User != "ada" || cfg.Password != "secret" || cfg.Host != "127.0.0.1" {
				t.Errorf("got %s at %s", cfg.User, cfg.Host)
			}
			return nil, refused
		}))
	if !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
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

// busy is a session whose Poll says that it has begun and waits.
type busy struct {
	backend.Session
	begun, end chan struct{}
}

func (b *busy) Poll(ctx context.Context) error {
	b.begun <- struct{}{}
	select {
	case <-b.end:
	case <-ctx.Done():
	}
	return nil
}

// A session has one call at a time.
func TestOneCallAtATime(t *testing.T) {
	srv := imaptest.NewServer(t)
	session := &busy{begun: make(chan struct{}, 2), end: make(chan struct{})}
	mbox := open(t, srv, srv.IMAP(), imapcompat.WithService("imap", func(ctx context.Context, cfg *backend.Config) (_ backend.Session, err error) {
		session.Session, err = imapbridge.Open(ctx, cfg)
		return session, err
	}))
	first := make(chan error)
	go func() { first <- mbox.Ping() }()
	<-session.begun
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := mbox.WithContext(ended).Check(); !errors.Is(err, context.Canceled) {
		t.Errorf("while another call is on its way: %v", err)
	}
	close(session.end)
	must(t, <-first)
	if n := len(session.begun); n != 0 {
		t.Errorf("%d other calls came to the session", n)
	}
}

// What a service says aside is in Errors and Alerts, each until it was read,
// and in the log.
func TestNotices(t *testing.T) {
	var log bytes.Buffer
	srv := imaptest.NewServer(t)
	var notify func(backend.Notice)
	mbox := open(t, srv, srv.IMAP(), imapcompat.WithLogger(slog.New(slog.NewTextHandler(&log, nil))),
		imapcompat.WithService("imap", func(ctx context.Context, cfg *backend.Config) (backend.Session, error) {
			notify = cfg.Notify
			return imapbridge.Open(ctx, cfg)
		}))
	mbox.Errors()
	notify(backend.Notice{Kind: backend.NoticeAlert, Text: "[ALERT] disk full"})
	notify(backend.Notice{Kind: backend.NoticeParse, Text: "Unexpected characters"})
	notify(backend.Notice{Kind: backend.NoticeError, Text: "no such thing"})
	if got := mbox.LastError(); got != "no such thing" {
		t.Errorf("LastError: %q", got)
	}
	if got := mbox.Errors(); !slices.Equal(got, []string{"Unexpected characters", "no such thing"}) {
		t.Errorf("Errors: %q", got)
	}
	if got := mbox.Alerts(); !slices.Equal(got, []string{"[ALERT] disk full"}) {
		t.Errorf("Alerts: %q", got)
	}
	if len(mbox.Errors()) > 0 || len(mbox.Alerts()) > 0 || mbox.LastError() != "" {
		t.Error("the lists are not empty after they were read")
	}
	for _, text := range []string{"disk full", "Unexpected characters", "no such thing"} {
		if !strings.Contains(log.String(), text) {
			t.Errorf("%q is not in the log", text)
		}
	}
	notify(backend.Notice{Kind: backend.NoticeWarn, Text: strings.Repeat("x", 8193)})
	if got := mbox.LastError(); got != strings.Repeat("x", 8192) {
		t.Errorf("%d octets of a text are kept", len(got))
	}
	for i := range 5000 {
		notify(backend.Notice{Kind: backend.NoticeWarn, Text: fmt.Sprint(i)})
	}
	if got := mbox.Errors(); len(got) != 1000 || got[999] != "4999" {
		t.Errorf("%d entries are kept, the last is %q", len(got), got[len(got)-1])
	}
}
