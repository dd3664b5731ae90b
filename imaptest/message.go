package imaptest

import (
	"bytes"
	"strings"
	"time"

	parser "github.com/imapcompat/imapcompat/imaptest/internal/message"
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

	// Size is the size in octets that the servers announce: in RFC822.SIZE, LIST, STAT and the
	// answer to RETR. Zero is the true size. Another one is that of a server that counts
	// wrongly: the text is sent whole anyway.
	Size int
}

// message is a Message in a mailbox.
type message struct {
	uid  uint32
	date time.Time
	text []byte
	size int // announced; 0 is the size of the text

	gmailID, gmailThread uint64 // where mailboxes are labels

	content *parser.Message // the header and the parts of the text

	// The store's mutex guards the fields below.
	flags  flagSet
	modSeq uint64 // of the last change (RFC 7162)
	gone   bool   // removed from its mailbox
	popped bool   // retrieved over POP3, where mailboxes are labels
}

func (m *message) export() Message {
	return Message{Text: string(m.text), Flags: m.flags, Date: m.date, UID: int(m.uid), Size: m.size}
}

// octets returns the size that IMAP announces.
func (m *message) octets() int { return orElse(m.size, len(m.text)) }

// maildropOctets returns the size that POP3 announces.
func (m *message) maildropOctets() int { return orElse(m.size, len(m.maildropText())) }

// maildropText returns the message as POP3 has it. As in Dovecot an empty one has a line.
func (m *message) maildropText() []byte {
	if len(m.text) == 0 {
		return []byte("\r\n")
	}
	return m.text
}

// withCRLF ends every line with CRLF, as messages do in both protocols.
func withCRLF(text string) []byte {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
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
