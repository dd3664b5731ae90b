package search_test

import (
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// read returns what a Fetch returns of a message in memory.
func read(num int, text string, items backend.Items) *backend.Message {
	msg := &backend.Message{Num: num, UID: 100 + num, Size: len(text)}
	parsed := mime.Parse([]byte(text), new(mime.Names), nil)
	header, _ := parsed.Section("HEADER")
	if items.Envelope || items.InternalDate {
		msg.Envelope = rfc822.ParseEnvelope(header, rfc822.MissingHost, nil)
		msg.InternalDate = rfc822.MessageDate(msg.Envelope.Date).String()
	}
	if items.Structure {
		msg.Structure = parsed.Structure
	}
	for _, section := range items.Sections {
		octets, _ := parsed.Section(section.Name)
		msg.Sections = append(msg.Sections, octets)
	}
	return msg
}
