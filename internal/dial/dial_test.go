package dial_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"math"
	"math/big"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

var imapPorts = dial.Ports{Plain: 143, TLS: 993}

// serve calls handle for each connection to a new listener on loopback, and returns its
// port.
func serve(t *testing.T, handle func(net.Conn)) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Add(1)
	go func() {
		defer running.Done()
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Add(1)
			go func() {
				defer running.Done()
				defer conn.Close()
				handle(conn)
			}()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		running.Wait()
	})
	return l.Addr().(*net.TCPAddr).Port
}

// drain reads until the client closes the connection.
func drain(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func open(t *testing.T, cfg *backend.Config) *dial.Conn {
	t.Helper()
	c, err := dial.Open(context.Background(), cfg, imapPorts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Abort() })
	return c
}

func wantError(t *testing.T, err error, text string, kinds ...error) {
	t.Helper()
	if err == nil || err.Error() != text {
		t.Errorf("error %q, want %q", err, text)
	}
	for _, kind := range kinds {
		if !errors.Is(err, kind) {
			t.Errorf("%v does not match %q", err, kind)
		}
	}
	var e *backend.Error
	if !errors.As(err, &e) {
		t.Errorf("%T is not a backend.Error", err)
	}
}

// The texts are those of PHP 8.2 on Linux for imap_open with the same host, port and mode.
func TestOpenErrors(t *testing.T) {
	for _, c := range []struct {
		host string
		port int
		mode backend.TLSMode
		want string
	}{
		{"127.0.0.1", 9, backend.TLSWhenOffered, "Connection failed to 127.0.0.1,9: Connection refused"},
		{"127.0.0.1", 9, backend.TLSImplicit, "Can't connect to 127.0.0.1,9: Connection refused"},
		{"[127.0.0.1]", 9, backend.TLSNever, "Connection failed to [127.0.0.1],9: Connection refused"},
		{"LOCALHOST", 9, backend.TLSNever, "Connection failed to localhost,9: Connection refused"},
		{"[zz]", 143, backend.TLSNever, "Bad format domain-literal: [zz]"},
		{"[]", 143, backend.TLSNever, "Bad format domain-literal: []"},
		{"a b", 143, backend.TLSNever, "No such host as a b"},
		{"user@127.0.0.1", 143, backend.TLSNever, "No such host as user@127.0.0.1"},
		{"NoSuch..Invalid", 143, backend.TLSNever, "No such host as NoSuch..Invalid"},
		{strings.Repeat("h", 255), 143, backend.TLSNever, "No such host as " + strings.Repeat("h", 80)},
	} {
		_, err := dial.Open(context.Background(), &backend.Config{Host: c.host, Port: c.port, TLS: c.mode}, imapPorts)
		wantError(t, err, c.want, backend.ErrConnect)
	}
}

func TestDefaultPorts(t *testing.T) {
	for mode, want := range map[backend.TLSMode]string{
		backend.TLSWhenOffered: "mail.example.org:143",
		backend.TLSNever:       "mail.example.org:143",
		backend.TLSImplicit:    "mail.example.org:993",
	} {
		var asked string
		refuse := errors.New("no")
		cfg := &backend.Config{Host: "mail.example.org", TLS: mode, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			asked = address
			return nil, refuse
		}}
		_, err := dial.Open(context.Background(), cfg, imapPorts)
		if asked != want || !errors.Is(err, refuse) || !errors.Is(err, backend.ErrConnect) {
			t.Errorf("mode %v: dialled %q, %v, want %q", mode, asked, err, want)
		}
	}
}

func TestDialIPv6Literal(t *testing.T) {
	var asked string
	cfg := &backend.Config{Host: "[2001:db8::1]", Port: 1143, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		asked = address
		return nil, context.DeadlineExceeded
	}}
	_, err := dial.Open(context.Background(), cfg, imapPorts)
	if asked != "[2001:db8::1]:1143" {
		t.Errorf("dialled %q", asked)
	}
	wantError(t, err, "Connection failed to [2001:db8::1],1143: Connection timed out",
		backend.ErrConnect, backend.ErrTimeout)
}

