package sasl

import (
	"context"
	"errors"
	"strconv"
	"strings"

	gosasl "github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/imapcompat/imapcompat/backend"
)

// maxIterations bounds the work that a server can ask for. RFC 7677 section 4 requires at
// least 4096 iterations.
const maxIterations = 1_000_000

// plus ends the name of a mechanism with channel binding (RFC 5801 section 5).
const plus = "-PLUS"

// scramHash returns the hash function of a SCRAM mechanism.
func scramHash(mechanism string) scram.HashGeneratorFcn {
	if strings.HasPrefix(mechanism, "SCRAM-SHA-256") {
		return scram.SHA256
	}
	return scram.SHA1
}

// scramClient is a client of SCRAM-SHA-256 (RFC 7677) or SCRAM-SHA-1 (RFC 5802), or of
// their -PLUS forms.
type scramClient struct {
	name         string
	conversation *scram.ClientConversation
	challenged   bool   // the server has answered the first message with a challenge
	failure      string // the server's error, such as "invalid-proof"
}

// newSCRAM returns a client of m, which binds the exchange to the first of m.bindings. If
// there are none, it says whether a binding would have been possible.
func newSCRAM(_ context.Context, m Mechanism) (gosasl.Client, error) {
	if err := Check(m.cfg, "\x00"); err != nil {
		return nil, err
	}
	user, actAs := m.cfg.User, ""
	if m.cfg.AuthUser != "" {
		user, actAs = m.cfg.AuthUser, m.cfg.User
	}
	client, err := scramHash(m.Name).NewClient(user, m.cfg.Password, actAs)
	if err != nil {
		return nil, invalid(m.Name + ": the user name or password is not valid under SASLprep (RFC 4013)")
	}
	s := &scramClient{name: m.Name}
	switch {
	case len(m.bindings) > 0:
		s.conversation = client.NewConversationWithChannelBinding(m.bindings[0])
	case m.couldBind:
		s.conversation = client.NewConversationAdvertisingChannelBinding()
	default:
		s.conversation = client.NewConversation()
	}
	return s, nil
}

func (s *scramClient) Start() (string, []byte, error) {
	first, err := s.conversation.Step("")
	return s.name, []byte(first), err
}

func (s *scramClient) Next(challenge []byte) ([]byte, error) {
	message := string(challenge)
	failure, failed := strings.CutPrefix(message, "e=")
	switch {
	case s.conversation.Valid(), s.failure != "":
		return nil, protocolError(s.name + ": the server goes on after the end")
	case failed && serverErrors[failure]:
		// The server's status, which follows this answer, has the text and the code.
		s.failure = failure
		return []byte{}, nil
	case iterations(message) > maxIterations:
		return nil, protocolError(s.name + ": the server asks for too many iterations")
	}
	answer, err := s.conversation.Step(message)
	if err != nil {
		return nil, &backend.Error{
			Kind: backend.ErrProtocol,
			Text: s.name + ": the server's message is not acceptable",
			Err:  err,
		}
	}
	s.challenged = true
	return []byte(answer), nil
}

// serverErrors are the errors of RFC 5802 section 7 (server-error-value).
var serverErrors = map[string]bool{
	"invalid-encoding": true, "extensions-not-supported": true, "invalid-proof": true,
	bindingMismatch: true, bindingIgnored: true, bindingUnavailable: true, bindingTypeUnknown: true,
	"unknown-user": true, "invalid-username-encoding": true, "no-resources": true, "other-error": true,
}

// The errors about channel binding.
const (
	bindingMismatch    = "channel-bindings-dont-match"
	bindingIgnored     = "server-does-support-channel-binding" // which the client believes it does not
	bindingUnavailable = "channel-binding-not-supported"
	bindingTypeUnknown = "unsupported-channel-binding-type"
)

// iterations returns the iteration count of a server-first-message (RFC 5802 section 7), or
// 0 for another message.
func iterations(message string) int {
	for field := range strings.SplitSeq(message, ",") {
		if count, ok := strings.CutPrefix(field, "i="); ok {
			n, err := strconv.Atoi(count)
			if err != nil {
				return maxIterations + 1
			}
			return n
		}
	}
	return 0
}

// Verified reports whether the server has proved that it knows the password.
func (s *scramClient) Verified() bool { return s.conversation.Valid() }

// outcome returns the result of an exchange that ended with err. Success without the
// server's proof is an error, and so is a sign that somebody in between ended TLS or changed
// the offer of mechanisms. Such an error ends the login.
func (s *scramClient) outcome(err error) error {
	var refused *Refused
	switch {
	case err == nil && !s.Verified():
		return protocolError(s.name + ": the server has not proved that it knows the password")
	case !errors.As(err, &refused):
		return err
	case s.failure == bindingMismatch:
		return intercepted(s.name+": the server sees another TLS connection than this one", refused)
	case s.failure == bindingIgnored:
		return intercepted(s.name+": the server supports channel binding, but its offer did not say so", refused)
	}
	r := *refused
	r.otherBinding = s.failure == bindingTypeUnknown || s.failure == bindingUnavailable
	r.bound = s.challenged && strings.HasSuffix(s.name, plus)
	return &r
}

// intercepted returns an error that is no [Refused], so that it ends the login.
func intercepted(text string, refused *Refused) error {
	return &backend.Error{Kind: backend.ErrCertificate, Text: text, Err: errors.New(refused.Text)}
}
