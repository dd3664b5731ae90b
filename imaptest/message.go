package imaptest

import (
	"bytes"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-message/textproto"
)

// Message is a message of a mailbox.
type Message struct {
	// Text is the message (RFC 5322). The store keeps CRLF line ends. A test may also pass bare
	// LFs.
	Text string

	// Flags are system flags (`\Seen`) and keywords ("$Forwarded").
	Flags []string

	// Date is the internal date. Zero is the time of the delivery.
	Date time.Time

	// UID is the UID that the server gave the message. The server ignores it in messages that
	// it is given.
	UID int
}

// message is a Message in a mailbox.
type message struct {
	uid  imap.UID
	date time.Time
	text []byte

	// The store's mutex guards the fields below.
	flags   flagSet
	version uint64 // version of the store when the flags last changed
	gone    bool   // removed from its mailbox
}

func (m *message) export() Message {
	return Message{Text: string(m.text), Flags: m.flags.strings(), Date: m.date, UID: int(m.uid)}
}

// withCRLF ends every line with CRLF, as messages do in both protocols.
func withCRLF(text string) []byte {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
}

// systemFlags are the flags of RFC 3501 section 2.3.2 that a client may set, in Dovecot's
// order.
var systemFlags = []imap.Flag{
	imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft,
}

const flagRecent imap.Flag = `\Recent`

// flagSet is a set of flags: system flags first, then keywords in the order in which they were
// set. Case does not matter in names. A flagSet is never changed in place.
type flagSet []imap.Flag

func newFlagSet(names []string) flagSet {
	flags := make([]imap.Flag, len(names))
	for i, name := range names {
		flags[i] = imap.Flag(name)
	}
	return flagSet(nil).add(flags)
}

func (s flagSet) strings() []string {
	var names []string
	for _, f := range s {
		names = append(names, string(f))
	}
	return names
}

func indexFlag(flags []imap.Flag, flag imap.Flag) int {
	return slices.IndexFunc(flags, func(f imap.Flag) bool {
		return strings.EqualFold(string(f), string(flag))
	})
}

func (s flagSet) has(flag imap.Flag) bool { return indexFlag(s, flag) >= 0 }

