package imapcompat_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imaptest"
)

// TestConfig has each flag of a mailbox name and each option change what it is for, and
// nothing else, in what the service is told.
func TestConfig(t *testing.T) {
	config := &tls.Config{ServerName: "x"}
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "x"})
	plain := configOf(t, "")
	for _, field := range []string{
		"Host mail.example.org", "Port 143", "User user", "AuthUser ", "Password password", "Tries 3", "MaxLiteral 268435456", "Timeouts {1m0s 1m0s 1m0s 0s}",
		"SkipVerify false", "ID map[name:imapcompat version:devel]", "Compress false", "Dial nil", "Notify set", "Trace nil", "TLSConfig nil", fmt.Sprint("TLS ", backend.TLSWhenOffered),
	} {
		if !slices.Contains(plain, field) {
			t.Errorf("no %q in %q", field, plain)
		}
	}
	for _, test := range []struct {
		flags string
		opts  []imapcompat.Option
		want  string
	}{
		{"", nil, ""},
		{"/novalidate-cert", nil, "SkipVerify true"},
		{"/ssl", nil, fmt.Sprintf("Port 993 TLS %v", backend.TLSImplicit)},
		{"/tls", nil, fmt.Sprintf("TLS %v", backend.TLSRequired)},
		{"/notls", nil, fmt.Sprintf("TLS %v", backend.TLSNever)},
		{"/user=ada", nil, "User ada"},
		{"/authuser=ada", nil, "AuthUser ada"},
		{"/anonymous", nil, "Anonymous true"},
		{"/secure", nil, "Secure true"},
		{"/loser", nil, "Loser true"},
		{"/debug", nil, "Trace set"},
		{"", []imapcompat.Option{imapcompat.OP_ANONYMOUS}, "Anonymous true"},
		{"", []imapcompat.Option{imapcompat.OP_SECURE}, "Secure true"},
		{"", []imapcompat.Option{imapcompat.OP_DEBUG}, "Trace set"},
		{"", []imapcompat.Option{imapcompat.OP_READONLY}, ""},
		{"", []imapcompat.Option{imapcompat.WithTLSConfig(config)}, "TLSConfig set"},
		{"", []imapcompat.Option{imapcompat.WithTokenSource(source)}, "TokenSource set"},
		{"", []imapcompat.Option{imapcompat.WithDisabledAuthenticators("PLAIN", "login")}, "Disabled [PLAIN LOGIN]"},
		{"", []imapcompat.Option{imapcompat.WithRetries(5)}, "Tries 5"},
		{"", []imapcompat.Option{imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, 7*time.Second)}, "Timeouts {1m0s 7s 1m0s 0s}"},
		{"", []imapcompat.Option{imapcompat.WithTimeout(imapcompat.IMAP_OPENTIMEOUT, 7*time.Second)}, "Timeouts {7s 1m0s 1m0s 0s}"},
		{"", []imapcompat.Option{imapcompat.WithTimeout(imapcompat.IMAP_WRITETIMEOUT, 7*time.Second)}, "Timeouts {1m0s 1m0s 7s 0s}"},
		{"", []imapcompat.Option{imapcompat.WithTimeout(imapcompat.IMAP_CLOSETIMEOUT, 7*time.Second)}, "Timeouts {1m0s 1m0s 1m0s 7s}"},
		{"", []imapcompat.Option{imapcompat.WithMaxMessageSize(5)}, "MaxLiteral 5"},
		{"", []imapcompat.Option{imapcompat.WithWaitInterval(5 * time.Second)}, "WatchInterval 5s"},
		{"", []imapcompat.Option{imapcompat.WithCompression()}, "Compress true"},
		{"", []imapcompat.Option{imapcompat.WithID(map[string]string{"name": "x"})}, "ID map[name:x]"},
	} {
		var changed []string
		for i, field := range configOf(t, test.flags, test.opts...) {
			if field != plain[i] {
				changed = append(changed, field)
			}
		}
		if got := strings.Join(changed, " "); got != test.want {
			t.Errorf("%q %T: got %q, want %q", test.flags, test.opts, got, test.want)
		}
	}
}

// configOf is what a service is told, field by field. Of what cannot be printed it says
// whether it is there.
func configOf(t *testing.T, flags string, opts ...imapcompat.Option) (fields []string) {
	t.Helper()
	refused := errors.New("seen")
	opts = append(opts, imapcompat.WithService("imap", func(_ context.Context, cfg *backend.Config) (backend.Session, error) {
		v := reflect.ValueOf(cfg).Elem()
		for i := range v.NumField() {
			value := any("nil")
			switch f := v.Field(i); f.Kind() {
			case reflect.Func, reflect.Pointer, reflect.Interface:
				if !f.IsNil() {
					value = "set"
				}
			default:
				value = f.Interface()
			}
			fields = append(fields, fmt.Sprint(v.Type().Field(i).Name, " ", value))
		}
		return nil, refused
	}))
	if _, err := imapcompat.Open("{mail.example.org"+flags+"}INBOX", "user", "password", opts...); !errors.Is(err, refused) {
		t.Fatal(err)
	}
	return fields
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
