package pop3bridge

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	gosasl "github.com/emersion/go-sasl"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// login logs in, from the greeting to the TRANSACTION state.
func (s *Session) login(ctx context.Context, c *conn) error {
	greeting, err := c.status()
	if err != nil {
		return err
	}
	if err := s.capa(c); err != nil {
		return err
	}
	if err := s.stls(ctx, c); err != nil {
		return err
	}
	return s.authenticate(ctx, c, greeting)
}

// capa sends CAPA. A server without it is expected to support USER and nothing else.
func (s *Session) capa(c *conn) error {
	if err := c.send("CAPA"); err != nil {
		return err
	}
	return s.readCAPA(c)
}

func (s *Session) readCAPA(c *conn) error {
	s.caps = capabilities{user: true}
	if _, err := c.status(); isRefusal(err) {
		return nil
	} else if err != nil {
		return err
	}
	lines, err := c.pop.listing()
	if err != nil {
		return err
	}
	s.caps = parseCAPA(lines)
	return nil
}

// stls starts TLS as configured (RFC 2595 section 4). If the server offers STLS and then
// refuses it, the login continues in the clear, as in c-client, unless TLS is required.
func (s *Session) stls(ctx context.Context, c *conn) error {
	if s.cfg.TLS == backend.TLSImplicit || s.cfg.TLS == backend.TLSNever {
		return nil
	}
	if s.caps.stls {
		_, err := c.command("STLS")
		if err == nil {
			if err := c.startTLS(ctx); err != nil {
				return err
			}
			return s.capa(c)
		}
		if !isRefusal(err) {
			return err
		}
	}
	if s.cfg.TLS == backend.TLSRequired {
		return &backend.Error{Kind: backend.ErrConnect, Text: "Unable to negotiate TLS with this server"}
	}
	return nil
}

// authenticate logs in by SASL (RFC 5034) if both sides support a common mechanism, and
// without SASL otherwise.
func (s *Session) authenticate(ctx context.Context, c *conn, greeting string) error {
	offered := s.caps.sasl
	if !s.caps.capa {
		var err error
		if offered, err = c.listAUTH(); err != nil {
			return err
		}
	}
	mechanisms := append(sasl.Own(s.cfg, offered, backend.MechanismTarget{
		Service: "pop", Host: c.Host(), Port: c.Link().Port, Address: c.RemoteAddr(), TLS: c.TLS(),
	}), sasl.Mechanisms(s.cfg, offered, c.TLS())...)
	if len(mechanisms) == 0 {
		return s.withoutSASL(ctx, c, greeting, offered)
	}
	return sasl.Login(ctx, s.cfg, "POP3", mechanisms, func(_ context.Context, client gosasl.Client) error {
		return s.auth(c, client)
	})
}

// listAUTH asks a server without CAPA for its mechanisms by AUTH, which some old servers
// answer with a list.
func (c *conn) listAUTH() ([]string, error) {
	if _, err := c.command("AUTH"); isRefusal(err) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return c.pop.listing()
}

// auth performs one SASL exchange.
//
// It never sends an initial response, like c-client. Servers that list SASL in CAPA may be
// older than RFC 5034, and Microsoft 365 accepts a token only on a line of its own.
func (s *Session) auth(c *conn, client gosasl.Client) error {
	name, response, err := client.Start()
	if err != nil {
		return err
	}
	c.secrets.Add(s.cfg.Password, sasl.Secret(client))
	if err := c.send("AUTH " + name); err != nil {
		return err
	}
	for early := true; ; early = false {
		challenge, more, err := c.challenge()
		if !more {
			return asRefused(err, early)
		}
		if err == nil && response == nil {
			response, err = client.Next(challenge)
		}
		if err != nil {
			return s.cancel(c, err)
		}
		line := base64.StdEncoding.EncodeToString(response)
		c.secrets.Add(line)
		if err := c.send(line); err != nil {
			return err
		}
		response = nil
	}
}

// asRefused converts a refusal to a [sasl.Refused].
func asRefused(err error, early bool) error {
	if isRefusal(err) {
		return &sasl.Refused{Text: err.Error(), Early: early}
	}
	return err
}

