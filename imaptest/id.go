package imaptest

// id answers ID (RFC 2971), whatever the client says of itself. The transcript has it.
func (s *imapSession) id(*command) (reply, error) {
	args, err := s.in.arguments()
	if err != nil {
		return reply{}, err
	}
	if len(args) > 0 && len(args[0].list) > 0 {
		s.identified = true
	}
	s.untagged(`ID ("name" "imaptest")`)
	return ok("ID completed."), nil
}
