package readahead

import (
	"errors"

	"github.com/imapcompat/imapcompat/backend"
)

// heed reports what the service says about a message that the caller reads, or about one
// that cannot be read.
func (s *Session) heed(msg *backend.Message, err error, items backend.Items) {
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
		now := depthOf(items)
		if s.heard[msg.UID] >= now {
			return
		}
		if s.heard == nil {
			s.heard = make(map[int]depth)
		}
		s.heard[msg.UID] = now
	}
	for _, text := range msg.Notices {
		s.notify(backend.Notice{Kind: backend.NoticeParse, Text: text})
	}
}

// depth is how much of a message was parsed.
type depth int

const (
	readEnvelope depth = iota + 1
	readStructure
)

func depthOf(items backend.Items) depth {
	if items.Structure {
		return readStructure
	}
	return readEnvelope
}
