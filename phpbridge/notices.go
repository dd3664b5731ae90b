package phpbridge

import (
	"fmt"
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

// notices has the functions for the errors and alerts of all connections.
var notices = map[string]function{
	"imap_errors": {"", false, func(c *call) (any, error) { return orFalse(textsOf(c.takeNotices(false)), nil) }},
	"imap_alerts": {"", false, func(c *call) (any, error) { return orFalse(textsOf(c.takeNotices(true)), nil) }},
	"imap_last_error": {"", false, func(c *call) (any, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, n := range slices.Backward(c.notices) {
			if n.Kind != backend.NoticeAlert {
				return n.Text, nil
			}
		}
		return false, nil
	}},
	// shutdown returns what PHP reports at the end of a script that has not read its errors.
	"shutdown": {"", nil, func(c *call) (any, error) {
		list := []string{}
		for _, n := range c.takeNotices(false) {
			list = append(list, fmt.Sprintf("%s (errflg=%d)", n.Text, severity[n.Kind]))
		}
		return append(list, textsOf(c.takeNotices(true))...), nil
	}},
}

// severity maps kinds of notices to c-client's numbers.
var severity = map[backend.NoticeKind]int{
	backend.NoticeWarn:  1,
	backend.NoticeError: 2,
	backend.NoticeParse: 3,
}

func textsOf(list []backend.Notice) []string {
	texts := make([]string, 0, len(list))
	for _, n := range list {
		texts = append(texts, n.Text)
	}
	return texts
}

// dropNotice removes the newest notice if it has this text.
func (s *server) dropNotice(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.notices) - 1; last >= 0 && s.notices[last].Text == text {
		s.notices = s.notices[:last]
	}
}
