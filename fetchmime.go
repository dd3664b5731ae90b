package imapcompat

import (
	"strings"

	"github.com/imapcompat/imapcompat/internal/mime"
)

// FetchMIME returns the MIME header of a part of a message with its empty line, not
// decoded, as imap_fetchmime does. The section is the number of a part, "2" or "1.2". A
// part that the message does not have is an empty string.
//
// [Connection.FetchBody] describes the flags, what sets \Seen, and the errors.
func (c *Connection) FetchMIME(num int, sectionNumber string, flags ...FetchFlag) (string, error) {
	f := combine(flags)
	text, err := do(c, "imap_fetchmime", func(c *call) ([]byte, error) {
		r, err := c.textArguments(4, num, f)
		if err != nil || sectionNumber == "" {
			return nil, err
		}
		structure, err := c.structureOf(r)
		if err != nil {
			return nil, err
		}
		name, ok := mime.MIMESection(structure, sectionNumber)
		if !ok {
			return nil, nil
		}
		text, err := c.section(r, name, f)
		if err == nil && text == nil && structure.Parts != nil && !strings.Contains(sectionNumber, ".") {
			err = notSent(name) // each part of a multipart has a header, if it is an empty line
		}
		return text, err
	})
	return sharedString(text), err
}
