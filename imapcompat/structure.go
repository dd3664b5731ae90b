package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func runStructure(ctx context.Context, c *cli, r *request) error {
	n, err := r.number()
	if err != nil {
		return err
	}
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		structure, err := mbox.FetchStructure(n, r.fetchFlags()...)
		if err != nil {
			return err
		}
		if r.json {
			return c.printJSON(structure)
		}
		rows := [][]string{{"Section", "Type", "Encoding", "Size", "Disposition", "Name"}}
		for p := range parts(structure) {
			bytes := ""
			if p.Type != imapcompat.TYPEMULTIPART {
				bytes = size(p.Bytes)
			}
			rows = append(rows, []string{
				cmp.Or(p.section, "-"), strings.Repeat("  ", p.depth) + clean(mediaType(p.Structure)), encodingName(p.Encoding),
				bytes, clean(strings.ToLower(p.Disposition)), clean(fileName(p.Structure)),
			})
		}
		table(c.stdout, rows, c.columns())
		return nil
	})
}

// part is a part of a message, with its section for imap_fetchbody. A multipart that is the
// whole body of a message has no section.
type part struct {
	*imapcompat.Structure
	section string
	depth   int
}

// parts returns all parts of a message in order.
func parts(message *imapcompat.Structure) func(yield func(part) bool) {
	return func(yield func(part) bool) { body(message, "", 0, yield) }
}

// body yields the parts of the body of the message with the section message.
func body(s *imapcompat.Structure, message string, depth int, yield func(part) bool) bool {
	if s.Type == imapcompat.TYPEMULTIPART {
		return yield(part{s, "", depth}) && children(s, message, depth+1, yield)
	}
	return walk(part{s, join(message, 1), depth}, yield)
}

func walk(p part, yield func(part) bool) bool {
	if !yield(p) {
		return false
	}
	if p.Type == imapcompat.TYPEMESSAGE && len(p.Parts) > 0 {
		return body(p.Parts[0], p.section, p.depth+1, yield)
	}
	return children(p.Structure, p.section, p.depth+1, yield)
}

func children(s *imapcompat.Structure, section string, depth int, yield func(part) bool) bool {
	for i, child := range s.Parts {
		if !walk(part{child, join(section, i+1), depth}, yield) {
			return false
		}
	}
	return true
}

func join(section string, n int) string {
	return strings.TrimPrefix(fmt.Sprintf("%s.%d", section, n), ".")
}

// mediaType returns type and subtype, "text/plain".
func mediaType(s *imapcompat.Structure) string {
	names := [...]string{"text", "multipart", "message", "application", "audio", "image", "video", "model"}
	name := "other"
	if int(s.Type) < len(names) {
		name = names[s.Type]
	}
	return name + "/" + strings.ToLower(s.Subtype)
}

func encodingName(e imapcompat.BodyEncoding) string {
	names := [...]string{"7bit", "8bit", "binary", "base64", "quoted-printable"}
	if int(e) < len(names) {
		return names[e]
	}
	return "other"
}