// names is a resolver with one host that has two names.
type names []string

func (n names) LookupHost(context.Context, string) ([]string, error) { return n, nil }
func (names) LookupCNAME(context.Context, string) (string, error)    { return "Canon.example.", nil }

// The texts are those of PHP for a host with three addresses in the hosts file.
func TestAddressesInOrder(t *testing.T) {
	const refused = "Connection failed to canon.example,9: Connection refused"
	var notices []backend.Notice
	cfg := &backend.Config{Host: "Alias", Port: 9, Notify: func(n backend.Notice) { notices = append(notices, n) }}
	addresses := names{"127.0.0.2", "127.0.0.3", "127.0.0.1"}
	_, err := dial.OpenWith(context.Background(), addresses, cfg, imapPorts)
	wantError(t, err, refused, backend.ErrConnect)
	want := backend.Notice{Kind: backend.NoticeWarn, Text: refused}
	if len(notices) != 2 || notices[0] != want || notices[1] != want {
		t.Errorf("notices %v", notices)
	}

	cfg.Port = serve(t, drain) // only on the last address
	c, err := dial.OpenWith(context.Background(), addresses, cfg, imapPorts)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if link := c.Link(); link.Host != "canon.example" || link.Port != cfg.Port || link.TLS {
		t.Errorf("connected to %+v", link)
	}
}

func TestOpenTimeout(t *testing.T) {
	wait := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	cfg := &backend.Config{Host: "h", Dial: wait, Timeouts: backend.Timeouts{Open: time.Millisecond}}
	_, err := dial.Open(context.Background(), cfg, imapPorts)
	wantError(t, err, "Connection failed to h,143: Connection timed out", backend.ErrConnect, backend.ErrTimeout)

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = dial.Open(ctx, &backend.Config{Host: "h", Dial: wait}, imapPorts)
	wantError(t, err, "Connection failed to h,143: Operation canceled", backend.ErrConnect, context.Canceled)
}

func TestReadLine(t *testing.T) {
	port := serve(t, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "* OK hi\r\nbare\n\r\n"+strings.Repeat("x", 10000)+"\r\nrest")
	})
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port})
	for _, want := range []string{"* OK hi", "bare", "", strings.Repeat("x", 10000)} {
		if got, err := c.ReadLine(10000); err != nil || got != want {
			t.Fatalf("line %.20q, %v, want %.20q", got, err, want)
		}
	}
	if line, err := c.ReadLine(100); err != io.ErrUnexpectedEOF {
		t.Errorf("line %q, %v, want the unexpected end", line, err)
	}
	if line, err := c.ReadLine(100); err != io.EOF {
		t.Errorf("line %q, %v, want the end", line, err)
	}
}

func TestReadLineTooLong(t *testing.T) {
	port := serve(t, func(conn net.Conn) {
		_, _ = io.Copy(conn, neverEnding{})
	})
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port})
	if _, err := c.ReadLine(100_000); !errors.Is(err, backend.ErrTooLarge) {
		t.Errorf("%v, want that it is too large", err)
	}
}

// FuzzReadLine reads arbitrary octets, and compares the lines with those of a split.
func FuzzReadLine(f *testing.F) {
	f.Add([]byte("* OK hi\r\n"))
	f.Add([]byte("\n\r\n\r\r\nrest"))
	f.Add([]byte(strings.Repeat("x", 5000) + "\n"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		const limit = 5000
		client, server := net.Pipe()
		go func() {
			_, _ = server.Write(sent)
			server.Close()
		}()
		c := open(t, &backend.Config{Host: "h", Dial: func(context.Context, string, string) (net.Conn, error) {
			return client, nil
		}})
		defer c.Abort()
		for rest := string(sent); ; {
			line, after, ok := strings.Cut(rest, "\n")
			got, err := c.ReadLine(limit)
			if err != nil {
				if ok && len(line) < limit {
					t.Fatalf("%v before %q", err, line)
				}
				return
			}
			if want := strings.TrimSuffix(line, "\r"); !ok || got != want {
				t.Fatalf("line %q, want %q", got, want)
			}
			rest = after
		}
	})
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// An answer may take longer than the timeout as a whole if no line does.
func TestReadTimeoutCountsFromLastLine(t *testing.T) {
	port := serve(t, trickle(10, 80*time.Millisecond, "\n"))
	const timeout = 700 * time.Millisecond
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port, Timeouts: backend.Timeouts{Read: timeout}})
	end := c.Begin(context.Background())
	defer end()
	if _, err := io.ReadFull(c, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	_, err := c.Read(make([]byte, 1))
	wantError(t, err, "Could not read from 127.0.0.1 in time", backend.ErrTimeout)
	if waited := time.Since(start); waited < timeout {
		t.Errorf("waited %v", waited)
	}
	if _, err := c.Write([]byte("x")); !errors.Is(err, backend.ErrConnectionLost) {
		t.Errorf("after a timeout, write says %v", err)
	}
}

