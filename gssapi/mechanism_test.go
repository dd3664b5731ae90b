package gssapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	krb5gss "github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/gssapi"
)

// krb5conf returns the path of a krb5.conf for a KDC at an address.
func krb5conf(t testing.TB, kdc string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "krb5.conf")
	must(t, os.WriteFile(path, []byte(`include /nonexistent
[libdefaults]
 default_realm = EXAMPLE.TEST
 dns_lookup_kdc = false
 udp_preference_limit = 1
[realms]
 EXAMPLE.TEST = {
  kdc = `+kdc+`
 }
`), 0o600))
	return path
}

// noKDC is an address at which nothing listens.
const noKDC = "127.0.0.1:1"

// open logs in to a server. The password is that of mechanism LOGIN.
func open(protocol string, s *server, path, password string, m *gssapi.Mechanism) (*imapcompat.Connection, []string, error) {
	address := map[string]string{"imap": s.imap, "pop3": s.pop3}[protocol]
	flag := imapcompat.OpenFlag(0)
	if protocol == "imap" {
		flag = imapcompat.OP_HALFOPEN
	}
	mbox, err := imapcompat.Open("{"+address+"/"+protocol+"/notls"+path+"}INBOX", "ada", password, flag, imapcompat.WithMechanism(m))
	var failure *imapcompat.Error
	switch {
	case err == nil:
		list := slices.DeleteFunc(mbox.Errors(), func(s string) bool { return s == "Mailbox is empty" })
		return mbox, list, mbox.Close()
	case errors.As(err, &failure):
		return nil, failure.Errors, err
	}
	return nil, nil, err
}

// both has the protocols and the services of their names.
var both = map[string]string{"imap": "imap/mail.example.test", "pop3": "pop/mail.example.test"}

func TestLogin(t *testing.T) {
	conf := krb5conf(t, noKDC)
	for name, a := range map[string]acceptor{
		"AES-256":          {etype: etypeID.AES256_CTS_HMAC_SHA1_96},
		"AES-128":          {etype: etypeID.AES128_CTS_HMAC_SHA1_96},
		"AES-128, SHA-256": {etype: etypeID.AES128_CTS_HMAC_SHA256_128},
		"a subkey":         {etype: aes256, subkey: true},
		"all layers":       {etype: aes256, layers: []byte{7, 0, 0x20, 0}},
		"rotated":          {etype: aes256, subkey: true, rotate: 12},
		"rotated, further": {etype: aes256, rotate: 1000},
	} {
		for protocol, service := range both {
			ticket := newTicket(t, service, a.etype, time.Now().Add(time.Hour))
			for path, user := range map[string]string{"": "ada", "/user=ben": "ben", "/secure": "ada", "/authuser=ada/user=ben": "ben", "/authuser=ada@EXAMPLE.TEST": "ada"} {
				if protocol == "pop3" && strings.Contains(path, "authuser") {
					continue // not a name of a mailbox, as in PHP
				}
				accept := a
				accept.keys = ticket.keys
				s := newServer(t, &accept, "GSSAPI", "LOGIN")
				_, list, err := open(protocol, s, path, "", &gssapi.Mechanism{Cache: "FILE:" + ticket.cache, Config: conf, ServiceHost: "mail.example.test"})
				if err != nil || len(list) > 0 || s.logins() != "GSSAPI" {
					t.Errorf("%s, %s%s: %v, %q, %s", name, protocol, path, err, list, s.logins())
					continue
				}
				if accept.client != "ada@EXAMPLE.TEST" || accept.user != user || string(accept.choice) != "\x01\x00\x00\x00" {
					t.Errorf("%s, %s%s: %s as %s chooses %x", name, protocol, path, accept.client, accept.user, accept.choice)
				}
			}
		}
	}
}

// flip returns a function that changes an octet, counted from the end if i is negative.
func flip(i int) func([]byte) []byte {
	return func(b []byte) []byte {
		b[(i+len(b))%len(b)] ^= 0x40
		return b
	}
}

