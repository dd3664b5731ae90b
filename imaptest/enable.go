package imaptest

import "strings"

// enable answers ENABLE (RFC 5161). Names that the server does not know are ignored.
func (s *imapSession) enable(*command) (reply, error) {
	args, err := s.in.arguments()
	if err != nil {
		return reply{}, err
	}
	response := ""
	for _, arg := range args {
		if arg.kind != atomArgument {
			return reply{}, errInvalidArguments
		}
		if name := strings.ToUpper(arg.text); s.turnOn(name) {
			response += " " + name
		}
	}
	if response != "" {
		s.untagged("ENABLED%s", response)
	}
	return ok("Enabled."), nil
}

// turnOn enables an extension, and reports whether the server has it.
func (s *imapSession) turnOn(name string) bool {
	if name != "CONDSTORE" || !s.offers(name) {
		return false
	}
	s.useCondstore()
	return true
}
