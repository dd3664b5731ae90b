package imaptest

// namespace answers NAMESPACE (RFC 2342): all mailboxes are the user's own.
func (s *imapSession) namespace(*command) (reply, error) {
	if err := s.nothing(); err != nil {
		return reply{}, err
	}
	s.untagged(`NAMESPACE (("" "%s")) NIL NIL`, delimiter)
	return ok("Namespace completed."), nil
}