// TestHostileServers has servers that break the exchange. The password is a canary: only
// where the mechanism cannot be used may the login go on with it.
func TestHostileServers(t *testing.T) {
	const (
		noProof = "GSSAPI: the server does not prove that it has the key of the service"
		noReply = "GSSAPI: the server's first token is no AP-REP"
		badRep  = "GSSAPI: the server's AP-REP is malformed"
		badWrap = "GSSAPI: the server's wrap token is malformed"
		badSum  = "GSSAPI: the checksum of the server's wrap token is wrong"
		length  = "GSSAPI: the server's wrap token has a wrong length"
		layer   = "GSSAPI: the server insists on a security layer of its own, which is not supported; use TLS"
	)
	answer := func(b []byte) func([]byte) []byte { return func([]byte) []byte { return b } }
	conf := krb5conf(t, noKDC)
	skew := messages.NewKRBError(types.PrincipalName{NameString: []string{"imap"}}, realm, 37, "ada's password is swordfish")
	skewed, err := skew.Marshal()
	must(t, err)
	for name, c := range map[string]struct {
		a        acceptor
		text     string
		goesOn   bool // with LOGIN
		password bool
	}{
		"another key":             {a: acceptor{token: flip(-20)}, text: noProof},
		"another time":            {a: acceptor{reply: func(p *messages.EncAPRepPart) { p.CTime = p.CTime.Add(time.Second) }}, text: noProof},
		"another microsecond":     {a: acceptor{reply: func(p *messages.EncAPRepPart) { p.Cusec ^= 1 }}, text: noProof},
		"nothing":                 {a: acceptor{token: answer([]byte{})}, text: noReply},
		"one octet":               {a: acceptor{token: answer([]byte{0x60})}, text: noReply},
		"no length":               {a: acceptor{token: answer([]byte{0x60, 0x80})}, text: noReply},
		"a length of 4 GB":        {a: acceptor{token: answer(append([]byte{0x60, 0x84, 0xff, 0xff, 0xff, 0xff}, krb5OID...))}, text: noReply},
		"a length beyond the end": {a: acceptor{token: func(b []byte) []byte { return b[:len(b)-1] }}, text: noReply},
		"octets after the end":    {a: acceptor{token: func(b []byte) []byte { return append(b, 0) }}, text: noReply},
		"another mechanism":       {a: acceptor{token: flip(6)}, text: noReply},
		"an AP-REQ":               {a: acceptor{token: answer(framed(1, []byte{0x30, 0}))}, text: noReply},
		"an empty AP-REP":         {a: acceptor{token: answer(framed(2, nil))}, text: badRep},
		"a short ciphertext":      {a: acceptor{token: answer(framed(2, []byte("\x6f\x1a\x30\x18\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0f\xa2\x0c\x30\x0a\xa0\x03\x02\x01\x12\xa2\x03\x04\x01x")))}, text: noProof},
		"garbage for an AP-REP":   {a: acceptor{token: answer(framed(2, []byte(strings.Repeat("\x30\x84", 3000))))}, text: badRep},
		"a subkey of RC4": {a: acceptor{reply: func(p *messages.EncAPRepPart) {
			p.Subkey = types.EncryptionKey{KeyType: etypeID.RC4_HMAC, KeyValue: make([]byte, 16)}
		}}, text: "GSSAPI: the server's subkey cannot be used"},
		"a short subkey": {a: acceptor{reply: func(p *messages.EncAPRepPart) {
			p.Subkey = types.EncryptionKey{KeyType: aes256, KeyValue: make([]byte, 16)}
		}}, text: "GSSAPI: the server's subkey cannot be used"},
		"a malformed error": {a: acceptor{token: answer(framed(3, []byte{0x30}))}, text: "GSSAPI: the server's error is malformed"},
		"an error": {a: acceptor{token: answer(framed(3, skewed))}, goesOn: true,
			text: "GSSAPI failure: the server says: Clock skew too great"},
		"a first challenge": {a: acceptor{greet: []byte("hello")}, goesOn: true,
			text: "Server bug: non-empty initial GSSAPI challenge"},

		"no wrap token":      {a: acceptor{wrapped: answer([]byte{})}, text: length},
		"a short wrap token": {a: acceptor{wrapped: func(b []byte) []byte { return b[:16] }}, text: length},
		"a long wrap token":  {a: acceptor{wrapped: func(b []byte) []byte { return append(b, make([]byte, 200)...) }}, text: length},
		"a wrong checksum":   {a: acceptor{wrapped: flip(-1)}, text: badSum},
		"another text":       {a: acceptor{wrapped: flip(16)}, text: badSum},
		"another flag":       {a: acceptor{wrapped: flip(2)}, text: badSum},
		"a MIC token":        {a: acceptor{wrapped: flip(0)}, text: badWrap},
		"another filler":     {a: acceptor{wrapped: flip(3)}, text: badWrap},
		"a large EC":         {a: acceptor{wrapped: flip(4)}, text: badWrap},
		"the client's own":   {a: acceptor{wrap: func(w *krb5gss.WrapToken, _ *types.EncryptionKey) { w.Flags = 0 }}, text: badWrap},
		"another wrap key":   {a: acceptor{wrap: func(_ *krb5gss.WrapToken, k *types.EncryptionKey) { k.KeyValue = make([]byte, 32) }}, text: badSum},
		"a subkey unasked":   {a: acceptor{wrap: func(w *krb5gss.WrapToken, _ *types.EncryptionKey) { w.Flags |= 4 }}, text: "GSSAPI: the server's wrap token has another key"},
		"no subkey":          {a: acceptor{subkey: true, wrap: func(w *krb5gss.WrapToken, _ *types.EncryptionKey) { w.Flags &^= 4 }}, text: "GSSAPI: the server's wrap token has another key"},
		"sealed":             {a: acceptor{wrap: func(w *krb5gss.WrapToken, _ *types.EncryptionKey) { w.Flags |= 2 }}, text: "GSSAPI: the server's wrap token is encrypted"},
		"another sequence":   {a: acceptor{wrap: func(w *krb5gss.WrapToken, _ *types.EncryptionKey) { w.SndSeqNum++ }}, text: "GSSAPI: the server's wrap token has a wrong sequence number"},
		"no layers":          {a: acceptor{layers: []byte{}}, text: "GSSAPI: the server's list of security layers is malformed"},
		"many layers":        {a: acceptor{layers: []byte("1234567")}, text: "GSSAPI: the server's list of security layers is malformed"},
		"integrity":          {a: acceptor{layers: []byte{2, 0, 16, 0}}, text: layer, goesOn: true},
		"confidentiality":    {a: acceptor{layers: []byte{6, 0, 16, 0}}, text: layer, goesOn: true},
		"endless":            {a: acceptor{goesOn: true}, text: "GSSAPI: the server goes on after the end"},

		"accepts at once":          {a: acceptor{accepts: -1}, text: "GSSAPI: the server accepts the login before the exchange is complete"},
		"accepts after the AP-REQ": {a: acceptor{accepts: 1}, text: "GSSAPI: the server accepts the login before the exchange is complete"},
		"accepts after the AP-REP": {a: acceptor{accepts: 2}, text: "GSSAPI: the server accepts the login before the exchange is complete"},
	} {
		for protocol, service := range both {
			ticket := newTicket(t, service, aes256, time.Now().Add(time.Hour))
			a := c.a
			a.keys, a.etype = ticket.keys, aes256
			s := newServer(t, &a, "GSSAPI", "LOGIN")
			_, list, err := open(protocol, s, "", "swordfish", &gssapi.Mechanism{Cache: ticket.cache, Config: conf, ServiceHost: "mail.example.test"})
			want := "GSSAPI"
			if c.goesOn {
				want = "GSSAPI; LOGIN; ada; swordfish"
			}
			if got := s.logins(); got != want {
				t.Errorf("%s, %s: the server got %s, want %s", name, protocol, got, want)
			}
			if c.goesOn != (err == nil) || err != nil && !errors.Is(err, imapcompat.ErrProtocol) || !slices.Equal(list, []string{c.text}) {
				t.Errorf("%s, %s: %v, %q, want %q", name, protocol, err, list, c.text)
			}
			if text := fmt.Sprintf("%v %+v", err, list); strings.Contains(text, "swordfish") {
				t.Errorf("%s, %s: %s", name, protocol, text)
			}
		}
	}
}

