package main

import (
	"fmt"
	"net/mail"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
)

// fact is what a handler outside this process is told of a message.
type fact struct{ name, value string }

// maxFact bounds each fact, in octets: an environment has a limit.
const maxFact = 4000

// factsOf returns the facts of a message. They come from strangers, so the values are UTF-8
// of one line without control characters: no variable or header field can be made of them.
func factsOf(m *inbox.Message, box, mailbox string) []fact {
	h := m.Header()
	facts := []fact{
		{"KEY", m.Key()},
		{"ATTEMPT", strconv.Itoa(m.Attempt())},
		{"BOX", box},
		{"MAILBOX", mailbox},
		{"UID", strconv.Itoa(m.UID())},
		{"SIZE", strconv.FormatInt(m.Size(), 10)},
		{"FROM", decodeWords(h.FromAddress)},
		{"FROM_ADDRESS", firstAddress(h.From)},
		{"TO", decodeWords(h.ToAddress)},
		{"SUBJECT", decodeWords(h.Subject)},
		{"MESSAGE_ID", h.MessageID},
		{"DATE", standardDate(h.Date)},
	}
	for i := range facts {
		facts[i].value = bounded(clean(facts[i].value), maxFact)
	}
	return facts
}

// bounded cuts a text to a number of octets, between two characters.
func bounded(text string, octets int) string {
	if len(text) <= octets {
		return text
	}
	for octets > 0 && !utf8.RuneStart(text[octets]) {
		octets--
	}
	return text[:octets]
}

func firstAddress(list imapcompat.AddressList) string {
	if len(list) == 0 || list[0].Host == "" {
		return ""
	}
	return fmt.Sprintf("%s@%s", list[0].Mailbox, list[0].Host)
}

// standardDate returns a date as RFC 3339 has it, or "" if the header has none that parses.
func standardDate(field string) string {
	t, err := mail.ParseDate(field)
	if err != nil {
		return ""
	}
	return t.Format(time.RFC3339)
}
