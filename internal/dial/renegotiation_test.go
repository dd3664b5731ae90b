package dial_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

const (
	recordAlert     = 21
	recordHandshake = 22
)

// Neither an attacker nor a server can begin another handshake during a session, unless the
// caller's configuration allows it. TLS 1.3 has no renegotiation.
func TestRenegotiation(t *testing.T) {
	leaf := issue(t, nil, x509.Certificate{Subject: named("Test", "localhost"), DNSNames: []string{"localhost"}})
	for _, c := range []struct {
		name    string
		support tls.RenegotiationSupport
		answer  byte // type of the record that the client answers with
	}{
		{"not allowed", tls.RenegotiateNever, recordAlert},
		{"allowed by the caller", tls.RenegotiateFreelyAsClient, recordHandshake},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := make(chan byte, 1)
			port := serve(t, func(conn net.Conn) {
				s := &renegotiating{Conn: conn}
				if err := s.handshake(chain(leaf)); err != nil {
					t.Error(err)
					return
				}
				if err := s.helloRequest(); err != nil {
					t.Error(err)
					return
				}
				record := make([]byte, 1)
				_, _ = io.ReadFull(conn, record)
				answer <- record[0]
			})
			cfg := &backend.Config{Host: "localhost", Port: port, TLS: backend.TLSImplicit, SkipVerify: true}
			if c.support != tls.RenegotiateNever {
				cfg.TLSConfig = &tls.Config{Renegotiation: c.support}
			}
			conn, err := dial.Open(context.Background(), cfg, imapPorts)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Abort()
			if line, err := conn.ReadLine(100); line != "* OK ready" || err != nil {
				t.Fatal(line, err)
			}
			line, err := conn.ReadLine(100)
			if !errors.Is(err, backend.ErrConnectionLost) && c.answer == recordAlert || err == nil {
				t.Errorf("got %q, %v", line, err)
			}
			if c.answer == recordAlert && !strings.Contains(err.Error(), "no renegotiation") {
				t.Errorf("got %v", err)
			}
			if got := <-answer; got != c.answer {
				t.Errorf("the client answers with a record of kind %d, want %d", got, c.answer)
			}
		})
	}
}

// renegotiating is a TLS 1.2 server that requests another handshake, which crypto/tls never
// does. It knows the keys of a session of crypto/tls and sends records in it.
type renegotiating struct {
	net.Conn
	sent    bytes.Buffer // what crypto/tls has sent
	secrets bytes.Buffer // SSLKEYLOGFILE
}

func (s *renegotiating) Write(p []byte) (int, error) {
	s.sent.Write(p)
	return s.Conn.Write(p)
}

// handshake performs the handshake and sends the greeting.
func (s *renegotiating) handshake(config *tls.Config) error {
	config.MaxVersion = tls.VersionTLS12
	config.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
	config.KeyLogWriter = &s.secrets
	_, err := io.WriteString(tls.Server(s, config), "* OK ready\r\n")
	return err
}

// helloRequest sends a HelloRequest (RFC 5246 section 7.4.1.1). The server has sent two
// records with the session's keys before, Finished and the greeting.
func (s *renegotiating) helloRequest() error {
	const sequence = 2
	// "CLIENT_RANDOM", the client's random and the master secret.
	fields := strings.Fields(s.secrets.String())
	clientRandom, err := hex.DecodeString(fields[1])
	if err != nil {
		return err
	}
	master, err := hex.DecodeString(fields[2])
	if err != nil {
		return err
	}
	// The server's random is in its first message, after the headers of the record and of
	// the message, and after the version.
	serverRandom := s.sent.Bytes()[5+4+2:][:32]
	keys := prf(master, "key expansion", append(append([]byte{}, serverRandom...), clientRandom...), 2*16+2*4)
	block, err := aes.NewCipher(keys[16:32])
	if err != nil {
		return err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return err
	}
	// RFC 5288 section 3, and RFC 5246 section 6.2.3.3.
	message := []byte{0, 0, 0, 0}
	explicit := binary.BigEndian.AppendUint64(nil, sequence)
	head := []byte{recordHandshake, 3, 3}
	additional := append(append(append([]byte{}, explicit...), head...), 0, byte(len(message)))
	sealed := aead.Seal(explicit, append(keys[36:40:40], explicit...), message, additional)
	_, err = s.Conn.Write(append(append(head, 0, byte(len(sealed))), sealed...))
	return err
}

// prf is the pseudorandom function of TLS 1.2 (RFC 5246 section 5).
func prf(secret []byte, label string, seed []byte, length int) []byte {
	hash := func(data []byte) []byte {
		h := hmac.New(sha256.New, secret)
		h.Write(data)
		return h.Sum(nil)
	}
	seed = append([]byte(label), seed...)
	var out []byte
	for a := hash(seed); len(out) < length; a = hash(a) {
		out = append(out, hash(append(append([]byte{}, a...), seed...))...)
	}
	return out[:length]
}
