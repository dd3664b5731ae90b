package imaptest

import "slices"

// Alert sends a text for the user (ALERT, RFC 9051 section 7.1) to each IMAP session, those that
// begin later too, before the response to its next command. It returns an error if the text is
// empty or not printable ASCII.
func (s *Server) Alert(text string) error {
	if err := checkText(text); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alerts = append(s.alerts, text)
	return nil
}

// alert writes the alerts that the client has not had.
func (s *imapSession) alert() {
	s.srv.mu.Lock()
	alerts := slices.Clone(s.srv.alerts[s.alerted:])
	s.srv.mu.Unlock()
	s.alerted += len(alerts)
	for _, text := range alerts {
		s.untagged("OK [ALERT] %s", text)
	}
}
