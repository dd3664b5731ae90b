package imapbridge

import (
	"maps"
	"slices"
	"strings"
)

// introduce sends ID (RFC 2971), if the server has it, with the first command after the login.
// Some servers refuse SELECT before ID. The server's answer is skipped.
func (s *Session) introduce() {
	if !s.caps["ID"] || len(s.cfg.ID) == 0 {
		return
	}
	s.tag++
	s.wire.sendAhead(tagOf(s.tag), "ID ("+idFields(s.cfg.ID)+")")
}

// idFields returns fields and values, alternating, as quoted strings.
func idFields(fields map[string]string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		list = append(list, quote(name), quote(fields[name]))
	}
	return strings.Join(list, " ")
}
