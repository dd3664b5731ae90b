package dial_test

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// deflated returns a connection that compresses from its first octet. server gets the
// decompressed input and a compressing writer.
func deflated(t *testing.T, cfg backend.Config, server func(r io.Reader, w *flate.Writer, conn net.Conn)) *dial.Conn {
	t.Helper()
	leaf := issue(t, nil, x509.Certificate{Subject: named("Test", "localhost"), DNSNames: []string{"localhost"}})
	roots := x509.NewCertPool()
	roots.AddCert(leaf.cert)
	cfg.Host, cfg.TLS, cfg.TLSConfig = "localhost", backend.TLSImplicit, &tls.Config{RootCAs: roots}
	cfg.Port = serve(t, func(conn net.Conn) {
		conn = tls.Server(conn, chain(leaf))
		w, _ := flate.NewWriter(conn, flate.BestCompression)
		server(flate.NewReader(conn), w, conn)
	})
	c := open(t, &cfg)
	c.Deflate()
	return c
}

func say(w *flate.Writer, text string) {
	_, _ = io.WriteString(w, text)
	_ = w.Flush()
}

// The server can read each command once it was written, and the client each answer.
func TestDeflate(t *testing.T) {
	c := deflated(t, backend.Config{}, func(r io.Reader, w *flate.Writer, _ net.Conn) {
		buf := make([]byte, 1000)
		for {
			n, err := r.Read(buf)
			if err != nil {
				return
			}
			say(w, "you said "+string(buf[:n]))
		}
	})
	for _, line := range []string{"a NOOP", "b " + strings.Repeat("x", 500), "c NOOP"} {
		if _, err := io.WriteString(c, line+"\r\n"); err != nil {
			t.Fatal(err)
		}
		if got, err := c.ReadLine(1000); err != nil || got != "you said "+line {
			t.Fatalf("got %q, %v", got, err)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// Octets that the server sent together with its consent are compressed.
func TestDeflateAfterBufferedOctets(t *testing.T) {
	port := serve(t, func(conn net.Conn) {
		var b bytes.Buffer
		b.WriteString("a OK compressing\r\n")
		w, _ := flate.NewWriter(&b, flate.BestCompression)
		say(w, "* 3 EXISTS\r\n")
		_, _ = conn.Write(b.Bytes())
		drain(conn)
	})
	c := open(t, &backend.Config{Host: "127.0.0.1", Port: port})
	if line, err := c.ReadLine(100); err != nil || line != "a OK compressing" {
		t.Fatal(line, err)
	}
	c.Deflate()
	if line, err := c.ReadLine(100); err != nil || line != "* 3 EXISTS" {
		t.Error(line, err)
	}
}

// A few octets that decompress to very many do not exceed a bound.
func TestDeflateBomb(t *testing.T) {
	c := deflated(t, backend.Config{}, func(r io.Reader, w *flate.Writer, conn net.Conn) {
		say(w, strings.Repeat("x", 64<<20))
		drain(conn)
	})
	if _, err := c.ReadLine(1 << 20); !errors.Is(err, backend.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// The end of the connection, a silent server, and a silent caller have the same effect as
// without compression.
func TestDeflateEnds(t *testing.T) {
	hello := func(w *flate.Writer) { say(w, "hello") }
	t.Run("EOF", func(t *testing.T) {
		c := deflated(t, backend.Config{}, func(_ io.Reader, w *flate.Writer, conn net.Conn) {
			hello(w)
			conn.Close()
		})
		if text, err := io.ReadAll(c); err != nil || string(text) != "hello" {
			t.Errorf("got %q, %v", text, err)
		}
	})
	t.Run("silence", func(t *testing.T) {
		c := deflated(t, backend.Config{Timeouts: backend.Timeouts{Read: 100 * time.Millisecond}}, func(_ io.Reader, w *flate.Writer, conn net.Conn) {
			hello(w)
			drain(conn)
		})
		defer c.Begin(context.Background())()
		_, err := io.ReadAll(c)
		wantError(t, err, "Could not read from localhost in time", backend.ErrTimeout)
	})
	t.Run("context", func(t *testing.T) {
		c := deflated(t, backend.Config{}, func(_ io.Reader, w *flate.Writer, conn net.Conn) {
			hello(w)
			drain(conn)
		})
		ctx, cancel := context.WithCancel(context.Background())
		defer c.Begin(ctx)()
		time.AfterFunc(10*time.Millisecond, cancel)
		_, err := io.ReadAll(c)
		wantError(t, err, "Could not read from localhost: context canceled", backend.ErrConnectionLost, context.Canceled)
		if _, err := io.WriteString(c, "a NOOP\r\n"); !errors.Is(err, backend.ErrConnectionLost) {
			t.Errorf("then %v", err)
		}
	})
	t.Run("garbage", func(t *testing.T) {
		c := deflated(t, backend.Config{}, func(_ io.Reader, _ *flate.Writer, conn net.Conn) {
			_, _ = io.WriteString(conn, "\xff* OK not compressed\r\n")
			drain(conn)
		})
		_, err := io.ReadAll(c)
		wantError(t, err, "Could not read from localhost: flate: corrupt input before offset 1", backend.ErrConnectionLost)
	})
}
