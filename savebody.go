package imapcompat

import (
	"errors"
	"io"

	"github.com/imapcompat/imapcompat/backend"
)

// SaveBody writes a section of a message to w, not decoded, as imap_savebody does with a
// stream. [Connection.FetchBody] describes the section, the flags and the errors. Of a
// section that the message does not have nothing is written, and the error is nil.
//
// SaveBody writes the text as it arrives. So memory does not grow with the text, and
// [WithMaxMessageSize] does not apply, unless the text is in memory already. On POP3 this
// holds for the whole message, "", and its header, "0". For a part POP3 sends the whole
// message, which is read into memory. A section of 2 GiB or more is an error that matches
// [ErrTooLarge].
//
// An error may come after a part of the text was written. An error of w is returned. On
// IMAP the rest of the text is read nonetheless. On POP3 the connection is dropped when
// much of the message is still to come; the error then matches [ErrConnectionLost] too, and
// the messages that were marked in the session are not deleted. w must not call the
// connection, which is in use until SaveBody returns.
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

// output keeps the error of a writer.
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

// save writes a section as it arrives from a service that can do that.
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
