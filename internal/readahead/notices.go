package readahead

import (
	"errors"

	"github.com/imapcompat/imapcompat/backend"
)

// reportAll reports what the service says about a message that the caller reads, or about
// one that cannot be read.
func (s *Session) reportAll(msg *backend.Message, err error, items backend.Items) {
	if msg != nil {
		s.report(msg, items)
	}
	if err == nil {
		return
	}
	var known *backend.Error
	if errors.As(err, &known) && known.Notice != "" {
		s.notify(backend.Notice{Kind: backend.NoticeError, Text: known.Notice})
	}
}

// report reports the parse errors of a message that the caller reads. When the session
// parses messages itself, it reports them once, and once more when the structure is read
// after only the header was. c-client does the same.
func (s *Session) report(msg *backend.Message, items backend.Items) {
	if len(msg.Notices) == 0 {
		return
	}
	if s.traits.ParsedHere {
		depth := depthOf(items)
		if s.reported[msg.UID] >= depth {
			return
		}
		if s.reported == nil {
			s.reported = make(map[int]parseDepth)
		}
		s.reported[msg.UID] = depth
	}
	for _, text := range msg.Notices {
		s.notify(backend.Notice{Kind: backend.NoticeParse, Text: text})
	}
}

// parseDepth is how much of a message was parsed.
type parseDepth int

const (
	parsedEnvelope parseDepth = iota + 1
	parsedStructure
)

func depthOf(items backend.Items) parseDepth {
	if items.Structure {
		return parsedStructure
	}
	return parsedEnvelope
}
