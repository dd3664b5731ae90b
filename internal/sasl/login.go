package sasl

import (
	"context"
	"errors"

	gosasl "github.com/emersion/go-sasl"

	"github.com/imapcompat/imapcompat/backend"
)

// Login authenticates with mechanisms, which must not be empty. service is "IMAP" or
// "POP3", for the texts. try performs one exchange over the connection. If it returns nil,
// the login has succeeded. After a [*Refused], Login may try again. Any other error ends
// the login, and Login returns it.
//
// Login tries every mechanism Config.Tries times, and reports a notice for each retry. It
// tries a mechanism only once if it was refused early, or with a response code that rules
// out a retry. After a code that rules out any login, it tries no other mechanism. The
// final error is that of [Denied] or of [Mechanism.Client]. When a server fails to prove
// that it knows the password, Login tries no weaker mechanism, which would show the
// password to the server.
//
// Unlike c-client, Login sends nothing if there is no password, and it returns an error
// text for POP3 servers that refuse early.
func Login(ctx context.Context, cfg *backend.Config, service string, mechanisms []Mechanism,
	try func(context.Context, gosasl.Client) error) error {
	if cfg.Password == "" && credentialOf(cfg) == password {
		return Denied(service+" Authentication cancelled", nil)
	}
	var last error
	for _, m := range mechanisms {
		err := m.tries(ctx, try)
		var refused *Refused
		if !errors.As(err, &refused) {
			return err
		}
		last = err
		if refused.verdict().next == nothing {
			break
		}
	}
	if last == nil {
		return Denied("Can't do secure authentication with this server", nil)
	}
	return Denied("Can not authenticate to "+service+" server: "+shown(last.Error()), last)
}

// tries tries one mechanism until it succeeds or the verdict rules out a retry.
func (m Mechanism) tries(ctx context.Context, try func(context.Context, gosasl.Client) error) error {
	for n := 1; ; n++ {
		if m.Warning != "" {
			warn(m.cfg, m.Warning)
		}
		err := m.try(ctx, try)
		var refused *Refused
		if !errors.As(err, &refused) || refused.verdict().next != again || n >= m.cfg.Tries {
			return err
		}
		warn(m.cfg, "Retrying "+m.Name+" authentication after "+shown(err.Error()))
	}
}

// try performs one exchange, and checks what only the client knows of it.
func (m Mechanism) try(ctx context.Context, try func(context.Context, gosasl.Client) error) error {
	client, err := m.Client(ctx)
	if err != nil {
		return err
	}
	err = try(ctx, client)
	if errors.Is(err, gosasl.ErrUnexpectedServerChallenge) {
		return protocolError(m.Name + ": the server sent a challenge that this mechanism does not have")
	}
	if s, ok := client.(*scramClient); ok && err == nil && !s.Verified() {
		return protocolError("SCRAM-SHA-256: the server has not proved that it knows the password")
	}
	var refused *Refused
	if o, ok := client.(*oauth); ok && errors.As(err, &refused) {
		return o.explain(refused)
	}
	return err
}

// LoginCommand logs in without SASL, by the IMAP command LOGIN or by USER and PASS. If
// unavailable is not "", the server has no such command, and unavailable says so in
// c-client's words: [LoginDisabled] or [NoUser]. try is as in [Login]. Each refusal is a
// notice.
func LoginCommand(ctx context.Context, cfg *backend.Config, unavailable string, try func(context.Context) error) error {
	switch {
	case cfg.TokenSource != nil:
		return Denied("Can't do OAuth2 authentication with this server", nil)
	case cfg.Secure:
		return Denied("Can't do secure authentication with this server", nil)
	case unavailable != "":
		return Denied(unavailable, nil)
	case cfg.AuthUser != "":
		return Denied("Can't do /authuser with this server", nil)
	case cfg.Password == "":
		return Denied("Login aborted", nil)
	}
	for n := 1; ; n++ {
		err := try(ctx)
		var refused *Refused
		if !errors.As(err, &refused) {
			return err
		}
		if refused.Last && n < cfg.Tries {
			return Denied(refused.Text, refused)
		}
		warn(cfg, refused.Text)
		if refused.verdict().next != again || n >= cfg.Tries {
			return Denied("Too many login failures", refused)
		}
	}
}

// The reasons why a server has no login command: IMAP's LOGINDISABLED, and POP3
// capabilities without USER.
const (
	LoginDisabled = "Server disables LOGIN, no recognized SASL authenticator"
	NoUser        = "Can't login to this server"
)

func warn(cfg *backend.Config, text string) {
	if cfg.Notify != nil {
		cfg.Notify(backend.Notice{Kind: backend.NoticeWarn, Text: text})
	}
}

// shown shortens a server's text for an error or a notice.
func shown(text string) string { return text[:min(len(text), 80)] }
