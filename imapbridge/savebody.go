package imapbridge

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

var _ backend.SectionWriter = (*Session)(nil)

// WriteSection implements [backend.SectionWriter] with one FETCH of the whole section,
// whose literal it writes as it arrives. It does not use partial fetches (RFC 9051 section
// 6.4.5): some servers limit or ignore them, and the message may be gone before the next
// one.
//
// When w fails, WriteSection still reads the literal to its end.
func (s *Session) WriteSection(ctx context.Context, set backend.Set, section backend.Section, w io.Writer) (found bool, err error) {
	if err := checkSections([]backend.Section{section}); err != nil {
		return false, err
	}
	header := &beginning{}
	if isHeader(section.Name) {
		w = io.MultiWriter(w, header)
	}
	out := &diversion{w: w, section: []byte("BODY[" + section.Name + "]")}
	f := newFetch(s, set, backend.Items{Sections: []backend.Section{section}}, func(msg *backend.Message, failed error) bool {
		if found = msg != nil; failed == nil {
			failed = out.rest(msg.Sections[0])
		}
		err = failed
		return false
	})
	f.into = out
	f.execute(ctx)
	switch {
	case out.err != nil:
		err = out.err
	case !found && err == nil && out.written > 0:
		err = errOther
	}
	if found && err == nil {
		rfc822.ParseEnvelope(header.Bytes(), s.cfg.Host, func(text string) { s.notify(backend.NoticeParse, text) })
	}
	return found, err
}

// isHeader reports whether a section is a header, whose parse errors c-client reports.
func isHeader(section string) bool {
	return section == "HEADER" || strings.HasSuffix(section, ".HEADER")
}

// maxParsed bounds the part of a header whose parse errors are reported, in octets.
const maxParsed = 1 << 20

// beginning keeps the first maxParsed octets of a text.
type beginning struct{ bytes.Buffer }

func (b *beginning) Write(p []byte) (int, error) {
	b.Buffer.Write(p[:min(len(p), maxParsed-b.Len())])
	return len(p), nil
}

var errOther = &backend.Error{Kind: backend.ErrProtocol, Text: "The server sent the text of another message"}

// diversion writes the literal of a section.
type diversion struct {
	w       io.Writer
	section []byte
	used    bool
	written int
	err     error // of w
}

// of returns a divert that writes the first literal of the section of a message. In a UID
// FETCH, the response may be of another message, because its UID may follow the literal.
func (d *diversion) of(message wireSet) divert {
	return func(resp *response, before []byte) io.Writer {
		before = bytes.TrimSuffix(bytes.TrimRight(before, " "), []byte("<0>"))
		isOther := !message.uid && resp.num != message.ranges[0].First
		if d.used || isOther || !hasSuffixFold(before, d.section) {
			return nil
		}
		d.used = true
		return d
	}
}

func hasSuffixFold(s, suffix []byte) bool {
	return len(s) >= len(suffix) && bytes.EqualFold(s[len(s)-len(suffix):], suffix)
}

// Write writes p to w until w fails. It never fails itself, since the literal must be read
// to its end.
func (d *diversion) Write(p []byte) (int, error) {
	d.written += len(p)
	if d.err == nil {
		_, d.err = d.w.Write(p)
	}
	return len(p), nil
}

// rest writes a text that did not arrive as a literal.
func (d *diversion) rest(text []byte) error {
	if d.used && len(text) > 0 {
		return errOther
	}
	_, err := d.w.Write(text)
	return err
}
