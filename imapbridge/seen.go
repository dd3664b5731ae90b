package imapbridge

import (
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.SeenMarker = (*Session)(nil)

// MarkSeen implements [backend.SeenMarker].
func (s *Session) MarkSeen(set backend.Set) bool {
	parts := slices.Collect(s.parts(set))
	if s.closed() != nil || len(s.wire.ignored)+len(parts) > maxIgnored {
		return false
	}
	for _, part := range parts {
		s.tag++
		s.wire.sendAhead(tagOf(s.tag), part.prefix()+"STORE "+part.String()+` +FLAGS.SILENT (\Seen)`)
	}
	return true
}
