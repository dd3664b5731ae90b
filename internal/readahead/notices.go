package readahead

import (
	"errors"

	"github.com/imapcompat/imapcompat/backend"
)

// heed reports the notices and errors of a message that the caller reads.
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

// report reports what does not parse in a message that the caller reads. If the session parses
// messages itself, each message is reported once, and once more when its structure is read
// after its header, as in c-client.
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

// depth tells how much of a message was parsed.
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
