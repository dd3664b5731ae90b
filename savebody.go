package imapcompat

import (
	"errors"
	"io"

	"github.com/imapcompat/imapcompat/backend"
)

// SaveBody writes a section of a message to w as it stands, not decoded, as
// imap_savebody does with a stream. The section and the flags are those of
// [Connection.FetchBody]; of a section that the message does not have nothing
// is written, and that is no error.
//
// The text is written as it comes, so that memory does not grow with it, and
// [WithMaxMessageSize] does not matter, unless it is in memory already. On POP3 that is
// so for the whole message, "", and its header, "0"; POP3 knows no parts, so for one of
// them the message is read into memory. A section of 2 GiB or more is an error that
// matches [ErrTooLarge].
//
// An error may come after a part of the text was written. One of w's is in it: on IMAP
// the rest of the text is read nonetheless, and on POP3 the error matches
// [ErrConnectionLost], too, when so much of the message was still to come that the
// connection was dropped; the messages deleted in the session are not deleted then. The
// connection is in use until SaveBody returns: w must not call it.
func (c *Connection) SaveBody(w io.Writer, num int, section string, flags ...FetchFlag) error {
	f := combine(flags)
	return c.do("imap_savebody", func(c *call) error {
		if num < 1 {
			return argumentError(c.fn, 3, "message_num", "must be greater than 0")
		}
		r, err := c.textArguments(5, num, f)
		if err != nil {
			return err
		}
		part, err := c.bodySection(r, section)
		if err != nil || part == nil {
			return err
		}
		out := &output{Writer: w}
		err = c.save(r, backend.Section{Name: part.name, Peek: f&FT_PEEK != 0}, out)
		if out.err != nil {
			return newError(c.fn, "Failed to write to stream: "+out.err.Error(), err)
		}
		if err == nil && out.octets == 0 {
			err = part.lacking(nil)
		}
		return err
	})
}

// output notes what went wrong with a writer.
type output struct {
	io.Writer
	octets int
	err    error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if o.octets += n; err != nil {
		o.err = err
	}
	return n, err
}

// save writes a section as it comes, from a service that can do that.
func (c *call) save(r ref, section backend.Section, w io.Writer) error {
	service, ok := able[backend.SectionWriter](c)
	if !ok {
		msg, err := c.one(r, backend.Items{Sections: []backend.Section{section}})
		if err == nil {
			_, err = w.Write(msg.Sections[0])
		}
		return err
	}
	c.session.Forget(r.set()) // it may get \Seen
	found, err := service.WriteSection(c.ctx, r.set(), section, w)
	switch isGone := errors.Is(err, ErrBadMessageNumber); {
	case err == nil && !found && r.uid:
		return noSuchUID(c.fn)
	case err == nil && !found, isGone && !r.uid:
		return goneMessage(c.fn, r.n)
	case isGone:
		return quietly(c.fn, err)
	}
	return err
}
