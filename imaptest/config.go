package imaptest

import (
	"fmt"
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

	// CheckToken judges the access tokens of XOAUTH2 and OAUTHBEARER, in place of Token and User. Nil
	// means that the login succeeds. The error ErrNotConnected means that the token is good and
	// the user has no such mailbox; a *TokenError is what the client is told; any other is
	// Gmail's refusal. It is called in several goroutines. Package oauthtest has one.
	CheckToken func(TokenLogin) error

	// Mechanisms are the SASL mechanisms that both servers offer, in this order. Nil means PLAIN
	// and LOGIN, followed by XOAUTH2 and OAUTHBEARER if Token or CheckToken is set. It does not affect
	// the LOGIN command of IMAP and USER, PASS and APOP of POP3.
	Mechanisms []string

	// ChannelBindings are the types of channel binding that the -PLUS mechanisms know. Nil means
	// all.
	ChannelBindings []string

	TLS TLSMode

	// Quota limits what all mailboxes hold together. SETQUOTA changes it.
	Quota Quota

	// Without names features that the servers lack: IMAP capabilities ("UIDPLUS", "MOVE",
	// "ESEARCH", "THREAD" or "THREAD=REFS", …), POP3 commands and capabilities ("TOP", "UIDL",
	// "CAPA", "USER", "APOP", "AUTH", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE"), and
	// "KEYWORDS". Without KEYWORDS mailboxes keep only system flags, and PERMANENTFLAGS says so.
	Without []string

	// ObjectIDs has the IMAP server offer OBJECTID (RFC 8474) with the data item EMAILID.
	// Messages with equal texts have the same EMAILID, and so have copies. MAILBOXID and THREADID
	// are missing. Dovecot 2.3 does not have OBJECTID, and Gmail has X-GM-MSGID in its place.
	ObjectIDs bool

	// UIDL returns the lines of the POP3 server's unique-id listing for the message with this
	// number and UID: "1 whqtswO00WBw418f9t5JxYwZ", which RFC 1939 section 7 asks for, or what
	// servers send in its place. UIDL with an argument answers with the first of them. The lines
	// are sent as they are. Nil means unique-ids that last. See [ReusedUIDL].
	UIDL func(num, uid int) []string

	// Timeout is the time after which a server closes a connection to a silent client. Zero
	// means five minutes.
	Timeout time.Duration

	// Log receives every line that passes, with its origin. Passwords and tokens are left out.
	Log io.Writer

	// Messages are the messages in the INBOX.
	Messages []Message
}

// ReusedUIDL is for [Config].UIDL. The unique-id of a message is its number, which belongs to
// another message when one before it is gone.
func ReusedUIDL(num, _ int) []string { return []string{fmt.Sprintf("%[1]d %[1]d", num)} }

// NewServer starts a server with this configuration. messages follow those of the Config in the
// INBOX. The server closes when the test ends. If the test has failed, its log then has the end of
// the conversation, in both directions and without passwords. The log of any test names the
// commands of faults that are on and have not happened, because too few such commands came;
// go test -v shows it.
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
		for _, command := range s.unmet() {
			t.Logf("imaptest: a fault of %s has not happened: too few such commands came", command)
		}
		if t.Failed() {
			t.Logf("the conversation with the servers of imaptest:\n%s", s.conversation())
		}
	})
	return s
}
