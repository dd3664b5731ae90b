package sasl_test

import (
	"errors"
	"strings"
	"testing"

	gosasl "github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// scramServer returns the server's side of an exchange.
func scramServer(t *testing.T, user, password string) *scram.ServerConversation {
	t.Helper()
	c, err := scram.SHA256.NewClient(user, password, "")
	if err != nil {
		t.Fatal(err)
	}
	stored, err := c.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt", Iters: 4096})
	if err != nil {
		t.Fatal(err)
	}
	server, err := scram.SHA256.NewServer(func(name string) (scram.StoredCredentials, error) {
		if name != user {
			return scram.StoredCredentials{}, errors.New("no such user")
		}
		return stored, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return server.NewConversation()
}

// exchange performs a SCRAM exchange to its end or to the first error.
func exchange(c gosasl.Client, server *scram.ServerConversation) error {
	_, message, err := c.Start()
	for err == nil && !server.Done() {
		var challenge string
		if challenge, err = server.Step(string(message)); err != nil {
			return &sasl.Refused{Text: "wrong"}
		}
		message, err = c.Next([]byte(challenge))
	}
	return err
}

func TestSCRAM(t *testing.T) {
	cfg := backend.Config{User: "joe", Password: "sEcret"}
	server := scramServer(t, "joe", "sEcret")
	if err := exchange(client(t, cfg, "SCRAM-SHA-256"), server); err != nil || !server.Valid() {
		t.Errorf("%v, valid %v", err, server.Valid())
	}
	if err := exchange(client(t, cfg, "SCRAM-SHA-256"), scramServer(t, "joe", "other")); err == nil {
		t.Error("a wrong password is accepted")
	}
}

func TestSCRAMHostileServer(t *testing.T) {
	cfg := backend.Config{User: "joe", Password: "sEcret"}
	for name, challenge := range map[string]func(nonce string) string{
		"huge count":    func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=2000000000" },
		"no number":     func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=99999999999999999999" },
		"low count":     func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=1" },
		"other nonce":   func(string) string { return "r=zzz,s=c2FsdA==,i=4096" },
		"empty":         func(string) string { return "" },
		"final at once": func(string) string { return "v=AAAA" },
	} {
		c := client(t, cfg, "SCRAM-SHA-256")
		_, first, _ := c.Start()
		_, nonce, _ := strings.Cut(string(first), "r=")
		if _, err := c.Next([]byte(challenge(nonce))); !errors.Is(err, backend.ErrProtocol) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := client(t, cfg, "SCRAM-SHA-256")
	server := scramServer(t, "joe", "sEcret")
	_, first, _ := c.Start()
	challenge, err := server.Step(string(first))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Next([]byte(challenge)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Next([]byte("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")); !errors.Is(err, backend.ErrProtocol) {
		t.Error("a wrong signature:", err)
	}
}
