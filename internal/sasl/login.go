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
// password to the server. When a server accepts a channel binding and refuses what the
// client proves with it, Login tries no mechanism without a binding: if the password is
// right, somebody in between ends TLS. When a server refuses a mechanism with a binding
// before that, a notice precedes the first mechanism without one.
//
// A source of tokens that is a [backend.Refuser] learns that the server has rejected its token.
// If it then has another one, Login tries that once, without a notice.
//
// A mechanism of the program that cannot be used is a notice, as in c-client, and the next
// one is tried. It needs no password.
//
// Unlike c-client, Login sends nothing if there is no password, and it returns an error
// text for POP3 servers that refuse early.
func Login(ctx context.Context, cfg *backend.Config, service string, mechanisms []Mechanism,
	try func(context.Context, gosasl.Client) error) error {
	var last error
	unbound := ""    // the mechanism with channel binding that was refused last
	unknown := false // the server knows none of the channel bindings
	for _, m := range mechanisms {
		if cfg.Password == "" && credentialOf(cfg) == password && !m.own {
			return Denied(service+" Authentication cancelled", nil)
		}
		if unknown && len(m.bindings) > 0 {
			continue
		}
		if unbound != "" && len(m.bindings) == 0 {
			warn(cfg, "SECURITY PROBLEM: login is not bound to TLS, because server refused "+unbound)
			unbound = ""
		}
		last = m.tries(ctx, try)
		var refused *Refused
		if m.CannotBeUsed(last) {
			warn(cfg, last.Error())
		} else if !errors.As(last, &refused) {
			return last
		} else if m.isLast(refused) {
			break
		}
		if len(m.bindings) > 0 {
			unbound, unknown = m.Name, refused.otherBinding
		}
	}
	var refused *Refused
	switch {
	case last == nil:
		return Denied("Can't do secure authentication with this server", nil)
	case !errors.As(last, &refused):
		return Denied(last.Error(), last)
	case credentialOf(cfg) == nobody:
		return Denied(last.Error(), last) // as in c-client, which does not retry it either
	}
	return Denied("Can not authenticate to "+service+" server: "+shown(last.Error()), last)
}

// isLast reports whether no mechanism is tried after a refusal. The credentials of a
// mechanism of the program are not those of other mechanisms, so that their rejection is
// not the end.
func (m Mechanism) isLast(r *Refused) bool {
	v := r.verdict()
	return r.bound || v.next == nothing && !(m.own && v.kind == backend.ErrAuthentication && !r.Last)
}

// tries tries one mechanism until it succeeds or the verdict rules out a retry. A channel
// binding that the server does not know is not tried again, and the next one is. A token that
// the server rejects is renewed once, if the source can do that.
func (m Mechanism) tries(ctx context.Context, try func(context.Context, gosasl.Client) error) error {
	renewed := false
	for n := 1; ; {
		if m.Warning != "" {
			warn(m.cfg, m.Warning)
		}
		client, err := m.Client(ctx)
		if err != nil {
			return err
		}
		err = m.try(ctx, client, try)
		var refused *Refused
		switch {
		case !errors.As(err, &refused):
			return err
		case refused.otherBinding && len(m.bindings) > 1 && !refused.Last:
			m.bindings = m.bindings[1:]
			continue
		}
		if !renewed && refused.verdict().kind == backend.ErrAuthentication {
			renewed = true
			switch other, failed := Renew(ctx, m.cfg, client); {
			case failed != nil:
				return failed
			case other && !refused.Last:
				continue
			}
		}
		if refused.otherBinding || refused.verdict().next != again || m.once || n >= m.cfg.Tries {
			return err
		}
		warn(m.cfg, "Retrying "+m.Name+" authentication after "+shown(err.Error()))
		n++
	}
}

// try performs one exchange, and checks what only the client knows of it.
func (m Mechanism) try(ctx context.Context, client gosasl.Client, try func(context.Context, gosasl.Client) error) error {
	err := try(ctx, client)
	if errors.Is(err, gosasl.ErrUnexpectedServerChallenge) {
		return protocolError(m.Name + ": the server sent a challenge that this mechanism does not have")
	}
	if s, ok := client.(*scramClient); ok {
		return s.outcome(err)
	}
	if err == nil {
		err = Complete(client)
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
// notice. If LoginCommand cannot be used, the cause of its error names the mechanisms that
// the server offers.
func LoginCommand(ctx context.Context, cfg *backend.Config, offered []string, unavailable string,
	try func(context.Context) error) error {
	switch {
	case cfg.TokenSource != nil:
		return Denied("Can't do OAuth2 authentication with this server", unusable(offered))
	case cfg.Secure:
		return Denied("Can't do secure authentication with this server", unusable(offered))
	case unavailable != "":
		return Denied(unavailable, unusable(offered))
	case cfg.AuthUser != "":
		return Denied("Can't do /authuser with this server", unusable(offered))
	case cfg.Password == "":
		return Denied("Login aborted", unusable(offered))
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
