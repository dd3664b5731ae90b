package sasl

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"os"
	"strconv"
	"strings"

	gosasl "github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/imapcompat/imapcompat/backend"
)

// newPlain returns a client of PLAIN (RFC 4616).
func newPlain(_ context.Context, cfg *backend.Config) (gosasl.Client, error) {
	if err := Check(cfg, "\x00"); err != nil { // NUL separates PLAIN's fields
		return nil, err
	}
	if cfg.AuthUser != "" {
		return gosasl.NewPlainClient(cfg.User, cfg.AuthUser, cfg.Password), nil
	}
	return gosasl.NewPlainClient("", cfg.User, cfg.Password), nil
}

// login is a client of LOGIN (draft-murchison-sasl-login). It ignores the prompts, because
// servers word them differently.
type login struct{ answers []string }

func newLogin(_ context.Context, cfg *backend.Config) (gosasl.Client, error) {
	if err := Check(cfg, "\x00"); err != nil {
		return nil, err
	}
	return &login{answers: []string{cfg.User, cfg.Password}}, nil
}

func (*login) Start() (string, []byte, error) { return "LOGIN", nil, nil }

func (l *login) Next([]byte) ([]byte, error) {
	if len(l.answers) == 0 {
		return nil, protocolError("LOGIN: the server asks for more than a name and a password")
	}
	answer := l.answers[0]
	l.answers = l.answers[1:]
	return []byte(answer), nil
}

// cramMD5 is a client of CRAM-MD5 (RFC 2195).
type cramMD5 struct {
	user, password string
	answered       bool
}

func newCRAMMD5(_ context.Context, cfg *backend.Config) (gosasl.Client, error) {
	if err := Check(cfg, "\x00"); err != nil {
		return nil, err
	}
	return &cramMD5{user: cfg.User, password: cfg.Password}, nil
}

func (*cramMD5) Start() (string, []byte, error) { return "CRAM-MD5", nil, nil }

func (c *cramMD5) Next(challenge []byte) ([]byte, error) {
	if c.answered {
		return nil, protocolError("CRAM-MD5: the server sent a second challenge")
	}
	c.answered = true
	mac := hmac.New(md5.New, []byte(c.password))
	mac.Write(challenge)
	return []byte(c.user + " " + hex.EncodeToString(mac.Sum(nil))), nil
}

// maxIterations bounds the work that a server can ask for. RFC 7677 section 4 requires at
// least 4096 iterations.
const maxIterations = 1_000_000

// scramClient is a client of SCRAM-SHA-256 (RFC 5802, RFC 7677). It uses no channel
// binding, and no other identity to act as: version 1.1.2 of the library writes that in a
// way that servers do not understand.
type scramClient struct{ conversation *scram.ClientConversation }

func newSCRAM(_ context.Context, cfg *backend.Config) (gosasl.Client, error) {
	if err := Check(cfg, "\x00"); err != nil {
		return nil, err
	}
	client, err := scram.SHA256.NewClient(cfg.User, cfg.Password, "")
	if err != nil { // err quotes the password
		return nil, invalid("SCRAM-SHA-256: the user name or password is not valid under SASLprep (RFC 4013)")
	}
	return &scramClient{client.NewConversation()}, nil
}

func (s *scramClient) Start() (string, []byte, error) {
	first, err := s.conversation.Step("")
	return "SCRAM-SHA-256", []byte(first), err
}

func (s *scramClient) Next(challenge []byte) ([]byte, error) {
	if s.conversation.Valid() {
		return nil, protocolError("SCRAM-SHA-256: the server goes on after the end")
	}
	if iterations(challenge) > maxIterations {
		return nil, protocolError("SCRAM-SHA-256: the server asks for too many iterations")
	}
	answer, err := s.conversation.Step(string(challenge))
	if err != nil {
		return nil, &backend.Error{
			Kind: backend.ErrProtocol,
			Text: "SCRAM-SHA-256: the server's message is not acceptable",
			Err:  err,
		}
	}
	return []byte(answer), nil
}

// iterations returns the iteration count of a server-first-message (RFC 5802 section 7), or
// 0 for another message.
func iterations(message []byte) int {
	for field := range strings.SplitSeq(string(message), ",") {
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

// newAnonymous returns a client of ANONYMOUS (RFC 4505). The trace is the host name of this
// machine, as in c-client.
func newAnonymous(context.Context, *backend.Config) (gosasl.Client, error) {
	trace, err := os.Hostname()
	if err != nil {
		trace = "localhost"
	}
	return gosasl.NewAnonymousClient(trace), nil
}
