package readahead

import (
	"errors"

	"github.com/imapcompat/imapcompat/backend"
)

// heed hands on what a service says of a message that is being read, or of one that
// cannot be.
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

// report hands on what does not parse in a message that is being read. Where the
// session parses for itself that is once, and once again when the structure is
// read after the header alone, as c-client has it.
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

// depth is how much of a message was taken apart.
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