// trickle sends a text a number of times, with a pause before each.
func trickle(times int, pause time.Duration, text string) func(net.Conn) {
	return func(conn net.Conn) {
		for range times {
			time.Sleep(pause)
			if _, err := io.WriteString(conn, text); err != nil {
				return
			}
		}
		drain(conn)
	}
}

// A server that sends too slowly times out like a silent one. A server that sends slowly
// enough to take long, and fast enough for the limit, does not.
func TestSlowServers(t *testing.T) {
	const (
		timeout = 700 * time.Millisecond
		pause   = timeout / 14
		never   = math.MaxInt
	)
	leaf := issue(t, nil, x509.Certificate{Subject: named("Test", "localhost")})
	encrypted := func(conn net.Conn) { trickle(never, pause, "x")(tls.Server(conn, chain(leaf))) }
	// These arrive for longer than the timeout, without a line break.
	octets := int(3*timeout/pause) * 100
	for _, c := range []struct {
		name   string
		server func(net.Conn)
		tls    backend.TLSMode
		given  int // octets received before the timeout
	}{
		{"octets without end", trickle(never, pause, "x"), backend.TLSNever, never},
		{"octets without end, encrypted", encrypted, backend.TLSImplicit, never},
		{"fast enough", trickle(octets/100, pause, strings.Repeat("x", 100)), backend.TLSNever, octets},
		{"long lines, fast enough", trickle(octets/100, pause, strings.Repeat("x", 99)+"\n"), backend.TLSNever, octets},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn := open(t, &backend.Config{Host: "127.0.0.1", Port: serve(t, c.server), TLS: c.tls, SkipVerify: true,
				Timeouts: backend.Timeouts{Read: timeout}})
			defer conn.Begin(context.Background())()
			start := time.Now()
			n, err := io.Copy(io.Discard, conn)
			wantError(t, err, "Could not read from 127.0.0.1 in time", backend.ErrTimeout)
			if c.given != never && n != int64(c.given) {
				t.Errorf("%d octets, want %d", n, c.given)
			}
			if took := time.Since(start); took < timeout || took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// An endless number of lines times out after a hundred times the timeout.
func TestSlowLines(t *testing.T) {
	port := serve(t, trickle(math.MaxInt, 5*time.Millisecond, "\n"))
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port, Timeouts: backend.Timeouts{Read: 20 * time.Millisecond}})
	defer c.Begin(context.Background())()
	_, err := io.Copy(io.Discard, c)
	wantError(t, err, "Could not read from 127.0.0.1 in time", backend.ErrTimeout)
}

// The time between two calls of Read does not count.
func TestNobodyReads(t *testing.T) {
	const timeout = 200 * time.Millisecond
	client, server := net.Pipe() // no buffer: each octet waits for its reader
	go trickle(10, 0, "x")(server)
	c := open(t, &backend.Config{
		Host: "127.0.0.1", Port: 1, Timeouts: backend.Timeouts{Read: timeout},
		Dial: func(context.Context, string, string) (net.Conn, error) { return client, nil },
	})
	defer c.Begin(context.Background())()
	for n := range 10 {
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Fatalf("after %d octets: %v", n, err)
		}
		time.Sleep(timeout / 4)
	}
}

