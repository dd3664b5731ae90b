package imapcompat

import (
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// PermanentFlags are the flags of a mailbox that outlast the session.
type PermanentFlags struct {
	// Flags are system flags, such as `\Seen`, and keywords, as the server spells them.
	Flags []string
	// AnyKeyword says that the mailbox keeps new keywords too.
	AnyKeyword bool
}

// Keeps reports whether a flag that is set lasts until the next session.
func (p PermanentFlags) Keeps(flag string) bool {
	return p.AnyKeyword && !strings.HasPrefix(flag, `\`) ||
		slices.ContainsFunc(p.Flags, func(f string) bool { return strings.EqualFold(f, flag) })
}

// PermanentFlags returns the flags that the mailbox keeps, as the server said when it was
// opened (PERMANENTFLAGS, RFC 9051 section 7.1). PHP has no such function. A program that
// marks messages by a keyword checks here first, because [Connection.SetFlagFull] succeeds,
// as imap_setflag_full does, with a flag that is lost at the end of the session. It tells
// the function of [WithNotify] and the logger of such a flag. Exchange loses keywords in
// this way.
//
// A mailbox that was opened for reading only keeps no flags. Where the server does not say,
// all flags count as permanent. On POP3 no flag outlasts the connection.
//
// PermanentFlags sends no command, and does not wait for a call of another goroutine. The
// error matches [ErrClosed].
func (c *Connection) PermanentFlags() (PermanentFlags, error) {
	s, err := c.current("Connection.PermanentFlags")
	if err != nil {
		return PermanentFlags{}, err
	}
	return permanentFlags(s.Session), nil
}

// systemFlags are the flags of RFC 9051 section 2.3.2 that clients set.
var systemFlags = []string{`\Answered`, `\Flagged`, `\Deleted`, `\Seen`, `\Draft`}

func permanentFlags(s *readahead.Session) PermanentFlags {
	state := s.State()
	switch {
	case s.Traits().MarkedHere, state.Mailbox == "":
		return PermanentFlags{}
	case state.PermanentFlags == nil:
		return PermanentFlags{Flags: slices.Clone(systemFlags), AnyKeyword: true}
	}
	const any = `\*`
	return PermanentFlags{
		Flags:      slices.DeleteFunc(slices.Clone(state.PermanentFlags), func(f string) bool { return f == any }),
		AnyKeyword: slices.Contains(state.PermanentFlags, any),
	}
}

// noteLost reports the flags that are being set and that the mailbox does not keep, each
// once. PHP's imap_errors has none of it.
func (c *call) noteLost(flags []string) {
	if c.session.State().PermanentFlags == nil {
		return
	}
	kept := permanentFlags(c.session)
	for _, flag := range flags {
		if kept.Keeps(flag) || slices.Contains(c.unkept, flag) || len(c.unkept) >= maxNotices {
			continue
		}
		c.unkept = append(c.unkept, flag)
		c.notices.add(backend.Notice{Kind: backend.NoticeOdd,
			Text: "The mailbox does not keep the flag " + flag + " beyond the session"})
	}
}
