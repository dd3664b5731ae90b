package message

import (
	"bytes"
	"sync"
)

// Message is a message that the server has. Its methods may be called concurrently. What they
// return must not be changed.
type Message struct {
	// text has CRLF line ends.
	text []byte
	root func() *part

	envelope, bodyStructure, body func() []byte
}

// Parse prepares a message. Nothing is parsed before it is needed, and then once. A bare LF is
// read and sent as CRLF. The text must not be changed afterwards.
func Parse(text []byte) *Message {
	m := &Message{text: withCRLF(text)}
	m.root = sync.OnceValue(func() *part { return parseParts(m.text) })
	m.envelope = sync.OnceValue(func() []byte {
		return appendEnvelope(nil, m.root().header, outerLine)
	})
	m.bodyStructure = sync.OnceValue(func() []byte {
		return appendStructure(nil, m.root(), true)
	})
	m.body = sync.OnceValue(func() []byte {
		return appendStructure(nil, m.root(), false)
	})
	return m
}

// withCRLF returns the text itself if all its LFs follow CRs.
func withCRLF(text []byte) []byte {
	bare := bytes.Count(text, []byte("\n")) - bytes.Count(text, []byte("\r\n"))
	if bare == 0 {
		return text
	}
	b := make([]byte, 0, len(text)+bare)
	for i, c := range text {
		if c == '\n' && (i == 0 || text[i-1] != '\r') {
			b = append(b, '\r')
		}
		b = append(b, c)
	}
	return b
}

// Size is RFC822.SIZE, in octets.
func (m *Message) Size() int { return len(m.text) }

// Envelope is the list of ENVELOPE (RFC 3501 section 7.4.2), with its parentheses.
func (m *Message) Envelope() []byte { return m.envelope() }

// BodyStructure is the list of BODYSTRUCTURE, with its parentheses.
func (m *Message) BodyStructure() []byte { return m.bodyStructure() }

// Body is the list of BODY, which is BODYSTRUCTURE without extension data.
func (m *Message) Body() []byte { return m.body() }
