package readable_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/imapcompat/imapcompat/readable"
)

// le appends numbers to octets, the lowest octet first.
func le(b []byte, numbers ...any) []byte {
	for _, n := range numbers {
		b, _ = binary.Append(b, binary.LittleEndian, n)
	}
	return b
}

// tnefAttribute is an attribute of TNEF.
func tnefAttribute(level byte, id uint32, data []byte) []byte {
	b := le([]byte{level}, id, uint32(len(data)))
	var sum uint16
	for _, c := range data {
		sum += uint16(c)
	}
	return le(append(b, data...), sum)
}

// tnefProperty is a property whose value has a length.
func tnefProperty(kind, id uint16, value string) []byte {
	b := le(nil, kind, id, uint32(1), uint32(len(value)))
	b = append(b, value...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func tnefProperties(list ...[]byte) []byte {
	return append(le(nil, uint32(len(list))), slices.Concat(list...)...)
}

func tnefUnicode(s string) string { return string(le(nil, utf16.Encode([]rune(s+"\x00")))) }

// winmail is a winmail.dat with a text and three files: one with a short name only, one with
// a long one in Unicode, and a message.
func winmail() []byte {
	named := append(le(nil, uint16(0x1f), uint16(0x8001), make([]byte, 16), uint32(1), uint32(6)), "a\x00b\x00\x00\x00\x00\x00"...)
	aligned := append(le(nil, uint16(3), uint16(0x8002), make([]byte, 16), uint32(1), uint32(8)), "a\x00b\x00c\x00\x00\x00\x01\x00\x00\x00"...)
	named = append(le(named, uint32(1), uint32(4)), "x\x00\x00\x00"...)
	return slices.Concat(
		le(nil, uint32(0x223e9f78), uint16(1)),
		tnefAttribute(1, 0x00069007, le(nil, uint32(1252), uint32(0))),
		tnefAttribute(1, 0x00069003, tnefProperties(
			le(nil, uint16(3), uint16(0x0e07), uint32(1)),
			le(nil, uint16(0x1003), uint16(0x1234), uint32(2), uint32(1), uint32(2)),
			named, aligned,
			tnefProperty(0x1e, 0x1000, "Gr\xfc\xdfe\r\n\x00"))),
		tnefAttribute(2, 0x00069002, make([]byte, 14)),
		tnefAttribute(2, 0x00018010, []byte("a.txt\x00")),
		tnefAttribute(2, 0x0006800f, []byte("first")),
		tnefAttribute(2, 0x00069002, make([]byte, 14)),
		tnefAttribute(2, 0x00018010, []byte("BERSIC~1.PDF\x00")),
		tnefAttribute(2, 0x0006800f, []byte("%PDF")),
		tnefAttribute(2, 0x00069005, tnefProperties(
			tnefProperty(0x1f, 0x3707, tnefUnicode("Übersicht.pdf")),
			tnefProperty(0x1e, 0x370e, "Application/PDF\x00"),
			tnefProperty(0x1e, 0x3712, "pdf@example.org\x00"))),
		tnefAttribute(2, 0x00069002, make([]byte, 14)),
		tnefAttribute(2, 0x00018010, []byte("Re: plans\x00")),
		tnefAttribute(2, 0x00069005, tnefProperties(
			tnefProperty(0x0d, 0x3701, strings.Repeat("i", 16)+"nested"))),
	)
}

// tnefMessage is a message with a winmail.dat.
func tnefMessage(content []byte) string {
	return "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString(content) + "\n"
}

// tnefFiles returns the files of a message with their contents.
func tnefFiles(t *testing.T, msg *readable.Message) (files []string) {
	t.Helper()
	for file, err := range msg.Attachments() {
		must(t, err)
		var content strings.Builder
		n, err := file.WriteTo(&content)
		must(t, err)
		files = append(files, fmt.Sprintf("%s %s %q %d", file.Name, file.Type, content.String(), file.Size))
		if file.Container != "" && file.Size != n {
			t.Errorf("%s has %d octets and says %d", file.Name, n, file.Size)
		}
	}
	return files
}

func TestTNEF(t *testing.T) {
	both(t, multipart("mixed", "Content-Type: image/png; name=a.png\n\nx\n", tnefMessage(winmail())), func(t *testing.T, msg *readable.Message) {
		text, doubts, err := msg.Text()
		if text != "Grüße" || len(doubts) > 0 || err != nil {
			t.Errorf("text %q, %v, %v", text, doubts, err)
		}
		want := []string{
			`a.txt application/octet-stream "first" 5`, `Übersicht.pdf application/pdf "%PDF" 4`, `Re: plans application/ms-tnef "nested" 6`,
		}
		if files := tnefFiles(t, msg); !slices.Equal(files[1:], want) {
			t.Errorf("files %q, want %q", files[1:], want)
		}
	})
}

// The content of a file may be a property. A text property of the same number is none.
func TestContentInProperty(t *testing.T) {
	for kind, want := range map[uint16]string{0x0102: `a.txt application/octet-stream "first" 5`, 0x001e: ""} {
		content := slices.Concat(le(nil, uint32(0x223e9f78), uint16(1)),
			tnefAttribute(2, 0x00069002, make([]byte, 14)),
			tnefAttribute(2, 0x00018010, []byte("a.txt\x00")),
			tnefAttribute(2, 0x00069005, tnefProperties(tnefProperty(kind, 0x3701, "first"))))
		msg, err := readable.Open(tnefStructure(content), 1)
		must(t, err)
		files := strings.Join(tnefFiles(t, msg), ", ")
		if want != "" && files != want || want == "" && strings.HasPrefix(files, "a.txt") {
			t.Errorf("type %x: %s, want %s", kind, files, want)
		}
	}
}

// The text of a winmail.dat is as clean as any other.
func TestTextInTNEF(t *testing.T) {
	content := slices.Concat(le(nil, uint32(0x223e9f78), uint16(1)), tnefAttribute(1, 0x0002800c, []byte("a\x1b[31mb\r\nc\x07\x00")))
	msg, err := readable.Open(tnefStructure(content), 1)
	must(t, err)
	text, doubts, err := msg.Text()
	if text != "a[31mb\nc" || !doubts.Has(control) || err != nil {
		t.Errorf("%q, %v, %v", text, doubts, err)
	}
}

// A damaged winmail.dat has the files that are whole, and is itself a file if it has none.
func TestDamagedTNEF(t *testing.T) {
	whole := winmail()
	for n := range len(whole) {
		structure := tnefStructure(whole[:n])
		msg, err := readable.Open(structure, 1)
		must(t, err)
		for file, err := range msg.Attachments() {
			must(t, err)
			var content strings.Builder
			_, err := file.WriteTo(&content)
			must(t, err)
			if file.Container == "" && content.String() != string(whole[:n]) {
				t.Errorf("cut after %d octets, the file has %q", n, content.String())
			}
		}
		_, _, err = msg.Text()
		must(t, err)
	}
	msg, err := readable.Open(tnefStructure([]byte("no TNEF at all")), 1)
	must(t, err)
	for file, err := range msg.Attachments() {
		must(t, err)
		if file.Container != "" || !file.Doubts().Has(readable.DoubtDamaged) {
			t.Errorf("%+v", file)
		}
	}
}