// add leaves out \Recent, which only the server sets.
func (s flagSet) add(flags []imap.Flag) flagSet {
	var system, keywords flagSet
	for _, f := range systemFlags {
		if s.has(f) || indexFlag(flags, f) >= 0 {
			system = append(system, f)
		}
	}
	for _, f := range slices.Concat(s, flags) {
		if !strings.HasPrefix(string(f), `\`) && !keywords.has(f) {
			keywords = append(keywords, f)
		}
	}
	return append(system, keywords...)
}

func (s flagSet) remove(flags []imap.Flag) flagSet {
	var kept flagSet
	for _, f := range s {
		if indexFlag(flags, f) < 0 {
			kept = append(kept, f)
		}
	}
	return kept
}

func (s flagSet) store(change *imap.StoreFlags) flagSet {
	switch change.Op {
	case imap.StoreFlagsAdd:
		return s.add(change.Flags)
	case imap.StoreFlagsDel:
		return s.remove(change.Flags)
	default:
		return flagSet(nil).add(change.Flags)
	}
}

// splitMessage splits a message after the blank line that ends its header.
func splitMessage(text []byte) (header, body []byte) {
	if bytes.HasPrefix(text, []byte("\r\n")) {
		return text[:2], text[2:]
	}
	if i := bytes.Index(text, []byte("\r\n\r\n")); i >= 0 {
		return text[:i+4], text[i+4:]
	}
	return text, nil
}

// headerFields yields the fields of a header by name. The text includes the name and the line
// ends. Lines that are not fields have the name "".
func headerFields(header []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for len(header) > 0 && !bytes.HasPrefix(header, []byte("\r\n")) {
			end := fieldEnd(header)
			name, _, ok := bytes.Cut(header[:end], []byte(":"))
			if !ok {
				name = nil
			}
			if !yield(string(bytes.TrimRight(name, " \t")), header[:end]) {
				return
			}
			header = header[end:]
		}
	}
}

// fieldEnd returns the end of the first field of a header, including folded lines.
func fieldEnd(header []byte) int {
	end := 0
	for {
		i := bytes.IndexByte(header[end:], '\n')
		if i < 0 {
			return len(header)
		}
		end += i + 1
		if end == len(header) || header[end] != ' ' && header[end] != '\t' {
			return end
		}
	}
}

// unfold returns the value of a field on one line (RFC 5322 section 2.2.3).
func unfold(field []byte) string {
	_, value, _ := strings.Cut(string(field), ":")
	return strings.TrimSpace(strings.NewReplacer("\r\n", "", "\n", "").Replace(value))
}

// section returns BODY[…] of RFC 3501 section 6.4.5. It cuts sections of the whole message from
// its text, without a parser.
func (m *message) section(item *imap.FetchItemBodySection) []byte {
	header, body := splitMessage(m.text)
	var b []byte
	switch {
	case len(item.Part) > 0:
		whole := *item
		whole.Partial = nil
		b = imapserver.ExtractBodySection(bytes.NewReader(m.text), &whole)
	case item.Specifier == imap.PartSpecifierHeader:
		b = selectFields(header, item)
	case item.Specifier == imap.PartSpecifierText:
		b = body
	default:
		b = m.text
	}
	return cutPartial(b, item.Partial)
}

func selectFields(header []byte, item *imap.FetchItemBodySection) []byte {
	if len(item.HeaderFields) == 0 && len(item.HeaderFieldsNot) == 0 {
		return header
	}
	names := make(map[string]bool)
	for _, name := range slices.Concat(item.HeaderFields, item.HeaderFieldsNot) {
		names[strings.ToLower(name)] = true
	}
	wanted := len(item.HeaderFields) > 0
	var b []byte
	for name, field := range headerFields(header) {
		if names[strings.ToLower(name)] == wanted {
			b = append(b, field...)
		}
	}
	return append(b, "\r\n"...)
}

func cutPartial(b []byte, partial *imap.SectionPartial) []byte {
	if partial == nil {
		return b
	}
	b = b[min(partial.Offset, int64(len(b))):]
	return b[:min(partial.Size, int64(len(b)))]
}

// hiddenWord replaces the "=?" that begins an encoded word while imapserver builds an envelope,
// because imapserver would decode the word. It consists of atom characters, so phrases parse as
// before.
const hiddenWord = "{imaptest{?"

// envelope builds the ENVELOPE of a message without decoding its encoded words.
func (m *message) envelope() *imap.Envelope {
	header, _ := splitMessage(m.text)
	var hidden textproto.Header
	for name, field := range headerFields(header) {
		// Add puts a field before the others, and lookups find the first one. So a field must
		// not replace one that exists.
		if name != "" && !hidden.Has(name) {
			hidden.Add(name, strings.ReplaceAll(unfold(field), "=?", hiddenWord))
		}
	}
	e := imapserver.ExtractEnvelope(hidden)
	reveal(&e.Subject)
	reveal(&e.MessageID)
	for i := range e.InReplyTo {
		reveal(&e.InReplyTo[i])
	}
	for _, list := range [][]imap.Address{e.From, e.Sender, e.ReplyTo, e.To, e.Cc, e.Bcc} {
		for i := range list {
			reveal(&list[i].Name)
			reveal(&list[i].Mailbox)
			reveal(&list[i].Host)
		}
	}
	return e
}

func reveal(s *string) { *s = strings.ReplaceAll(*s, hiddenWord, "=?") }

func (m *message) bodyStructure() imap.BodyStructure {
	return repairStructure(imapserver.ExtractBodyStructure(bytes.NewReader(m.text)))
}

// repairStructure fills what imapserver leaves empty and cannot write: a multipart without
// parts, and a part whose type does not parse, which is text/plain by RFC 2045 section 5.2. As
// Dovecot does, it names the default charset of a text.
func repairStructure(bs imap.BodyStructure) imap.BodyStructure {
	switch bs := bs.(type) {
	case *imap.BodyStructureMultiPart:
		for i, child := range bs.Children {
			bs.Children[i] = repairStructure(child)
		}
		if len(bs.Children) == 0 {
			bs.Children = []imap.BodyStructure{plainPart(&imap.BodyStructureSinglePart{})}
		}
	case *imap.BodyStructureSinglePart:
		if bs.MessageRFC822 != nil {
			bs.MessageRFC822.BodyStructure = repairStructure(bs.MessageRFC822.BodyStructure)
		}
		if bs.Type == "" || bs.Subtype == "" {
			return plainPart(bs)
		}
		if strings.EqualFold(bs.Type, "text") {
			nameCharset(bs)
		}
	}
	return bs
}

func nameCharset(bs *imap.BodyStructureSinglePart) {
	if bs.Params == nil {
		bs.Params = make(map[string]string)
	}
	if _, ok := bs.Params["charset"]; !ok {
		bs.Params["charset"] = "us-ascii"
	}
}

func plainPart(bs *imap.BodyStructureSinglePart) *imap.BodyStructureSinglePart {
	bs.Type, bs.Subtype = "text", "plain"
	bs.Text = &imap.BodyStructureText{}
	nameCharset(bs)
	if bs.Extended == nil {
		bs.Extended = &imap.BodyStructureSinglePartExt{}
	}
	return bs
}
