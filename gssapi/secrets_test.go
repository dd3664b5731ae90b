package gssapi_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/gssapi"
)

// Neither the log of a whole conversation nor an error nor the mechanism shows the ticket, its key or
// a password, whether the login succeeds, fails, or goes on with the password.
func TestSecrets(t *testing.T) {
	const password = "Marker-Password-93"
	conf := krb5conf(t, noKDC)
	for protocol, service := range both {
		ticket := newTicket(t, service, aes256, time.Now().Add(time.Hour))
		cache, err := os.ReadFile(ticket.cache)
		must(t, err)
		for name, refuses := range map[string]bool{"accepted": false, "refused": true} {
			for _, m := range []*gssapi.Mechanism{
				{Cache: ticket.cache, Config: conf, ServiceHost: "mail.example.test"},
				{Principal: "ada", Password: password, Config: conf, ServiceHost: "mail.example.test"}, // no KDC answers
			} {
				s := newServer(t, &acceptor{keys: ticket.keys, etype: aes256}, "GSSAPI", "LOGIN")
				s.refuses = refuses
				address := map[string]string{"imap": s.imap, "pop3": s.pop3}[protocol]
				var shown bytes.Buffer
				logger := slog.New(slog.NewTextHandler(&shown, &slog.HandlerOptions{Level: slog.LevelDebug}))
				mbox, err := imapcompat.Open("{"+address+"/"+protocol+"/notls/debug}INBOX", "ada", password,
					imapcompat.WithMechanism(m), imapcompat.WithLogger(logger), imapcompat.OP_DEBUG)
				values := []any{m, *m, err}
				if err == nil {
					values = append(values, mbox, mbox.Errors())
					must(t, mbox.Close())
				}
				if !strings.Contains(shown.String(), "C: ") {
					t.Errorf("%s, %s: the conversation is not in the log: %s", protocol, name, &shown)
				}
				for _, v := range values {
					fmt.Fprintf(&shown, "%v %+v %#v %s %q %x\n", v, v, v, v, v, v)
					text, _ := json.Marshal(v)
					shown.Write(text)
				}
				secrets := map[string][]byte{"the password": []byte(password)}
				// Any 24 octets of the cache behind the names: the key, and the ticket.
				for i := len(cache) - 400; i+24 <= len(cache); i += 24 {
					secrets[fmt.Sprintf("octets %d of the cache", i)] = cache[i : i+24]
				}
				for what, secret := range secrets {
					for _, form := range []string{string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)),
						base64.StdEncoding.EncodeToString(secret)[:16], base64.StdEncoding.EncodeToString(secret[1:])[:16], base64.StdEncoding.EncodeToString(secret[2:])[:16]} {
						if strings.Contains(shown.String(), form) {
							t.Errorf("%s, %s: %s is in %s", protocol, name, what, &shown)
						}
					}
				}
			}
		}
	}
}
