package imapcompat

import (
	"context"
	"io"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

const (
	// saveStep is how much of a text SaveBody asks for at once, in octets.
	saveStep = 1 << 20
	// maxSaved is where c-client gives up, in octets: a server could go on
	// for ever.
	maxSaved = 1<<31 - 1
)

// SaveBody writes a section of a message to w as it stands, not decoded, as
// imap_savebody does with a stream. The section and the flags are those of
// [Connection.FetchBody]; of a section that the message does not have nothing
// is written, and that is no error.
//
// On IMAP the text comes in pieces of 1 MiB, so that memory does not grow with
// it, and [WithMaxMessageSize] does not matter. On POP3 the whole message, "", and
// its header, "0", pass as they come, unless the message is in memory already; POP3
// knows no parts, so for one of them the message is read into memory. A section of
// 2 GiB or more is an error that matches [ErrTooLarge].
//
// An error may come after a part of the text was written. One of w's is in it. On
// POP3 it matches [ErrConnectionLost], too, when so much of the message was still
// to come that the connection was dropped; the messages deleted in the session are
// not deleted then. The connection is in use until SaveBody returns: w must not
// call it.
func (c *Connection) SaveBody(w io.Writer, num int, section string, flags ...FetchFlag) error {
	const fn = "imap_savebody"
	f := combine(flags)
	return c.use(fn, func(ctx context.Context, s *readahead.Session) error {
		if num < 1 {
			return argumentError(fn, 3, "message_num", "must be greater than 0")
		}
		r, err := textArguments(fn, 5, s, num, f)
		if err != nil {
			return err
		}
		name, ok, err := c.bodySection(ctx, fn, s, r, section)
		if err != nil || !ok {
			return err
		}
		out := &output{Writer: w}
		err = c.save(ctx, fn, s, r, backend.Section{Name: name, Peek: f&FT_PEEK != 0}, out)
		if out.err != nil {
			return &Error{Func: fn, Text: "Failed to write to stream: " + out.err.Error(), Err: err}
		}
		return err
	})
}

// output notes what went wrong with a writer.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if err != nil {
		o.err = err
	}
	return n, err
}

// save writes a section as it comes, or piece by piece.
func (c *Connection) save(ctx context.Context, fn string, s *readahead.Session, r ref, section backend.Section, w io.Writer) error {
	service, ok := able[backend.SectionWriter](ctx, s)
	if !ok {
		section.Size = saveStep
		if bound := c.options.maxMessage; 0 < bound && bound < section.Size {
			section.Size = bound
		}
		return savePieces(ctx, fn, s, r, section, w)
	}
	s.Forget(r.set()) // it may get \Seen
	found, err := service.WriteSection(ctx, r.set(), section, w)
	if err == nil && !found {
		return noSuchMessage(fn, r)
	}
	return err
}

// savePieces writes a section piece by piece. The first one that is short is the
// last.
func savePieces(ctx context.Context, fn string, s *readahead.Session, r ref, piece backend.Section, w io.Writer) error {
	for {
		msg, err := one(ctx, fn, s, r, backend.Items{Sections: []backend.Section{piece}})
		if err != nil {
			return err
		}
		text := msg.Sections[0]
		if _, err := w.Write(text); err != nil {
			return err
		}
		if len(text) < piece.Size {
			return nil
		}
		if piece.Offset += len(text); piece.Offset > maxSaved-saveStep {
			return &backend.Error{Kind: ErrTooLarge, Text: "The server does not come to an end of the text"}
		}
		piece.Peek = true // the first one has set \Seen
	}
}