// The server may be silent while no answer is due. Begin is then called during a Read.
func TestBeginDuringRead(t *testing.T) {
	port := serve(t, drain)
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port, Timeouts: backend.Timeouts{Read: 30 * time.Millisecond}})
	// The deadlines that a protocol library sets have no effect.
	if err := c.SetDeadline(time.Now().Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatal("the silence ended the read:", err)
	case <-time.After(100 * time.Millisecond):
	}
	end := c.Begin(context.Background())
	defer end()
	if err := <-done; !errors.Is(err, backend.ErrTimeout) {
		t.Errorf("%v, want a timeout", err)
	}
}

// A long command takes its time, and its answer has the whole timeout after it.
func TestNoAnswerIsDueDuringAWrite(t *testing.T) {
	client, server := net.Pipe()
	c := open(t, &backend.Config{
		Host: "127.0.0.1", Port: 1, Timeouts: backend.Timeouts{Read: 200 * time.Millisecond},
		Dial: func(context.Context, string, string) (net.Conn, error) { return client, nil },
	})
	const parts, size = 10, 64 << 10
	go func() {
		for range parts {
			time.Sleep(50 * time.Millisecond)
			_, _ = io.ReadFull(server, make([]byte, size))
		}
		_, _ = io.WriteString(server, "x")
	}()
	end := c.Begin(context.Background())
	defer end()
	read := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		read <- err
	}()
	if _, err := c.Write(make([]byte, parts*size)); err != nil {
		t.Error(err)
	}
	if err := <-read; err != nil {
		t.Error(err)
	}
}

func TestEndStopsTheClock(t *testing.T) {
	port := serve(t, drain)
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port, Timeouts: backend.Timeouts{Read: 30 * time.Millisecond}})
	ctx, cancel := context.WithCancel(context.Background())
	end := c.Begin(ctx)
	end()
	end()
	cancel()
	done := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		done <- err
	}()
	select {
	case err := <-done:
		t.Error("read ended:", err)
	case <-time.After(100 * time.Millisecond):
		c.Abort()
		<-done
	}
}

// While suspended, Read waits without a bound.
func TestSuspend(t *testing.T) {
	port := serve(t, drain)
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port, Timeouts: backend.Timeouts{Read: 30 * time.Millisecond}})
	defer c.Begin(context.Background())()
	resume := c.Suspend()
	done := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		done <- err
	}()
	select {
	case err := <-done:
		t.Error("read ended:", err)
	case <-time.After(100 * time.Millisecond):
		resume()
		wantError(t, <-done, "Could not read from 127.0.0.1 in time", backend.ErrTimeout)
	}
}

func TestCancelDuringRead(t *testing.T) {
	port := serve(t, drain)
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port})
	ctx, cancel := context.WithCancel(context.Background())
	defer c.Begin(ctx)()
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err := c.Read(make([]byte, 1))
	wantError(t, err, "Could not read from 127.0.0.1: context canceled", backend.ErrConnectionLost, context.Canceled)
}

func TestDeadlineOfContext(t *testing.T) {
	port := serve(t, drain)
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	defer c.Begin(ctx)()
	_, err := c.Read(make([]byte, 1))
	wantError(t, err, "Could not read from 127.0.0.1: context deadline exceeded", backend.ErrTimeout, context.DeadlineExceeded)
}

func TestWriteTimeout(t *testing.T) {
	release := make(chan struct{})
	port := serve(t, func(net.Conn) { <-release })
	defer close(release)
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port, Timeouts: backend.Timeouts{Write: 50 * time.Millisecond}})
	read := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		read <- err
	}()
	_, err := c.Write(make([]byte, 64<<20))
	wantError(t, err, "Could not write to 127.0.0.1 in time", backend.ErrTimeout)
	wantError(t, <-read, "Could not read from 127.0.0.1: Could not write to 127.0.0.1 in time", backend.ErrTimeout, backend.ErrConnectionLost)
}

