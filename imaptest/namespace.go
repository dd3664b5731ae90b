package imaptest

// namespace answers NAMESPACE (RFC 2342): all mailboxes are the user's own.
func (s *imapSession) namespace(*command) (reply, error) {
	if err := s.nothing(); err != nil {
		return reply{}, err
	}
	others := orElse(s.srv.provider.namespaces, "NIL NIL")
	s.untagged(`NAMESPACE (("" %s)) %s`, s.srv.provider.quotedDelimiter(), others)
	return ok("Namespace completed."), nil
}
