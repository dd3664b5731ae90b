package imapbridge

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// Responses as Dovecot sends them.
const (
	benchEnvelope = `(UID 4711 FLAGS (\Seen) INTERNALDATE "17-Jul-2026 02:44:25 -0700" RFC822.SIZE 4286 ENVELOPE ("Wed, 17 Jul 2026 02:23:25 -0700 (PDT)" "=?utf-8?Q?Gr=C3=BC=C3=9Fe?= from the committee" (("Terry Gray" NIL "gray" "cac.example.edu")) (("Terry Gray" NIL "gray" "cac.example.edu")) (("Terry Gray" NIL "gray" "cac.example.edu")) ((NIL NIL "imap" "cac.example.edu")) ((NIL NIL "minutes" "cnri.example.org")("John Klensin" NIL "klensin" "mit.example.edu")) NIL NIL "<B27397-0100000@cac.example.edu>") BODY[HEADER.FIELDS (NEWSGROUPS FOLLOWUP-TO REFERENCES)] {2}` + "\r\n\r\n)"

	benchStructure = `(BODYSTRUCTURE ((("text" "plain" ("charset" "UTF-8") NIL NIL "quoted-printable" 2279 48 NIL NIL NIL NIL)("text" "html" ("charset" "UTF-8") NIL NIL "quoted-printable" 9310 160 NIL NIL NIL NIL) "alternative" ("boundary" "=_alt_17") NIL NIL NIL)("application" "pdf" ("name" "document-17.pdf") NIL NIL "base64" 28044 NIL ("attachment" ("filename" "document-17.pdf")) NIL NIL) "mixed" ("boundary" "=_mixed_17") NIL NIL NIL))`
)

func BenchmarkParseFetch(b *testing.B) {
	text := func(size int) string {
		return fmt.Sprintf("(BODY[TEXT] {%d}\r\n%s)", size, strings.Repeat("x", size))
	}
	for _, c := range []struct {
		name, rest string
		items      backend.Items
	}{
		{"Envelope", benchEnvelope, backend.Items{UID: true, Flags: true, InternalDate: true, Size: true, Envelope: true}},
		{"Flags", `(UID 4711 FLAGS (\Seen \Answered $Label1) RFC822.SIZE 4286)`, backend.Items{UID: true, Flags: true, Size: true}},
		{"Structure", benchStructure, backend.Items{Structure: true}},
		{"Text2k", text(2 << 10), backend.Items{Sections: []backend.Section{{Name: "TEXT"}}}},
		{"Text1M", text(1 << 20), backend.Items{Sections: []backend.Section{{Name: "TEXT"}}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			rest := []byte(c.rest)
			b.ReportAllocs()
			b.SetBytes(int64(len(rest)))
			for b.Loop() {
				var msg fetched
				if msg.parse(&lexer{b: rest}, c.items); msg.err != nil {
					b.Fatal(msg.err)
				}
			}
		})
	}
}

func BenchmarkReadResponse(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"Flags", `* 12 FETCH (FLAGS (\Seen))` + "\r\n"},
		{"Envelope", "* 12 FETCH " + benchEnvelope + "\r\n"},
		{"Text2k", "* 12 FETCH (BODY[TEXT] {2048}\r\n" + strings.Repeat("x", 2<<10) + ")\r\n"},
		{"Text1M", "* 12 FETCH (BODY[TEXT] {1048576}\r\n" + strings.Repeat("x", 1<<20) + ")\r\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			source := strings.NewReader(c.text)
			r := bufio.NewReaderSize(source, 32<<10)
			b.ReportAllocs()
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				source.Seek(0, io.SeekStart)
				r.Reset(source)
				if _, err := readResponse(r, 1<<21, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