// TestFallBack compares with imap_errors of PHP 8.2. The server offers what it offers in
// c-client's example of a negotiation.
func TestFallBack(t *testing.T) {
	dir := t.TempDir()
	missing, damaged, old := filepath.Join(dir, "missing"), filepath.Join(dir, "damaged"), filepath.Join(dir, "old")
	must(t, os.WriteFile(damaged, []byte("garbage\n"), 0o600))
	must(t, os.WriteFile(old, []byte{5, 4, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff}, 0o600))
	const none = "Unknown GSSAPI failure: No credentials were supplied, or the credentials were unavailable or inaccessible"
	for protocol, service := range both {
		good := newTicket(t, service, aes256, time.Now().Add(time.Hour))
		expired := newTicket(t, service, aes256, time.Now().Add(-time.Minute))
		other := newTicket(t, "imap/other.example.test", aes256, time.Now().Add(time.Hour))
		weak := newTicket(t, service, etypeID.RC4_HMAC, time.Now().Add(time.Hour))
		for name, c := range map[string]struct {
			m    gssapi.Mechanism
			path string
			want []string
			sent bool // GSSAPI was tried
		}{
			"refused":       {m: gssapi.Mechanism{Cache: good.cache}, sent: true},
			"no cache":      {m: gssapi.Mechanism{Cache: missing}, want: []string{none, "GSSAPI mechanism status: No Kerberos credentials available (default cache: " + missing + ")"}},
			"no cache file": {m: gssapi.Mechanism{Cache: "FILE:" + missing}, want: []string{none, "GSSAPI mechanism status: No Kerberos credentials available (default cache: FILE:" + missing + ")"}},
			"not a cache": {m: gssapi.Mechanism{Cache: damaged}, want: []string{none,
				"GSSAPI mechanism status: No Kerberos credentials available: Unsupported credentials cache format version number (filename: " + damaged + ")"}},
			"damaged": {m: gssapi.Mechanism{Cache: old}, want: []string{none,
				"GSSAPI mechanism status: No Kerberos credentials available: Bad format in credentials cache (filename: " + old + ")"}},
			"expired":       {m: gssapi.Mechanism{Cache: expired.cache}, want: []string{"Kerberos error: Ticket expired (try running kinit) for mail.example.test"}},
			"other service": {m: gssapi.Mechanism{Cache: other.cache}, want: []string{"Kerberos error: Ticket expired (try running kinit) for mail.example.test"}},
			"RC4":           {m: gssapi.Mechanism{Cache: weak.cache}, want: []string{"GSSAPI: the key of the ticket is not one of AES"}},
			"KEYRING":       {m: gssapi.Mechanism{Cache: "KEYRING:persistent:0"}, want: []string{"Kerberos credential caches of type KEYRING are not supported, only FILE (run kinit -c FILE:/path)"}},
			"other owner":   {m: gssapi.Mechanism{Cache: good.cache, Principal: "ben"}, want: []string{"GSSAPI failure: the credential cache is that of another principal"}},
			"no KDC": {m: gssapi.Mechanism{Principal: "ada", Password: "sw0rdfish"},
				want: []string{"GSSAPI failure: Cannot contact any KDC for realm 'EXAMPLE.TEST' for mail.example.test"}},
			"no keytab":        {m: gssapi.Mechanism{Principal: "ada", Keytab: missing}, want: []string{"GSSAPI failure: the keytab cannot be read: no such file or directory"}},
			"a damaged keytab": {m: gssapi.Mechanism{Principal: "ada", Keytab: damaged}, want: []string{"GSSAPI failure: the keytab is malformed"}},
			"/authuser":        {m: gssapi.Mechanism{Cache: good.cache}, path: "/authuser=ben", want: []string{"Can't use Kerberos: invalid /authuser"}},
		} {
			if c.path != "" && protocol == "pop3" {
				continue
			}
			c.m.Config, c.m.ServiceHost = krb5conf(t, noKDC), "mail.example.test"
			s := newServer(t, nil, "KERBEROS_V4", "GSSAPI", "LOGIN")
			_, list, err := open(protocol, s, c.path, "password", &c.m)
			want := "LOGIN; ada; password"
			if c.sent {
				want = "GSSAPI; " + want
			}
			if c.path != "" { // LOGIN knows no /authuser
				if !errors.Is(err, imapcompat.ErrAuthentication) || s.logins() != "" || !slices.Equal(list, c.want) {
					t.Errorf("%s: %v, %q, %s", name, err, list, s.logins())
				}
				continue
			}
			if name == "no keytab" && len(list) == 1 { // the system's words
				list[0], _, _ = strings.Cut(list[0], ": no such")
				c.want[0], _, _ = strings.Cut(c.want[0], ": no such")
				list[0], _, _ = strings.Cut(list[0], ": The system")
			}
			if err != nil || !slices.Equal(list, c.want) || s.logins() != want {
				t.Errorf("%s, %s: %v, %q, want %q; the server got %s", name, protocol, err, list, c.want, s.logins())
			}
			if strings.Contains(fmt.Sprint(list, &c.m, c.m), "sw0rdfish") {
				t.Errorf("%s: the password is in %q or %v", name, list, c.m)
			}
		}
	}
}

