package imaptest

import (
	"io"
	"slices"
	"testing"
	"time"
)

// Config says how a server is to be. The zero Config is a server without TLS
// that takes a password.
type Config struct {
	User     string // "user" when empty
	Password string // "password" when empty

	// Token is an OAuth2 access token that is accepted for the user.
	Token string

	// Mechanisms are the SASL mechanisms that both servers offer, in this
	// order. Nil is PLAIN and LOGIN, after them XOAUTH2 and OAUTHBEARER when
	// there is a Token. The LOGIN command of IMAP and USER, PASS and APOP of
	// POP3 are not among them.
	Mechanisms []string

	TLS TLSMode

	// Without names what the servers shall lack: capabilities of IMAP
	// ("UIDPLUS", "MOVE", "ESEARCH", …), "KEYWORDS" for mailboxes that keep no flags
	// but those of the system and say so (PERMANENTFLAGS), commands and capabilities of POP3
	// ("TOP", "UIDL", "CAPA", "USER", "APOP", "AUTH", "PIPELINING",
	// "RESP-CODES", "AUTH-RESP-CODE").
	Without []string

	// Timeout is how long a server waits for a client before it closes the
	// connection. Zero is five minutes.
	Timeout time.Duration

	// Log is written every line that passes, and where it came from.
	Log io.Writer

	// Messages are what is in the INBOX.
	Messages []Message
}

// NewServer starts a server as configured, with messages in its INBOX after
// those of the Config. It is closed when the test ends.
func (c Config) NewServer(t testing.TB, messages ...string) *Server {
	t.Helper()
	c.Messages = slices.Clone(c.Messages)
	for _, text := range messages {
		c.Messages = append(c.Messages, Message{Text: text})
	}
	s, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		for _, p := range s.panics {
			t.Error(p)
		}
	})
	return s
}
