package imapcompat

import (
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
)

// FetchBody returns a section of a message, not decoded, as imap_fetchbody does. The
// sections are:
//
//	""      the whole message
//	"0"     its header
//	"1"     its first part, or its text where it has no parts
//	"2.1"   a part of a part, or of a nested message
//	"2.0"   the header of a nested message
//
// A section that the message does not have is an empty string.
//
// FetchBody sets \Seen unless flags have [FT_PEEK]. The other flags are [FT_UID], and
// FT_INTERNAL, which has no effect. The errors are those of [Connection.Body].
func (c *Connection) FetchBody(num int, sectionNumber string, flags ...FetchFlag) (string, error) {
	f := combine(flags)
	text, err := do(c, "imap_fetchbody", func(c *call) ([]byte, error) {
		r, err := c.textArguments(4, num, f)
		if err != nil {
			return nil, err
		}
		part, err := c.bodySection(r, sectionNumber)
		if err != nil || part == nil {
			return nil, err
		}
		text, err := c.section(r, part.name, f)
		if err == nil {
			err = part.lacking(text)
		}
		return text, err
	})
	return sharedString(text), err
}

// part is a section of a message.
type part struct {
	name   string // as in RFC 9051
	octets int    // as the structure has it, 0 where it does not say
}

// lacking is the error of a part that is not empty and of which the service sent no text.
func (p *part) lacking(text []byte) error {
	if len(text) > 0 || p.octets == 0 {
		return nil
	}
	return notSent(p.name)
}

// notSent is the error of a section that a message has and the service did not send.
func notSent(section string) error {
	return &backend.Error{Kind: ErrProtocol, Text: fmt.Sprintf("The server did not send section %s", section)}
}

// bodySection returns the section that PHP's section number means in a message, and nil
// when the message has none.
func (c *call) bodySection(r ref, number string) (*part, error) {
	switch number {
	case "":
		return &part{name: ""}, nil
	case "0":
		return &part{name: "HEADER"}, nil
	}
	structure, err := c.structureOf(r)
	if err != nil {
		return nil, err
	}
	name, ok := mime.BodySection(structure, number)
	if !ok {
		return nil, nil
	}
	p := &part{name: name}
	if body := mime.Part(structure, number); body != nil {
		p.octets = body.Size
	}
	return p, nil
}
