package readable

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// Mailbox is what reading a message takes of a connection. *imapcompat.Connection has it.
// With mbox.WithContext(ctx) a context limits each call.
type Mailbox interface {
	FetchStructure(num int, flags ...imapcompat.FetchFlag) (*imapcompat.Structure, error)
	FetchBody(num int, section string, flags ...imapcompat.FetchFlag) (string, error)
	FetchMIME(num int, section string, flags ...imapcompat.FetchFlag) (string, error)
	SaveBody(w io.Writer, num int, section string, flags ...imapcompat.FetchFlag) error
}

// Kinds of doubts about a message.
const (
	// DoubtNotSent: the server refused a part or did not send it. It is read as empty.
	DoubtNotSent DoubtKind = "part not sent"
	// DoubtCut: a text is longer than [MaxText], or a report has more than 1,000 recipients. The
	// rest is left out.
	DoubtCut DoubtKind = "text cut"
	// DoubtEncrypted: the text is encrypted.
	DoubtEncrypted DoubtKind = "encrypted"
	// DoubtLostParts: the parts of a multipart were not found. Its body is read as it stands.
	DoubtLostParts DoubtKind = "parts not found"
	// DoubtFormat: the only text is in a format that is not read.
	DoubtFormat DoubtKind = "format not read"
	// DoubtDamaged: a file within a text or within winmail.dat is damaged. It is read as far as
	// possible.
	DoubtDamaged DoubtKind = "damaged file"
)

// MaxText is how much of each text of a message is read, in octets before decoding. It does
// not limit attachments.
const MaxText = 8 << 20

// Message is a message of a mailbox, or a message in a message. Its parts are read when they
// are asked for. It is not for use by several goroutines at once.
type Message struct {
	// Structure is the structure of the message.
	Structure *imapcompat.Structure
	// Section is the section number of a nested message, and "" for a message of the mailbox.
	Section string

	box   Mailbox
	num   int
	flags imapcompat.FetchFlag

	kept   map[string]string // short texts, by section
	octets int               // in kept
	parts  []*leaf           // what leaves returns
}

// Open returns a message by its number, or with [imapcompat.FT_UID] by its UID. It reads the
// structure. Later calls set \Seen unless flags have [imapcompat.FT_PEEK].
//
// The errors are those of FetchStructure. Later calls return an error of the connection, of a
// message that is gone, and of a failure that another try may mend. A part that the server
// refuses for good or does not have is a doubt instead.
func Open(mbox Mailbox, num int, flags ...imapcompat.FetchFlag) (*Message, error) {
	var all imapcompat.FetchFlag
	for _, f := range flags {
		all |= f
	}
	var known []imapcompat.FetchFlag
	if all&imapcompat.FT_UID != 0 {
		known = append(known, imapcompat.FT_UID)
	}
	structure, err := mbox.FetchStructure(num, known...)
	if err != nil {
		return nil, err
	}
	return &Message{Structure: structure, box: mbox, num: num, flags: all}, nil
}

// Header returns the header of the message as it stands, cut after 1 MiB.
func (m *Message) Header() (string, Doubts, error) {
	section := "0"
	if m.Section != "" {
		section = m.Section + ".0"
	}
	text, doubts, err := m.read(section, 0)
	return cutText(text, maxHeader), doubts, err
}

// number returns the section number of a part by its number within the message.
func (m *Message) number(within string) string {
	if m.Section == "" {
		return within
	}
	return m.Section + "." + within
}

// maxKept limits the texts that a message keeps, in octets.
const maxKept = 1 << 20

// unknownLength is the length of a section that may be long.
const unknownLength = math.MaxInt

// read returns the octets of a section. octets is their number as the structure has it, or 0
// for a header.
func (m *Message) read(section string, octets int) (string, Doubts, error) {
	var doubts Doubts
	if text, ok := m.kept[section]; ok {
		return text, nil, nil
	}
	text, err := "", error(nil)
	if octets <= MaxText {
		text, err = m.box.FetchBody(m.num, section, m.flags)
	}
	if octets > MaxText || errors.Is(err, imapcompat.ErrTooLarge) && !errors.Is(err, imapcompat.ErrConnectionLost) {
		head := &headWriter{}
		err = m.box.SaveBody(head, m.num, section, m.flags)
		text = head.text.String()
		if head.cut {
			doubts.add(DoubtCut, len(text), section)
		}
	}
	if err != nil {
		if !isOfPart(err) {
			return "", doubts, err
		}
		doubts.add(DoubtNotSent, 0, section)
	}
	if len(text) > MaxText {
		text = text[:MaxText]
		doubts.add(DoubtCut, MaxText, section)
	}
	if len(doubts) == 0 && m.octets+len(text) <= maxKept {
		if m.kept == nil {
			m.kept = map[string]string{}
		}
		m.kept[section] = text
		m.octets += len(text)
	}
	return text, doubts, nil
}

// isOfPart reports whether an error is about one part and stays.
func isOfPart(err error) bool {
	if errors.Is(err, imapcompat.ErrConnectionLost) || errors.Is(err, imapcompat.ErrTemporary) {
		return false
	}
	return errors.Is(err, imapcompat.ErrRefused) || errors.Is(err, imapcompat.ErrProtocol) ||
		errors.Is(err, imapcompat.ErrNoSuchPart) || errors.Is(err, imapcompat.ErrTooLarge)
}

// headWriter keeps the beginning of a text and drops the rest. An error instead would end a
// connection over POP3.
type headWriter struct {
	text strings.Builder
	cut  bool
}

