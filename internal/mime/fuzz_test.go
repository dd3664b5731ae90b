package mime_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
)

func FuzzParse(f *testing.F) {
	for _, c := range phpCases(f) {
		f.Add([]byte(c.Message))
	}
	f.Add([]byte(sample))
	// A collection of messages may be beside the repository.
	corpus, _ := filepath.Glob("../../../shared/corpus/*/*.eml")
	for _, name := range corpus {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m := mime.Parse(bytes.Clone(text), nil, nil)
		header, _ := m.Section("HEADER")
		body, _ := m.Section("TEXT")
		if string(header)+string(body) != string(text) {
			t.Fatalf("header %q and body %q are not the message", header, body)
		}
		if m.Structure.Size != len(body) {
			t.Errorf("Size is %d, the body has %d octets", m.Structure.Size, len(body))
		}
		if depth(m.Structure) > 52 {
			t.Errorf("%d levels", depth(m.Structure))
		}
		checkParts(t, m, m.Structure, "", body)
	})
}

// checkParts checks that the parts of b, numbered with prefix, lie within text.
func checkParts(t *testing.T, m *mime.Message, b *backend.BodyStructure, prefix string, text []byte) {
	if b.Type != "MULTIPART" {
		checkPart(t, m, b, prefix+"1", text)
		return
	}
	if len(b.Parts) == 0 {
		t.Fatalf("multipart %q has no parts", prefix)
	}
	for i, part := range b.Parts {
		checkPart(t, m, part, fmt.Sprint(prefix, i+1), text)
	}
}

func checkPart(t *testing.T, m *mime.Message, b *backend.BodyStructure, number string, within []byte) {
	if mime.Part(m.Structure, number) != b {
		t.Fatalf("part %s is not found", number)
	}
	text, ok := m.Section(number)
	head, okMIME := m.Section(number + ".MIME")
	if !ok || !okMIME {
		t.Fatalf("part %s has no text", number)
	}
	if b.Size != len(text) {
		t.Errorf("part %s: Size is %d, the text has %d octets", number, b.Size, len(text))
	}
	if !bytes.Contains(within, append(bytes.Clone(head), text...)) {
		t.Errorf("part %s: %q and %q do not lie within %q", number, head, text, within)
	}
	if !b.Subtype.Valid || !b.Encoding.Valid {
		t.Errorf("part %s has no subtype or encoding", number)
	}
	switch {
	case b.Type == "MULTIPART":
		checkParts(t, m, b, number+".", text)
	case b.Body != nil:
		header, _ := m.Section(number + ".HEADER")
		body, _ := m.Section(number + ".TEXT")
		if string(header)+string(body) != string(text) {
			t.Errorf("part %s: header %q and body %q are not %q", number, header, body, text)
		}
		checkParts(t, m, b.Body, number+".", body)
	}
}

func FuzzSection(f *testing.F) {
	for _, c := range phpCases(f) {
		for section := range c.FetchBody {
			f.Add([]byte(c.Message), section)
		}
		for _, section := range c.Empty {
			f.Add([]byte(c.Message), section)
		}
	}
	for _, name := range []string{"", "HEADER", "TEXT", "2.HEADER", "2.TEXT", "2.1.MIME", ".0", "1..1", "18446744073709551617"} {
		f.Add([]byte(sample), name)
	}
	f.Fuzz(func(t *testing.T, text []byte, section string) {
		m := mime.Parse(text, nil, nil)
		if got, ok := m.Section(section); ok && !bytes.Contains(text, got) {
			t.Errorf("Section(%q) = %q, which is not in the message", section, got)
		}
		if name, ok := mime.BodySection(m.Structure, section); ok {
			if _, ok := m.Section(name); !ok {
				t.Errorf("BodySection(%q) = %q, which is not found", section, name)
			}
		}
		if name, ok := mime.MIMESection(m.Structure, section); ok {
			if _, ok := m.Section(name); !ok {
				t.Errorf("MIMESection(%q) = %q, which is not found", section, name)
			}
		}
	})
}
