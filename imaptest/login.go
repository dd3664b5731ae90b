package imaptest

import (
	"encoding/base64"
	"errors"
	"strings"
)

// mayLogin reports whether the connection is safe enough for passwords.
func (s *imapSession) mayLogin() bool { return s.encrypted || s.srv.mode != RequireTLS }

var errPrivacy = no("PRIVACYREQUIRED", "Plaintext authentication disallowed on non-secure (SSL/TLS) connections.")

func (s *imapSession) login(c *command) (reply, error) {
	args, err := s.strings(2)
	if err != nil {
		return reply{}, err
	}
	if !s.mayLogin() {
		return reply{}, errPrivacy
	}
	return s.enter(c, s.srv.checkPassword(args[0], args[1]))
}

// enter ends a login, which failed if err is not nil.
func (s *imapSession) enter(c *command, err error) (reply, error) {
	outcome := err
	err = s.conn.withFaults(loginCommand, func() error {
		s.isUnconnected = errors.Is(outcome, ErrNotConnected)
		if outcome != nil && !s.isUnconnected {
			return errLogin
		}
		if !s.srv.admit() {
			return s.srv.provider.tooMany
		}
		s.authenticated = true
		return nil
	})
	wrongLogin := s.srv.provider.wrongLogin
	switch {
	case errors.Is(err, errLogin) && wrongLogin != nil:
		return reply{}, wrongLogin(c.name)
	case errors.Is(err, errLogin):
		return reply{}, no("AUTHENTICATIONFAILED", "Authentication failed.")
	case err != nil:
		return reply{}, err
	}
	return ok("Logged in").with(s.capabilities()), nil
}

// admit counts a session, unless there are as many as the provider allows.
func (s *Server) admit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if limit := s.provider.maxConnections; limit > 0 && s.loggedIn >= limit {
		return false
	}
	s.loggedIn++
	return true
}

// dismiss ends what admit has begun.
func (s *Server) dismiss() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loggedIn--
}

// authenticate answers AUTHENTICATE, with an initial response (RFC 4959) or without.
func (s *imapSession) authenticate(c *command) (reply, error) {
	args, err := s.in.arguments()
	switch {
	case err != nil:
		return reply{}, err
	case len(args) == 0 || len(args) > 2 || len(args) == 2 && !s.offers("SASL-IR"):
		return reply{}, errInvalidArguments
	case !s.mayLogin():
		return reply{}, errPrivacy
	}
	exchange, err := s.srv.newExchange("imap", strings.ToUpper(args[0].text), s.conn)
	if err != nil {
		return reply{}, no("ALERT", "Unsupported authentication mechanism.")
	}
	var response []byte
	if len(args) == 2 {
		if response, err = saslOctets(args[1].text); err != nil {
			return reply{}, err
		}
	}
	for {
		challenge, done, err := exchange.Next(response)
		if err != nil || done {
			return s.enter(c, err)
		}
		if err := s.ask(base64.StdEncoding.EncodeToString(challenge)); err != nil {
			return reply{}, err
		}
		if response, err = s.saslResponse(); err != nil {
			return reply{}, err
		}
	}
}

// saslResponse reads the client's answer to a challenge.
func (s *imapSession) saslResponse() ([]byte, error) {
	line, err := s.in.line()
	switch {
	case err != nil:
		return nil, err
	case line == "*":
		return nil, bad("Authentication aborted by client.")
	}
	return saslOctets(line)
}

// saslOctets decodes a response. "=" means an empty one.
func saslOctets(s string) ([]byte, error) {
	if s == "=" {
		return []byte{}, nil
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, bad("Invalid base64 data in AUTHENTICATE response")
	}
	return b, nil
}
