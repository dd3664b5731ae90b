package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/mailtest"
)

// written returns the path of a new file.
func written(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// certificateFiles writes a client certificate and its key.
func certificateFiles(t *testing.T, pair tls.Certificate) (cert, key string) {
	t.Helper()
	octets, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})),
		written(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: octets}))
}

// A client certificate logs in by flags, and afterwards by the address.
func TestClientCertificate(t *testing.T) {
	srv := imaptest.Config{TLS: imaptest.ImplicitTLS, User: "ada", Mechanisms: []string{imaptest.External}, Messages: inboxMessages()}.NewServer(t)
	pair, err := srv.ClientCertificate("ada")
	if err != nil {
		t.Fatal(err)
	}
	cert, key := certificateFiles(t, pair)
	both := []byte{}
	for _, path := range []string{cert, key} {
		octets, _ := os.ReadFile(path)
		both = append(both, octets...)
	}
	other, err := srv.ClientCertificate("eve")
	if err != nil {
		t.Fatal(err)
	}
	evesCert, evesKey := certificateFiles(t, other)
	for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		for _, flags := range [][]string{{"--cert", cert, "--key", key}, {"--cert", written(t, "both.pem", both)}} {
			r := trusting(t, srv.ClientTLS(), nil, append([]string{"overview", mailbox, "1"}, flags...)...)
			if r.code != 0 {
				t.Errorf("%v: %+v", flags, r)
			}
			r = trusting(t, srv.ClientTLS(), nil, append([]string{"doctor", mailbox}, flags...)...)
			if r.code != 0 || !strings.Contains(r.stdout, "logged in with EXTERNAL") {
				t.Errorf("%v: %+v", flags, r)
			}
		}
		r := trusting(t, srv.ClientTLS(), nil, "doctor", mailbox, "--user", "ada", "--cert", evesCert, "--key", evesKey)
		if r.code != exitFailure || !strings.Contains(r.stdout, "does not accept the client certificate") {
			t.Errorf("%+v", r)
		}
	}
	plain := newServer(t)
	r := trusting(t, nil, nil, "doctor", plain.IMAP(), "--cert", cert, "--key", key)
	if r.code != exitFailure || !strings.Contains(r.stdout, "A client certificate needs TLS. The connection is not encrypted") {
		t.Errorf("%+v", r)
	}

	dir := t.TempDir()
	t.Setenv(account.DirVariable, dir)
	server := strings.TrimSuffix(srv.IMAPRef(), "}") + "/novalidate-cert}"
	r = trusting(t, srv.ClientTLS(), nil, "login", "--server", server, "--cert", cert, "--key", key, ada)
	if r.code != 0 || strings.Contains(r.stdout, "keyring") || strings.Contains(r.stdout, "files that") {
		t.Fatalf("%+v", r)
	}
	for _, args := range [][]string{{"overview", ada, "1"}, {"doctor", ada}, {"login", ada}} {
		if r := trusting(t, srv.ClientTLS(), nil, args...); r.code != 0 {
			t.Errorf("%q: %+v", args, r)
		}
	}
	book := account.Book{Dir: dir, NoKeyring: true}
	recorded, err := book.Get(ada)
	if err != nil || recorded.CertFile != cert || recorded.KeyFile != key || recorded.Kind != account.Certificate {
		t.Errorf("%+v, %v", recorded, err)
	}
	mbox, err := book.Open(context.Background(), ada)
	if err != nil {
		t.Fatal(err)
	}
	mbox.Close()
	if text, err := os.ReadFile(filepath.Join(book.Dir, "accounts.json")); err != nil || strings.Contains(string(text), "PRIVATE") {
		t.Errorf("%s, %v", text, err)
	}
	if r := trusting(t, nil, nil, "token", ada); r.code != exitFailure || !strings.Contains(r.stderr, "without a token") {
		t.Errorf("%+v", r)
	}
	if r := trusting(t, nil, nil, "logout", ada); r.code != 0 || !strings.Contains(r.stdout, "its files stay") {
		t.Errorf("%+v", r)
	}
	if _, err := os.Stat(key); err != nil {
		t.Error(err)
	}
}

func TestCredentialFlags(t *testing.T) {
	for text, args := range map[string][]string{
		"--kerberos and --cert exclude each other":       {"--kerberos", "--cert", "c"},
		"--principal and --keytab need --kerberos":       {"--principal", "ada"},
		"--keytab needs --principal":                     {"--kerberos", "--keytab", "k"},
		"--key needs --cert":                             {"--key", "k"},
		"no such file or directory":                      {"--cert", filepath.Join(t.TempDir(), "none")},
		"are no certificate with its key, not encrypted": {"--cert", written(t, "x.pem", []byte("secret-text"))},
	} {
		for _, name := range []string{"info", "doctor"} {
			r := trusting(t, nil, nil, append([]string{name, "{127.0.0.1:1/notls}INBOX"}, args...)...)
			if r.code == 0 || !strings.Contains(r.stderr, text) && text != "no such file or directory" || strings.Contains(r.stderr, "secret-text") {
				t.Errorf("%s %q: %+v", name, args, r)
			}
		}
	}
	r := trusting(t, nil, nil, "login", "--kerberos", "--password", "--server", "{h}", ada)
	if r.code != exitUsage || !strings.Contains(r.stderr, "--kerberos and --password exclude each other") {
		t.Errorf("%+v", r)
	}
}

