package imapbridge

import "github.com/imapcompat/imapcompat/backend"

var _ backend.SeenMarker = (*Session)(nil)

// MarkSeen implements [backend.SeenMarker].
func (s *Session) MarkSeen(set backend.Set) bool {
	sets := s.wireSets(set)
	if s.closed() != nil || len(s.wire.ignored)+len(sets) > maxIgnored {
		return false
	}
	for _, part := range sets {
		s.tag++
		s.wire.sendAhead(tagOf(s.tag), part.prefix()+"STORE "+part.String()+` +FLAGS.SILENT (\Seen)`)
	}
	return true
}