func TestConnectionLost(t *testing.T) {
	port := serve(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1))
		_ = conn.(*net.TCPConn).SetLinger(0) // a reset
	})
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port})
	if _, err := c.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	_, err := c.Read(make([]byte, 1))
	wantError(t, err, "Could not read from 127.0.0.1: Connection reset by peer", backend.ErrConnectionLost)
}

// identity is a certificate with its key.
type identity struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

var serial int64

// issue returns a new certificate. It is self-signed if issuer is nil.
func issue(t *testing.T, issuer *identity, template x509.Certificate) *identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial++
	template.SerialNumber = big.NewInt(serial)
	if template.NotAfter.IsZero() {
		template.NotBefore = time.Now().Add(-time.Hour)
		template.NotAfter = time.Now().Add(time.Hour)
	}
	template.BasicConstraintsValid = true
	parent, signer := &template, key
	if issuer != nil {
		parent, signer = issuer.cert, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &identity{cert, key}
}

func named(o, cn string) pkix.Name {
	return pkix.Name{Organization: []string{o}, CommonName: cn}
}

// chain returns a server's TLS configuration with a leaf certificate and those sent with
// it.
func chain(leaf *identity, others ...*identity) *tls.Config {
	c := tls.Certificate{Certificate: [][]byte{leaf.cert.Raw}, PrivateKey: leaf.key}
	for _, other := range others {
		c.Certificate = append(c.Certificate, other.cert.Raw)
	}
	return &tls.Config{Certificates: []tls.Certificate{c}}
}

// The texts are those of PHP 8.2 with OpenSSL 3 for certificates of the same kind, made
// with the openssl command, on servers on loopback.
func TestCertificateFailures(t *testing.T) {
	ca := issue(t, nil, x509.Certificate{Subject: named("Test CA", "Test Root"), IsCA: true, KeyUsage: x509.KeyUsageCertSign})
	mid := issue(t, ca, x509.Certificate{Subject: named("Test CA", "Test Intermediate"), IsCA: true, KeyUsage: x509.KeyUsageCertSign})
	local := x509.Certificate{Subject: named("Test", "localhost"), DNSNames: []string{"localhost"}}
	other := x509.Certificate{Subject: named("Test", "other.example.org"), DNSNames: []string{"other.example.org"}}
	expired, future, otherExpired := local, local, other
	expired.NotBefore, expired.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour)
	otherExpired.NotBefore, otherExpired.NotAfter = expired.NotBefore, expired.NotAfter
	future.NotBefore, future.NotAfter = time.Now().Add(24*time.Hour), time.Now().Add(48*time.Hour)
	odd := x509.Certificate{Subject: pkix.Name{ExtraNames: oddSubject}, DNSNames: []string{"odd.example.org"}}
	long := x509.Certificate{Subject: pkix.Name{ExtraNames: longSubject}}
	trusting, empty := x509.NewCertPool(), x509.NewCertPool()
	trusting.AddCert(ca.cert)

	for _, c := range []struct {
		name   string
		server *tls.Config
		roots  *x509.CertPool
		want   string // "" for success
	}{
		{"good", chain(issue(t, ca, local)), trusting, ""},
		{"good over an intermediate", chain(issue(t, mid, local), mid), trusting, ""},
		{"unknown issuer", chain(issue(t, ca, local)), empty,
			"unable to get local issuer certificate: /O=Test/CN=localhost"},
		{"intermediate not sent", chain(issue(t, mid, local)), trusting,
			"unable to get local issuer certificate: /O=Test/CN=localhost"},
		{"intermediate's issuer unknown", chain(issue(t, mid, local), mid), empty,
			"unable to get local issuer certificate: /O=Test CA/CN=Test Intermediate"},
		{"root sent, unknown", chain(issue(t, mid, local), mid, ca), empty,
			"self-signed certificate in certificate chain: /O=Test CA/CN=Test Root"},
		{"self-signed", chain(issue(t, nil, local)), trusting,
			"self-signed certificate: /O=Test/CN=localhost"},
		{"wrong host", chain(issue(t, ca, other)), trusting,
			"hostname mismatch: /O=Test/CN=other.example.org"},
		{"wrong host, unknown issuer", chain(issue(t, ca, other)), empty,
			"unable to get local issuer certificate: /O=Test/CN=other.example.org"},
		{"expired", chain(issue(t, ca, expired)), trusting,
			"certificate has expired: /O=Test/CN=localhost"},
		{"expired, wrong host", chain(issue(t, ca, otherExpired)), trusting,
			"hostname mismatch: /O=Test/CN=other.example.org"},
		{"expired, unknown issuer", chain(issue(t, ca, expired)), empty,
			"unable to get local issuer certificate: /O=Test/CN=localhost"},
		{"not yet valid", chain(issue(t, ca, future)), trusting,
			"certificate is not yet valid: /O=Test/CN=localhost"},
		{"odd subject", chain(issue(t, nil, odd)), empty,
			`self-signed certificate: /C=DE/ST=Bayern/L=M\xC3\xBCnchen/O=Test "GmbH"/OU=a\/b/GN=Jo/SN=Do/DC=org/UID=u1/serialNumber=5/street=Weg 1/title=Dr/emailAddress=a@example.org/businessCategory=x/CN=odd.example.org`},
		{"long subject", chain(issue(t, nil, long)), empty,
			"self-signed certificate: /O=" + strings.Repeat("o", 60) + "/OU=" + strings.Repeat("p", 60) + "/OU=" + strings.Repeat("q", 60)},
	} {
		t.Run(c.name, func(t *testing.T) {
			port := serve(t, func(conn net.Conn) {
				server := tls.Server(conn, c.server)
				_, _ = io.WriteString(server, "hello\r\n")
				drain(server)
			})
			cfg := &backend.Config{
				Host: "localhost", Port: port, TLS: backend.TLSImplicit,
				TLSConfig: &tls.Config{RootCAs: c.roots},
			}
			conn, err := dial.Open(context.Background(), cfg, imapPorts)
			if c.want != "" {
				wantError(t, err, "Certificate failure for localhost: "+c.want, backend.ErrCertificate)
				cfg.SkipVerify = true
				conn, err = dial.Open(context.Background(), cfg, imapPorts)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if line, err := conn.ReadLine(100); line != "hello" || err != nil || !conn.Encrypted() {
				t.Errorf("line %q, %v, encrypted %v", line, err, conn.Encrypted())
			}
		})
	}
}

