package imapcompat

import (
	"fmt"
	"unsafe"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
)

// Body returns the text of a message, all that follows its header, as imap_body
// does. It sets \Seen unless flags have [FT_PEEK]. The other flags are [FT_UID]
// and [FT_INTERNAL], which changes nothing on IMAP and POP3.
//
// The error matches [ErrBadMessageNumber] when there is no such message.
func (c *Connection) Body(num int, flags ...FetchFlag) (string, error) {
	f := combine(flags)
	text, err := do(c, "imap_body", func(c *call) ([]byte, error) {
		r, err := c.textArguments(3, num, f)
		if err != nil {
			return nil, err
		}
		p := c.prefetched
		if p == nil || p.ref != r {
			return c.section(r, "TEXT", f)
		}
		c.prefetched = nil
		if f&FT_PEEK != 0 {
			return p.text, nil
		}
		return p.text, c.session.Store(c.ctx, r.set(), backend.StoreAdd, []string{`\Seen`})
	})
	return uncopied(text), err
}

// uncopied is the one text that was asked for of a message, as a string that shares
// its memory: nobody writes to it, and there is little else in that memory that the
// string could keep (see [backend.Message.Sections]). To copy a loop's texts is a third
// of its time, most of it in the garbage collector.
func uncopied(text []byte) string { return unsafe.String(unsafe.SliceData(text), len(text)) }

// FetchBody returns a section of a message as it stands, not decoded, as
// imap_fetchbody does: "" is the whole message, "0" its header, "1" its first
// part, or its text where it has no parts, "2.1" a part of a part or of a nested
// message, "2.0" the header of a nested message. A section that the message
// does not have is an empty string.
//
// It sets \Seen unless flags have [FT_PEEK]. The other flags are [FT_UID] and
// [FT_INTERNAL], which changes nothing on IMAP and POP3. The error matches
// [ErrBadMessageNumber] when there is no such message.
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
	return uncopied(text), err
}

// textArguments checks the arguments of a function that returns text. position
// is that of $flags.
func (c *call) textArguments(position, num int, f FetchFlag) (ref, error) {
	if num > 0 && f&^(FT_UID|FT_PEEK|FT_INTERNAL) != 0 {
		return ref{}, argumentError(c.fn, position, "flags", "must be a bitmask of FT_UID, FT_PEEK, and FT_INTERNAL")
	}
	return c.numberOrUID(num, f)
}

// part is a section of a message.
type part struct {
	name   string // as in RFC 9051
	octets int    // as the structure has it, 0 where it does not say
}

// lacking is the error of a part that is not empty and of which the service has no text.
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

// bodySection is the section that PHP's section number means in a message, nil when the
// message has none.
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

// cachedStructure is the structure of the message that was last asked for, for
// the next of its sections. The zero value is that of no message.
type cachedStructure struct {
	num, uid  int
	structure *backend.BodyStructure
}

// of reports whether it is that of a message.
func (have *cachedStructure) of(r ref) bool {
	if r.uid {
		return have.uid == r.n
	}
	return have.num == r.n
}

// structureOf is the structure of a message. With an error may come that of a message of
// which nothing else is known.
func (c *call) structureOf(r ref) (*backend.BodyStructure, error) {
	if c.structure.of(r) {
		return c.structure.structure, nil
	}
	msg, err := c.one(r, backend.Items{UID: true, Structure: true})
	if msg == nil {
		return nil, err
	}
	meet(msg.Structure, c.names)
	if err != nil {
		return msg.Structure, err
	}
	c.structure = cachedStructure{msg.Num, msg.UID, msg.Structure}
	return msg.Structure, nil
}
