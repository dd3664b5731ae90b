package imapcompat

import (
	"context"
	"strings"

	"github.com/imapcompat/imapcompat/internal/mime"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// FetchMIME returns the MIME header of a part of a message as it stands, with
// its blank line, as imap_fetchmime does. The section is a part's number, "2"
// or "1.2". A part that the message does not have is an empty string.
//
// The flags, and what sets \Seen, are those of [Connection.FetchBody]. The
// error matches [ErrBadMessageNumber] when there is no such message.
func (c *Connection) FetchMIME(num int, sectionNumber string, flags ...FetchFlag) (string, error) {
	const fn = "imap_fetchmime"
	f := combine(flags)
	var text []byte
	err := c.use(fn, func(ctx context.Context, s *readahead.Session) error {
		r, err := textArguments(fn, 4, s, num, f)
		if err != nil {
			return err
		}
		if sectionNumber == "" {
			return nil
		}
		structure, err := c.structureOf(ctx, fn, s, r)
		if err != nil {
			return err
		}
		name, ok := mime.MIMESection(structure, sectionNumber)
		if !ok {
			return nil
		}
		text, err = section(ctx, fn, s, r, name, f)
		if err == nil && text == nil && structure.Parts != nil && !strings.Contains(sectionNumber, ".") {
			return notSent(name) // each part of a multipart has a header, if it is an empty line
		}
		return err
	})
	return uncopied(text), err
}