// TestRefused has a server that refuses after a whole exchange.
func TestRefused(t *testing.T) {
	ticket := newTicket(t, both["imap"], aes256, time.Now().Add(time.Hour))
	s := newServer(t, &acceptor{keys: ticket.keys, etype: aes256}, "GSSAPI")
	s.refuses = true
	_, list, err := open("imap", s, "", "", &gssapi.Mechanism{Cache: ticket.cache, Config: krb5conf(t, noKDC), ServiceHost: "mail.example.test"})
	want := []string{"Can not authenticate to IMAP server: Authentication failed."}
	if !errors.Is(err, imapcompat.ErrAuthentication) || !slices.Equal(list, want) || s.logins() != "GSSAPI" {
		t.Errorf("%v, %q; the server got %s", err, list, s.logins())
	}
}

func TestContradictions(t *testing.T) {
	for name, c := range map[string]struct {
		m    gssapi.Mechanism
		user string
	}{
		"two sources":          {gssapi.Mechanism{Principal: "ada", Password: "sw0rdfish", Keytab: "k"}, "ada"},
		"a cache and a keytab": {gssapi.Mechanism{Principal: "ada", Keytab: "k", Cache: "c"}, "ada"},
		"password of nobody":   {gssapi.Mechanism{Password: "sw0rdfish"}, "ada"},
		"a user name with NUL": {gssapi.Mechanism{}, "a\x00b"},
		"a user name of 2 KiB": {gssapi.Mechanism{}, strings.Repeat("a", 2048)},
	} {
		_, err := c.m.Begin(context.Background(), backend.MechanismTarget{Service: "imap", Host: "h", User: c.user})
		if !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
		encoded, err2 := json.Marshal(c.m)
		must(t, err2)
		if text := fmt.Sprintf("%v %#v %+v %d %s %v %s", c.m, c.m, &c.m, c.m, &c.m, err, encoded); strings.Contains(text, "sw0rdfish") || strings.Contains(text, "115 119 48") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// kdc answers every request over TCP with the same octets. If they are nil, it never
// answers.
func kdc(t *testing.T, answer []byte) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				size := make([]byte, 4)
				if _, err := io.ReadFull(c, size); err != nil {
					return
				}
				if answer == nil {
					io.Copy(io.Discard, c)
					return
				}
				c.Write(answer)
			}()
		}
	}()
	return l.Addr().String()
}