// A name in the certificate must be the whole host name, and the client sends the host name
// as SNI.
func TestCertificateNames(t *testing.T) {
	ca := issue(t, nil, x509.Certificate{Subject: named("Test CA", "Test Root"), IsCA: true, KeyUsage: x509.KeyUsageCertSign})
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	const idn = "xn--bcher-kva.example.org"
	for _, c := range []struct {
		name, host string
		subject    pkix.Name
		dns        []string
		ok         bool
	}{
		{"its own", "mail.example.org", pkix.Name{}, []string{"mail.example.org"}, true},
		{"another case", "Mail.Example.ORG", pkix.Name{}, []string{"mail.example.org"}, true},
		{"a star for one label", "mail.example.org", pkix.Name{}, []string{"*.example.org"}, true},
		{"a star for two labels", "a.mail.example.org", pkix.Name{}, []string{"*.example.org"}, false},
		{"NUL", "mail.example.org", pkix.Name{}, []string{"mail.example.org\x00.evil.example"}, false},
		{"NUL in the common name", "mail.example.org", named("Test", "mail.example.org\x00.evil.example"), nil, false},
		{"a common name only", "mail.example.org", named("Test", "mail.example.org"), nil, false},
		{"its begin", "mail.example.org", pkix.Name{}, []string{"mail.example.org.evil.example"}, false},
		{"an IDN", idn, pkix.Name{}, []string{idn}, true},
		{"an IDN that is not in ASCII", "bücher.example.org", pkix.Name{}, []string{idn}, false},
		{"no IDN", "bucher.example.org", pkix.Name{}, []string{idn}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := chain(issue(t, ca, x509.Certificate{Subject: c.subject, DNSNames: c.dns}))
			asked := make(chan string, 1)
			server.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
				asked <- hello.ServerName
				return nil, nil
			}
			port := serve(t, func(conn net.Conn) { _ = tls.Server(conn, server).Handshake(); drain(conn) })
			cfg := &backend.Config{
				Host: c.host, Port: port, TLS: backend.TLSImplicit, TLSConfig: &tls.Config{RootCAs: roots},
				Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
					_, port, _ := net.SplitHostPort(address)
					return new(net.Dialer).DialContext(ctx, network, "localhost:"+port)
				},
			}
			conn, err := dial.Open(context.Background(), cfg, imapPorts)
			if err == nil {
				defer conn.Close()
			}
			if c.ok != (err == nil) || !c.ok && !errors.Is(err, backend.ErrCertificate) {
				t.Errorf("got %v, want success %v", err, c.ok)
			}
			if name := <-asked; !strings.EqualFold(name, c.host) {
				t.Errorf("asked for %q", name)
			}
		})
	}
}

