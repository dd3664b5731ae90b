package imaptest

import (
	"io"
	"slices"
	"testing"
	"time"
)

// Config configures a server. The zero Config is a server without TLS that accepts a password.
type Config struct {
	// Provider is the mail service whose ways the server takes on.
	Provider Provider

	User     string // "user" if empty
	Password string // "password" if empty

	// Token is an OAuth2 access token that the server accepts for the user.
	Token string

	// Mechanisms are the SASL mechanisms that both servers offer, in this order. Nil means
	// PLAIN and LOGIN, followed by XOAUTH2 and OAUTHBEARER if Token is set. It does not affect
	// the LOGIN command of IMAP and USER, PASS and APOP of POP3.
	Mechanisms []string

	TLS TLSMode

	// Quota limits what all mailboxes hold together. SETQUOTA changes it.
	Quota Quota

	// Without names features that the servers lack: IMAP capabilities ("UIDPLUS", "MOVE",
	// "ESEARCH", …), POP3 commands and capabilities ("TOP", "UIDL", "CAPA", "USER", "APOP",
	// "AUTH", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE"), and "KEYWORDS". Without KEYWORDS
	// mailboxes keep only system flags, and PERMANENTFLAGS says so.
	Without []string

	// Timeout is the time after which a server closes a connection to a silent client. Zero
	// means five minutes.
	Timeout time.Duration

	// Log receives every line that passes, with its origin.
	Log io.Writer

	// Messages are the messages in the INBOX.
	Messages []Message
}

// NewServer starts a server with this configuration. messages follow those of the Config in the
// INBOX. The server closes when the test ends. If the test has failed, its log then has the end of
// the conversation, in both directions.
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
		if t.Failed() {
			t.Logf("the conversation with the servers of imaptest:\n%s", s.conversation())
		}
	})
	return s
}
