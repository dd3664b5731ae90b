package imaptest

// id answers ID (RFC 2971), whatever the client says of itself. The transcript has it.
func (s *imapSession) id(*command) (reply, error) {
	if _, err := s.in.arguments(); err != nil {
		return reply{}, err
	}
	s.untagged(`ID ("name" "imaptest")`)
	return ok("ID completed."), nil
}
