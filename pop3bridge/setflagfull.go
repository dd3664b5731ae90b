package pop3bridge

import (
	"context"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// flagSet has the flags of a message, except \Recent, which every message has.
type flagSet uint8

const (
	seen flagSet = 1 << iota
	answered
	flagged
	deleted
	draft
)

var systemFlags = map[string]flagSet{
	`\seen`:     seen,
	`\answered`: answered,
	`\flagged`:  flagged,
	`\deleted`:  deleted,
	`\draft`:    draft,
}

func (f flagSet) has(flag flagSet) bool { return f&flag != 0 }

func (f flagSet) flags() backend.Flags {
	return backend.Flags{
		Seen:     f.has(seen),
		Answered: f.has(answered),
		Flagged:  f.has(flagged),
		Deleted:  f.has(deleted),
		Draft:    f.has(draft),
		Recent:   true,
	}
}

// Store implements [backend.Session]. POP3 has no flags, so the session keeps them until it
// ends. It has no keywords. As in PHP, an unknown flag is a notice, and the others are set.
func (s *Session) Store(_ context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	if err := s.closed(); err != nil {
		return err
	}
	s.unused = false
	change := s.parseFlags(flags)
	for _, i := range s.drop.resolve(set) {
		m := &s.drop.messages[i]
		switch op {
		case backend.StoreAdd:
			m.flags |= change
		case backend.StoreRemove:
			m.flags &^= change
		case backend.StoreReplace:
			m.flags = change
		default:
			return &backend.Error{Kind: backend.ErrInvalidArgument, Text: fmt.Sprintf("no such StoreOp: %d", op)}
		}
	}
	return nil
}

func (s *Session) parseFlags(names []string) flagSet {
	var set flagSet
	for _, name := range names {
		flag := systemFlags[strings.ToLower(name)]
		set |= flag
		if flag != 0 {
			continue
		}
		text := "Unknown flag: "
		if strings.HasPrefix(name, `\`) {
			text = "Unsupported system flag: "
		}
		s.notify(backend.NoticeWarn, text+dial.Cut(name, 80))
	}
	return set
}
