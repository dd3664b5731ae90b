package imapcompat_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
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