// kdcSays is a KDC that answers each request with an error.
func kdcSays(t *testing.T, code int32) string {
	t.Helper()
	e := messages.NewKRBError(types.PrincipalName{NameString: []string{"krbtgt", "EXAMPLE.TEST"}}, "EXAMPLE.TEST", code, "")
	octets, err := e.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return mailtest.Listen(t, func(conn net.Conn) {
		size := make([]byte, 4)
		if _, err := io.ReadFull(conn, size); err != nil {
			return
		}
		io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(size)))
		conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(octets))), octets...))
	})
}

// doctor says in words what is wrong with Kerberos. conformance/kerberos has what needs a real KDC.
func TestDoctorKerberos(t *testing.T) {
	keys := keytab.New()
	if err := keys.AddEntry("ada", "EXAMPLE.TEST", "key", time.Unix(1, 0), 1, etypeID.AES256_CTS_HMAC_SHA1_96); err != nil {
		t.Fatal(err)
	}
	octets, err := keys.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	good := []string{"--principal", "ada", "--keytab", written(t, "keytab", octets)}
	offering := func(mechanism string) string {
		return answers(t, "* OK ready\r\n", func(tag, command string) string {
			if command == "CAPABILITY" {
				return "* CAPABILITY IMAP4rev1 AUTH=" + mechanism + "\r\n" + tag + " OK done\r\n"
			}
			return tag + " OK done\r\n"
		})
	}
	for name, c := range map[string]struct {
		offer  string
		kdc    int32 // the code of its error
		flags  []string
		cache  []byte
		advice string
	}{
		"not offered":     {offer: "PLAIN", advice: "The server does not offer GSSAPI"},
		"no ticket":       {advice: "There is no ticket: run kinit"},
		"no cache":        {cache: []byte("not a cache"), advice: "There is no ticket: run kinit"},
		"clock skew":      {kdc: 37, flags: good, advice: "The clock of this machine"},
		"unknown":         {kdc: 6, flags: good, advice: "The realm does not know ada@EXAMPLE.TEST"},
		"expired":         {kdc: 32, flags: good, advice: "The ticket has expired: run kinit again"},
		"refuses the key": {kdc: 24, flags: good, advice: "The KDC gives no ticket that can be used"},
		"locked":          {kdc: 18, flags: good, advice: "has locked the principal"},
		"no keytab":       {flags: []string{"--principal", "ada", "--keytab", filepath.Join(t.TempDir(), "none")}, advice: "Check the path of --keytab"},
		"damaged keytab":  {flags: []string{"--principal", "ada", "--keytab", written(t, "x", []byte("x"))}, advice: "is no keytab"},
		"no KDC":          {flags: good, advice: "Check the realm and its KDCs in krb5.conf"},
	} {
		t.Run(name, func(t *testing.T) {
			kdc := "127.0.0.1:1"
			if c.kdc != 0 {
				kdc = kdcSays(t, c.kdc)
			}
			t.Setenv("KRB5_CONFIG", written(t, "krb5.conf", []byte("[libdefaults]\n default_realm = EXAMPLE.TEST\n dns_lookup_kdc = false\n"+
				" udp_preference_limit = 1\n[realms]\n EXAMPLE.TEST = {\n  kdc = "+kdc+"\n }\n")))
			cache := filepath.Join(t.TempDir(), "none")
			if c.cache != nil {
				cache = written(t, "cache", c.cache)
			}
			t.Setenv("KRB5CCNAME", cache)
			offer := c.offer
			if offer == "" {
				offer = "GSSAPI"
			}
			mailbox := "{" + offering(offer) + "/imap/notls}INBOX"
			r := trusting(t, nil, nil, slices.Concat([]string{"doctor", "--kerberos", mailbox}, c.flags)...)
			if r.code != exitFailure && r.code != exitTemporary || !strings.Contains(r.stdout, c.advice) {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestAdviseKerberos(t *testing.T) {
	for text, want := range map[string]string{
		"x\nGSSAPI failure: Server imap/mail.example.org@R not found in Kerberos database for mail.example.org": "use the canonical name of the server there",
		"GSSAPI failure: Server imap/node7.internal@R not found in Kerberos database for node7.internal":        "is the name that DNS has for the address of mail.example.org, which is not canonical",
		"Can not authenticate to IMAP server: no":                                                               "The ticket is good, and the server refuses it",
		"IMAP Authentication cancelled":                                                                         "The ticket is good, and the server refuses it",
		"GSSAPI failure: Clock skew too great for h\nIMAP Authentication cancelled":                             "The clock of this machine",
		"something else": "",
	} {
		if got := adviseKerberos(text, "mail.example.org"); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %s", text, got)
		}
	}
}