func attributes(pairs ...string) (names []pkix.AttributeTypeAndValue) {
	for i := 0; i < len(pairs); i += 2 {
		var oid asn1.ObjectIdentifier
		for arc := range strings.SplitSeq(pairs[i], ".") {
			n, _ := new(big.Int).SetString(arc, 10)
			oid = append(oid, int(n.Int64()))
		}
		names = append(names, pkix.AttributeTypeAndValue{Type: oid, Value: pairs[i+1]})
	}
	return names
}

var (
	oddSubject = attributes(
		"2.5.4.6", "DE", "2.5.4.8", "Bayern", "2.5.4.7", "München", "2.5.4.10", `Test "GmbH"`,
		"2.5.4.11", `a\/b`, "2.5.4.42", "Jo", "2.5.4.4", "Do", "0.9.2342.19200300.100.1.25", "org",
		"0.9.2342.19200300.100.1.1", "u1", "2.5.4.5", "5", "2.5.4.9", "Weg 1", "2.5.4.12", "Dr",
		"1.2.840.113549.1.9.1", "a@example.org", "2.5.4.15", "x", "2.5.4.3", "odd.example.org")
	longSubject = attributes(
		"2.5.4.10", strings.Repeat("o", 60), "2.5.4.11", strings.Repeat("p", 60),
		"2.5.4.11", strings.Repeat("q", 60), "2.5.4.11", strings.Repeat("r", 60),
		"2.5.4.3", strings.Repeat("s", 60))
)

func TestNegotiationFailures(t *testing.T) {
	leaf := issue(t, nil, x509.Certificate{Subject: named("Test", "localhost"), DNSNames: []string{"localhost"}})
	old, older := chain(leaf), chain(leaf)
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	older.MinVersion, older.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
	const want = "TLS/SSL failure for localhost: SSL negotiation failed"
	for name, handle := range map[string]func(net.Conn){
		"plain server":   func(conn net.Conn) { _, _ = io.WriteString(conn, "* OK ready\r\n"); drain(conn) },
		"closing server": func(net.Conn) {},
		"TLS 1.1":        func(conn net.Conn) { _ = tls.Server(conn, old).Handshake() },
		"TLS 1.0":        func(conn net.Conn) { _ = tls.Server(conn, older).Handshake() },
	} {
		cfg := &backend.Config{
			Host: "localhost", Port: serve(t, handle), TLS: backend.TLSImplicit, SkipVerify: true,
			TLSConfig: &tls.Config{MinVersion: tls.VersionTLS10}, // the configuration cannot lower the minimum
		}
		_, err := dial.Open(context.Background(), cfg, imapPorts)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		wantError(t, err, want, backend.ErrConnect)
	}
	cfg := &backend.Config{
		Host: "localhost", Port: serve(t, drain), TLS: backend.TLSImplicit,
		Timeouts: backend.Timeouts{Read: 20 * time.Millisecond},
	}
	_, err := dial.Open(context.Background(), cfg, imapPorts)
	wantError(t, err, want, backend.ErrConnect, backend.ErrTimeout)
}