// cancel cancels a SASL exchange that has failed on this side (RFC 5034 section 4).
func (s *Session) cancel(c *conn, cause error) error {
	var invalid invalidChallenge
	if errors.As(cause, &invalid) {
		invalid = invalidChallenge(c.secrets.Text(string(invalid)))
		s.notify(backend.NoticeError, "POP3 SERVER BUG (invalid challenge): "+dial.Cut(string(invalid), 80))
		cause = &sasl.Refused{Text: string(invalid), Early: true}
	}
	if _, err := c.command("*"); err != nil && !isRefusal(err) {
		return err
	}
	return cause
}

// invalidChallenge is a challenge that is not base64.
type invalidChallenge string

func (i invalidChallenge) Error() string { return string(i) }

// challenge reads a line of a SASL exchange. It is a challenge if more is true, and
// otherwise the status line that ends the exchange.
func (c *conn) challenge() (challenge []byte, more bool, err error) {
	_, err = c.status()
	text, more := strings.CutPrefix(c.last, "+")
	if c.failure() != nil || !more || text != "" && text[0] != ' ' {
		return nil, false, err
	}
	text = strings.TrimPrefix(text, " ")
	challenge, err = base64.StdEncoding.DecodeString(text)
	if err != nil {
		err = invalidChallenge(text)
	}
	return challenge, true, err
}

// withoutSASL logs in by APOP (RFC 1939 section 7) if the server supports it, and otherwise
// by USER and PASS. c-client does not support APOP.
func (s *Session) withoutSASL(ctx context.Context, c *conn, greeting string, offered []string) error {
	if err := sasl.Check(s.cfg, sasl.NotInLine); err != nil {
		return err
	}
	c.secrets.Add(s.cfg.Password)
	if timestamp, ok := s.timestamp(c, greeting); ok {
		err := s.apop(c, timestamp)
		if !isRefusal(err) {
			return err
		}
		if refused := (&sasl.Refused{Text: err.Error()}); s.cfg.Secure || !refused.Undecided() {
			return sasl.Denied("Can not authenticate to POP3 server: "+dial.Cut(err.Error(), 80), refused)
		}
	}
	unavailable := ""
	if !s.caps.user {
		unavailable = sasl.NoUser
	}
	return sasl.LoginCommand(ctx, s.cfg, offered, unavailable, func(context.Context) error {
		_, err := c.command("USER %s", s.cfg.User)
		if err == nil {
			_, err = c.command("PASS %s", s.cfg.Password)
		}
		return asRefused(err, false)
	})
}

// apop sends APOP, which proves knowledge of the password without showing it.
func (s *Session) apop(c *conn, timestamp string) error {
	digest := md5.Sum([]byte(timestamp + s.cfg.Password))
	_, err := c.command("APOP %s %s", s.cfg.User, hex.EncodeToString(digest[:]))
	return err
}

// timestamp returns the msg-id in the greeting for APOP, if APOP may be used. It rejects a
// greeting that was sent before STLS, and one that is no msg-id of RFC 5322: from digests
// of texts of their choice, attackers can derive the password (CVE-2007-1558).
func (s *Session) timestamp(c *conn, greeting string) (timestamp string, ok bool) {
	cfg := s.cfg
	if c.upgraded || cfg.AuthUser != "" || cfg.TokenSource != nil || cfg.Password == "" ||
		slices.Contains(cfg.Disabled, "APOP") {
		return "", false
	}
	start, end := strings.IndexByte(greeting, '<'), strings.IndexByte(greeting, '>')
	if start < 0 || end < start {
		return "", false
	}
	timestamp = greeting[start : end+1]
	local, domain, ok := strings.Cut(timestamp[1:len(timestamp)-1], "@")
	return timestamp, ok && isDotAtom(local) && isDotAtom(domain)
}

// isDotAtom reports whether s is a dot-atom-text of RFC 5322 section 3.2.3.
func isDotAtom(s string) bool {
	for _, atom := range strings.Split(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(c rune) bool { return !isAtext(c) }) {
			return false
		}
	}
	return true
}

func isAtext(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", c)
}