func TestKDCErrors(t *testing.T) {
	frame := func(code int32) []byte {
		e := messages.NewKRBError(types.PrincipalName{NameString: []string{"krbtgt", realm}}, realm, code, "says swordfish")
		octets, err := e.Marshal()
		must(t, err)
		return append(u32(len(octets)), octets...)
	}
	for name, c := range map[string]struct {
		answer []byte
		want   string
	}{
		"unknown client": {frame(6), "GSSAPI failure: Client ada@EXAMPLE.TEST not found in Kerberos database for mail.example.test"},
		"revoked":        {frame(18), "GSSAPI failure: Client's credentials have been revoked for mail.example.test"},
		"expired":        {frame(23), "GSSAPI failure: Password has expired for mail.example.test"},
		"skew":           {frame(37), "GSSAPI failure: Clock skew too great for mail.example.test"},
		"no AES":         {frame(14), "GSSAPI failure: KDC has no support for encryption type for mail.example.test"},
		"ticket expired": {frame(32), "Kerberos error: Ticket expired (try running kinit) for mail.example.test"},
		"another":        {frame(60), "GSSAPI failure: Kerberos error code 60 for mail.example.test"},
		"unknown code":   {frame(-7), "GSSAPI failure: Kerberos error code -7 for mail.example.test"},
		"garbage":        {[]byte("\x00\x00\x00\x05hello"), "GSSAPI failure: No ticket for ada@EXAMPLE.TEST can be got for mail.example.test"},
		"short":          {[]byte("\x00\x00\x10\x00hello"), "GSSAPI failure: Cannot contact any KDC for realm 'EXAMPLE.TEST' for mail.example.test"},
	} {
		m := &gssapi.Mechanism{Principal: "ada", Password: "swordfish", Config: krb5conf(t, kdc(t, c.answer)), ServiceHost: "mail.example.test"}
		_, err := m.Begin(context.Background(), backend.MechanismTarget{Service: "imap", Host: "h", Notify: func(backend.Notice) {}})
		if err == nil || err.Error() != c.want || !errors.Is(err, backend.ErrAuthentication) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if temporary := strings.Contains(c.want, "Cannot contact"); errors.Is(err, backend.ErrTemporary) != temporary {
			t.Errorf("%s: temporary is %v", name, !temporary)
		}
	}
}

