package sasl

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"

	gosasl "github.com/emersion/go-sasl"
)

// newPlain returns a client of PLAIN (RFC 4616).
func newPlain(_ context.Context, m Mechanism) (gosasl.Client, error) {
	cfg := m.cfg
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

func newLogin(_ context.Context, m Mechanism) (gosasl.Client, error) {
	cfg := m.cfg
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

func newCRAMMD5(_ context.Context, m Mechanism) (gosasl.Client, error) {
	cfg := m.cfg
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
