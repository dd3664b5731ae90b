package backend_test

import (
	"context"
	"fmt"
	"iter"
	"log"
	"net/mail"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
)

// archive is a read-only mailbox of a few messages in memory, in plain text. A message's number
// is also its UID. It has no login.
type archive struct{ texts []string }

func (a *archive) State() backend.State {
	return backend.State{Mailbox: "INBOX", Messages: len(a.texts), ReadOnly: true, UIDValidity: 1, UIDNext: uint32(len(a.texts)) + 1}
}

// Traits says that sizes and flags cost no round trip, and that reading a text has no side
// effect.
func (a *archive) Traits() backend.Traits { return backend.Traits{SizesKnown: true, ParsedHere: true} }

func (a *archive) Link() backend.Link                         { return backend.Link{Host: "archive"} }
func (a *archive) Select(context.Context, string, bool) error { return nil }
func (a *archive) Unselect(context.Context) error             { return nil }
func (a *archive) Poll(context.Context) error                 { return nil }
func (a *archive) Logout(context.Context) error               { return nil }
func (a *archive) Abort() error                               { return nil }

// errReadOnly is the refusal of this service.
var errReadOnly = &backend.Error{Kind: backend.ErrRefused, Text: "The archive is read-only"}

func (a *archive) Expunge(context.Context) error { return errReadOnly }

func (a *archive) Store(context.Context, backend.Set, backend.StoreOp, []string) error {
	return errReadOnly
}

func (a *archive) Status(context.Context, string, backend.StatusItems) (backend.Status, error) {
	all := backend.StatusItems{Messages: true, UIDNext: true, UIDValidity: true}
	return backend.Status{Items: all, Messages: len(a.texts), UIDNext: len(a.texts) + 1, UIDValidity: 1}, nil
}

// Fetch yields the messages that are in the set. A number that does not exist is no error.
func (a *archive) Fetch(ctx context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	return func(yield func(*backend.Message, error) bool) {
		for i, text := range a.texts {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			msg := &backend.Message{Num: i + 1, UID: i + 1}
			if !a.has(set, msg.Num) {
				continue
			}
			msg.Flags.Seen, msg.Size = true, len(text)
			parsed, err := mail.ReadMessage(strings.NewReader(text))
			if err == nil && items.Envelope {
				msg.Envelope = envelope(parsed.Header)
			}
			header, body, _ := strings.Cut(text, "\r\n\r\n")
			parts := map[string]string{"": text, "HEADER": header + "\r\n\r\n", "TEXT": body, "1": body}
			for _, section := range items.Sections {
				part, ok := parts[section.Name]
				if msg.Sections = append(msg.Sections, nil); ok {
					msg.Sections[len(msg.Sections)-1] = []byte(part)
				}
			}
			if items.Structure {
				msg.Structure = &backend.BodyStructure{Type: "TEXT", Subtype: backend.String("PLAIN"), Encoding: backend.String("7BIT"), Size: len(body)}
			}
			if !yield(msg, nil) {
				return
			}
		}
	}
}

// has reports whether a message is in a set. "*" is the last message, also before a colon.
func (a *archive) has(set backend.Set, num int) bool {
	return slices.ContainsFunc(set.Ranges, func(r backend.Range) bool {
		first := r.First
		if r.Last >= backend.Max {
			first = min(first, len(a.texts))
		}
		return first <= num && num <= r.Last
	})
}

func envelope(header mail.Header) *backend.Envelope {
	env := &backend.Envelope{Subject: backend.String(header.Get("Subject"))}
	if from, err := mail.ParseAddress(header.Get("From")); err == nil {
		user, host, _ := strings.Cut(from.Address, "@")
		env.From = []backend.Address{{Personal: backend.String(from.Name), Mailbox: backend.String(user), Host: backend.String(host)}}
	}
	return env
}

// A program's own service replaces IMAP. It implements only what every service has: the facade
// searches by reading the messages.
func Example() {
	messages := &archive{[]string{
		"From: Ada <ada@example.org>\r\nSubject: Minutes\r\n\r\nWe met.\r\n",
		"From: Bob <bob@example.org>\r\nSubject: Invoice\r\n\r\nPlease pay.\r\n",
		"From: Ada <ada@example.org>\r\nSubject: Agenda\r\n\r\nWe meet.\r\n",
	}}
	mbox, err := imapcompat.Open("{archive/imap}INBOX", "", "",
		imapcompat.WithService("imap", func(context.Context, *backend.Config) (backend.Session, error) { return messages, nil }))
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	found, err := mbox.Search(`FROM "ada"`)
	if err != nil {
		log.Fatal(err)
	}
	for _, n := range found {
		h, err := mbox.HeaderInfo(n)
		if err != nil {
			log.Fatal(err)
		}
		body, err := mbox.Body(n)
		fmt.Println(h.Subject, strings.TrimSpace(body), err)
	}
	fmt.Println(mbox.Delete("1"))
	fmt.Println(mbox.CreateMailbox("{archive/imap}Drafts"))
	// Output:
	// Minutes We met. <nil>
	// Agenda We meet. <nil>
	// imap_delete(): The archive is read-only
	// imap_createmailbox(): Can't create mailboxes over IMAP
}