func (w *headWriter) Write(p []byte) (int, error) {
	n := min(len(p), MaxText-w.text.Len())
	w.cut = w.cut || n < len(p)
	w.text.Write(p[:n])
	return len(p), nil
}

// leaf is a part without parts of its own. A nested message is one.
type leaf struct {
	section string
	part    *imapcompat.Structure
	role    role
}

// role is what a part is for.
type role int

const (
	roleFile      role = iota
	roleBody           // text that people read
	roleSignature      // of S/MIME or PGP
	roleControl        // tells programs how to read another part
)

// leaves returns the parts of the message that have no parts of their own, in order.
func (m *Message) leaves() []*leaf {
	if m.parts == nil {
		l := layout{}
		if m.Structure.Type == imapcompat.TYPEMULTIPART {
			l.multipart(m.Structure, m.Section)
		} else {
			l.leaf(m.Structure, m.number("1"), nil, 0)
		}
		m.parts = l.leaves
	}
	return m.parts
}

// layout assigns roles.
type layout struct {
	leaves []*leaf
	body   bool // there is a part with text
}

// multipart lays out the parts of a multipart. number is the section number of the multipart,
// or of the message that it is all of.
func (l *layout) multipart(s *imapcompat.Structure, number string) {
	if number != "" {
		number += "."
	}
	for i, part := range s.Parts {
		if part == nil {
			continue
		}
		if n := number + strconv.Itoa(i+1); part.Type == imapcompat.TYPEMULTIPART {
			l.multipart(part, n)
		} else {
			l.leaf(part, n, s, i)
		}
	}
}

// leaf lays out part i of a multipart, or the only part of a message.
func (l *layout) leaf(s *imapcompat.Structure, section string, parent *imapcompat.Structure, i int) {
	p := &leaf{section: section, part: s}
	within := ""
	if parent != nil {
		within = strings.ToUpper(parent.Subtype)
	}
	switch mediaType := p.mediaType(); {
	case within == "SIGNED" && i > 0:
		p.role = roleSignature
	case within == "ENCRYPTED" && i == 0, mediaType == "application/applefile":
		p.role = roleControl
	case within == "REPORT" && i > 0, within == "ENCRYPTED":
	case isReadable(mediaType) && !p.isAttachment():
		// A text with a name is a file, unless it is the first text of the message.
		if within == "ALTERNATIVE" || !l.body || !p.isNamed() {
			p.role = roleBody
			l.body = true
		}
	}
	l.leaves = append(l.leaves, p)
}

// isReadable reports whether people read the texts of a media type as part of the message.
func isReadable(mediaType string) bool {
	switch mediaType {
	case "text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-amp-html", "text/x-markdown":
		return true
	}
	return false
}

func (l *leaf) isAttachment() bool { return strings.EqualFold(l.part.Disposition, "attachment") }

func (l *leaf) isNamed() bool {
	name, _ := FileName(l.part)
	return name != ""
}

// typeNames have PHP's media types. Others have no name in a structure.
var typeNames = [...]string{"text", "multipart", "message", "application", "audio", "image", "video", "model"}

// mediaType returns the media type of a part in lower case, such as "text/plain".
func (l *leaf) mediaType() string {
	name := "x-other"
	if t := l.part.Type; 0 <= t && int(t) < len(typeNames) {
		name = typeNames[t]
	}
	subtype := strings.ToLower(l.part.Subtype)
	if subtype == "" {
		subtype = "plain"
		if l.part.Type != imapcompat.TYPETEXT {
			subtype = "x-unknown"
		}
	}
	return name + "/" + subtype
}

// content returns the text of a part in UTF-8.
func (m *Message) content(l *leaf) (string, Doubts, error) {
	raw, doubts, err := m.read(l.section, l.part.Bytes)
	if err != nil {
		return "", doubts, err
	}
	encoding, err := m.encoding(l)
	if err != nil {
		return "", doubts, err
	}
	if encoding == "x-uuencode" {
		raw = decodeUU(raw, &doubts)
	}
	text, others := Body(raw, l.part.Encoding, parameter(l.part.Parameters, "charset"))
	doubts.merge(others)
	return text, doubts, nil
}

// encoding returns the name of a transfer encoding for which PHP has no number, in lower case,
// and "" for the others.
func (m *Message) encoding(l *leaf) (string, error) {
	if l.part.Encoding < imapcompat.ENCOTHER {
		return "", nil
	}
	var header string
	var err error
	if m.Structure == l.part {
		header, _, err = m.Header()
	} else if header, err = m.box.FetchMIME(m.num, l.section, m.flags); err != nil && isOfPart(err) {
		err = nil
	}
	if err != nil {
		return "", err
	}
	fields, _ := splitHeader(cutText(header, maxHeader))
	switch name := lowerASCII(firstWord(strings.TrimRight(fields.get("Content-Transfer-Encoding"), "; "))); name {
	case "x-uuencode", "x-uue", "uuencode":
		return "x-uuencode", nil
	default:
		return name, nil
	}
}

// nested returns the message that a part is, or nil. Of a message in base64 a server may say
// nothing.
func (m *Message) nested(l *leaf) *Message {
	if l.part.Type != imapcompat.TYPEMESSAGE || len(l.part.Parts) == 0 || l.part.Parts[0] == nil {
		return nil
	}
	return &Message{Structure: l.part.Parts[0], Section: l.section, box: m.box, num: m.num, flags: m.flags}
}

// parameter returns the value of a parameter in UTF-8, or "".
func parameter(list []imapcompat.Parameter, name string) string {
	value, _ := Parameter(list, name)
	return value
}
