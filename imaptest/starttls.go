package imaptest

import "crypto/tls"

func (s *imapSession) offersStartTLS() bool {
	return !s.encrypted && (s.srv.mode == OfferTLS || s.srv.mode == RequireTLS)
}

func (s *imapSession) startTLS(*command) (reply, error) {
	if err := s.nothing(); err != nil {
		return reply{}, err
	}
	switch {
	case s.encrypted:
		return reply{}, bad("TLS is already active.")
	case !s.offersStartTLS():
		return reply{}, bad("TLS support isn't enabled.")
	}
	s.then = func() error {
		s.conn.Conn = tls.Server(s.conn.Conn, s.srv.tls)
		s.encrypted = true
		s.attach()
		return nil
	}
	return ok("Begin TLS negotiation now."), nil
}
