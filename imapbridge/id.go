package imapbridge

import (
	"maps"
	"slices"
	"strings"
)

// introduce has the server told who asks, together with the first command after the
// login, where it has ID (RFC 2971). Some servers refuse SELECT until then. What the
// server says of itself is passed over.
func (s *Session) introduce() {
	if !s.caps["ID"] || len(s.cfg.ID) == 0 {
		return
	}
	s.tag++
	s.wire.sendAhead(tagOf(s.tag), "ID ("+idFields(s.cfg.ID)+")")
}

// idFields are fields and values by turns, as quoted strings.
func idFields(fields map[string]string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		list = append(list, quote(name), quote(fields[name]))
	}
	return strings.Join(list, " ")
}
