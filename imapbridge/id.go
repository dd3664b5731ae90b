package imapbridge

import (
	"maps"
	"slices"
	"strings"
)

// introduce queues ID (RFC 2971) with the configured fields, if the server has ID. It is
// sent together with the first command after the login, because some servers refuse SELECT
// before ID. The server's answer is ignored.
func (s *Session) introduce() {
	if !s.caps["ID"] || len(s.cfg.ID) == 0 {
		return
	}
	s.tag++
	s.wire.sendAhead(tagOf(s.tag), "ID ("+idFields(s.cfg.ID)+")")
}

// idFields returns alternating fields and values as quoted strings.
func idFields(fields map[string]string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		list = append(list, quote(name), quote(fields[name]))
	}
	return strings.Join(list, " ")
}