// A KDC that never answers does not outlast the context.
func TestContext(t *testing.T) {
	m := &gssapi.Mechanism{Principal: "ada", Password: "swordfish", Config: krb5conf(t, kdc(t, nil)), ServiceHost: "h"}
	for want, end := range map[error]func() (context.Context, context.CancelFunc){
		backend.ErrConnect: func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			return ctx, cancel
		},
		backend.ErrTimeout: func() (context.Context, context.CancelFunc) {
			return context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
		},
	} {
		ctx, cancel := end()
		_, err := m.Begin(ctx, backend.MechanismTarget{Service: "imap", Host: "h"})
		if !errors.Is(err, want) || errors.Is(err, backend.ErrAuthentication) {
			t.Errorf("%v, want %v", err, want)
		}
		cancel()
	}
}

func TestEnvironment(t *testing.T) {
	ticket := newTicket(t, both["imap"], aes256, time.Now().Add(time.Hour))
	a := &acceptor{keys: ticket.keys, etype: aes256}
	s := newServer(t, a, "GSSAPI")
	t.Setenv("KRB5CCNAME", "FILE:"+ticket.cache)
	t.Setenv("KRB5_CONFIG", filepath.Join(t.TempDir(), "missing")+string(filepath.ListSeparator)+krb5conf(t, noKDC))
	if _, list, err := open("imap", s, "", "", &gssapi.Mechanism{ServiceHost: "mail.example.test"}); err != nil || a.user != "ada" {
		t.Errorf("%v, %q", err, list)
	}
}