// startTLSServer answers one command in the clear with answer, and then echoes over TLS.
func startTLSServer(config *tls.Config, answer string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := bufio.NewReader(io.LimitReader(conn, int64(len("a STARTTLS\r\n")))).ReadString('\n'); err != nil {
			return
		}
		_, _ = io.WriteString(conn, answer)
		server := tls.Server(conn, config)
		_, _ = io.Copy(server, server)
	}
}

func TestStartTLS(t *testing.T) {
	leaf := issue(t, nil, x509.Certificate{Subject: named("Test", "localhost"), DNSNames: []string{"localhost"}})
	roots := x509.NewCertPool()
	roots.AddCert(leaf.cert)
	for _, c := range []struct {
		name, answer string
		roots        *x509.CertPool
		want         string
		kind         error
	}{
		{"good", "a OK go\r\n", roots, "", nil},
		{"injection", "a OK go\r\n* OK injected\r\n", roots,
			"TLS/SSL failure for localhost: data in the clear before the negotiation", backend.ErrProtocol},
		{"certificate", "a OK go\r\n", x509.NewCertPool(),
			"Certificate failure for localhost: self-signed certificate: /O=Test/CN=localhost", backend.ErrCertificate},
	} {
		t.Run(c.name, func(t *testing.T) {
			port := serve(t, startTLSServer(chain(leaf), c.answer))
			conn := open(t, &backend.Config{Host: "localhost", Port: port, TLSConfig: &tls.Config{RootCAs: c.roots}})
			if _, err := io.WriteString(conn, "a STARTTLS\r\n"); err != nil {
				t.Fatal(err)
			}
			if line, err := conn.ReadLine(100); err != nil || line != "a OK go" {
				t.Fatal(line, err)
			}
			err := conn.StartTLS(context.Background())
			if c.want != "" {
				wantError(t, err, c.want, c.kind)
				if _, err := io.WriteString(conn, "a LOGIN joe secret\r\n"); err == nil {
					t.Error("the connection is still good for a password")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, "b NOOP\r\n"); err != nil {
				t.Fatal(err)
			}
			if line, err := conn.ReadLine(100); err != nil || line != "b NOOP" {
				t.Error(line, err)
			}
			wantError(t, conn.StartTLS(context.Background()),
				"TLS/SSL failure for localhost: TLS is already in effect", backend.ErrProtocol)
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestStartTLSCancelled(t *testing.T) {
	conn := open(t, &backend.Config{Host: "localhost", Port: serve(t, drain)})
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(10*time.Millisecond, cancel)
	wantError(t, conn.StartTLS(ctx),
		"TLS/SSL failure for localhost: SSL negotiation failed", backend.ErrConnect, context.Canceled)
}

// Close does not wait for a server that reads nothing.
func TestCloseIsBounded(t *testing.T) {
	leaf := issue(t, nil, x509.Certificate{Subject: named("Test", "localhost")})
	release := make(chan struct{})
	defer close(release)
	port := serve(t, func(conn net.Conn) {
		_ = tls.Server(conn, chain(leaf)).Handshake()
		<-release
	})
	conn := open(t, &backend.Config{
		Host: "localhost", Port: port, TLS: backend.TLSImplicit, SkipVerify: true,
		Timeouts: backend.Timeouts{Write: 20 * time.Millisecond, Close: 20 * time.Millisecond},
	})
	for {
		if _, err := conn.Write(make([]byte, 1<<20)); err != nil {
			break
		}
	}
	start := time.Now()
	conn.Close()
	if waited := time.Since(start); waited > 2*time.Second {
		t.Errorf("Close took %v", waited)
	}
}

func TestNoGoroutineStays(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("work", func(t *testing.T) {
		port := serve(t, drain)
		for range 20 {
			c := open(t, &backend.Config{Host: "127.0.0.1", Port: port, Timeouts: backend.Timeouts{Read: time.Hour}})
			end := c.Begin(context.Background())
			go drain(c)
			c.Abort()
			end()
		}
	})
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}
